"""The views: SELECTs in NN_name.sql beside this file, an API for departments' own SQL.

A view takes no parameter: it joins the one-row table `as_of`. `create_shadow_views` makes temporary
ones of the same names, from the same texts, that stand on another day, without writing the file.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from registry.store.gaps import BY_SETS, insert_gaps
from registry.store.views.laid_down import (
    MATERIALISED,
    STATE_COLUMNS,
    STATE_VIEW,
    TOTAL_COLUMNS,
)

_FOLDER: Final = Path(__file__).parent

_PART: Final = ".part.sql"

_DUES_VIEW: Final = "obligation_dues"
_FIRST_PROOFS: Final = "first_proofs"
_GAP_VIEW: Final = "obligation_gap"
_TOTAL_VIEW: Final = "obligation_total"
_GAP_VIEWS: Final = (_GAP_VIEW, _TOTAL_VIEW)

Obligations = Literal["gaps", "all"]
"""Which obligations an audit wants to see: those that were not met in time, or every one."""

BODIES: Final = ("departments", "zones")
"""The views that give bodies the names of the day."""

_BODIES_BELOW: Final = {*BODIES, "department_successions"}

_ROWS_OF: Final = {
    "derivations": "derivation",
    "cases": "case_record",
    "case_counts": "case_record",
    "accounts": "account",
    "permissions": "permission",
}
"""View → the table without whose rows it has none."""

_READ: Final = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)")
_COMMENT: Final = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)


@lru_cache
def view_texts(obligations: Obligations = "gaps") -> dict[str, str]:
    """View name → its SELECT, in the order in which they build on each other.

    `{name}` in a text stands for NAME.part.sql, which several views share. `obligations`: "all" if
    obligation_gap is to hold every obligation.
    """
    parts = {
        f"{{{path.name.removesuffix(_PART)}}}": path.read_text(encoding="utf-8")
        for path in _FOLDER.glob(f"*{_PART}")
    }
    texts = {}
    for path in sorted(_FOLDER.glob("[0-9]*.sql")):
        text = path.read_text(encoding="utf-8")
        for name, part in parts.items():
            text = text.replace(name, part)
        texts[path.stem.split("_", 1)[1]] = text
    if obligations == "all":
        texts[_GAP_VIEW] = f"SELECT * FROM {STATE_VIEW}"
    return texts


def drop_views(conn: sqlite3.Connection) -> None:
    """Drop every view of the file, of this version or another. The caller holds the transaction."""
    for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall():
        conn.execute(f"DROP VIEW {name}")


def create_views(conn: sqlite3.Connection) -> None:
    """(Re)create every view in the file. The caller holds the transaction."""
    drop_views(conn)
    for name, text in view_texts().items():
        conn.execute(f"CREATE VIEW {name} AS {text}")


def create_shadow_views(
    conn: sqlite3.Connection,
    as_of: str,
    *,
    materialise: bool = False,
    queries: Iterable[str] | None = None,
    obligations: Obligations = "gaps",
) -> None:
    """Create temporary objects that shadow `as_of` and every view, standing on the day `as_of`.

    SQLite resolves a plain name in the temporary schema first, and only objects of the temporary
    schema see others there; hence shadows of all views. With `materialise`, what many queries
    build on, as the state of every obligation, is computed once, into temporary tables; of those
    alone that `queries`, where they are known, read. `obligations`: "gaps" where the queries read
    obligation_gap for what was not met in time, "all" where it is to hold every obligation. Whoever
    needs the stored day again rolls the transaction back, or closes the connection. SQLite then
    reads the whole schema anew: for the names of bodies alone `with_views` is quicker.
    """
    conn.execute("CREATE TEMP TABLE as_of (date TEXT NOT NULL)")
    conn.execute("INSERT INTO temp.as_of VALUES (?)", (as_of,))
    materialised = set(MATERIALISED) if materialise else set()
    by_sets = False
    if materialise:
        conn.execute("ANALYZE temp.as_of")  # without, SQLite plans for a million days
    if queries is not None:
        below = views_below(queries, but=_GAP_VIEWS)
        if not below.isdisjoint(_GAP_VIEWS):
            by_sets = obligations == "gaps" and STATE_VIEW not in below
            below |= views_below([f"SELECT * FROM {_DUES_VIEW if by_sets else STATE_VIEW}"])
        materialised &= _BODIES_BELOW | below
    for name, text in view_texts(obligations).items():
        if by_sets and name in _GAP_VIEWS:
            continue
        if by_sets and name == STATE_VIEW:
            _materialise_gaps(conn, as_of)
        elif name not in materialised:
            conn.execute(f"CREATE TEMP VIEW {name} AS {text}")
        elif name == STATE_VIEW:
            _materialise_state(conn)
        else:
            conn.execute(f"CREATE TEMP TABLE {name} {MATERIALISED[name]}")
            if may_have_rows(conn, name):
                conn.execute(f"INSERT INTO temp.{name} {text}")
            conn.execute(f"ANALYZE temp.{name}")


def may_have_rows(conn: sqlite3.Connection, view: str) -> bool:
    """Whether the view can have any row; where what it is of has none, it is not worked out."""
    table = _ROWS_OF.get(view)
    return table is None or bool(conn.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone())


def table_of(view: str) -> str:
    """The table without whose rows a view has none; of any other view, the view itself."""
    return _ROWS_OF.get(view, view)


def views_below(queries: Iterable[str], but: Collection[str] = ()) -> set[str]:
    """The views that queries read, and those that these build on; not what those in `but` do."""
    texts = view_texts()
    below: set[str] = set()
    waiting = list(queries)
    while waiting:
        found = names_read(waiting.pop()) & texts.keys() - below
        below |= found
        waiting += (texts[name] for name in found.difference(but))
    return below


@lru_cache(maxsize=1024)
def names_read(query: str) -> frozenset[str]:
    """The names of what a query reads itself: tables, views, and what it defines."""
    return frozenset(_READ.findall(_COMMENT.sub("", query)))


AS_OF_DAY: Final = "as_of (date) AS (SELECT :as_of)"


def with_views(names: Iterable[str], instead: str = AS_OF_DAY) -> str:
    """The beginning of a query that reads these views, each after those that it builds on.

    `instead`: what the views find in the place of tables of the file: the day `:as_of`, whatever
    that of the file or of its shadows; or some rows only.
    """
    texts = view_texts()
    return "WITH " + ",\n".join([instead, *(f"{name} AS ({texts[name]})" for name in names)])


@contextmanager
def standing_on(conn: sqlite3.Connection, as_of: str) -> Iterator[None]:
    """Have every view stand on the day for what is read meanwhile; nothing is written. Within a
    transaction of the caller's it is of the same state as that."""
    conn.execute("SAVEPOINT standing_on")
    try:
        create_shadow_views(conn, as_of)
        yield
    finally:
        if conn.in_transaction:  # some errors end it
            conn.execute("ROLLBACK TO standing_on")  # of temporary objects only
            conn.execute("RELEASE standing_on")


