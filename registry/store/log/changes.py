"""Who changes the registry, when, by which command and why: what opens a change in the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes the registry: `at`, ISO 8601 to the second with its offset; `by`: a name;
    `command`: with what; `why`: the reason that was given."""

    at: str
    by: str
    command: str
    why: str | None = None


_current: Final[ContextVar[Change | None]] = ContextVar("change", default=None)


@contextmanager
def changing(change: Change) -> Iterator[None]:
    """Have what is changed within the block logged as this change's."""
    token = _current.set(change)
    try:
        yield
    finally:
        _current.reset(token)


def begin_change(conn: sqlite3.Connection) -> None:
    """Say who makes the change that the transaction holds; the first row of a record opens it.

    Where nobody said, it is SQLite's clock's time, and nobody's. A file without a log is let be.
    """
    change = _current.get()
    values = (change.at, change.by, change.command, change.why) if change else (None,) * 4
    _set_state(conn, "pending", *values)


def end_change(conn: sqlite3.Connection) -> None:
    """Say that the change is whole: what others write is not part of it."""
    _set_state(conn, "closed", None, None, None, None)


def _set_state(conn: sqlite3.Connection, *values: str | None) -> None:
    try:
        conn.execute(
            'UPDATE main.log_state SET state = ?, at = ?, "by" = ?, command = ?, why = ?', values
        )
    except sqlite3.OperationalError as error:
        # Asking the schema first takes longer: triggers make it long.
        if "no such table" not in str(error):
            raise
