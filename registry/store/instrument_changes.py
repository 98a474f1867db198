"""What loading an instrument changes, row by row; and how rows of two registries are compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Key = tuple[Any, ...]
Fields = tuple[tuple[str, Any, Any], ...]
"""Column, what it said, what it says."""


@dataclass(frozen=True)
class RowChange:
    """A row of a table that is added, changed or removed. `key`: what people call it.

    `parts`: of a changed row, tables or lists of it that changed as well.
    """

    table: str
    key: str
    what: Literal["added", "changed", "removed"]
    fields: Fields = ()
    parts: tuple[str, ...] = ()


@dataclass
class InstrumentChanges:
    """What a load does, or would do.

    `counts`: of a new instrument, rows by table. `kept_annexes`: annexes whose items were taken
    from a list, and stay. `ledger_left_out`: the folder has a ledger, which an update passes over.
    """

    id: str
    number: str
    is_new: bool = False
    rows: list[RowChange] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    kept_annexes: list[int] = field(default_factory=list)
    ledger_left_out: bool = False
    notes: list[str] = field(default_factory=list)


def keyed_rows(
    conn: sqlite3.Connection,
    table: str,
    key: tuple[str, ...],
    where: Mapping[str, object] | None = None,
) -> dict[Key, dict[str, Any]]:
    """Rows of a table by the columns of `key`, in the table's order, where columns say `where`."""
    condition = " AND ".join(f'"{column}" = :{column}' for column in where or ()) or "true"
    columns = ", ".join(f'"{column}"' for column in key)
    cursor = conn.execute(
        f"SELECT {columns}, t.* FROM {table} AS t WHERE {condition} ORDER BY rowid", where or {}
    )
    names = [column[0] for column in cursor.description][len(key) :]
    return {
        row[: len(key)]: dict(zip(names, row[len(key) :], strict=True)) for row in cursor.fetchall()
    }


def changed_fields(
    old: Mapping[str, Any], new: Mapping[str, Any], ignoring: tuple[str, ...] = ()
) -> Fields:
    """The columns in which two rows differ."""
    return tuple(
        (column, old[column], new[column])
        for column in old
        if column not in ignoring and old[column] != new[column]
    )


def names_of(conn: sqlite3.Connection, table: str, key: Key) -> str:
    """What people call a row: a delegate's short name; else its key."""
    if table == "instrument_zone":
        (name,) = conn.execute("SELECT short_name FROM zone WHERE no = ?", key).fetchone()
        return str(name)
    return " ".join(map(str, key))