def _materialise_state(conn: sqlite3.Connection, condition: str = "true") -> None:
    """Fill the table from the view's text, but from all proof instead of the first.

    The table keeps the earliest by its key, which takes a third of the time of grouping.
    `condition`: on obligation_dues, as `o`.
    """
    texts = view_texts()
    conn.execute(f"CREATE TEMP TABLE {STATE_VIEW} {STATE_COLUMNS}")
    conn.execute(f"DROP VIEW temp.{_FIRST_PROOFS}")
    conn.execute(
        f"CREATE TEMP VIEW {_FIRST_PROOFS} AS"
        " SELECT duty AS duty_no, delegation AS delegation_no, done_on FROM proof"
    )
    conn.execute(
        f"INSERT INTO temp.{STATE_VIEW} {texts[STATE_VIEW]} WHERE {condition}"
        " ON CONFLICT (duty_no, delegation_no) DO UPDATE SET met_on = excluded.met_on"
        " WHERE excluded.met_on < met_on"
    )
    conn.execute(f"DROP VIEW temp.{_FIRST_PROOFS}")
    conn.execute(f"CREATE TEMP VIEW {_FIRST_PROOFS} AS {texts[_FIRST_PROOFS]}")


def _materialise_gaps(conn: sqlite3.Connection, as_of: str) -> None:
    """Fill the tables of what was not met in time, most of it by sets; the state stays a view."""
    texts = view_texts()
    _materialise_state(conn, f"o.duty_no IN (SELECT no FROM duty WHERE NOT ({BY_SETS}))")
    conn.execute(f"CREATE TEMP TABLE {_GAP_VIEW} {STATE_COLUMNS}")
    conn.execute(f"INSERT INTO temp.{_GAP_VIEW} {texts[_GAP_VIEW]}")
    conn.execute(f"CREATE TEMP TABLE {_TOTAL_VIEW} {TOTAL_COLUMNS}")
    conn.execute(
        f"INSERT INTO temp.{_TOTAL_VIEW} SELECT duty_no, NULL, NULL, status, sum(obligations)"
        f" FROM ({texts[_TOTAL_VIEW]}) GROUP BY duty_no, status"
    )
    insert_gaps(conn, as_of)
    conn.execute(f"ANALYZE temp.{_GAP_VIEW}")
    conn.execute(f"DROP TABLE temp.{STATE_VIEW}")
    conn.execute(f"CREATE TEMP VIEW {STATE_VIEW} AS {texts[STATE_VIEW]}")
