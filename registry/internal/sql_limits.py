"""What SQL may do here: read this file, in little time (Datasette's limit), in little memory.

Datasette lets only SELECT through, and stops it after two seconds. This closes what a SELECT can
still do: large values and results, functions that nothing stops once they are at it, a look at
where the file lies.
"""

from __future__ import annotations

import ctypes
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from sys import getsizeof
from typing import Any, Final
from urllib.parse import parse_qs

from registry.locale import N_

MAX_VALUE_BYTES: Final = 4_000_000
"""Bytes of one value that a page reads: workbooks are far smaller."""

MAX_CUSTOM_VALUE_BYTES: Final = 200_000
"""Bytes of one value in custom SQL. The time limit does not stop a single call of a function,
which at the worst compares each byte with each."""

MAX_RESULT_BYTES: Final = 6_000_000
"""Bytes in memory of the rows of one result; more are an error. A page or file that is made of them
takes many times as much."""

MAX_HEAP_BYTES: Final = 96_000_000
"""Bytes that SQLite may take altogether, in one process."""

TOO_LARGE: Final = N_("This result is too large; ask for fewer rows or columns.")

# By number, as Python 3.10 has neither `setlimit` nor names for it.
_LIMIT_LENGTH: Final = 0
_LIMITS: Final = {
    2: 100,  # SQLITE_LIMIT_COLUMN: of one row, each as large as a value may be
    5: 250_000,  # SQLITE_LIMIT_VDBE_OP
    7: 0,  # SQLITE_LIMIT_ATTACHED
    8: 1_000,  # SQLITE_LIMIT_LIKE_PATTERN_LENGTH
}
_ARENA_MAX: Final = -8  # M_ARENA_MAX
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

_CLOSED_TABLES: Final = frozenset({"dbstat", "sqlite_dbpage", "sqlite_dbdata", "bytecode"})
"""How the file is laid out; not every SQLite has them."""


def restrict_connection(conn: sqlite3.Connection) -> None:
    """Restrict a connection for good. It keeps reading as it did."""
    if hasattr(conn, "setlimit"):
        conn.setlimit(_LIMIT_LENGTH, MAX_VALUE_BYTES)
        for limit, value in _LIMITS.items():
            conn.setlimit(limit, value)
    conn.row_factory = _SizedRows()
    conn.set_authorizer(_authorize)


@contextmanager
def value_limit(conn: sqlite3.Connection, largest: int) -> Iterator[None]:
    """Within the block no value may have more than `largest` bytes."""
    if not hasattr(conn, "setlimit"):
        yield
        return
    before = conn.setlimit(_LIMIT_LENGTH, largest)
    try:
        yield
    finally:
        conn.setlimit(_LIMIT_LENGTH, before)


def custom_sql(query_string: bytes) -> str | None:
    """The SQL that a request brings along: a query, or conditions on a table; else None."""
    fields = parse_qs(query_string.decode("latin-1"))
    parts = fields.get("sql", [])[:1] or fields.get("_where", [])
    return " AND ".join(part.strip() for part in parts) or None


def limit_heap() -> None:
    """Limit the memory of SQLite in this process to `MAX_HEAP_BYTES`, for good."""
    # The GNU C library otherwise keeps for each thread what its largest query once took.
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
    conn = sqlite3.connect(":memory:")
    conn.execute(f"PRAGMA hard_heap_limit = {MAX_HEAP_BYTES}")
    conn.close()


class _SizedRows:
    """A row factory that stops a query when its rows together exceed `MAX_RESULT_BYTES`."""

    def __init__(self) -> None:
        self._cursor: sqlite3.Cursor | None = None
        self._size = 0

    def __call__(self, cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> sqlite3.Row:
        if cursor is not self._cursor:
            self._cursor, self._size = cursor, 0
        self._size += 64 + sum(map(getsizeof, row))
        if self._size > MAX_RESULT_BYTES:
            raise sqlite3.DataError(TOO_LARGE)  # translated where it is caught
        return sqlite3.Row(cursor, row)


def _authorize(
    action: int, first: str | None, second: str | None, database: str | None, trigger: str | None
) -> int:
    if action in _ALLOWED:
        closed = (
            second in _CLOSED_FUNCTIONS
            if action == sqlite3.SQLITE_FUNCTION
            else action == sqlite3.SQLITE_READ and first in _CLOSED_TABLES
        )
        return sqlite3.SQLITE_DENY if closed else sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
        return sqlite3.SQLITE_OK  # how a full-text index announces itself; the file is read-only
    return sqlite3.SQLITE_DENY
