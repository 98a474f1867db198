"""The migrations as sqlite-utils applies them: one for each name in `MIGRATIONS`.

A migration runs its script in `tables`. A published one is never edited; a later one changes what
it made. The last one makes every view and the log's triggers anew, from the present texts.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

import sqlite_utils
from sqlite_utils.migrations import Migrations

from registry.store.connection import APPLICATION_ID
from registry.store.log.changes import begin_change, end_change
from registry.store.log.recording import log_as_a_whole
from registry.store.log.tables import drop_log_triggers
from registry.store.schema import MIGRATION_SET, MIGRATIONS
from registry.store.views import create_views, drop_views, view_texts

_TABLES: Final = Path(__file__).parent / "tables"

migrations: Final = Migrations(MIGRATION_SET)


def statements(script: str) -> list[str]:
    """The statements of a script; sqlite3's executescript would commit the transaction.

    Raises ValueError for a statement without its semicolon.
    """
    complete: list[str] = []
    current = ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            complete.append(current)
            current = ""
    if current.strip():
        raise ValueError(f"an unfinished statement: {current.strip()[:80]}")
    return complete


def _register(name: str) -> None:
    @migrations(name=name)
    def migrate(db: sqlite_utils.Database) -> None:
        # SQLite changes no table that a view, or the trigger of another table, would then misread.
        drop_log_triggers(db.conn)
        others = _views_of_others(db.conn)
        drop_views(db.conn)
        for statement in statements((_TABLES / f"{name}.sql").read_text(encoding="utf-8")):
            db.execute(statement)
        if name == MIGRATIONS[0]:
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        if name == MIGRATIONS[-1]:
            create_views(db.conn)
            begin_change(db.conn)
            log_as_a_whole(db.conn)
            end_change(db.conn)
        for view in others:
            db.execute(view)


def _views_of_others(conn: sqlite3.Connection) -> list[str]:
    """The statements of views that are none of ours: they stay, whatever becomes of their tables.

    No version so far has had a view whose name is not among the present ones.
    """
    rows = conn.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'view'").fetchall()
    return [sql for name, sql in rows if name not in view_texts()]


for _name in MIGRATIONS:
    _register(_name)


def apply(conn: sqlite3.Connection) -> None:
    """Apply the migrations that the file lacks, each in its transaction."""
    migrations.apply(sqlite_utils.Database(conn))
