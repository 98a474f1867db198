"""Every delegation's answers as a temporary table, for what is published and for canned queries."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from registry.authority.answering import Authority
from registry.authority.in_short import in_short
from registry.authority.position import STEPS, WORDS, positions

TABLE: Final = "delegation_answers"
COLUMNS: Final = (*STEPS, "implement", "state", "state_from")
"""What it adds to a delegation: an answer an act, the implementing one, the state and its start."""

_OF: Final = re.compile(rf"\b({'|'.join(COLUMNS)})\b", re.IGNORECASE)


def create_answer_table(conn: sqlite3.Connection, authority: Authority | None = None) -> None:
    """Make `temp.delegation_answers` for the day of the views: `as_of`.

    A row a delegation: its number, the columns of COLUMNS, the answer in a sentence
    (`answer_zh`, `answer_en`), and the weakest provenance of what it rests on. `authority`: one on
    the same state of the registry, which has read what it takes already.
    """
    (day,) = conn.execute("SELECT date FROM as_of").fetchone()
    conn.execute(
        f"CREATE TEMP TABLE {TABLE} (delegation_no INTEGER PRIMARY KEY, {', '.join(COLUMNS)},"
        " answer_zh, answer_en, provenance)"
    )
    marks = ", ".join("?" * (len(COLUMNS) + 4))
    rows = _rows(authority or Authority(conn), day)
    conn.executemany(f"INSERT INTO temp.{TABLE} VALUES ({marks})", rows)


def _rows(authority: Authority, day: str) -> Iterator[tuple[Any, ...]]:
    for position in positions(authority, day):
        sentence = in_short(position, authority.acts)
        implementing = position.implementing
        yield (
            position.delegation.no,
            *(WORDS[position.answers[act].answer] for act in STEPS),
            WORDS[implementing.answer] if implementing is not None else None,
            position.standing.state,
            position.state_from,
            sentence.say("zh"),
            sentence.say("en"),
            position.deciding.provenance,
        )


def widen_delegations(conn: sqlite3.Connection, sql: str) -> None:
    """Have the temporary view `delegations` show the answers too, if a query reads any of them.

    The caller has made the views of the day (`create_shadow_views`).
    """
    if "delegations" not in sql or not _OF.search(sql):
        return
    create_answer_table(conn)
    (text,) = conn.execute(
        "SELECT sql FROM temp.sqlite_master WHERE name = 'delegations'"
    ).fetchone()
    select = text.partition(" AS ")[2]
    conn.execute("DROP VIEW temp.delegations")
    conn.execute(
        f"CREATE TEMP VIEW delegations AS SELECT d.*, {', '.join(f'a.{c}' for c in COLUMNS)}"
        f" FROM ({select}) AS d JOIN temp.{TABLE} AS a ON a.delegation_no = d.delegation_no"
    )
