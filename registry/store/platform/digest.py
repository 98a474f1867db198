"""The digest of the rows of a load: what the log keeps of them, and `verify` makes again.

A row is its values joined by tabs, NULL as `None`; rows are joined by line ends, in the order of
their keys. What a later load does to a row (`superseded_by`) is no part of it. The digest is the
SHA-256 of the hexadecimal digests of its tables, one a line.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from registry.model.case import FileKind

_CHUNK: Final = 10_000

CASE_COLUMNS: Final = (
    *("line", "number", "item", "matched", "accepted_zone", "accepted_department", "applied_on"),
    *("accepted_on", "promised_on", "decided_zone", "decided_department", "decided_on", "result"),
    *("certified", "seal_zone", "seal_department", "satisfaction"),
)
STEP_COLUMNS: Final = (
    *("case_no", "position", "act", "duty", "zone", "department", "started_on", "ended_on"),
)
STOP_COLUMNS: Final = ("case_no", "position", "kind", "from_on", "to_on")
ACCOUNT_COLUMNS: Final = (
    *("line", "login", "zone", "department", "people", "active", "last_login_on"),
    "unknown_roles",
)
PERMISSION_COLUMNS: Final = (*("line", "holder", "zone", "department", "item", "act", "matched"),)

_STORED: Final[Mapping[FileKind, tuple[tuple[str, tuple[str, ...], str], ...]]] = {
    "cases": (
        ("case_record", CASE_COLUMNS, "t.load = ? ORDER BY t.no"),
        (
            "case_step",
            STEP_COLUMNS,
            "t.case_no IN (SELECT no FROM case_record WHERE load = ?)"
            " ORDER BY t.case_no, t.position",
        ),
        (
            "case_stop",
            STOP_COLUMNS,
            "t.case_no IN (SELECT no FROM case_record WHERE load = ?)"
            " ORDER BY t.case_no, t.position",
        ),
    ),
    "accounts": (
        ("account", ACCOUNT_COLUMNS, "t.load = ? ORDER BY t.no"),
        (
            "account_role",
            ("account", "role"),
            "t.account IN (SELECT no FROM account WHERE load = ?) ORDER BY t.account, t.role",
        ),
    ),
    "permissions": (("permission", PERMISSION_COLUMNS, "t.load = ? ORDER BY t.no"),),
}


class RowsDigest:
    """The digest of one table's rows, as they come."""

    def __init__(self, columns: int) -> None:
        self._hash = hashlib.sha256()
        self._form = "\t".join(["%s"] * columns) + "\n"

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows, each of as many values as there are columns."""
        form = self._form
        self._hash.update("".join([form % row for row in rows]).encode())

    def hexdigest(self) -> str:
        """The digest of the rows so far."""
        return self._hash.hexdigest()


def digest_of(parts: Iterable[RowsDigest]) -> str:
    """The digest of a load, of those of its tables in order."""
    return hashlib.sha256("\n".join(part.hexdigest() for part in parts).encode()).hexdigest()


def stored_digest(conn: sqlite3.Connection, kind: FileKind, load: int) -> str:
    """The digest of a load's rows as the file has them."""
    parts = []
    for table, columns, where in _STORED[kind]:
        part = RowsDigest(len(columns))
        selected = ", ".join(f"t.{name}" for name in columns)
        cursor = conn.execute(f"SELECT {selected} FROM main.{table} AS t WHERE {where}", (load,))
        while rows := cursor.fetchmany(_CHUNK):
            part.add(rows)
        parts.append(part)
    return digest_of(parts)


def renew_load_digests(conn: sqlite3.Connection, loads: Iterable[int]) -> None:
    """Have loads tell their rows' digests anew, after a change of the registry changed them.

    The caller holds the transaction; the log keeps the new digests.
    """
    for load in loads:
        (kind,) = conn.execute("SELECT kind FROM platform_load WHERE no = ?", (load,)).fetchone()
        conn.execute(
            "UPDATE platform_load SET content_digest = ? WHERE no = ?",
            (stored_digest(conn, kind, load), load),
        )
