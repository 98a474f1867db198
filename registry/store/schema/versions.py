"""Which migrations the schema needs, known without importing sqlite_utils.

A command that only reads pays for sqlite_utils when there is something to migrate, and only then.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from registry.locale import _
from registry.store.connection import StoreError

MIGRATION_SET: Final = "registry"
MIGRATIONS: Final = ("0001_registry", "0002_annex_loads", "0003_ledger_imports")


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
