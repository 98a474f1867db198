"""SQLite files of a state folder, which only their owner may read: opened for each transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from registry.internal.errors import PrivateFileError
from registry.internal.private_files import create_private, refuse_others
from registry.locale import _

_BUSY_SECONDS: Final = 10.0


class PrivateDatabase:
    """A database at `path`. `versions`: scripts that each make a version of the one before it; the
    first is the schema. `application_id` marks the file.

    All methods raise PrivateFileError where the file can't be used, also where others can read it.
    """

    def __init__(self, path: Path, application_id: int, versions: Sequence[Path]) -> None:
        self.path = path
        self._application_id = application_id
        self._versions = versions

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that writes; rolled back where the block raises."""
        with self._open() as conn:
            conn.execute("BEGIN IMMEDIATE")
            try:
                yield conn
            except BaseException:
                conn.execute("ROLLBACK")
                raise
            conn.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A transaction that reads."""
        with self._open() as conn:
            conn.execute("BEGIN")
            yield conn
            conn.execute("ROLLBACK")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            # Nobody else reads it, from its first moment on.
            if not self.path.exists():
                create_private(self.path, b"")
            refuse_others(self.path)
            with closing(
                sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
            ) as conn:
                conn.execute("PRAGMA foreign_keys = ON")
                self._bring_up_to_date(conn)
                yield conn
        except sqlite3.DatabaseError as error:
            raise PrivateFileError(
                _("{path} can't be used: {detail}").format(path=self.path, detail=error),
                _("Check the folder and its rights, or put a copy of the file back."),
            ) from error

    def _bring_up_to_date(self, conn: sqlite3.Connection) -> None:
        version = _version(conn)
        if version == len(self._versions):
            return
        if version > len(self._versions):
            raise PrivateFileError(
                _("{path} was written by a newer version of this program").format(path=self.path),
                _("Use that version."),
            )
        conn.execute("BEGIN IMMEDIATE")
        try:
            for number in range(_version(conn), len(self._versions)):
                for statement in _statements(self._versions[number].read_text("utf-8")):
                    conn.execute(statement)
            conn.execute(f"PRAGMA application_id = {self._application_id}")
            conn.execute(f"PRAGMA user_version = {len(self._versions)}")
        except BaseException:
            conn.execute("ROLLBACK")
            raise
        conn.execute("COMMIT")


def _version(conn: sqlite3.Connection) -> int:
    return int(conn.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, so that they stay in the transaction that is open."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
