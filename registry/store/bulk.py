"""Filling a new file fast: what each row would pay for is done once, at the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from registry.store.connection import transaction
from registry.store.log.recording import log_as_a_whole
from registry.store.log.tables import drop_log_triggers


@contextmanager
def bulk_transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """One transaction on a file that nobody else reads, without what each row would pay for.

    Keys and unique constraints hold throughout. The other indexes are made anew before it commits,
    and all that changed is logged then; foreign keys are off, and for the caller to check, by
    PRAGMA foreign_key_check.
    """
    conn.execute("PRAGMA foreign_keys = OFF")
    with transaction(conn, "EXCLUSIVE"):
        indexes = conn.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _sql in indexes:
            conn.execute(f"DROP INDEX {name}")
        drop_log_triggers(conn)
        yield
        log_as_a_whole(conn)
        for _name, sql in indexes:
            conn.execute(sql)
    conn.execute("PRAGMA foreign_keys = ON")
