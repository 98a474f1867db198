"""Reading the log: the changes there were, and the whole life of an item or a row of the ledger."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from registry.store.log.lines import (
    ChangeLine,
    Line,
    RowLine,
    TableLine,
    parse_line,
    stored_bodies,
)

Values = dict[str, Any]
Numbers = Mapping[str, set[int]]
"""Table → numbers of rows in it."""

_PARTS: Final = {
    "item_department": "item",
    "item_listing": "item",
    "item_unofficial_field": "item",
    "delegation": "item",
    "agreement_contains": "agreement",
    "agreement_item": "agreement",
}
"""Table of parts → what its rows are parts of: a column, and the table that it refers to."""
_PAPERS: Final = (
    ("delegation", "item", "delegation", "no"),
    ("service_reduction", "item", "service_reduction", "no"),
    ("agreement_item", "item", "agreement", "agreement"),
    ("proof", "delegation", "deliverable", "deliverable"),
)
"""A table, its column of an item or delegation → the table, and column, of what belongs to it."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """What became of a row: what it was (None: it was not there) and is (None: it ended)."""

    seq: int
    table: str
    before: Values | None
    after: Values | None

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """Each field that differs: what it said, and says."""
        old, new = self.before or {}, self.after or {}
        names = dict.fromkeys([*old, *new])
        return {n: (old.get(n), new.get(n)) for n in names if old.get(n) != new.get(n)}


@dataclass(slots=True)
class LoggedChange:
    """A change, and what it did: to each row that was asked for, else how many rows by table."""

    line: ChangeLine
    rows: list[RowChange] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def changes(conn: sqlite3.Connection, since: str = "") -> list[LoggedChange]:
    """Every change from a day on, in order, with how many rows it set and ended by table."""
    found: list[LoggedChange] = []
    for _seq, body in stored_bodies(conn):
        line = parse_line(body)
        if isinstance(line, ChangeLine):
            found.append(LoggedChange(line))
        elif isinstance(line, RowLine):
            found[-1].counts[line.table] += 1
    return [change for change in found if change.line.at[:10] >= since]


def items_called(conn: sqlite3.Connection, id_: str, instrument: str | None) -> set[int]:
    """Numbers of the items that ever had the id, those that no list has any more as well.

    `instrument`: its id; None: of every instrument.
    """
    of = {
        no
        for (no,) in conn.execute(
            "SELECT no FROM instrument WHERE id = coalesce(?, id)", (instrument,)
        )
    }
    rows = _rows([parse_line(body) for _seq, body in stored_bodies(conn)])
    return {
        row["no"]
        for line, row in rows
        if isinstance(line, RowLine)
        and line.table == "item"
        and row["id"] == id_
        and row["instrument"] in of
    }


def life_of(conn: sqlite3.Connection, asked: Numbers, since: str = "") -> list[LoggedChange]:
    """Every change of these rows, of their parts, and of an item's papers, from a day on."""
    lines = [parse_line(body) for _seq, body in stored_bodies(conn)]
    numbers = _with_papers(lines, asked)
    found: list[LoggedChange] = []
    known: dict[tuple[str, str], Values] = {}
    keys: dict[str, tuple[str, ...]] = {}
    for line, row in _rows(lines):
        if isinstance(line, ChangeLine):
            found.append(LoggedChange(line))
        elif isinstance(line, TableLine):
            keys[line.table] = line.key
        elif _belongs(line.table, row, numbers, asked):
            key = (line.table, repr([row[name] for name in keys[line.table]]))
            before = known.pop(key, None)
            after = row if line.op == "set" else None
            if after is not None:
                known[key] = after
            found[-1].rows.append(RowChange(line.seq, line.table, before, after))
    return [change for change in found if change.rows and change.line.at[:10] >= since]


def _rows(lines: Iterable[Line]) -> Iterator[tuple[Line, Values]]:
    """Each line; a row's with its values by column."""
    columns: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if isinstance(line, TableLine):
            columns[line.table] = line.columns
        if isinstance(line, RowLine) and line.table in columns:
            yield line, dict(zip(columns[line.table], line.row, strict=True))
        else:
            yield line, {}


def _belongs(table: str, row: Values, numbers: Numbers, asked: Numbers) -> bool:
    of = _PARTS.get(table)
    if of is not None and row.get(of) in asked.get(of, ()):
        return True
    return row.get("no") in numbers.get(table, ())


def _with_papers(lines: list[Line], asked: Numbers) -> dict[str, set[int]]:
    """The rows, and those of the delegations and papers of the items among them."""
    numbers = {table: set(found) for table, found in asked.items()}
    size = -1
    while size != (size := sum(map(len, numbers.values()))):
        for line, row in _rows(lines):
            for table, column, of, number in _PAPERS:
                if (
                    isinstance(line, RowLine)
                    and line.table == table
                    and row[column] in numbers.get(column, ())
                ):
                    numbers.setdefault(of, set()).add(row[number])
    return numbers
