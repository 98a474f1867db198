"""An instrument -> tables. Everything runs inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from registry.intake.problems import refuse
from registry.locale import _
from registry.model.instrument import Instrument
from registry.store.act_rules import write_act_rules, write_zone_statuses
from registry.store.duty_checks import write_duty_checks
from registry.store.effects import write_effects
from registry.store.english_names import write_english_names
from registry.store.laws import write_clause_rules

_ANNEX: Final = (
    *("instrument", "annex", "title", "role", "control_total", "clause", "in_text"),
    "default_scope",
)
_DUTY: Final = (
    *("instrument", "id", "name_zh", "name_en", "initiation", "amount", "unit", "counted_from"),
    *("basis", "owed_by", "clauses", "proof", "event_zh", "event_en", "guided", "announces"),
    *("public", "event_act"),
)


def write_instrument(conn: sqlite3.Connection, ins: Instrument, path: Path) -> int:
    """Write the instrument and all that it states; its number in the file.

    Raises InputError where it disagrees with another instrument about a zone or department.
    """
    no: int = conn.execute(
        "INSERT INTO instrument (id, number, title, issuer, signed_on, issued_on,"
        " issued_on_basis, gazette, provenance, source, source_en, place_zh, place_en, valid_until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no",
        (
            *(ins.id, ins.number, ins.title, ins.issuer, ins.signed_on, ins.issued_on),
            *(ins.issued_on_basis, ins.gazette, ins.provenance, ins.source, ins.source_en),
            *(ins.place_name, ins.place.en if ins.place else None, ins.valid_until),
        ),
    ).fetchone()[0]
    insert = conn.executemany
    insert(
        "INSERT INTO superior_document VALUES (?, ?, ?)",
        [(no, d.number, d.title) for d in ins.superior_documents],
    )
    insert(
        "INSERT INTO clause VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (no, c.id, c.heading, c.text, c.summary, c.checked)
            + ((c.reason.zh, c.reason.en) if c.reason else (None, None))
            for c in ins.clauses
        ],
    )
    insert(
        f"INSERT INTO annex ({', '.join(_ANNEX)}) VALUES ({', '.join('?' * len(_ANNEX))})",
        [
            (no, a.annex, a.title, a.role, a.control_total, a.clause, a.in_text, a.default_scope)
            for a in ins.annexes
        ],
    )
    insert(
        "INSERT INTO mode (instrument, name, annex, entrusts, clause, needs_agreement)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(no, m.name, m.annex, m.entrusts, m.clause, m.needs_agreement) for m in ins.modes],
    )
    for zone in ins.zones:
        origin = (zone.provenance or ins.provenance, zone.source or ins.source)
        _write_body(conn, path, "zone", (zone.id, zone.name, zone.short_name), origin)
        insert(
            "INSERT INTO zone_alias SELECT ?, no FROM zone WHERE id = ? ON CONFLICT DO NOTHING",
            [(alias, zone.id) for alias in zone.aliases],
        )
    insert(
        "INSERT INTO instrument_zone SELECT ?, no, ? FROM zone WHERE id = ?",
        [(no, z.clause, z.id) for z in ins.zones],
    )
    write_zone_statuses(conn, ins, path)
    write_act_rules(conn, no, ins)
    for department in ins.departments:
        names = (department.id, department.name, department.short_name)
        named_in = (str(ins.departments_provenance), str(ins.departments_source))
        _write_body(conn, path, "department", names, named_in)
        insert(
            "INSERT INTO department_alias SELECT ?, no FROM department WHERE id = ?"
            " ON CONFLICT DO NOTHING",
            [(alias, department.id) for alias in department.aliases],
        )
    _refuse_ambiguous(conn, path, ins)
    terms = ins.agreement_terms
    insert(
        "INSERT INTO agreement_term VALUES (?, ?, ?)",
        [(no, t, 1) for t in terms.required] + [(no, t, 0) for t in terms.recommended],
    )
    if terms.term_basis:
        conn.execute("INSERT INTO agreement_term_basis VALUES (?, ?)", (no, terms.term_basis))
    insert("INSERT INTO guidance_kind VALUES (?, ?)", [(no, k) for k in ins.guidance_kinds])
    for d in ins.duties:
        duty_no = conn.execute(
            f"INSERT INTO duty ({', '.join(_DUTY)}) VALUES ({', '.join('?' * len(_DUTY))})"
            " RETURNING no",
            (
                *(no, d.id, d.name.zh, d.name.en, d.initiation, d.amount, d.unit),
                *(d.counted_from, d.basis, ";".join(d.owed_by), ";".join(d.clauses), d.proof),
                *((d.event.zh, d.event.en) if d.event else (None, None)),
                *(d.guided, d.announces, d.public, d.event_act),
            ),
        ).fetchone()[0]
        insert("INSERT INTO duty_mode VALUES (?, ?, ?)", [(duty_no, no, m) for m in d.modes])
        insert(
            "INSERT INTO duty_owed_by VALUES (?, ?, ?)",
            [(duty_no, n, kind) for n, kind in enumerate(dict.fromkeys(d.owed_by), start=1)],
        )
        write_duty_checks(conn, duty_no, d.checks(ins.id))
    write_effects(conn, ins, no)
    write_english_names(conn, ins)
    write_clause_rules(conn, no, {c.id: c.rules for c in ins.clauses})
    _refuse_code_of_both_checks(conn, path)
    return no


def _refuse_code_of_both_checks(conn: sqlite3.Connection, path: Path) -> None:
    """Refuse a code that one instrument has for what is missing, another for what came late."""
    row = conn.execute(
        'SELECT code FROM duty_check GROUP BY code HAVING min("check") <> max("check")'
    ).fetchone()
    if row:
        refuse(
            path,
            _("another instrument has the code {code} for the other check").format(code=row[0]),
            _("A code is either of what is missing or of what came late: choose another."),
            column="duties.codes",
        )


def _write_body(
    conn: sqlite3.Connection,
    path: Path,
    table: str,
    names: tuple[str, str, str],
    origin: tuple[str, str],
) -> None:
    """Write a zone or department unless an earlier instrument has written the same."""
    known = conn.execute(
        f"SELECT id, name, short_name FROM {table}"
        " WHERE id = ? OR name = ? OR short_name = ? ORDER BY id <> ?",
        (*names, names[0]),
    ).fetchone()
    if known is None:
        _refuse_taken_id(conn, path, table, names[0])
        conn.execute(f"INSERT INTO {table} VALUES (NULL, ?, ?, ?, ?, ?)", names + origin)
    elif known != names:
        refuse(
            path,
            _("here it is {stated}, and elsewhere {known}").format(
                stated=_named(names), known=_named(known)
            ),
            _("Give both instruments the same id, name and short name."),
            key=f"{table}s[{names[0]}]",
        )


def _refuse_taken_id(conn: sqlite3.Connection, path: Path, table: str, id_: str) -> None:
    """Refuse an id that a body of the other kind has: whatever goes by ids would take one for the
    other."""
    other = "department" if table == "zone" else "zone"
    row = conn.execute(f"SELECT name FROM {other} WHERE id = ?", (id_,)).fetchone()
    if row is not None:
        refuse(
            path,
            _("the id {id} is already that of {name}").format(id=id_, name=row[0]),
            _("An id belongs to one zone or department: choose another."),
            key=f"{table}s[{id_}]",
        )


def _named(names: tuple[str, str, str]) -> str:
    """A body with all that has to agree."""
    id_, name, short_name = names
    return f"{id_} {name}（{short_name}）"


def _refuse_ambiguous(conn: sqlite3.Connection, path: Path, ins: Instrument) -> None:
    """Refuse a name, or an alias, that another instrument's list has for another body of the same
    kind."""
    for kind, bodies in (("department", ins.departments), ("zone", ins.zones)):
        names = {name: body.id for body in bodies for name in body.names}
        for name, holder in conn.execute(
            f"SELECT name, id FROM {kind} UNION ALL SELECT short_name, id FROM {kind}"
            f" UNION ALL SELECT a.alias, b.id FROM {kind}_alias AS a"
            f" JOIN {kind} AS b ON b.no = a.{kind}"
        ):
            if names.get(name, holder) != holder:
                refuse(
                    path,
                    _("“{name}” is a name of {holder} elsewhere").format(name=name, holder=holder),
                    _("Give both instruments the same id, name and short name."),
                    key=f"{kind}s[{names[name]}]",
                )
