"""Logging what happened without triggers: the beginning of a log, and what a migration did."""

from __future__ import annotations

import sqlite3

from registry.store.log.fold import differing_rows, fold
from registry.store.log.lines import Op, row_line, stored_bodies, table_line
from registry.store.log.tables import (
    LoggedTable,
    create_log_triggers,
    create_opening,
    logged_tables,
    quoted,
)


def log_as_a_whole(conn: sqlite3.Connection) -> None:
    """Log all that was changed since `drop_log_triggers`, and have later changes logged again.

    The caller holds the transaction, and has said who makes the change.
    """
    create_opening(conn)
    log_differences(conn)
    create_log_triggers(conn)


def log_differences(conn: sqlite3.Connection) -> None:
    """Log all in which the tables differ from what the log adds up to.

    The triggers on the tables are not there while it works. The caller holds the transaction, and
    has said who makes the change.
    """
    folded = fold(stored_bodies(conn)).tables
    writer = _Writer(conn)
    tables = {table.name: table for table in logged_tables(conn)}
    for name, table in tables.items():
        known = folded.get(name)
        if known is None:
            writer.columns(table)
        elif (known.columns, known.key) != (table.columns, table.key):
            writer.columns(table)
            known.move(table.columns, table.key)
    for name, known in folded.items():
        if name not in tables:
            for text in known.rows.values():
                writer.row(name, "end", text)
    for name, table in tables.items():
        known = folded.get(name)
        if known is None or not known.rows:
            writer.whole(table)
        else:
            for op, _key, text in differing_rows(conn, table, known):
                writer.row(name, op, text)


class _Writer:
    """Writes lines of one change, which the first of them opens."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._is_open = False

    def columns(self, table: LoggedTable) -> None:
        seq = self._next()
        line = table_line(seq, table.name, table.columns, table.key)
        self._conn.execute("INSERT INTO entry VALUES (?, ?)", (seq, line))

    def row(self, table: str, op: Op, text: str) -> None:
        seq = self._next()
        self._conn.execute("INSERT INTO entry VALUES (?, ?)", (seq, row_line(seq, table, op, text)))

    def whole(self, table: LoggedTable) -> None:
        """A line for each row, by SQLite alone: a third of the time of a trigger for each."""
        rows = f"main.{quoted(table.name)}"
        if not self._conn.execute(f"SELECT 1 FROM {rows} LIMIT 1").fetchone():
            return
        before = self._next() - 1
        if table.has_rowid:
            first, last, count = self._conn.execute(
                f"SELECT min(rowid), max(rowid), count(*) FROM {rows}"
            ).fetchone()
            if last - first == count - 1:  # its rows are numbered through: quicker by half
                seq = f"(rowid + {before + 1 - first})"
                self._conn.execute(
                    f"INSERT INTO entry SELECT {seq}, {table.line('set', seq=seq)} FROM {rows}"
                    " ORDER BY rowid"
                )
                return
        columns = ", ".join(map(quoted, table.columns))
        self._conn.execute(
            f"INSERT INTO entry SELECT log_seq, {table.line('set', seq='log_seq')} FROM"
            f" (SELECT row_number() OVER (ORDER BY {table.order}) + {before} AS log_seq,"
            f" {columns} FROM {rows})"
        )

    def _next(self) -> int:
        """The number of the next line."""
        if not self._is_open:
            self._conn.execute("UPDATE log_state SET opening = 1")
            self._is_open = True
        (seq,) = self._conn.execute("SELECT max(seq) + 1 FROM entry").fetchone()
        return int(seq)
