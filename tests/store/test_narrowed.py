"""Views over some delegations alone: the rows that they have among all, and few steps to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from registry.store.connection import connect
from registry.store.views import create_shadow_views
from registry.store.views.narrowed import narrowed_to, select_narrowed
from tests.conftest import SEED

DAY = "2021-06-30"
OF_A_DAY = ("delegations", "obligation_status", "current_periods", "obligation_dues")
OF_ALL_DAYS = ("standing", "agreement_days", "exercisable_days", "delegation_periods")


@pytest.fixture
def conn(built: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(built)) as conn:
        create_shadow_views(conn, DAY)
        yield conn


@pytest.fixture
def some(conn: sqlite3.Connection) -> list[int]:
    """A few delegations, of those that an agreement covers and others."""
    covered = [no for (no,) in conn.execute("SELECT DISTINCT delegation_no FROM agreement_days")]
    every = [no for (no,) in conn.execute("SELECT no FROM main.delegation ORDER BY no")]
    draw = Random(SEED)
    return [*draw.sample(covered, 3), *draw.sample(every, 4)]


def rows(conn: sqlite3.Connection, view: str, some: list[int]) -> list[tuple[object, ...]]:
    marks = ", ".join("?" * len(some))
    found = conn.execute(f"SELECT * FROM {view} WHERE delegation_no IN ({marks})", some)
    return sorted(found, key=repr)


@pytest.mark.parametrize("view", [*OF_A_DAY, *OF_ALL_DAYS])
def test_views_give_what_they_give_among_all(
    conn: sqlite3.Connection, some: list[int], view: str
) -> None:
    among_all = rows(conn, view, some)
    with narrowed_to(conn, some):
        assert sorted(conn.execute(f"SELECT * FROM {view}"), key=repr) == among_all
    assert rows(conn, view, some) == among_all, "nothing is narrowed any more"


@pytest.mark.parametrize("view", OF_ALL_DAYS)
def test_so_does_one_query(conn: sqlite3.Connection, some: list[int], view: str) -> None:
    found = select_narrowed(conn, f"SELECT * FROM {view}", some)
    assert sorted(found, key=repr) == rows(conn, view, some)


def test_few_steps_lead_to_a_few_delegations(conn: sqlite3.Connection, some: list[int]) -> None:
    def steps() -> int:
        taken = 0

        def count() -> int:
            nonlocal taken
            taken += 1
            return 0

        conn.set_progress_handler(count, 1)
        for view in ("delegations", "obligation_status"):
            conn.execute(f"SELECT * FROM {view}").fetchall()
        conn.set_progress_handler(None, 1)
        return taken

    whole = steps()
    with narrowed_to(conn, some):
        assert steps() * 4 < whole  # the rest is names of departments and the like


def test_all_delegations_are_read_in_few_steps_each(conn: sqlite3.Connection) -> None:
    """The planner begins with delegations: once it went through lists, modes and zones first."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    conn.set_progress_handler(count, 1)
    found = conn.execute("SELECT id, zone_name, mode FROM delegations").fetchall()
    conn.set_progress_handler(None, 1)
    assert taken < 250 * len(found)
