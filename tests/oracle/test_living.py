"""A registry that lives against a day-by-day replay, in random worlds."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from registry.intake.dataset import open_data_root
from registry.model.body_event import BodyEvent
from registry.model.vocabulary import PROVENANCES
from registry.store.body_events import write_body_event
from registry.store.build import build
from registry.store.connection import connect, transaction
from registry.store.effects import update_periods
from registry.store.views import create_shadow_views
from registry.workdays import Calendar
from tests.conftest import DATA, SEED, THOROUGH, amount
from tests.oracle.living import SAYS, Answers, ever_conferred, on
from tests.oracle.random_worlds import worlds, write
from tests.oracle.world import Key, World, delegations_of, first_day

SHARDS = 4


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """The calendar that the worlds are built with."""
    return Calendar.load(DATA / "calendar")


@contextmanager
def made(world: World) -> Iterator[sqlite3.Connection]:
    """The world as a registry: built of its instruments, its events recorded one by one."""
    with tempfile.TemporaryDirectory() as folder:
        root, db = Path(folder) / "data", Path(folder) / "registry.db"
        root.mkdir()
        write(world, root)
        now = datetime.fromisoformat(f"{world.acts[0].issued}T09:00:00")
        build(db, open_data_root(root), accepted=PROVENANCES, now=now)
        with closing(connect(db)) as conn:
            for event in world.events:
                with transaction(conn):
                    what = BodyEvent.model_validate(event)
                    write_body_event(conn, what, "测试文件", "official", "测试")
                    update_periods(conn)
            yield conn


@contextmanager
def standing(conn: sqlite3.Connection, day: str, *, materialise: bool) -> Iterator[None]:
    """The views stand on the day; without `materialise`, `as_of` may be moved to others."""
    conn.execute("BEGIN")
    try:
        create_shadow_views(conn, day, materialise=materialise)
        yield
    finally:
        conn.execute("ROLLBACK")


def registry_says(conn: sqlite3.Connection) -> Answers:
    """What the views have on the day that they stand on."""
    names, delegations = {}, {}
    for number, reference, conferred, conferral, *stated in conn.execute(
        "SELECT delegation_no, reference, conferred, conferral, mode, scope, remark, territory,"
        " zone FROM delegations"
    ):
        names[number] = reference
        delegations[reference] = (conferred, conferral, *(stated if conferred else ()))
    obligations: dict[tuple[str, str], tuple[Any, ...]] = {}
    # By number: what a later instrument asks for of another's delegation has its own reference.
    for number, duty, *rest in conn.execute(
        "SELECT delegation_no, duty, zone, due_on, met_on, status FROM obligation_status"
    ):
        assert (names[number], duty) not in obligations, f"{names[number]} {duty} stands twice"
        obligations[names[number], duty] = tuple(rest)
    bodies = {
        (names[number], duty, kind, body)
        for number, duty, kind, body in conn.execute(
            "SELECT delegation_no, duty, kind, body FROM obligation_bodies"
        )
    }
    return Answers(delegations, obligations, bodies, set())


def differences(
    conn: sqlite3.Connection, world: World, day: str, ever: Collection[Key]
) -> list[str]:
    """Where the registry, standing on the day, and the replay differ, one line a subject."""
    should, says = on(world, calendar(), day, ever), registry_says(conn)
    # The registry may know a delegation before its day that is overtaken by then.
    for never in should.never:
        if says.delegations.get(never) == (0, SAYS["before"]):
            del says.delegations[never]
    lines = []
    for name in ("delegations", "obligations"):
        expected, found = getattr(should, name), getattr(says, name)
        for key in sorted({*expected, *found}):
            if expected.get(key) != found.get(key):
                lines.append(f"{day} {key}: replay {expected.get(key)}, {found.get(key)}")
    lines += [f"{day} owed by {row}: replay only" for row in sorted(should.bodies - says.bodies)]
    lines += [f"{day} owed by {row}: registry only" for row in sorted(says.bodies - should.bodies)]
    return lines


def disagreements(conn: sqlite3.Connection, world: World, every: int = 1) -> list[str]:
    """The differences of the first day that has some, of those around which something changes.

    `every`: 2 for every second of these days, and so on.
    """
    ever = ever_conferred(world, calendar())
    days = boundaries(world, ever)[::every]
    with standing(conn, days[0], materialise=False):
        for day in days:
            conn.execute("UPDATE temp.as_of SET date = ?", (day,))
            if found := differences(conn, world, day, ever):
                return found
    day = days[len(days) // 2]
    with standing(conn, day, materialise=True):
        return differences(conn, world, day, ever)


def boundaries(world: World, ever: Collection[Key]) -> list[str]:
    """The days on which something may change, with those before and after."""
    days = {event["on"] for event in world.events}
    for act in world.acts:
        days |= {act.issued, act.stated.get("valid_until")}
        for effect in act.stated.get("effects", []):
            days |= {first_day(effect), effect["effective_on"], effect.get("until")}
        days |= {row["done_on"] for row in act.ledger.get("deliverables", [])}
        days |= {row["signed_on"] for row in act.ledger.get("agreements", [])}
    last = max(filter(None, days))
    days |= {due for _zone, due, *_ in on(world, calendar(), last, ever).obligations.values()}
    around = {
        (date.fromisoformat(day) + timedelta(step)).isoformat()
        for day in filter(None, days)
        for step in (-1, 0, 1)
    }
    return sorted(around)


@pytest.mark.parametrize("shard", range(SHARDS))  # so that several workers share them
def test_registry_and_replay_agree_on_random_worlds(shard: int) -> None:
    """Other worlds in each run; REGISTRY_TESTS_SEED draws the same again."""

    @seed(f"{SEED} {shard}")
    @settings(
        max_examples=amount(12, 24, 200) // SHARDS,
        database=None,
        phases=[Phase.generate],  # without shrinking, which takes minutes
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )
    @given(world=worlds())
    def agree(world: World) -> None:
        assert [*delegations_of(world)]
        with made(world) as conn:
            assert disagreements(conn, world, 1 if THOROUGH else 2) == []

    agree()
