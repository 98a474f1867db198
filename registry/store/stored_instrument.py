"""Tables -> an instrument: what `load.write_instrument` wrote, read back.

After the first build the file is the truth; whoever takes in more of an instrument checks it
against this, and not against the data folder.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from registry.model.duty import Duty
from registry.model.duty_check import DutyCheck
from registry.model.instrument import Instrument, Zone
from registry.model.vocabulary import Provenance
from registry.store.act_rules import stored_act_rules, zone_status_of
from registry.store.connection import read_dicts
from registry.store.duty_checks import duty_checks, stated_parts
from registry.store.effects import stored_effects_of
from registry.store.english_names import english_names


def stored_instrument(
    conn: sqlite3.Connection, no: int, provenance: Provenance, source: str
) -> Instrument:
    """The instrument of that number. Rows that are taken in next have the given origin."""
    origin = {"provenance": provenance, "source": source}
    (stored,) = read_dicts(conn, "SELECT * FROM instrument WHERE no = ?", no)
    del stored["no"]
    english = english_names(conn)
    stored["title_en"] = english.get(("instrument", stored["id"]))
    place = {"zh": stored.pop("place_zh"), "en": stored.pop("place_en")}
    stored["place"] = place if all(place.values()) else None
    departments = read_dicts(
        conn, "SELECT no, id, name, short_name, provenance, source FROM department ORDER BY no"
    )
    aliases: dict[int, list[str]] = {}
    for alias, department in conn.execute("SELECT alias, department FROM department_alias"):
        aliases.setdefault(department, []).append(alias)
    for department in departments:
        department["aliases"] = aliases.get(department.pop("no"), [])
        department["en"] = english.get(("department", department["id"]))
    return Instrument.model_validate(
        stored
        | {
            "superior_documents": read_dicts(
                conn, "SELECT number, title FROM superior_document WHERE instrument = ?", no
            ),
            "annexes": read_dicts(
                conn,
                "SELECT annex, title, role, control_total, in_text, default_scope, clause,"
                " (SELECT e.name FROM english_name AS e, instrument AS i"
                "  WHERE i.no = annex.instrument AND e.kind = 'annex'"
                "  AND e.of = i.id || ':' || annex.annex) AS title_en"
                " FROM annex WHERE instrument = ? ORDER BY annex",
                no,
            ),
            "modes": read_dicts(
                conn,
                "SELECT name, annex, entrusts, nullif(needs_agreement, entrusts) AS agreement,"
                " clause, (SELECT e.name FROM english_name AS e"
                "  WHERE e.kind = 'mode' AND e.of = mode.name) AS en"
                " FROM mode WHERE instrument = ?",
                no,
            ),
            "act_rules": stored_act_rules(conn, no),
            "zones": _zones(
                stored,
                conn,
                "SELECT z.id, z.name, z.short_name, iz.clause, z.provenance, z.source,"
                " (SELECT e.name FROM english_name AS e"
                "  WHERE e.kind = 'zone' AND e.of = z.id) AS en"
                " FROM instrument_zones AS iz"
                " JOIN zone AS z ON z.no = iz.zone_no WHERE iz.instrument_no = ? ORDER BY z.no",
                no,
            ),
            "agreement_terms": {
                kind: _column(
                    conn,
                    "SELECT term FROM agreement_term WHERE instrument = ? AND required = ?"
                    " ORDER BY rowid",
                    no,
                    required,
                )
                for kind, required in (("required", 1), ("recommended", 0))
            }
            | _term_basis(conn, no),
            "guidance_kinds": _column(
                conn, "SELECT kind FROM guidance_kind WHERE instrument = ? ORDER BY rowid", no
            ),
            "duties": _duties(conn, no, stored["id"]),
            "clauses": _clauses(conn, no),
            "departments_provenance": departments[0]["provenance"] if departments else None,
            "departments_source": departments[0]["source"] if departments else None,
            "effects": stored_effects_of(conn, no),
            "departments": [
                {key: d[key] for key in ("id", "name", "short_name", "aliases", "en")}
                for d in departments
            ],
            "defaults": {"annex": origin, "ledger": origin},
        }
    )


_DUTIES = (
    "SELECT no, id, name_zh, name_en, initiation, amount, unit, counted_from, event_zh, event_en,"
    " event_act, basis, clauses, proof, guided, announces, public FROM duty"
    " WHERE instrument = ? ORDER BY no"
)
_CLAUSES = (
    "SELECT id, heading, text, summary, checked, reason_zh, reason_en FROM clause"
    " WHERE instrument = ? ORDER BY rowid"
)


def with_joined_zones(conn: sqlite3.Connection, no: int, instrument: Instrument) -> Instrument:
    """The instrument with the zones that later instruments extended it to, as delegates."""
    known = {zone.id for zone in instrument.zones}
    joined = [
        Zone(id=id_, name=name, short_name=short_name, clause=clause)
        for id_, name, short_name, clause in conn.execute(
            "SELECT z.id, z.name, z.short_name, iz.clause FROM instrument_zones AS iz"
            " JOIN zone AS z ON z.no = iz.zone_no WHERE iz.instrument_no = ? ORDER BY z.no",
            (no,),
        )
        if id_ not in known
    ]
    return instrument.model_copy(update={"zones": [*instrument.zones, *joined]})


def _zones(
    instrument: dict[str, Any], conn: sqlite3.Connection, sql: str, no: int
) -> list[dict[str, Any]]:
    """The zones; the origin of their names is left to the instrument where it is the same."""
    zones = read_dicts(conn, sql, no)
    aliases = "SELECT a.alias FROM zone_alias AS a JOIN zone AS z ON z.no = a.zone WHERE z.id = ?"
    for zone in zones:
        zone["aliases"] = _column(conn, aliases, zone["id"])
        if all(zone[key] == instrument[key] for key in ("provenance", "source")):
            del zone["provenance"], zone["source"]
        zone["status"] = zone_status_of(conn, zone["id"])
    return zones


def _duties(conn: sqlite3.Connection, instrument: int, id_: str) -> list[Duty]:
    checks: dict[str, list[DutyCheck]] = {}
    for check in duty_checks(conn):
        if check.instrument == id_:
            checks.setdefault(check.duty, []).append(check)
    duties = []
    for row in read_dicts(conn, _DUTIES, instrument):
        no = row.pop("no")
        row["name"] = {"zh": row.pop("name_zh"), "en": row.pop("name_en")}
        event_zh, event_en = row.pop("event_zh"), row.pop("event_en")
        row["event"] = {"zh": event_zh, "en": event_en} if event_zh is not None else None
        row["modes"] = _column(conn, "SELECT mode FROM duty_mode WHERE duty = ? ORDER BY rowid", no)
        row["owed_by"] = _column(
            conn, "SELECT kind FROM duty_owed_by WHERE duty = ? ORDER BY position", no
        )
        row["clauses"] = row["clauses"].split(";")
        bare = Duty.model_validate(row)
        duties.append(Duty.model_validate(row | stated_parts(bare, checks[bare.id])))
    return duties


def _clauses(conn: sqlite3.Connection, instrument: int) -> list[dict[str, Any]]:
    rules: dict[str, list[str]] = {}
    for clause, code in conn.execute(
        "SELECT clause, code FROM clause_rule WHERE instrument = ? ORDER BY rowid", (instrument,)
    ):
        rules.setdefault(clause, []).append(code)
    clauses = read_dicts(conn, _CLAUSES, instrument)
    for row in clauses:
        zh, en = row.pop("reason_zh"), row.pop("reason_en")
        row["reason"] = {"zh": zh, "en": en} if zh is not None else None
        row["rules"] = rules.get(row["id"], [])
    return clauses


def _term_basis(conn: sqlite3.Connection, no: int) -> dict[str, Any]:
    basis = _column(conn, "SELECT basis FROM agreement_term_basis WHERE instrument = ?", no)
    return {"term_basis": basis[0] if basis else None}


def _column(conn: sqlite3.Connection, sql: str, *values: object) -> list[str]:
    return [value for (value,) in conn.execute(sql, values)]


def stored_instruments(conn: sqlite3.Connection) -> list[Instrument]:
    """Every instrument, in order. Rows taken in for them would have the instrument's own origin."""
    rows = conn.execute("SELECT no, provenance, source FROM instrument ORDER BY no").fetchall()
    return [stored_instrument(conn, *row) for row in rows]
