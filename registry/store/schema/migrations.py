"""The migrations themselves, by sqlite-utils. Names stand in schema.MIGRATIONS as well.

A published migration is never edited; a later one changes what it made. The last one makes every
view anew, from the present texts.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

import sqlite_utils
from sqlite_utils.migrations import Migrations

from registry.store.connection import APPLICATION_ID
from registry.store.schema.versions import MIGRATION_SET
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
    _create_tables(db, "0001_registry")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations(name="0002_annex_loads")
def _annex_loads(db: sqlite_utils.Database) -> None:
    _create_tables(db, "0002_annex_loads")


@migrations(name="0003_ledger_imports")
def _ledger_imports(db: sqlite_utils.Database) -> None:
    _create_tables(db, "0003_ledger_imports")
    create_views(db.conn)


def _create_tables(db: sqlite_utils.Database, name: str) -> None:
    for statement in statements((_TABLES / f"{name}.sql").read_text(encoding="utf-8")):
        db.execute(statement)


def apply(conn: sqlite3.Connection) -> None:
    """Apply what is pending."""
    migrations.apply(sqlite_utils.Database(conn))
