"""What a body's ledger workbook holds, as of a day: rows, choices, and what is sent out with it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass, field
from typing import Final

from registry.intake.ledger.sheet_specs import (
    FORMAT,
    LISTS_MARK,
    MARK,
    BodyKind,
    Field,
    SheetSpec,
    sheet_specs,
)
from registry.model.vocabulary import PROVENANCES, Provenance, Status, weakest
from registry.store.bodies import kinds_that_owe
from registry.store.instrument import instrument_ids
from registry.store.ledger.rows import (
    PROOF_FIELDS,
    Ledger,
    LedgerBody,
    LedgerRow,
    Obligation,
    all_bodies,
    read_ledger,
)
from registry.store.views import create_shadow_views

# A report knows nothing of intake: what it needs of the specification, it finds here.
__all__ = [
    "FORMAT",
    "LISTS_MARK",
    "MARK",
    "BodyKind",
    "BookRow",
    "BookSheet",
    "Field",
    "LedgerBook",
]
__all__ += ["LedgerBooks", "SheetSpec", "identity_of"]

MEASURES: Final = ("材料", "环节", "时限")
_SENT_TOO: Final = {
    "guidance": ("zone", "department", "kind", "raised_on", "text"),
    "service": ("item",),
}
"""Columns that go out with the open ones, to know again what a mere number stands for."""

Cell = str | int | None


@dataclass(slots=True)
class BookRow:
    """A row of a sheet. `sent`: the open cells as they go out; `open`: they may be filled in."""

    key: str
    cells: dict[str, Cell]
    sent: dict[str, str]
    provenance: Provenance
    open: bool = True
    status: Status | None = None
    late: bool = False


@dataclass
class BookSheet:
    """A sheet: its columns and its rows. `choices`: what a drop-down offers, by field."""

    spec: SheetSpec
    rows: list[BookRow]
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns."""
        return self.spec.fields


@dataclass
class LedgerBook:
    """The workbook of one body. `of_several`: the registry has further instruments.

    `stored`: sheet → key → field → text, of the rows that are the body's own to fill in.
    """

    instrument: str
    number: str
    title: str
    body: LedgerBody
    as_of: str
    identity: str
    sheets: list[BookSheet]
    terms: tuple[str, ...]
    of_several: bool = False
    stored: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    @property
    def distinguishing_number(self) -> str | None:
        """The instrument's number, where a body has a workbook of each of several instruments."""
        return self.number if self.of_several else None

    @property
    def provenances(self) -> set[Provenance]:
        """Of what provenance the rows shown are."""
        return {row.provenance for sheet in self.sheets for row in sheet.rows}


@dataclass(frozen=True, slots=True)
class _State:
    """How an obligation stands on the day, and the zone (its number) that then has it."""

    zone_no: int
    status: Status
    due_on: str | None
    met_on: str | None


def identity_of(conn: sqlite3.Connection) -> str:
    """The text that identifies a working file until it is built anew: build time and digest."""
    meta = dict(conn.execute("SELECT key, value FROM meta").fetchall())
    return f"{meta.get('built_at', '')} {meta.get('data_digest', '')[:16]}".strip()


def ledger_books(
    conn: sqlite3.Connection, as_of: str, instrument: str | None = None
) -> list[LedgerBook]:
    """The workbooks of all bodies of one instrument, or of every instrument.

    Of several instruments, each body has one for each that concerns it.
    """
    rows = conn.execute(
        "SELECT no FROM instrument WHERE id = coalesce(?, id) ORDER BY no", (instrument,)
    ).fetchall()
    books = []
    for (no,) in rows:
        source = LedgerBooks(conn, no, as_of)
        books += [source.book(body) for body in source.bodies]
    return books


