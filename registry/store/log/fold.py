"""What the log adds up to: each table of records as the lines set and ended its rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from registry.locale import _
from registry.store.log.lines import (
    ChangeLine,
    LogError,
    Op,
    Row,
    RowLine,
    TableLine,
    parse_line,
)
from registry.store.log.tables import EVENTS, LoggedTable, quoted

Key = Any
"""What a row of a table is known by: the value of its key, or a tuple of several."""


@dataclass(slots=True)
class FoldedTable:
    """A table as the log has it: its columns, its key, and rows by their key, as JSON."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: dict[Key, str] = field(default_factory=dict)
    _key_of: Callable[[Row], Key] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        places = [self.columns.index(name) for name in self.key]
        if len(places) == 1:
            place = places[0]
            self._key_of = lambda row: row[place]
        else:
            self._key_of = lambda row: tuple(row[place] for place in places)

    def move(self, columns: tuple[str, ...], key: tuple[str, ...]) -> None:
        """Have the rows in other columns from here on; of what is new nothing is known yet."""
        before = {name: place for place, name in enumerate(self.columns)}
        old_rows = [json.loads(text) for text in self.rows.values()]
        self.columns, self.key, self.rows = columns, key, {}
        self.__post_init__()
        for old in old_rows:
            row = [old[before[name]] if name in before else None for name in columns]
            text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            self.rows[self._key_of(row)] = text

    def apply(self, line: RowLine) -> None:
        """Set or end a row. Raises LogError where there is none to end."""
        try:
            key = self._key_of(line.row)
        except IndexError as error:
            raise LogError(_("line {seq}: a row without its key").format(seq=line.seq)) from error
        if line.op == "set":
            self.rows[key] = line.text
        elif self.rows.pop(key, None) is None:
            raise LogError(
                _("line {seq} ends a row of {table} that there is not").format(
                    seq=line.seq, table=line.table
                )
            )


@dataclass(slots=True)
class Fold:
    """Every table of records as the log has it, and where the log stands.

    `events`: rows of what stands in the log alone; `changes`: how many changes there were;
    `began_on`: the day of the first; `at`: the time of the last.
    """

    tables: dict[str, FoldedTable] = field(default_factory=dict)
    events: int = 0
    seq: int = 0
    changes: int = 0
    began_on: str | None = None
    at: datetime | None = None

    def read(self, body: str, seq: int) -> None:
        """Take the next line in. Raises LogError for one that does not follow.

        `seq`: the number under which it is stored, which it states as well.
        """
        line = parse_line(body)
        for stated in (seq, line.seq):
            if stated != self.seq + 1:
                raise LogError(
                    _("line {n} is missing: {seq} comes next").format(n=self.seq + 1, seq=stated)
                )
        self.seq = line.seq
        if isinstance(line, RowLine):
            if line.table in EVENTS:
                self.events += 1
            elif (table := self.tables.get(line.table)) is not None:
                table.apply(line)
            else:
                raise LogError(
                    _("line {seq}: the columns of {table} are not known").format(
                        seq=line.seq, table=line.table
                    )
                )
        elif isinstance(line, TableLine):
            known = self.tables.get(line.table)
            if known is None:
                self.tables[line.table] = FoldedTable(line.columns, line.key)
            else:
                known.move(line.columns, line.key)
        else:
            self._open(line)

    def _open(self, line: ChangeLine) -> None:
        if line.change != self.changes + 1:
            raise LogError(
                _("line {seq}: change {n} is missing").format(seq=line.seq, n=self.changes + 1)
            )
        try:
            at = datetime.fromisoformat(line.at)
            backwards = self.at is not None and at < self.at
        except (TypeError, ValueError) as error:
            raise LogError(
                _("line {seq}: {at} is no time with its offset").format(seq=line.seq, at=line.at)
            ) from error
        if backwards:
            raise LogError(
                _("line {seq}: {at} is before the change that precedes it").format(
                    seq=line.seq, at=line.at
                )
            )
        self.changes, self.at = line.change, at
        self.began_on = self.began_on or line.at[:10]


def fold(bodies: Iterable[tuple[int, str]]) -> Fold:
    """What the lines add up to. Raises LogError."""
    folded = Fold()
    for seq, body in bodies:
        folded.read(body, seq)
    return folded


def stored_rows(conn: sqlite3.Connection, table: LoggedTable) -> Iterator[tuple[Key, str]]:
    """Key and JSON of every row that a table of the file has, in the order in which they stand."""
    several = len(table.key) > 1
    keys = ", ".join(map(quoted, table.key))
    for *key, text in conn.execute(
        f"SELECT {keys}, {table.row()} FROM main.{quoted(table.name)} ORDER BY {table.order}"
    ):
        yield tuple(key) if several else key[0], text


def differing_rows(
    conn: sqlite3.Connection, table: LoggedTable, known: FoldedTable
) -> Iterator[tuple[Op, Key, str]]:
    """What has to be set and ended, for a table as the log has it to be as the file has it.

    Operation, key and row as JSON.
    """
    left = dict(known.rows)
    for key, text in stored_rows(conn, table):
        if left.pop(key, None) != text:
            yield "set", key, text
    for key, text in left.items():
        yield "end", key, text
