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
from typing import Final

_FOLDER: Final = Path(__file__).parent

_PART: Final = ".part.sql"

STATE_VIEW: Final = "obligation_state"
_FIRST_PROOFS: Final = "first_proofs"

_MATERIALISED: Final = {
    "period_deadlines": """(
      duty_no INTEGER NOT NULL,
      start_on TEXT NOT NULL,
      due_on TEXT,
      certainty TEXT,
      PRIMARY KEY (duty_no, start_on)
    ) WITHOUT ROWID""",
    "departments": """(
      department_no INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      short_name TEXT NOT NULL,
      provenance TEXT NOT NULL,
      source TEXT NOT NULL
    )""",
    "zones": """(
      zone_no INTEGER PRIMARY KEY,
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      short_name TEXT NOT NULL,
      provenance TEXT NOT NULL,
      source TEXT NOT NULL
    )""",
    "department_successions": """(
      department_no INTEGER NOT NULL,
      current_no INTEGER,
      department TEXT NOT NULL,
      current TEXT,
      UNIQUE (department_no, current_no),
      UNIQUE (current_no, department_no)
    )""",
    "department_lines": """(
      department_no INTEGER NOT NULL,
      relative_no INTEGER NOT NULL,
      department TEXT NOT NULL,
      PRIMARY KEY (department_no, relative_no)
    ) WITHOUT ROWID""",
    "zone_holders": """(
      zone_no INTEGER NOT NULL,
      holder_no INTEGER NOT NULL,
      zone TEXT NOT NULL,
      PRIMARY KEY (zone_no, holder_no),
      UNIQUE (holder_no, zone_no)
    ) WITHOUT ROWID""",
    "agreement_periods": """(
      delegation_no INTEGER NOT NULL,
      agreement_no INTEGER NOT NULL,
      signed_on TEXT NOT NULL,
      from_on TEXT NOT NULL,
      to_on TEXT,
      from_day INTEGER NOT NULL,
      to_day INTEGER,
      PRIMARY KEY (delegation_no, agreement_no)
    ) WITHOUT ROWID""",
    "first_agreements": """(
      delegation_no INTEGER PRIMARY KEY,
      signed_on TEXT NOT NULL,
      effective_on TEXT NOT NULL
    )""",
    STATE_VIEW: """(
      duty_no INTEGER NOT NULL,
      delegation_no INTEGER NOT NULL,
      status TEXT NOT NULL,
      item_no INTEGER NOT NULL,
      zone_no INTEGER NOT NULL,
      due_on TEXT,
      certainty TEXT,
      met_on TEXT,
      PRIMARY KEY (duty_no, delegation_no)
    ) WITHOUT ROWID""",
    "agreement_state": """(
      delegation_no INTEGER PRIMARY KEY,
      agreement_no INTEGER,
      status TEXT NOT NULL,
      since TEXT,
      exercisable_from TEXT,
      ends_on TEXT,
      last_on TEXT,
      covered_until TEXT,
      gap_days INTEGER,
      gap_ended_on TEXT,
      provenance TEXT
    )""",
    "case_counts": """(
      item_no INTEGER,
      zone_no INTEGER,
      decided_zone_no INTEGER,
      cases INTEGER NOT NULL
    )""",
    "untimed_case_counts": """(
      item_no INTEGER,
      zone_no INTEGER,
      untimed INTEGER NOT NULL,
      unpromised INTEGER NOT NULL
    )""",
    "case_stop_days": """(
      case_no INTEGER PRIMARY KEY,
      working_days INTEGER,
      calendar_days INTEGER,
      extended INTEGER NOT NULL
    )""",
    "item_limits": """(
      item_no INTEGER PRIMARY KEY,
      power_type TEXT NOT NULL,
      amount INTEGER NOT NULL,
      unit TEXT NOT NULL,
      extension INTEGER NOT NULL
    )""",
    "limit_deadlines": """(
      power_type TEXT NOT NULL,
      accepted_on TEXT NOT NULL,
      due_on TEXT,
      PRIMARY KEY (power_type, accepted_on)
    ) WITHOUT ROWID""",
    "derivations": """(
      delegation_no INTEGER PRIMARY KEY,
      parent TEXT NOT NULL,
      loaded INTEGER NOT NULL,
      known INTEGER NOT NULL,
      parent_no INTEGER,
      held INTEGER NOT NULL,
      zone_no INTEGER,
      instrument_no INTEGER NOT NULL,
      mode TEXT NOT NULL,
      scope TEXT,
      remark TEXT,
      territory TEXT,
      above_state TEXT,
      ended_on TEXT,
      above_instrument_no INTEGER,
      above_mode TEXT,
      above_scope TEXT,
      above_remark TEXT,
      above_territory TEXT
    )""",
}
"""View → columns of the temporary table that an audit materialises it in, to read it once."""

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

