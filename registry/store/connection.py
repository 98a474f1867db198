"""Open the working file, and nothing else, as the working file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from registry.errors import RegistryError
from registry.locale import _
from registry.store.log.changes import begin_change, end_change
from registry.store.side_files import foreign_side_file

APPLICATION_ID: Final = 0x52475752  # "RGWR": the registry's working file
PUBLISHED_ID: Final = 0x52475042  # "RGPB": a published projection
INTERNAL_ID: Final = 0x5247494E  # "RGIN": a projection for those who sign in
PAST_STATE: Final = 1
"""The user_version of a temporary copy that is the registry as it was known on a past day."""
BUSY_SECONDS: Final = 15.0
_ROOM_KIB: Final = 128 << 10


class StoreError(RegistryError):
    """A working file that is missing, unreadable, in use, damaged, or another program's."""


class FileInUse(StoreError):
    """A working file that another command has locked."""


def file_in_use(path: Path) -> FileInUse:
    """The error for a file that another command has locked."""
    return FileInUse(
        _("{path} is in use by another command").format(path=path),
        _("Try again when it has ended."),
    )


def file_unreadable(path: Path, detail: object) -> StoreError:
    """The error for a file that the operating system or SQLite doesn't open."""
    return StoreError(
        _("{path} can't be opened: {detail}").format(path=path, detail=detail),
        _("Check the folder and its rights."),
    )


def file_damaged(path: Path, detail: object) -> StoreError:
    """The error for a registry whose file SQLite finds malformed."""
    return StoreError(
        _("{path} is damaged: {detail}").format(path=path, detail=detail),
        _("Put a backup in its place: registry restore FILE"),
    )


def _not_ours(path: Path) -> StoreError:
    return StoreError(
        _("{path} is not a registry's working file").format(path=path),
        _("Name another with --db."),
    )


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode with foreign keys on; transactions are `transaction`'s.

    Raises StoreError where the file is missing, no database, or not a registry's working file.
    """
    if not create and not path.is_file():
        raise StoreError(
            _("there is no file {path}").format(path=path), _("`registry build` makes it.")
        )
    if (side := foreign_side_file(path)) is not None:
        raise StoreError(
            _("{side} is not of {path}, and would damage it").format(side=side.name, path=path),
            _(
                "Another file was put in its place after a command had broken off. Remove {side}, "
                "or let `registry restore FILE` put a backup in its place."
            ).format(side=side.name),
        )
    mode = "rwc" if create else "rw"
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    try:
        conn = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        conn.execute("PRAGMA foreign_keys = ON")
        # Else INSERT OR REPLACE ends rows without the log's triggers.
        conn.execute("PRAGMA recursive_triggers = ON")
        application_id = conn.execute("PRAGMA application_id").fetchone()[0]
        conn.execute("SELECT 1 FROM sqlite_master LIMIT 0")  # reads the schema: is it sound?
    except UnicodeDecodeError as error:
        # Python's sqlite3 can't even say what is wrong: the message quotes the damaged bytes.
        raise file_damaged(path, error) from error
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise file_in_use(path) from error
        raise file_unreadable(path, error) from error
    except sqlite3.DatabaseError as error:
        if "malformed" in str(error):
            raise file_damaged(path, error) from error
        raise _not_ours(path) from error
    if not create and application_id != APPLICATION_ID:
        conn.close()
        raise _not_ours(path)
    return conn


def is_past_state(conn: sqlite3.Connection) -> bool:
    """Whether the file is a copy of the registry as it was known on a past day."""
    return bool(conn.execute("PRAGMA user_version").fetchone()[0] == PAST_STATE)


def run_select(
    conn: sqlite3.Connection, sql: str, values: Mapping[str, str]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of somebody else's query. What would write raises OperationalError.

    The connection reads only from then on.
    """
    conn.execute("PRAGMA query_only = ON")
    try:
        cursor = conn.execute(sql, values)
        return [column[0] for column in cursor.description], cursor.fetchall()
    except UnicodeDecodeError as error:
        # The message quotes a value that the query made, and that is no text.
        raise sqlite3.OperationalError(str(error)) from error


def read_dicts(conn: sqlite3.Connection, sql: str, *values: object) -> list[dict[str, Any]]:
    """The rows of a query, each by the names of its columns."""
    cursor = conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


@contextmanager
def transaction(
    conn: sqlite3.Connection, kind: str = "IMMEDIATE", *, dry_run: bool = False
) -> Iterator[None]:
    """One change, logged as one: all of it, or none. With `dry_run` all is undone at the end.

    A DEFERRED one changes no record: it only reads the working file. One that changes no row leaves
    the file as it is, to the byte.
    """
    logged = kind != "DEFERRED"
    conn.execute(f"BEGIN {kind}")
    try:
        if logged:
            begin_change(conn)
        before = conn.total_changes
        yield
        if logged and conn.total_changes == before:
            dry_run = True
        elif logged:
            end_change(conn)
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    conn.execute("ROLLBACK" if dry_run else "COMMIT")


@contextmanager
def reading(conn: sqlite3.Connection) -> Iterator[None]:
    """One state of the file for all that is read in the block."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")


@contextmanager
def many_rows(conn: sqlite3.Connection) -> Iterator[None]:
    """For transactions that write very many rows, outside of any: with room for their pages, and
    without asking of each row whether what it refers to is there. That is the caller's to know.
    """
    (pages,) = conn.execute("PRAGMA cache_size").fetchone()
    conn.execute("PRAGMA foreign_keys = OFF")
    conn.execute(f"PRAGMA cache_size = -{_ROOM_KIB}")
    try:
        yield
    finally:
        conn.execute(f"PRAGMA cache_size = {pages}")
        conn.execute("PRAGMA foreign_keys = ON")
