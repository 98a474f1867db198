"""An instrument and its annexes -> tables. Everything runs inside the caller's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from pathlib import Path
from typing import Final

from registry.intake.annex_csv import AnnexFile, Item
from registry.intake.problems import ProblemLog, refuse
from registry.intake.textfile import TextFile
from registry.locale import _
from registry.model.instrument import Instrument
from registry.model.vocabulary import ITEM_FIELDS, ItemField, Provenance
from registry.store.act_rules import write_act_rules, write_zone_statuses
from registry.store.duty_checks import write_duty_checks
from registry.store.effects import write_effects
from registry.store.english_names import write_english_names
from registry.store.item_grounds import write_item_grounds
from registry.store.laws import write_clause_rules
from registry.text import name_key

_ANNEX: Final = (
    *("instrument", "annex", "title", "role", "control_total", "clause", "in_text"),
    "default_scope",
)
_DUTY: Final = (
    *("instrument", "id", "name_zh", "name_en", "initiation", "amount", "unit", "counted_from"),
    *("basis", "owed_by", "clauses", "proof", "event_zh", "event_en", "guided", "announces"),
    *("public", "event_act"),
)
_ITEM: Final = f"INSERT INTO item VALUES ({', '.join('?' * 25)})"


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


def write_unofficial_fields(
    conn: sqlite3.Connection, item: int, fields: Collection[ItemField]
) -> None:
    """Note which fields of an official item are not its list's, in place of what was noted."""
    conn.execute("DELETE FROM item_unofficial_field WHERE item = ?", (item,))
    conn.executemany(
        "INSERT INTO item_unofficial_field VALUES (?, ?, ?)",
        [(item, n, name) for n, name in enumerate(ITEM_FIELDS, start=1) if name in fields],
    )


class AnnexLoader:
    """Loads the annexes of one instrument, passing over rows whose provenance isn't accepted."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        instrument: Instrument,
        no: int,
        accepted: Collection[Provenance],
    ) -> None:
        self._conn = conn
        self._instrument = instrument
        self._no = no
        self._accepted = accepted
        self._departments = dict(conn.execute("SELECT id, no FROM department").fetchall())
        self._zones = dict(conn.execute("SELECT id, no FROM zone").fetchall())
        self._last = conn.execute("SELECT coalesce(max(no), 0) FROM item").fetchone()[0]

    def load(self, file: TextFile, annex: int) -> ProblemLog:
        """Load one annex. Raises InputError with everything that is wrong in its file."""
        source = AnnexFile(file, self._instrument, annex)
        children: list[tuple[int, Item]] = []
        for batch in source.batches():
            accepted = [item for item in batch if item.provenance in self._accepted]
            children += [pair for pair in self.insert(accepted, source.log) if pair[1].row.parent]
        self.join_parents(children, source.log)
        source.log.close()
        return source.log

    def insert(self, items: list[Item], log: ProblemLog) -> list[tuple[int, Item]]:
        """Insert items with their departments and delegations; those that went in, numbered."""
        numbered = self._insert_items(self._number(items), log)
        self._conn.executemany(
            "INSERT INTO item_department VALUES (?, ?, ?)",
            (
                (no, self._departments[department], role)
                for no, item in numbered
                for department, role in item.departments
            ),
        )
        write_item_grounds(self._conn, ((no, item.row) for no, item in numbered))
        for no, item in numbered:
            if item.unofficial:
                write_unofficial_fields(self._conn, no, item.unofficial)
        # Item by item, so that obligations are later read in the order of the table.
        self._conn.executemany(
            "INSERT INTO delegation (item, zone) VALUES (?, ?)",
            ((no, self._zones[zone]) for no, item in numbered for zone in item.zones),
        )
        return numbered

    def _number(self, items: list[Item]) -> list[tuple[int, Item]]:
        numbered = list(enumerate(items, start=self._last + 1))
        self._last += len(items)
        return numbered

    def _insert_items(
        self, numbered: list[tuple[int, Item]], log: ProblemLog
    ) -> list[tuple[int, Item]]:
        """Insert a batch; where an id stands twice, row by row, to say which. What went in."""
        records = [self.record(no, item) for no, item in numbered]
        self._conn.execute("SAVEPOINT batch")
        try:
            self._conn.executemany(_ITEM, records)
            return numbered
        except sqlite3.IntegrityError:
            self._conn.execute("ROLLBACK TO batch")
        finally:
            self._conn.execute("RELEASE batch")
        inserted = []
        for pair, record in zip(numbered, records, strict=True):
            try:
                self._conn.execute(_ITEM, record)
                inserted.append(pair)
            except sqlite3.IntegrityError:
                log.add(
                    _("the id {item} stands twice").format(item=pair[1].id),
                    _("An id belongs to one item: give the other a new one."),
                    pair[1].row_number,
                    "id",
                )
        return inserted

    def record(self, no: int, item: Item) -> tuple[object, ...]:
        """The item's row of the table `item`; its parent is joined later."""
        row = item.row
        counts = row.parent is None if row.counts_in_total is None else row.counts_in_total
        return (
            *(no, item.id, self._no, item.annex, row.seq, row.name, name_key(row.name)),
            *(row.power_type, row.initiation, row.mode, row.scope, row.remark),
            *(row.law, row.law_version, row.article, row.our_note, None, counts),
            *(row.legal_level, row.reform_mode, row.basic_code, row.implementation_code),
            *(item.provenance, item.source, item.scope_basis),
        )

    def join_parents(self, children: list[tuple[int, Item]], log: ProblemLog) -> None:
        """Point sub-items at their main items; an id that no item has is a problem."""
        for no, item in children:
            parent = self._conn.execute(
                "SELECT no FROM item WHERE instrument = ? AND id = ? AND no <> ?",
                (self._no, item.row.parent, no),
            ).fetchone()
            if parent is None:
                log.add(
                    _("there is no item {item}").format(item=item.row.parent),
                    _("Name the id of the main item."),
                    item.row_number,
                    "parent",
                )
            else:
                self._conn.execute("UPDATE item SET parent = ? WHERE no = ?", (*parent, no))
