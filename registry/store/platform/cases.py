"""Writing cases: in batches, each row compared with what the source's earlier files have of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from registry.store.inserting import insert_rows
from registry.store.platform.digest import (
    CASE_COLUMNS,
    STEP_COLUMNS,
    STOP_COLUMNS,
    RowsDigest,
    digest_of,
)
from registry.store.platform.loads import next_number

Values = tuple[Any, ...]

_WITHOUT_LINE: Final = ", ".join(f"c.{name}" for name in CASE_COLUMNS[1:])


class StoredCase(NamedTuple):
    """A case as the registry has it: its row without the line; its steps and stops."""

    no: int
    content: Values
    steps: list[Values]
    stops: list[Values]


class NewCase(NamedTuple):
    """A case to be written: its row, columns CASE_COLUMNS; steps and stops without their keys;
    and the row that it supersedes."""

    row: Values
    steps: Sequence[Values] = ()
    stops: Sequence[Values] = ()
    supersedes: int | None = None


class CaseWriter:
    """Writes the cases of one load. The caller holds the transaction, and writes the load last."""

    def __init__(self, conn: sqlite3.Connection, load: int, source: int) -> None:
        self._conn = conn
        self._source = source
        self._load = load
        self._next = next_number(conn, "case_record")
        self._parts = (
            RowsDigest(len(CASE_COLUMNS)),
            RowsDigest(len(STEP_COLUMNS)),
            RowsDigest(len(STOP_COLUMNS)),
        )
        # The key is the next number: SQLite gives it, and rows come in order.
        self._into = f"case_record (load, source, {', '.join(CASE_COLUMNS)})"
        (self._has_any, self._has_earlier) = conn.execute(
            "SELECT EXISTS (SELECT 1 FROM case_record),"
            " EXISTS (SELECT 1 FROM case_record WHERE source = ?)",
            (source,),
        ).fetchone()
        self._dropped: list[str] = []
        if not self._has_any:
            self._drop_indexes()

    def earlier(self, numbers: Iterable[str]) -> dict[str, StoredCase]:
        """The cases of earlier loads that count, by number."""
        if not self._has_earlier:
            return {}
        rows = self._conn.execute(
            f"SELECT c.no, {_WITHOUT_LINE} FROM json_each(?) AS n CROSS JOIN case_record AS c"
            " ON c.number = n.value AND c.source = ? AND c.superseded_by IS NULL",
            (json.dumps(list(numbers)), self._source),
        ).fetchall()
        found = {row[1]: StoredCase(row[0], row[1:], [], []) for row in rows}
        if found:
            by_no = {case.no: case for case in found.values()}
            keys = json.dumps(list(by_no))
            for no, *step in self._conn.execute(_STEPS, (keys,)):
                by_no[no].steps.append(tuple(step))
            for no, *stop in self._conn.execute(_STOPS, (keys,)):
                by_no[no].stops.append(tuple(stop))
        return found

    def written(self, numbers: Iterable[str]) -> set[str]:
        """Those of the numbers that this load has written already."""
        self.restore_indexes()
        rows = self._conn.execute(
            "SELECT c.number FROM json_each(?) AS n CROSS JOIN case_record AS c"
            " ON c.number = n.value AND c.source = ? AND c.superseded_by IS NULL"
            " WHERE c.load = ?",
            (json.dumps(list(numbers)), self._source, self._load),
        )
        return {number for (number,) in rows}

    def live(self, number: str) -> Values:
        """The case of that number that counts: its columns without the line."""
        self.restore_indexes()
        row: Values = self._conn.execute(
            f"SELECT {_WITHOUT_LINE} FROM case_record AS c"
            " WHERE c.source = ? AND c.number = ? AND c.superseded_by IS NULL",
            (self._source, number),
        ).fetchone()
        return row

    def write_rows(self, rows: Sequence[Values]) -> None:
        """Write cases without steps and stops that supersede none."""
        insert_rows(self._conn, self._into, rows, (self._load, self._source))
        self._parts[0].add(rows)
        self._next += len(rows)

    def write(self, cases: Sequence[NewCase]) -> None:
        """Write cases, and have the rows that they supersede say so."""
        first = self._next
        replaced = [
            (first + place, case.supersedes)
            for place, case in enumerate(cases)
            if case.supersedes is not None
        ]
        self._conn.executemany("UPDATE case_record SET superseded_by = ? WHERE no = ?", replaced)
        self.write_rows([case.row for case in cases])
        for digest, table, columns, name in (
            (self._parts[1], "case_step", STEP_COLUMNS, "steps"),
            (self._parts[2], "case_stop", STOP_COLUMNS, "stops"),
        ):
            rows = [
                (first + place, position, *values)
                for place, case in enumerate(cases)
                for position, values in enumerate(getattr(case, name), start=1)
            ]
            if rows:
                self._conn.executemany(
                    f"INSERT INTO {table} ({', '.join(columns)})"
                    f" VALUES ({', '.join('?' * len(columns))})",
                    rows,
                )
                digest.add(rows)

    def _drop_indexes(self) -> None:
        """Have the first cases of all written without indexes: made at the end, they take less."""
        indexes = self._conn.execute(
            "SELECT name, sql FROM main.sqlite_schema WHERE type = 'index'"
            " AND tbl_name = 'case_record' AND sql IS NOT NULL"
        ).fetchall()
        for name, statement in indexes:
            self._conn.execute(f"DROP INDEX {name}")
            self._dropped.append(statement)

    def restore_indexes(self) -> None:
        """Have the indexes there again: at the end, and before a case is looked for."""
        while self._dropped:
            self._conn.execute(self._dropped.pop(0))

    def digest(self) -> str:
        """The digest of all that was written."""
        return digest_of(self._parts)


_STEPS: Final = (
    "SELECT s.case_no, s.act, s.duty, s.zone, s.department, s.started_on, s.ended_on"
    " FROM json_each(?) AS n CROSS JOIN case_step AS s ON s.case_no = n.value"
    " ORDER BY s.case_no, s.position"
)
_STOPS: Final = (
    "SELECT s.case_no, s.kind, s.from_on, s.to_on FROM json_each(?) AS n"
    " JOIN case_stop AS s ON s.case_no = n.value ORDER BY s.case_no, s.position"
)
