"""Replacing a registry's file: locked meanwhile, and kept under a dated name."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from registry.files import atomic_path, shortened
from registry.store.connection import connect, file_in_use, file_unreadable


@contextmanager
def locked_file(path: Path) -> Iterator[sqlite3.Connection | None]:
    """The old file, locked against readers and writers; None where there is none.

    If another build moves a new file in while we wait for the lock, that one is the old file.
    """
    conn: sqlite3.Connection | None = None
    while conn is None and path.exists():
        opened = path.stat()
        conn = connect(path)
        try:
            # The lock has to outlive the transaction: no backup is made from within one.
            conn.execute("PRAGMA locking_mode = EXCLUSIVE")
            conn.execute("BEGIN EXCLUSIVE")
            conn.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            conn.close()
            if "locked" in str(error):
                raise file_in_use(path) from error
            raise file_unreadable(path, error) from error
        if not os.path.samestat(opened, path.stat()):
            conn.close()
            conn = None
    try:
        yield conn
    finally:
        if conn is not None:
            conn.close()


def dated_path(path: Path, now: datetime) -> Path:
    """A name beside the file that says when it was set aside, and that nothing has."""
    when = f"-{now:%Y%m%d-%H%M%S}"
    dated = shortened(path.stem, len(f"{when}-1000{path.suffix}-journal")) + when
    found, n = path.with_name(f"{dated}{path.suffix}"), 1
    while found.exists():
        n += 1
        found = path.with_name(f"{dated}-{n}{path.suffix}")
    return found


def keep_old(path: Path, old: sqlite3.Connection, now: datetime) -> Path:
    """Copy the old file through its own connection: opening it again would drop the lock."""
    backup = dated_path(path, now)
    with atomic_path(backup, mode=mode_of(path)) as temporary:
        copy_database(old, temporary)
    return backup


def mode_of(*paths: Path) -> int:
    """The permissions that all of the files that are there give."""
    mode = 0o666
    for path in paths:
        with suppress(FileNotFoundError):
            mode &= stat.S_IMODE(path.stat().st_mode)
    return mode | stat.S_IRUSR | stat.S_IWUSR


def copy_database(conn: sqlite3.Connection, target: Path) -> None:
    """Copy a database, with what its side files still hold, to a file of its own."""
    copy = sqlite3.connect(target)
    try:
        conn.backup(copy)
    finally:
        copy.close()
