"""What readers' SQL may do: read this file, in little time (Datasette's limit), in little memory.

Datasette lets only SELECT through, and stops it after two seconds. This closes what a SELECT can
still do: large values and results, a look at where the file lies.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from registry.locale import N_, _

LARGEST_VALUE: Final = 4_000_000
"""Bytes of one value: workbooks are far smaller."""

LARGEST_RESULT: Final = 16_000_000
"""Bytes of one result: more rows than fit are an error, not a full memory."""

HEAP: Final = 256_000_000
"""Bytes that SQLite may take altogether, in one process."""

TOO_LARGE: Final = N_("This result is too large; ask for fewer rows or columns.")

_LIMIT_LENGTH: Final = 0  # sqlite3.SQLITE_LIMIT_LENGTH, which Python 3.10 lacks
_ALLOWED: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_PRAGMAS: Final = frozenset(
    {
        *("table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo"),
        *("foreign_key_list", "function_list", "schema_version", "page_count", "page_size"),
        *("max_page_count", "data_version"),
    }
)
_CLOSED_FUNCTIONS: Final = frozenset(
    {"load_extension", "readfile", "writefile", "edit", "zeroblob"}
)


def restrict(conn: sqlite3.Connection) -> None:
    """Restrict a connection for good. It keeps reading as it did."""
    if hasattr(conn, "setlimit"):
        conn.setlimit(_LIMIT_LENGTH, LARGEST_VALUE)
    conn.row_factory = _Counted()
    conn.set_authorizer(_authorize)


def limit_heap() -> None:
    """Hold the memory of SQLite in this process to `HEAP`. It can't be raised again."""
    conn = sqlite3.connect(":memory:")
    conn.execute(f"PRAGMA hard_heap_limit = {HEAP}")
    conn.close()


class _Counted:
    """Makes rows, and stops a query whose rows grow too large together."""

    def __init__(self) -> None:
        self._cursor: sqlite3.Cursor | None = None
        self._size = 0

    def __call__(self, cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> sqlite3.Row:
        if cursor is not self._cursor:
            self._cursor, self._size = cursor, 0
        self._size += 64 + sum(
            len(value) if isinstance(value, (str, bytes)) else 16 for value in row
        )
        if self._size > LARGEST_RESULT:
            raise sqlite3.OperationalError(_(TOO_LARGE))
        return sqlite3.Row(cursor, row)


def _authorize(
    action: int, first: str | None, second: str | None, database: str | None, trigger: str | None
) -> int:
    if action in _ALLOWED:
        closed = action == sqlite3.SQLITE_FUNCTION and second in _CLOSED_FUNCTIONS
        return sqlite3.SQLITE_DENY if closed else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
        return sqlite3.SQLITE_OK  # how a full-text index announces itself; the file is read-only
    return sqlite3.SQLITE_DENY
