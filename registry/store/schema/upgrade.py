"""Brings an older file's schema up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from registry.store.schema.versions import pending


def ensure_current(conn: sqlite3.Connection, path: Path) -> None:
    """Apply the migrations that the file lacks, each in its transaction.

    Raises StoreError for a file made by a later version. sqlite_utils is imported only if there
    is something to do.
    """
    if pending(conn, path):
        from registry.store.schema.migrations import apply

        apply(conn)
