"""Facts of one item: those that reading everything gives, and no more work with more of others."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from registry.authority.answer import Question
from registry.authority.answering import Authority
from registry.authority.reading import FactReader
from registry.store.connection import connect
from tests.conftest import SEED, amount
from tests.oracle.random_authority import worlds_of_authority
from tests.oracle.test_living import made
from tests.oracle.world import World


def items(conn: sqlite3.Connection) -> list[int]:
    """The numbers of all items."""
    return [no for (no,) in conn.execute("SELECT no FROM item ORDER BY no")]


def steps(conn: sqlite3.Connection, some: list[int] | None) -> int:
    """How many steps SQLite takes to read some items, or all."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    reader = FactReader(conn)
    conn.set_progress_handler(count, 1)
    reader.items_of(some)
    conn.set_progress_handler(None, 1)
    return taken


def test_items_read_alone_and_with_all_others_are_the_same(built: Path) -> None:
    with closing(connect(built)) as conn:
        whole = FactReader(conn).items_of()
        asked = [*items(conn)[:30], *Random(SEED).sample(items(conn), 20)]
        for item in asked:
            assert FactReader(conn).items_of([item]) == {item: whole[item]}
        assert FactReader(conn).items_of(asked) == {item: whole[item] for item in asked}


@settings(
    max_examples=amount(5, 20, 100),
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
@seed(SEED)
@given(world=worlds_of_authority(zones_grant=False))
def test_so_they_are_with_chains_of_delegations(world: World) -> None:
    with made(world) as conn:
        whole = FactReader(conn).items_of()
        for item in whole:
            assert FactReader(conn).items_of([item]) == {item: whole[item]}


@settings(
    max_examples=amount(5, 20, 100),
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
@seed(SEED)
@given(world=worlds_of_authority(zones_grant=False))
def test_a_zone_alone_has_the_same_facts_and_answers(world: World) -> None:
    with made(world) as conn:
        whole, every = FactReader(conn).items_of(), Authority(conn)
        for (zone,) in conn.execute("SELECT id FROM zone ORDER BY no").fetchall():
            held = {
                item: [d for d in of_item if zone in {d.zone, *(p.zone for p in d.periods)}]
                for item, of_item in whole.items()
            }
            assert FactReader(conn, zone).items_of() == {i: of for i, of in held.items() if of}
            alone = Authority(conn, zone)
            for item in whole:
                days = every.turns(item)
                for act in ("decide", "receive"):
                    for day in days:
                        question = Question(zone, item, act, day)
                        assert alone.can(question) == every.can(question)
                    assert alone.spans(question) == every.spans(question)


@pytest.mark.parametrize("place", [0, -1])
def test_an_item_takes_a_small_part_of_the_steps_of_all(built: Path, place: int) -> None:
    with closing(connect(built)) as conn:
        assert steps(conn, [items(conn)[place]]) * 20 < steps(conn, None)
