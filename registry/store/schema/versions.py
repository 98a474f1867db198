"""Which migrations a file lacks, and bringing it up to date.

sqlite_utils, which applies them, is imported only where there is something to apply.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from registry.files import locked
from registry.locale import _
from registry.store.connection import StoreError, file_in_use
from registry.store.schema import MIGRATION_SET, MIGRATIONS

_TIMEOUT: Final = 300.0
"""Seconds: bringing a large file up to date takes minutes."""


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
    """Apply the migrations that the file lacks, each in its transaction; of several commands one.

    Raises StoreError for a file made by a later version.
    """
    if pending(conn, path):
        with _alone(path):
            if pending(conn, path):
                _apply(conn, path)


def _apply(conn: sqlite3.Connection, path: Path) -> None:
    """Apply them. Raises StoreError where something of the office's has a name that they need:
    earlier ones may have been applied, and the file is sound all the same."""
    from registry.store.schema.migrations import apply

    try:
        apply(conn)
    except sqlite3.OperationalError as error:
        if "already exists" not in str(error):
            raise
        raise StoreError(
            _("{path} can't be brought to this version: {detail}").format(path=path, detail=error),
            _("It is none of the program's: give it another name, and try again."),
        ) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Have other commands wait. Where a folder takes no files, SQLite's own lock has to suffice."""
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(path, timeout=_TIMEOUT))
        except TimeoutError as error:
            raise file_in_use(path) from error
        except OSError:
            pass
        yield
