"""Filling a new file fast: what each row would pay for is done once, at the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from registry.store.connection import transaction


@contextmanager
def bulk_transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """One transaction on a file that nobody else reads, without foreign keys and indexes.

    Keys and unique constraints hold throughout. The other indexes are made anew before it commits;
    foreign keys are for the caller to check, by PRAGMA foreign_key_check.
    """
    conn.execute("PRAGMA foreign_keys = OFF")
    with transaction(conn, "EXCLUSIVE"):
        indexes = conn.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _sql in indexes:
            conn.execute(f"DROP INDEX {name}")
        yield
        for _name, sql in indexes:
            conn.execute(sql)
    conn.execute("PRAGMA foreign_keys = ON")
