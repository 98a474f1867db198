"""Open the working file, and nothing else, as the working file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

APPLICATION_ID: Final = 0x52475752  # "RGWR": the registry's working file
PUBLISHED_ID: Final = 0x52475042  # "RGPB": a published projection
INTERNAL_ID: Final = 0x5247494E  # "RGIN": a projection for those who sign in
BUSY_SECONDS: Final = 15.0


class StoreError(Exception):
    """A file that can't be used. `reason` is one of REASONS; the command line words it."""

    REASONS: Final = ("missing", "unreadable", "foreign", "newer", "busy", "damaged")

    def __init__(self, path: Path, reason: str, detail: str = "") -> None:
        assert reason in self.REASONS
        super().__init__(f"{path}: {reason} {detail}".rstrip())
        self.path = path
        self.reason = reason
        self.detail = detail


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode with foreign keys on; transactions are `transaction`'s.

    Raises StoreError where the file is missing, no database, or not a registry's working file.
    """
    if not create and not path.is_file():
        raise StoreError(path, "missing")
    mode = "rwc" if create else "rw"
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    try:
        conn = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        conn.execute("PRAGMA foreign_keys = ON")
        application_id = conn.execute("PRAGMA application_id").fetchone()[0]
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StoreError(path, "busy") from error
        raise StoreError(path, "unreadable", str(error)) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(path, "foreign", str(error)) from error
    if not create and application_id != APPLICATION_ID:
        conn.close()
        raise StoreError(path, "foreign")
    return conn


@contextmanager
def transaction(conn: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """One change: all of it, or none."""
    conn.execute(f"BEGIN {kind}")
    try:
        yield
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")
