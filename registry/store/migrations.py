"""The migrations themselves, by sqlite-utils. Names stand in schema.MIGRATIONS as well.

A published migration is never edited; a later one changes what it made. Views are made anew by
each migration that touches them, from their present texts.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

import sqlite_utils
from sqlite_utils.migrations import Migrations

from registry.store.connection import APPLICATION_ID
from registry.store.schema import MIGRATION_SET
from registry.store.views import create_views

_TABLES: Final = Path(__file__).parent / "tables"

migrations: Final = Migrations(MIGRATION_SET)


def statements(script: str) -> list[str]:
    """The statements of a script; sqlite3's executescript would commit the transaction."""
    found: list[str] = []
    current = ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            found.append(current)
            current = ""
    if current.strip():
        raise ValueError(f"an unfinished statement: {current.strip()[:80]}")
    return found


@migrations(name="0001_registry")
def _registry(db: sqlite_utils.Database) -> None:
    for statement in statements((_TABLES / "0001_registry.sql").read_text(encoding="utf-8")):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    create_views(db.conn)


def apply(conn: sqlite3.Connection) -> None:
    """Apply what is pending."""
    migrations.apply(sqlite_utils.Database(conn))
