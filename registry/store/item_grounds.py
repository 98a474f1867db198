"""What items rest on besides their list: a parent delegation, a law that allows entrusting them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from registry.model.item import split_delegation

TABLES: Final = {
    "derivation": ("parent_instrument", "parent_item", "parent_zone"),
    "entrustment_basis": ("basis",),
}
"""Table with a row for an item → its columns besides `item`."""


def write_item_grounds(
    conn: sqlite3.Connection, items: Sequence[int], grounds: Sequence[tuple[str | None, str | None]]
) -> None:
    """Write what rows of a list state of this: of each item, by its number, `derives_from` and
    `entrustment_basis` as ItemRow has them."""
    if not any(map(any, grounds)):
        return
    for no, (derives_from, basis) in zip(items, grounds, strict=True):
        if derives_from:
            conn.execute(
                "INSERT OR REPLACE INTO derivation VALUES (?, ?, ?, ?)",
                (no, *split_delegation(derives_from)),
            )
        if basis:
            conn.execute("INSERT OR REPLACE INTO entrustment_basis VALUES (?, ?)", (no, basis))


def grounds_of(conn: sqlite3.Connection, item: int) -> dict[str, tuple[str, ...] | None]:
    """Table → what it has of an item, without the item's number."""
    return {
        table: conn.execute(
            f"SELECT {', '.join(columns)} FROM {table} WHERE item = ?", (item,)
        ).fetchone()
        for table, columns in TABLES.items()
    }


def replace_grounds(
    conn: sqlite3.Connection, item: int, grounds: dict[str, tuple[str, ...] | None]
) -> None:
    """Make what the tables have of an item this."""
    for table, values in grounds.items():
        conn.execute(f"DELETE FROM {table} WHERE item = ?", (item,))
        if values is not None:
            marks = ", ".join("?" * (len(values) + 1))
            conn.execute(f"INSERT INTO {table} VALUES ({marks})", (item, *values))
