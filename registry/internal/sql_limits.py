"""What SQL may do here: read this file, in little memory.

Datasette lets only SELECT through. This closes what a SELECT can still do: large values and
results, functions that reach beyond the file, a look at where the file lies. Readers' own SQL runs
in a process of its own besides (`sql_process`), which is ended when its time is over.
"""

from __future__ import annotations

import ctypes
import sqlite3
from contextlib import suppress
from sys import getsizeof
from typing import Any, Final
from urllib.parse import parse_qs

from registry.locale import N_

MAX_VALUE_BYTES: Final = 4_000_000
"""Bytes of one value that a page reads: workbooks are far smaller."""

MAX_CUSTOM_VALUE_BYTES: Final = 200_000
"""Bytes of one value in custom SQL."""

MAX_RESULT_BYTES: Final = 6_000_000
"""Bytes in memory of the rows of one result; more are an error. A page or file that is made of them
takes many times as much."""

MAX_HEAP_BYTES: Final = 96_000_000
"""Bytes that SQLite may take altogether, in the server's process."""

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

_CLOSED_TABLES: Final = frozenset(
    {
        *("dbstat", "sqlite_dbpage", "sqlite_dbdata", "sqlite_dbptr", "bytecode", "tables_used"),
        *("sqlite_stmt", "sqlite_memstat"),
    }
)
"""How the file is laid out, and what others asked; not every SQLite has them."""


def restrict_connection(
    conn: sqlite3.Connection,
    value_bytes: int = MAX_VALUE_BYTES,
    result_bytes: int = MAX_RESULT_BYTES,
) -> None:
    """Restrict a connection for good. It keeps reading as it did.

    `value_bytes`: of one value, which Python 3.10 holds results to, and later ones all that a query
    makes. `result_bytes`: in memory of the rows of a result.
    """
    if hasattr(conn, "setlimit"):
        conn.setlimit(_LIMIT_LENGTH, value_bytes)
        for limit, value in _LIMITS.items():
            conn.setlimit(limit, value)
    conn.row_factory = _SizedRows(value_bytes, result_bytes)
    conn.set_authorizer(_authorize)


def custom_parts(query_string: bytes) -> list[str]:
    """The SQL that a request brings along: queries, and conditions on a table, one by one.

    All of it, whichever of it counts at that address.
    """
    fields = parse_qs(query_string.decode("latin-1"))
    parts = [part.strip() for name in ("sql", "_where") for part in fields.get(name, [])]
    return [part for part in parts if part]


def custom_sql(query_string: bytes) -> str | None:
    """The same in one text; None where there is none."""
    return " AND ".join(custom_parts(query_string)) or None


def limit_heap(most: int = MAX_HEAP_BYTES) -> None:
    """Limit the memory of SQLite in this process, for good."""
    # The GNU C library otherwise keeps for each thread what its largest query once took.
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
    conn = sqlite3.connect(":memory:")
    conn.execute(f"PRAGMA hard_heap_limit = {most}")
    conn.close()


class _SizedRows:
    """A row factory that stops a query when a value exceeds `value_bytes`, or its rows together
    `result_bytes`."""

    def __init__(self, value_bytes: int, result_bytes: int) -> None:
        self._value_bytes, self._result_bytes = value_bytes, result_bytes
        self._cursor: sqlite3.Cursor | None = None
        self._size = 0

    def __call__(self, cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> sqlite3.Row:
        if cursor is not self._cursor:
            self._cursor, self._size = cursor, 0
        size = sum(map(getsizeof, row))
        self._size += 64 + size
        if self._size > self._result_bytes or (
            size > self._value_bytes and any(map(self._is_too_large, row))
        ):
            raise sqlite3.DataError(TOO_LARGE)  # translated where it is caught
        return sqlite3.Row(cursor, row)

    def _is_too_large(self, value: Any) -> bool:
        if isinstance(value, str):
            value = value.encode("utf-8", "replace")
        return isinstance(value, bytes) and len(value) > self._value_bytes


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
