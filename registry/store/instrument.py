"""Tables -> an instrument: what `load.write_instrument` wrote, read back.

After the first build the file is the truth; whoever takes in more of an instrument checks it
against this, and not against the data folder.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from registry.errors import RegistryError
from registry.locale import _, list_separator
from registry.model.vocabulary import Provenance

if TYPE_CHECKING:
    from registry.model.instrument import Instrument


class UnknownInstrument(RegistryError):
    """An id that no instrument in the file has; without one, there are several to choose from."""


def instrument_ids(conn: sqlite3.Connection) -> list[str]:
    """Ids of the instruments, in their order."""
    return [id_ for (id_,) in conn.execute("SELECT id FROM instrument ORDER BY no")]


def find_instrument(conn: sqlite3.Connection, id: str | None) -> tuple[int, str]:
    """Number and id of the instrument; of the only one if none is named.

    Raises UnknownInstrument.
    """
    rows = conn.execute("SELECT no, id FROM instrument ORDER BY no").fetchall()
    found = [row for row in rows if id in (None, row[1])]
    if len(found) != 1:
        known = list_separator().join(known for _no, known in rows)
        problem = _("no instrument is called {id}").format(id=id)
        remedy = _("Known are: {known}.").format(known=known)
        if id is None:
            problem = _("there are several instruments")
            remedy = _("Name one with --instrument: {known}.").format(known=known)
        raise UnknownInstrument(problem, remedy)
    return found[0][0], found[0][1]


def stored_instrument(
    conn: sqlite3.Connection, no: int, provenance: Provenance, source: str
) -> Instrument:
    """The instrument of that number. Rows that are taken in next have the given origin."""
    from registry.model.instrument import Instrument

    origin = {"provenance": provenance, "source": source}
    (stored,) = _dicts(conn, "SELECT * FROM instrument WHERE no = ?", no)
    del stored["no"]
    place = {"zh": stored.pop("place_zh"), "en": stored.pop("place_en")}
    stored["place"] = place if all(place.values()) else None
    departments = _dicts(
        conn, "SELECT no, id, name, short_name, provenance, source FROM department ORDER BY no"
    )
    aliases: dict[int, list[str]] = {}
    for alias, department in conn.execute("SELECT alias, department FROM department_alias"):
        aliases.setdefault(department, []).append(alias)
    for department in departments:
        department["aliases"] = aliases.get(department.pop("no"), [])
    return Instrument.model_validate(
        stored
        | {
            "superior_documents": _dicts(
                conn, "SELECT number, title FROM superior_document WHERE instrument = ?", no
            ),
            "annexes": _dicts(
                conn,
                "SELECT annex, title, role, control_total, clause FROM annex"
                " WHERE instrument = ? ORDER BY annex",
                no,
            ),
            "modes": _dicts(
                conn, "SELECT name, annex, entrusts, clause FROM mode WHERE instrument = ?", no
            ),
            "zones": _dicts(
                conn,
                "SELECT z.id, z.name, z.short_name, iz.clause FROM instrument_zone AS iz"
                " JOIN zone AS z ON z.no = iz.zone WHERE iz.instrument = ? ORDER BY z.no",
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
            },
            "guidance_kinds": _column(
                conn, "SELECT kind FROM guidance_kind WHERE instrument = ? ORDER BY rowid", no
            ),
            "duties": [_duty(conn, row) for row in _dicts(conn, _DUTIES, no)],
            "clauses": [_clause(row) for row in _dicts(conn, _CLAUSES, no)],
            "departments_provenance": departments[0]["provenance"],
            "departments_source": departments[0]["source"],
            "departments": [
                {key: d[key] for key in ("id", "name", "short_name", "aliases")}
                for d in departments
            ],
            "defaults": {"annex": origin, "ledger": origin},
        }
    )


_DUTIES = (
    "SELECT no, id, name_zh, name_en, initiation, amount, unit, counted_from, basis, clauses,"
    " proof, no IN (SELECT duty FROM public_duty) AS public"
    " FROM duty WHERE instrument = ? ORDER BY no"
)
_CLAUSES = (
    "SELECT id, heading, text, summary, checked, reason_zh, reason_en FROM clause"
    " WHERE instrument = ? ORDER BY rowid"
)


def _duty(conn: sqlite3.Connection, row: dict[str, Any]) -> dict[str, Any]:
    no = row.pop("no")
    row["name"] = {"zh": row.pop("name_zh"), "en": row.pop("name_en")}
    row["modes"] = _column(conn, "SELECT mode FROM duty_mode WHERE duty = ? ORDER BY rowid", no)
    row["owed_by"] = _column(
        conn, "SELECT kind FROM duty_owed_by WHERE duty = ? ORDER BY position", no
    )
    row["clauses"] = row["clauses"].split(";")
    return row


def _clause(row: dict[str, Any]) -> dict[str, Any]:
    zh, en = row.pop("reason_zh"), row.pop("reason_en")
    row["reason"] = {"zh": zh, "en": en} if zh is not None else None
    return row


def _dicts(conn: sqlite3.Connection, sql: str, *values: object) -> list[dict[str, Any]]:
    cursor = conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _column(conn: sqlite3.Connection, sql: str, *values: object) -> list[str]:
    return [value for (value,) in conn.execute(sql, values)]
