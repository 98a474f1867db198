"""Which migrations a file lacks, and bringing it up to date.

sqlite_utils, which applies them, is imported only where there is something to apply.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from registry.locale import _
from registry.store.connection import StoreError
from registry.store.schema import MIGRATION_SET, MIGRATIONS


def pending(conn: sqlite3.Connection, path: Path) -> list[str]:
    """Names of migrations that the file still lacks.

    Raises StoreError for a file made by a later version.
    """
    exists = conn.execute(
        "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"
    ).fetchone()
    applied: set[str] = set()
    if exists:
        rows = conn.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (MIGRATION_SET,)
        )
        applied = {name for (name,) in rows}
    unknown = applied - set(MIGRATIONS)
    if unknown:
        raise StoreError(
            _("{path} was made by a later version ({detail})").format(
                path=path, detail=", ".join(sorted(unknown))
            ),
            _("Update this program."),
        )
    return [name for name in MIGRATIONS if name not in applied]


def ensure_current(conn: sqlite3.Connection, path: Path) -> None:
    """Apply the migrations that the file lacks, each in its transaction.

    Raises StoreError for a file made by a later version.
    """
    if pending(conn, path):
        from registry.store.schema.migrations import apply

        apply(conn)