_WORD: Final = re.compile(r"[a-z_]+")
_COLUMN: Final = re.compile(r"^ +([a-z_]+) (TEXT|INTEGER)", re.MULTILINE)


@lru_cache(maxsize=1)
def view_texts() -> dict[str, str]:
    """View name → its SELECT, in the order in which they build on each other.

    `{name}` in a text stands for NAME.part.sql, which several views share.
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
    only: Collection[str] | None = None,
) -> None:
    """Create temporary objects that shadow `as_of` and every view, standing on the day `as_of`.

    SQLite resolves a plain name in the temporary schema first, and only objects of the temporary
    schema see others there; hence shadows of all views. With `materialise`, what many queries
    build on, as the state of every obligation, is computed once, into temporary tables; of those
    alone that `queries`, where they are known, read. `only`: the views that are enough for what is
    to be read. Whoever needs the stored day again rolls the transaction back, or closes the
    connection.
    """
    conn.execute("CREATE TEMP TABLE as_of (date TEXT NOT NULL)")
    conn.execute("INSERT INTO temp.as_of VALUES (?)", (as_of,))
    materialised = set(_MATERIALISED) if materialise else set()
    if materialise:
        conn.execute("ANALYZE temp.as_of")  # without, SQLite plans for a million days
    if queries is not None:
        materialised &= _BODIES_BELOW | views_below(queries)
    for name, text in view_texts().items():
        if only is not None and name not in only:
            continue
        if name not in materialised:
            conn.execute(f"CREATE TEMP VIEW {name} AS {text}")
        elif name == STATE_VIEW:
            _materialise_state(conn, text)
        else:
            conn.execute(f"CREATE TEMP TABLE {name} {_MATERIALISED[name]}")
            if may_have_rows(conn, name):
                conn.execute(f"INSERT INTO temp.{name} {text}")
            conn.execute(f"ANALYZE temp.{name}")


def may_have_rows(conn: sqlite3.Connection, view: str) -> bool:
    """Whether the view can have any row; where what it is of has none, it is not worked out."""
    table = _ROWS_OF.get(view)
    return table is None or bool(conn.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone())


def views_below(queries: Iterable[str]) -> set[str]:
    """The views that queries read, and those that these build on."""
    texts = view_texts()
    below: set[str] = set()
    waiting = list(queries)
    while waiting:
        found = set(_WORD.findall(waiting.pop())) & texts.keys() - below
        below |= found
        waiting += (texts[name] for name in found)
    return below


def stored_columns(view: str) -> list[tuple[str, str]]:
    """Name and type of each column of the table that an audit stores a view in; none where it
    does not."""
    return _COLUMN.findall(_MATERIALISED.get(view, ""))


def with_views(names: Iterable[str]) -> str:
    """The beginning of a query that reads these views as of the parameter `:as_of`.

    Whatever the day of the file or of its shadows; each view after those that it builds on.
    """
    texts = view_texts()
    parts = ["as_of (date) AS (SELECT :as_of)", *(f"{name} AS ({texts[name]})" for name in names)]
    return "WITH " + ",\n".join(parts)


@contextmanager
def standing_on(
    conn: sqlite3.Connection, as_of: str, only: Collection[str] | None = None
) -> Iterator[None]:
    """Have every view, or `only` those, stand on the day for what is read meanwhile; nothing is
    written."""
    conn.execute("BEGIN")
    try:
        create_shadow_views(conn, as_of, only=only)
        yield
    finally:
        conn.execute("ROLLBACK")  # of temporary objects only


def _materialise_state(conn: sqlite3.Connection, text: str) -> None:
    """Fill the table from the view's text, but from all proof instead of the first.

    The table keeps the earliest by its key, which takes a third of the time of grouping.
    """
    conn.execute(f"CREATE TEMP TABLE {STATE_VIEW} {_MATERIALISED[STATE_VIEW]}")
    conn.execute(f"DROP VIEW temp.{_FIRST_PROOFS}")
    conn.execute(
        f"CREATE TEMP VIEW {_FIRST_PROOFS} AS"
        " SELECT duty AS duty_no, delegation AS delegation_no, done_on FROM proof"
    )
    conn.execute(
        f"INSERT INTO temp.{STATE_VIEW} {text} WHERE true"
        " ON CONFLICT (duty_no, delegation_no) DO UPDATE SET met_on = excluded.met_on"
        " WHERE excluded.met_on < met_on"
    )
    conn.execute(f"DROP VIEW temp.{_FIRST_PROOFS}")
    conn.execute(f"CREATE TEMP VIEW {_FIRST_PROOFS} AS {view_texts()[_FIRST_PROOFS]}")