class LedgerBooks:
    """The workbooks of one instrument's bodies. Reads the file once, and writes nothing to it.

    `bodies`: those that have one on the day.
    """

    def __init__(self, conn: sqlite3.Connection, instrument: int, as_of: str) -> None:
        conn.execute("PRAGMA temp_store = MEMORY")
        conn.execute("BEGIN")
        try:
            create_shadow_views(conn, as_of, materialise=True)
            self._read(conn, instrument, as_of)
        finally:
            conn.execute("ROLLBACK")  # of temporary objects only

    def _read(self, conn: sqlite3.Connection, instrument: int, as_of: str) -> None:
        self.as_of = as_of
        self.bodies = all_bodies(conn, instrument)
        self._identity = identity_of(conn)
        self._instrument: tuple[str, str, str] = conn.execute(
            "SELECT id, number, title FROM instrument WHERE no = ?", (instrument,)
        ).fetchone()
        self._of_several = len(instrument_ids(conn)) > 1
        self._ledger: Ledger = read_ledger(conn, instrument)
        self._stored = self._ledger.stored()
        self._states = {
            (duty, delegation): _State(*state)
            for duty, delegation, *state in conn.execute(
                "SELECT duty_no, delegation_no, zone_no, status, due_on, met_on"
                " FROM obligation_state"
            )
        }
        self._owed = [
            o
            for o in self._ledger.obligations.values()
            if (o.duty_no, o.delegation_no) in self._states
        ]
        self._duty_names: dict[int, str] = dict(
            conn.execute("SELECT no, name_zh FROM duty WHERE instrument = ?", (instrument,))
        )
        self._owed_by = kinds_that_owe(conn)
        self._items: dict[int, tuple[str, str, str, Provenance, str]] = {
            no: (id_, name, mode, provenance, initiation)
            for no, id_, name, mode, provenance, initiation in conn.execute(
                "SELECT no, id, name, mode, provenance, initiation FROM item WHERE instrument = ?",
                (instrument,),
            )
        }
        self._departments = dict(
            conn.execute(
                "SELECT department_no, short_name FROM departments ORDER BY department_no"
            ).fetchall()
        )
        self._zones = dict(
            conn.execute(
                "SELECT z.zone_no, z.short_name FROM zones AS z JOIN instrument_zones AS iz"
                " ON iz.zone_no = z.zone_no WHERE iz.instrument_no = ? ORDER BY z.zone_no",
                (instrument,),
            ).fetchall()
        )
        self._responsible: dict[int, list[int]] = {}
        for item, department in conn.execute("SELECT item_no, department_no FROM item_departments"):
            self._responsible.setdefault(item, []).append(department)
        self._terms = tuple(
            term
            for (term,) in conn.execute(
                "SELECT term FROM agreement_term WHERE instrument = ? ORDER BY rowid", (instrument,)
            )
        )
        self._kinds = tuple(
            kind
            for (kind,) in conn.execute(
                "SELECT kind FROM guidance_kind WHERE instrument = ? ORDER BY rowid", (instrument,)
            )
        )

    def book(self, body: LedgerBody) -> LedgerBook:
        """The workbook of a body."""
        sheets = []
        for spec in sheet_specs(body.kind):
            if spec.name == "obligations":
                rows = [self._obligation(spec, o) for o in self._owed if self._owes(body, o)]
            else:
                rows = [
                    self._row(spec, key, row)
                    for key, row in self._ledger.rows[spec.name].items()
                    if body.no in (row.zones if body.kind == "zone" else row.parties)
                ]
            sheets.append(BookSheet(spec, rows, self._choices(spec, body)))
        return LedgerBook(
            *(*self._instrument, body, self.as_of, self._identity, sheets, self._terms),
            of_several=self._of_several,
            stored={
                sheet.spec.name: {
                    row.key: self._stored[sheet.spec.name][row.key]
                    for row in sheet.rows
                    if row.open
                }
                for sheet in sheets
            },
        )

    def _owes(self, body: LedgerBody, obligation: Obligation) -> bool:
        owed_by = self._owed_by[obligation.duty_no]
        if body.kind == "zone":
            return "zone" in owed_by and self._state(obligation).zone_no == body.no
        return "department" in owed_by and body.no in self._responsible.get(obligation.item_no, [])

    def _state(self, obligation: Obligation) -> _State:
        return self._states[obligation.duty_no, obligation.delegation_no]

    def _obligation(self, spec: SheetSpec, obligation: Obligation) -> BookRow:
        item, name, mode, item_provenance, _initiation = self._items[obligation.item_no]
        state = self._state(obligation)
        responsible = self._responsible.get(obligation.item_no, [])
        filled = dict(zip(PROOF_FIELDS, obligation.values, strict=True))
        first = obligation.proofs[0].provenance if obligation.proofs else None
        shown: dict[str, Cell] = {
            "key": obligation.key,
            "item": item,
            "item_name": name,
            "zone": self._zones.get(state.zone_no, obligation.zone),
            "department": "、".join(self._departments[no] for no in responsible),
            "mode": mode,
            "duty": self._duty_names[obligation.duty_no],
            "due_on": state.due_on,
            "days_overdue": _days(state, self.as_of),
        }
        return BookRow(
            obligation.key,
            {**shown, **filled},
            {f.name: filled.get(f.name, "") for f in spec.filled},
            weakest({item_provenance, first or PROVENANCES[0]}) or item_provenance,
            open=not obligation.agreed,
            status=state.status,
            late=bool(state.met_on and state.due_on and state.met_on > state.due_on),
        )

    def _row(self, spec: SheetSpec, key: str, row: LedgerRow) -> BookRow:
        cells: dict[str, Cell] = {spec.key.name: key, **row.texts}
        names = {f.name for f in spec.filled} | set(_SENT_TOO.get(spec.name, ()))
        sent = {name: row.texts.get(name, "") for name in sorted(names)}
        return BookRow(key, cells, sent, row.provenance)

    def _choices(self, spec: SheetSpec, body: LedgerBody) -> dict[str, tuple[str, ...]]:
        zones, departments = tuple(self._zones.values()), tuple(self._departments.values())
        offered = {
            "zone": zones,
            "department": departments,
            "party": departments + zones,
            "kind": self._kinds,
            "measure": MEASURES,
            "item": self._requested(body),
        }
        return {
            f.name: choices
            for f in spec.fillable
            if (choices := offered.get(f.type)) and (f.type != "party" or f.name == "department")
        }

    def _requested(self, body: LedgerBody) -> tuple[str, ...]:
        """Items of a zone that people apply for: those whose service can be made lighter."""
        return tuple(
            dict.fromkeys(
                o.item
                for o in self._owed
                if self._state(o).zone_no == body.no and self._items[o.item_no][4] == "依申请"
            )
        )


def _days(state: _State, as_of: str) -> int | None:
    if state.status != "alarm" or state.due_on is None:
        return None
    return (dt.date.fromisoformat(as_of) - dt.date.fromisoformat(state.due_on)).days
