"""Many rows into a table, a hundred a statement: half of the time of a statement for each."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

_ROWS: Final = 100
_MOST_VALUES: Final = 30_000
"""SQLite takes 32,766 in a statement."""


def insert_columns(
    conn: sqlite3.Connection, into: str, columns: Sequence[Sequence[object]]
) -> None:
    """Insert rows in their order. `into`: the table, with the names of columns unless it is all of
    them; `columns`: the values of each, one for every row. A value that all rows share is bound
    once. Raises what SQLite raises; rows of earlier statements are in then.
    """
    size = len(columns[0])
    shared = [_is_shared(column) for column in columns]
    constants = [column[0] for column, is_shared in zip(columns, shared, strict=True) if is_shared]
    varying = [column for column, is_shared in zip(columns, shared, strict=True) if not is_shared]
    shape = tuple(
        ("NULL" if column[0] is None else "shared") if is_shared else "own"
        for column, is_shared in zip(columns, shared, strict=True)
    )
    constants = [value for value in constants if value is not None]
    step = min(_ROWS, _MOST_VALUES // len(columns))
    for start in range(0, size, step):
        part = [column[start : start + step] for column in varying]
        sql = _statement(into, shape, min(step, size - start))
        conn.execute(sql, [*constants, *chain.from_iterable(zip(*part, strict=True))])


def insert_rows(
    conn: sqlite3.Connection, into: str, rows: Sequence[tuple[object, ...]], shared: tuple[int, ...]
) -> None:
    """Insert rows of equal width in their order, each with the values `shared` before its own."""
    for start in range(0, len(rows), _ROWS):
        part = rows[start : start + _ROWS]
        conn.execute(
            _statement(into, ("shared",) * len(shared) + ("own",) * len(part[0]), len(part)),
            [*shared, *chain.from_iterable(part)],
        )


def _is_shared(column: Sequence[object]) -> bool:
    return column[0] == column[-1] and len(set(column)) == 1


@lru_cache(maxsize=256)
def _statement(into: str, shape: tuple[str, ...], rows: int) -> str:
    """INSERT of so many rows; what they share comes first in the values that are bound."""
    shared = shape.count("shared")
    number, texts = shared, []
    for _row in range(rows):
        marks, constant = [], 0
        for kind in shape:
            if kind == "NULL":
                marks.append("NULL")
            elif kind == "shared":
                constant += 1
                marks.append(f"?{constant}")
            else:
                number += 1
                marks.append(f"?{number}")
        texts.append(f"({','.join(marks)})")
    return f"INSERT INTO {into} VALUES {','.join(texts)}"
