"""What holds of every answer, in random worlds and on the demonstration."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from registry.authority.answer import Question
from registry.authority.answering import Authority
from registry.authority.facts import Delegation
from registry.report.authority.batch import read_questions
from tests.authority.peers import ZONES, Peers, at, whole
from tests.authority.table_registry import ACTS
from tests.conftest import SEED, amount, sample, write_csv
from tests.oracle.random_authority import worlds_of_authority
from tests.oracle.random_worlds import later
from tests.oracle.test_living import made
from tests.oracle.world import World, first_day

DAYS = ("2021-04-15", "2021-06-30", "2022-01-21", "2024-06-30", "2026-11-29")


@pytest.fixture(scope="module")
def demonstration(built: Path) -> Iterator[sqlite3.Connection]:
    """Open the demonstration, for reading."""
    with closing(sqlite3.connect(f"file:{built}?mode=ro", uri=True)) as conn:
        yield conn


def items(conn: sqlite3.Connection) -> list[tuple[int, str]]:
    """Number and reference of the items that are delegated, and of some that were kept."""
    return conn.execute(
        "SELECT i.no, ins.id || ':' || i.id FROM item AS i"
        " JOIN instrument AS ins ON ins.no = i.instrument"
        " WHERE i.annex <> 2 OR i.seq % 100 = 1 ORDER BY i.no"
    ).fetchall()


def in_worlds(prop: Callable[[World], None], n: int) -> None:
    """Hold a property on `n` random worlds."""
    drawn = given(world=worlds_of_authority(zones_grant=False))(prop)
    how = settings(
        max_examples=n,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )
    seed(f"{SEED} {prop.__qualname__}")(how(drawn))()


# on the demonstration


def test_a_table_of_questions_is_answered_as_they_are_one_by_one(
    demonstration: sqlite3.Connection, tmp_path: Path
) -> None:
    random = Random(SEED)
    names = dict(items(demonstration))
    rows = [
        {"承接主体": zone, "事项": names[no], "环节": act, "日期": day}
        for no in names
        for zone in ("聊城经开区", "hidz")
        for act, day in [(random.choice(ACTS), random.choice(DAYS))]
    ]
    write_csv(tmp_path / "asked.csv", rows)
    table = read_questions(demonstration, tmp_path / "asked.csv", "2021-06-30", strict=True)
    assert len(table.questions) == len(rows)
    many = Authority(demonstration)
    many.read({question.item for question in table.questions})
    for question in sample(table.questions, 20):
        assert many.can(question) == Authority(demonstration).can(question)


def test_a_timeline_is_the_answers_of_single_days(demonstration: sqlite3.Connection) -> None:
    authority = Authority(demonstration)
    authority.read_all()
    days = _days_around(demonstration)
    for no, _reference in sample(items(demonstration), 15):
        for act in ("accept", "decide", "revoke", "penalise"):
            question = Question("etdz", no, act, "2021-06-30")
            spans = authority.spans(question)
            assert whole(spans)
            for day in days:
                assert at(spans, day).answer == authority.can(question._replace(day=day)).answer


def _days_around(conn: sqlite3.Connection) -> list[str]:
    found = conn.execute(
        "SELECT from_on FROM standing UNION SELECT date(from_on, '-1 day') FROM standing"
        " WHERE from_on > '1000' UNION SELECT to_on FROM standing WHERE to_on IS NOT NULL"
        " UNION SELECT date(to_on, '+1 day') FROM standing WHERE to_on IS NOT NULL"
        " UNION VALUES ('2021-07-14'), ('2021-07-15')"
    )
    return [day for (day,) in found]


def test_who_are_those_of_whom_can_says_yes(demonstration: sqlite3.Connection) -> None:
    authority = Authority(demonstration)
    authority.read_all()
    zones = [zone for (zone,) in demonstration.execute("SELECT id FROM zone")]
    for no, _reference in sample(items(demonstration), 15):
        for act in ACTS:
            for day in DAYS:
                yes = {
                    zone
                    for zone in zones
                    if authority.can(Question(zone, no, act, day)).answer == "yes"
                }
                answers = authority.who(no, act, day)
                assert {a.question.zone for a in answers if a.answer == "yes"} == yes


def test_powers_are_every_item_that_is_held_whatever_was_asked_before(
    demonstration: sqlite3.Connection,
) -> None:
    fresh, used = Authority(demonstration), Authority(demonstration)
    used.can(Question("etdz", items(demonstration)[5][0], "decide", "2021-06-30"))
    found = [answers[0].question.item for answers in fresh.powers("etdz", "2021-06-30", ["decide"])]
    again = [answers[0].question.item for answers in used.powers("etdz", "2021-06-30", ["decide"])]
    assert found == again
    conferred = demonstration.execute(
        "SELECT count(*) FROM delegation AS d JOIN zone AS z ON z.no = d.zone WHERE z.id = 'etdz'"
    ).fetchone()
    assert (len(found),) == conferred


# in random worlds


def test_who_may_has_it_from_one_who_may() -> None:
    """Child yes, parent not no."""
    seen = []

    def prop(world: World) -> None:
        with made(world) as conn:
            peers = Peers(conn, world, Random(SEED))
            known = {d.no: d for item in peers.items.values() for d in _delegations(peers, item)}
            for child in known.values():
                parent = child.parent and known.get(child.parent.delegation or 0)
                if parent is None:
                    continue
                for day in peers.lived[::2]:
                    below, above = child.period_on(day), parent.period_on(day)
                    if below is None or above is None:
                        continue
                    for act in ACTS:
                        ask = Question(below.zone, child.item.no, act, day)
                        if peers.authority.can(ask).answer == "yes":
                            upper = Question(above.zone, parent.item.no, act, day)
                            seen.append(act)
                            assert peers.authority.can(upper).answer != "no", f"{ask} {upper}"

    in_worlds(prop, amount(8, 12, 80))
    assert seen


def _delegations(peers: Peers, item: int) -> list[Delegation]:
    return peers.authority.delegations_of(item)


def test_a_withdrawal_never_makes_a_yes() -> None:
    """Cases that were accepted before apart."""

    def prop(world: World) -> None:
        effects = [e for act in world.acts for e in act.stated.get("effects", [])]
        last = max([*(first_day(e) for e in effects), *(act.issued for act in world.acts)])
        target = world.acts[0].id
        ends = {"kind": "withdraws", "target": target, "items": ["1-01"], "clause": "C01"}
        act = later("later-9", last, [{**ends, "effective_on": last}])
        fewer = World([*deepcopy(world.acts), act], world.events)
        for question, before, after in _both(world, fewer):
            assert before == "yes" or after != "yes", question

    in_worlds(prop, amount(4, 8, 40))


def test_a_new_name_changes_no_answer() -> None:
    def prop(world: World) -> None:
        renamed = [
            {"what": "renamed", "from": body, "on": on, "name": f"某{body}", "short_name": body}
            for body, on in (("west", "2021-05-20"), ("bing", "2021-06-20"))
        ]
        for question, before, after in _both(world, World(world.acts, [*world.events, *renamed])):
            assert before == after, question

    in_worlds(prop, amount(4, 8, 40))


def _both(one: World, other: World) -> Iterator[tuple[Question, str, str]]:
    """The same questions in both worlds, and what is answered."""
    with made(one) as conn, made(other) as second:
        peers, others = Peers(conn, one, Random(SEED)), Peers(second, other, Random(SEED))
        for (instrument, item), no in peers.items.items():
            for day in peers.lived[::3]:
                for zone in ZONES:
                    act = peers.random.choice(ACTS)
                    question = Question(zone, no, act, day)
                    same = question._replace(item=others.items[instrument, item])
                    yield (
                        question,
                        peers.authority.can(question).answer,
                        others.authority.can(same).answer,
                    )
