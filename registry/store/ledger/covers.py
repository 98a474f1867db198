"""The `covers` of ledger rows, when a list changes the annex that they name."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection


def replace_annex_by_items(
    conn: sqlite3.Connection, instrument: int, annex: int, kept: Collection[str]
) -> int:
    """In ledger rows that cover `annex:N`, replace it by the ids of its items that are `kept`.

    What was published for an annex proves nothing of items that a later list adds to it. Returns
    the number of rows that were changed. The caller holds the transaction.
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
            f"SELECT no, covers FROM {table}"
            f" WHERE {owned} AND voided_on IS NULL AND instr(covers, ?) > 0",
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
