"""What ledger rows cover, when the annex that they name changes under them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection


def freeze_covers(
    conn: sqlite3.Connection, instrument: int, annex: int, kept: Collection[str]
) -> int:
    """Name one by one what rows that say `annex:N` cover, leaving out all but the `kept` ids.

    A powers list that was made for one annex doesn't prove anything of items that a later list
    brings. Returns how many rows now say so.
    """
    whole = f"annex:{annex}"
    ids = [
        id_
        for (id_,) in conn.execute(
            "SELECT id FROM item WHERE instrument = ? AND annex = ? ORDER BY seq, no",
            (instrument, annex),
        )
        if id_ in kept
    ]
    changed = 0
    for table, owned in (
        ("agreement", "instrument = ?"),
        ("deliverable", "duty IN (SELECT no FROM duty WHERE instrument = ?)"),
    ):
        for no, covers in conn.execute(
            f"SELECT no, covers FROM {table} WHERE {owned} AND instr(covers, ?) > 0",
            (instrument, whole),
        ).fetchall():
            parts = covers.split(";")
            if whole in parts and ids:
                named = dict.fromkeys(
                    id_ for part in parts for id_ in (ids if part == whole else [part])
                )
                conn.execute(f"UPDATE {table} SET covers = ? WHERE no = ?", (";".join(named), no))
                changed += 1
    return changed
