"""What was not met in time, by sets: the rows that the views give, whatever the world and day."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from registry.audit.rule import load_rules
from registry.store import gaps
from registry.store.connection import connect
from registry.store.views import create_shadow_views
from registry.store.views.laid_down import STATE_VIEW
from tests.conftest import amount
from tests.oracle.random_worlds import World, worlds
from tests.oracle.test_living import made

DUTY_RULES = {"DUT001", "DUT002"}
QUERIES = [
    text
    for rule in load_rules()
    if rule.code in DUTY_RULES
    for text in (rule.sql, rule.population)
    if text
]
GAPS = "SELECT * FROM obligation_gap ORDER BY duty_no, delegation_no"
TOTALS = (
    "SELECT duty_no, status, sum(obligations) AS n FROM obligation_total"
    " GROUP BY duty_no, status HAVING n > 0 ORDER BY duty_no, status"
)


@contextmanager
def laid_down(conn: sqlite3.Connection, day: str, **how: Any) -> Iterator[None]:
    conn.execute("BEGIN")
    try:
        create_shadow_views(conn, day, **how)
        yield
    finally:
        conn.execute("ROLLBACK")


def by_sets(conn: sqlite3.Connection, day: str) -> tuple[list[Any], list[Any]]:
    with laid_down(conn, day, materialise=True, queries=QUERIES):
        tables = {
            name
            for (name,) in conn.execute("SELECT name FROM sqlite_temp_schema WHERE type = 'table'")
        }
        assert {"obligation_gap", "obligation_total"} <= tables
        assert {"first_agreements", "delegation_agreements", "zone_holders"} <= tables, (
            "what they are made from is worked out once"
        )
        assert STATE_VIEW not in tables
        return conn.execute(GAPS).fetchall(), conn.execute(TOTALS).fetchall()


def by_views(conn: sqlite3.Connection, day: str) -> tuple[list[Any], list[Any]]:
    with laid_down(conn, day):
        return conn.execute(GAPS).fetchall(), conn.execute(TOTALS).fetchall()


@pytest.fixture
def demonstration(built: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(built)) as conn:
        yield conn


@settings(
    max_examples=amount(6, 10, 60),
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(world=worlds())
def test_the_sets_give_the_rows_of_the_views(world: World) -> None:
    with made(world) as conn:
        for day in days_of(conn):
            assert by_sets(conn, day) == by_views(conn, day), day


def days_of(conn: sqlite3.Connection) -> list[str]:
    """Days on which the state of an obligation changes, and the next ones."""
    found = {
        day
        for (day,) in conn.execute(
            "SELECT issued_on FROM instrument UNION SELECT done_on FROM proof"
            " UNION SELECT due_on FROM duty_deadlines WHERE due_on IS NOT NULL"
        )
    }
    after = {(date.fromisoformat(day) + timedelta(1)).isoformat() for day in found}
    return sorted(found | after)


@pytest.mark.parametrize("day", ["2021-04-15", "2021-05-28", "2021-05-29", "2021-06-30"])
def test_the_sets_give_the_rows_of_the_views_on_the_demonstration(
    demonstration: sqlite3.Connection, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gaps, "_CHUNK", 97)  # so that a set is put together from many texts
    missing, totals = by_sets(demonstration, day)
    assert (missing, totals) == by_views(demonstration, day)
    assert missing
    assert Counter(status for _duty, status, _n in totals)["ok"] >= (day > "2021-04-15")


def test_where_all_are_asked_for_every_obligation_is_a_row(
    demonstration: sqlite3.Connection,
) -> None:
    with laid_down(
        demonstration, "2021-06-30", materialise=True, queries=QUERIES, obligations="all"
    ):
        gap = demonstration.execute(GAPS).fetchall()
        state = f"SELECT * FROM {STATE_VIEW} ORDER BY duty_no, delegation_no"
        assert gap == demonstration.execute(state).fetchall()


def test_a_query_that_reads_the_state_finds_it_whole(demonstration: sqlite3.Connection) -> None:
    queries = [*QUERIES, f"SELECT count(*) FROM {STATE_VIEW}"]
    with laid_down(demonstration, "2021-06-30", materialise=True, queries=queries):
        (stated,) = demonstration.execute(queries[-1]).fetchone()
        (total,) = demonstration.execute("SELECT sum(obligations) FROM obligation_total").fetchone()
    assert stated == total > 0
