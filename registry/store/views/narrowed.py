"""The views over some delegations only, as quick in a nation's registry as in a city's.

A condition on what a view gives seldom reaches the tables below: where a view works with windows,
or lays a part of it down, every delegation would be worked out for an answer on one. So the tables
are narrowed, and the views are read as they stand.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from registry.store.views import view_texts, views_below, with_views

_TABLES: Final = {
    "delegation": "SELECT x.* FROM main.delegation AS x WHERE x.no IN ({these})",
    "delegation_period": (
        "SELECT x.* FROM main.delegation_period AS x WHERE x.delegation IN ({these})"
    ),
    "agreement_item": (
        "SELECT x.* FROM main.agreement_item AS x WHERE x.item IN"
        " (SELECT d.item FROM main.delegation AS d WHERE d.no IN ({these}))"
    ),
    "proof": "SELECT x.* FROM main.proof AS x WHERE x.delegation IN ({these})",
}
"""Table → those of its rows that are about some delegations."""

_LOOKED_UP: Final = "delegation"
"""The table that views look up by its key: laid down, it would have none."""


def select_narrowed(
    conn: sqlite3.Connection, sql: str, delegations: Iterable[int]
) -> sqlite3.Cursor:
    """What a query on views that stand on no day gives for delegations, by their numbers.

    Those that they derive from have to be among them where a view asks for them.
    """
    these = "SELECT value FROM json_each(:delegations)"
    tables = ",\n".join(
        f"{name} AS {'NOT MATERIALIZED ' if name == _LOOKED_UP else ''}"
        f"({select.format(these=these)})"
        for name, select in _TABLES.items()
    )
    below = views_below([sql])
    beginning = with_views((name for name in view_texts() if name in below), tables)
    return conn.execute(beginning + sql, {"delegations": json.dumps([*delegations])})


@contextmanager
def narrowed_to(conn: sqlite3.Connection, delegations: Iterable[int]) -> Iterator[None]:
    """Let the temporary views of a day (`create_shadow_views`) see these delegations alone.

    `delegations`: their numbers. Tables of `main` are what they are, and nothing is written.
    """
    conn.execute("CREATE TEMP TABLE these_delegations (no INTEGER PRIMARY KEY)")
    conn.executemany("INSERT INTO temp.these_delegations VALUES (?)", ((no,) for no in delegations))
    # Without, SQLite takes them for a million.
    conn.execute("ANALYZE temp.these_delegations")
    for name, select in _TABLES.items():
        these = select.format(these="SELECT no FROM temp.these_delegations")
        conn.execute(f"CREATE TEMP VIEW {name} AS {these}")
    try:
        yield
    finally:
        for name in _TABLES:
            conn.execute(f"DROP VIEW temp.{name}")
        conn.execute("DROP TABLE temp.these_delegations")
