"""What was taken into the ledger before, by the name it was taken in under."""

from __future__ import annotations

import sqlite3


def was_taken(conn: sqlite3.Connection, name: str) -> bool:
    """Whether something whose name begins so was imported or recorded already."""
    row = conn.execute(
        "SELECT 1 FROM ledger_import WHERE substr(file, 1, length(?)) = ? LIMIT 1", (name, name)
    ).fetchone()
    return row is not None
