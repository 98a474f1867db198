"""Who changes the registry, when, by which command and why: what opens a change in the log."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
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
    if foreign_changes(conn):
        # The digest of the data tells of them from now on.
        conn.execute(
            "UPDATE main.meta SET value = ? WHERE key = 'data_digest'", (data_digest(conn),)
        )
    _set_state(conn, "closed", None, None, None, None)
    if (last := _last_change(conn)) is not None:
        conn.execute(f"PRAGMA main.user_version = {2 * last}")


def foreign_changes(conn: sqlite3.Connection) -> int:
    """How many changes something else than our commands has made since the last of them.

    The file's user_version is twice the number of the last change that a command made; 0: it is of
    a version that did not say so, and none are known.
    """
    (known,) = conn.execute("PRAGMA main.user_version").fetchone()
    if known == 0 or known % 2 or (last := _last_change(conn)) is None:
        return 0
    own = conn.execute("SELECT state = 'open' FROM main.log_state").fetchone()[0]
    return last - int(known) // 2 - int(own)


def last_change_at(conn: sqlite3.Connection) -> datetime | None:
    """When the last change was made, or the last checkpoint; None: never, or nothing says so."""
    try:
        row = conn.execute("SELECT last_at FROM main.log_state").fetchone()
        return datetime.fromisoformat(row[0]) if row and row[0] else None
    except (sqlite3.OperationalError, ValueError, TypeError):
        return None


def data_digest(conn: sqlite3.Connection) -> str:
    """The digest of the data as it is: of what commands brought in, and of what anything else did.

    By it a stored audit tells what it saw. The caller holds the transaction that reads the data.
    """
    (digest,) = conn.execute("SELECT value FROM main.meta WHERE key = 'data_digest'").fetchone()
    if foreign := foreign_changes(conn):
        (known,) = conn.execute("PRAGMA main.user_version").fetchone()
        told = f"{digest} changes {known // 2 + 1} to {known // 2 + foreign}, by no command"
        digest = hashlib.sha256(told.encode()).hexdigest()
    return str(digest)


def _last_change(conn: sqlite3.Connection) -> int | None:
    try:
        row = conn.execute("SELECT change FROM main.log_state").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return None
    return int(row[0]) if row else None


def _set_state(conn: sqlite3.Connection, *values: str | None) -> None:
    try:
        conn.execute(
            'UPDATE main.log_state SET state = ?, at = ?, "by" = ?, command = ?, why = ?', values
        )
    except sqlite3.OperationalError as error:
        # Asking the schema first takes longer: triggers make it long.
        if "no such table" not in str(error):
            raise
