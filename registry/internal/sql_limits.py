"""What readers' SQL may do: read this file, in little time (Datasette's limit), in little memory.

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

LARGEST_VALUE: Final = 4_000_000
"""Bytes of one value that a page reads: workbooks are far smaller."""

LARGEST_OF_READERS: Final = 200_000
"""Bytes of one value in a reader's SQL. One call of a function is not stopped by the time limit,
and compares each byte with each at the worst."""

LARGEST_RESULT: Final = 6_000_000
"""Bytes in memory of one result: more rows than fit are an error, not a full memory. A page or file
that is made of them takes many times as much."""

HEAP: Final = 96_000_000
"""Bytes that SQLite may take altogether, in one process."""

TOO_LARGE: Final = N_("This result is too large; ask for fewer rows or columns.")

# By number, as Python 3.10 has neither `setlimit` nor names for it.
_LENGTH: Final = 0
_LIMITS: Final = {
    2: 100,  # SQLITE_LIMIT_COLUMN: of one row, each as large as a value may be
    5: 250_000,  # SQLITE_LIMIT_VDBE_OP
    7: 0,  # SQLITE_LIMIT_ATTACHED
    8: 1_000,  # SQLITE_LIMIT_LIKE_PATTERN_LENGTH
}
_ARENAS_AT_MOST: Final = -8  # M_ARENA_MAX
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


def restrict(conn: sqlite3.Connection) -> None:
    """Restrict a connection for good. It keeps reading as it did."""
    if hasattr(conn, "setlimit"):
        conn.setlimit(_LENGTH, LARGEST_VALUE)
        for limit, most in _LIMITS.items():
            conn.setlimit(limit, most)
    conn.row_factory = _Counted()
    conn.set_authorizer(_authorize)


@contextmanager
def values_up_to(conn: sqlite3.Connection, largest: int) -> Iterator[None]:
    """Hold values to so many bytes meanwhile."""
    if not hasattr(conn, "setlimit"):
        yield
        return
    before = conn.setlimit(_LENGTH, largest)
    try:
        yield
    finally:
        conn.setlimit(_LENGTH, before)


def readers_sql(query_string: bytes) -> str | None:
    """The SQL of a reader's own in a request: a query, or conditions on a table."""
    asked = parse_qs(query_string.decode("latin-1"))
    found = asked.get("sql", [])[:1] or asked.get("_where", [])
    return " AND ".join(one.strip() for one in found) or None


def limit_heap() -> None:
    """Hold the memory of SQLite in this process to `HEAP`. It can't be raised again."""
    # The GNU C library otherwise keeps for each thread what its largest query once took.
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENAS_AT_MOST, 1)
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
        self._size += 64 + sum(map(getsizeof, row))
        if self._size > LARGEST_RESULT:
            raise sqlite3.DataError(TOO_LARGE)  # said in the reader's language later
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
