"""Cedar as an independent peer: what is unknown takes either value, and all must agree."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from registry.authority.answer import Question
from registry.authority.answering import Authority
from registry.authority.facts import Delegation
from tests.authority.cedar import Facts, ask
from tests.authority.peers import Peers
from tests.authority.table_registry import ACTS
from tests.conftest import SEED, THOROUGH, amount
from tests.oracle.random_authority import worlds_of_authority
from tests.oracle.test_living import made
from tests.oracle.world import World

QUESTIONS = 3000 if THOROUGH else 300
DAYS = ("2021-04-14", "2021-05-20", "2021-06-30", "2021-07-15", "2022-06-30", "2024-06-30")


def compare(
    conn: sqlite3.Connection, authority: Authority, questions: list[Question]
) -> Counter[str]:
    """Assert that Cedar says the same of all; how often each answer came up."""
    everything: dict[int, Delegation] = {}
    authority.read_all()
    for (item,) in conn.execute("SELECT no FROM item").fetchall():
        everything |= {d.no: d for d in authority.delegations_of(item)}
    facts, said = Facts(conn, everything), Counter[str]()
    for start in range(0, len(questions), 200):
        some = questions[start : start + 200]
        asked = [(q, [*authority.delegations_of(q.item)]) for q in some]
        for question, cedar in zip(some, ask(facts, asked), strict=True):
            answer = authority.can(question)
            assert answer.answer == cedar, f"{question}: Cedar {cedar}, {answer}"
            said[cedar] += 1
    return said


def drawn(
    conn: sqlite3.Connection, random: Random, n: int, days: tuple[str, ...]
) -> list[Question]:
    """Questions about every annex and zone."""
    delegations = conn.execute(
        "SELECT z.id, d.item, i.annex FROM delegation AS d JOIN zone AS z ON z.no = d.zone"
        " JOIN item AS i ON i.no = d.item"
    ).fetchall()
    few = [row for row in delegations if row[2] != 2]
    found = []
    for _ in range(n):
        zone, item, _annex = random.choice(few if random.random() < 0.8 else delegations)
        accepted = random.choice([None, None, *days])
        strict = random.random() < 0.3
        found.append(
            Question(zone, item, random.choice(ACTS), random.choice(days), accepted, strict)
        )
    return found


def test_cedar_agrees_on_the_demonstration(shipped: Path) -> None:
    with closing(sqlite3.connect(f"file:{shipped}?mode=ro", uri=True)) as conn:
        questions = drawn(conn, Random(SEED), QUESTIONS, DAYS)
        said = compare(conn, Authority(conn), questions)
    assert min(said["yes"], said["no"], said["undetermined"]) > QUESTIONS // 30, said


def test_cedar_agrees_on_what_the_decision_table_is_asked_of(table: sqlite3.Connection) -> None:
    days = (*DAYS, "2021-08-31", "2021-09-01", "2021-09-10", "2021-09-21", "2021-10-01")
    questions = drawn(table, Random(SEED), QUESTIONS, days)
    said = compare(table, Authority(table), questions)
    assert min(said["yes"], said["no"], said["undetermined"]) > QUESTIONS // 50, said


@pytest.mark.parametrize("shard", range(2))
def test_cedar_agrees_on_random_worlds(shard: int) -> None:
    worlds_, numbers = amount(3, 10, 30), iter(range(1000))
    each = QUESTIONS // 2 // worlds_

    @seed(f"{SEED} cedar {shard}")
    @settings(
        max_examples=worlds_,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )
    @given(world=worlds_of_authority(zones_grant=False))
    def agree(world: World) -> None:
        with made(world) as conn:
            peers = Peers(conn, world, Random(f"{SEED} {shard} {next(numbers)}"))
            random = peers.random
            questions = [
                question
                for _ in range(each)
                for _key, question in peers.drawn(random.choice(peers.lived), 1)
            ]
            compare(conn, peers.authority, questions)

    agree()
