"""The oracle of authority against the design: parents, rules, law, scope, and random worlds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.conftest import SEED, SmallRoot, amount
from tests.oracle import authority
from tests.oracle.authority import STATES, Day, Question
from tests.oracle.random_authority import questions, worlds_of_authority
from tests.oracle.small_authority import (
    AUDIT,
    DESK,
    MERGED,
    ask,
    base,
    chain,
    change,
    of,
    paper,
    rules,
    state,
)
from tests.oracle.test_living import calendar
from tests.oracle.world import Row, World, delegations_of

# P2


LAST = {"instrument": "test-3"}


def test_a_chain_is_in_force_while_every_ancestor_is() -> None:
    world = chain(AUDIT, AUDIT, AUDIT, first="")
    keys = [(f"test-{number}", "1-01", zone) for number, zone in ((1, "east"), (2, "west"))]
    keys.append(("test-3", "1-01", "east"))
    assert [state(world, "2021-06-01", key) for key in keys] == ["生效"] * 3
    assert ask(world, "examine", "2021-06-01", **LAST) == "yes"
    world.acts.append(change("suspends", "2021-06-01"))
    assert [state(world, "2021-06-01", key) for key in keys] == ["中止", "上级失效", "上级失效"]
    assert [ask(world, "examine", f"2021-{day}", **LAST) for day in ("05-31", "06-01")] == [
        *("yes", "no")
    ]
    assert of(world, "examine", "2021-06-01", **LAST)["P1"] is True


def test_an_ancestor_without_an_agreement_takes_all_with_it() -> None:
    world = chain("委托下放", AUDIT, DESK, first="")
    assert state(world, "2021-06-01", ("test-3", "1-01", "east")) == "上级失效"
    world.acts[0].ledger["agreements"] = [paper()]
    assert state(world, "2021-06-01", ("test-3", "1-01", "east")) == "生效"


def test_an_ancestor_that_does_not_hold_the_act() -> None:
    world = chain(DESK, AUDIT, AUDIT, first="")
    assert ask(world, "receive", "2021-06-01", **LAST) == "yes"
    assert ask(world, "examine", "2021-06-01", **LAST) == "no"
    rule = next(r for r in world.acts[0].stated["act_rules"] if r["mode"] == DESK)
    rule["answer"] = "undetermined"
    assert ask(world, "receive", "2021-06-01", **LAST) == "undetermined"


def test_an_ancestor_that_is_not_loaded_is_unknown_and_one_that_is_not_there_fails() -> None:
    world = chain(AUDIT, AUDIT, AUDIT)
    assert state(world, "2021-06-01", ("test-3", "1-01", "east")) == "生效"
    assert of(world, "examine", "2021-06-01", **LAST)["P2"] is None
    assert ask(world, "examine", "2021-06-01", **LAST) == "undetermined"
    assert ask(world, "decide", "2021-06-01", **LAST) == "no"
    world = World([base(mode=AUDIT), base(name="test-2", mode=AUDIT, derives_from="test-1:1-09-x")])
    assert state(world, "2021-06-01", ("test-2", "1-01", "east")) == "上级失效"
    assert of(world, "examine", "2021-06-01", instrument="test-2")["P2"] is False


def test_what_was_entrusted_is_not_entrusted_on() -> None:
    world = chain("委托下放", "委托下放", first="")
    world.acts[0].ledger["agreements"] = [paper()]
    world.acts[1].ledger["agreements"] = [paper(department="east", zone="west")]
    second = {"zone": "west", "instrument": "test-2"}
    assert state(world, "2021-06-01", ("test-2", "1-01", "west")) == "生效"
    assert of(world, "decide", "2021-06-01", **second)["P2"] is False
    assert ask(world, "decide", "2021-06-01", **second) == "no"


# P3 to P7


@pytest.mark.parametrize("by_agreement", [True, False])
def test_an_agreement_may_give_an_act(by_agreement: bool) -> None:
    first = base(paper(acts="revoke;decide", expires_on="2021-06-01"))
    first.stated["act_rules"] = rules(by_agreement=by_agreement)
    says = "yes" if by_agreement else "undetermined"
    assert ask(World([first]), "revoke", "2021-06-01") == says
    assert of(World([first]), "revoke", "2021-06-02")["P3"] is None
    first.ledger["agreements"][0]["acts"] = "decide"
    assert ask(World([first]), "revoke", "2021-06-01") == "undetermined"


def test_a_rule_may_need_an_agreement_where_its_mode_does_not_and_the_reverse() -> None:
    first = base()
    first.stated["act_rules"] = rules(needs_agreement=False)
    assert state(World([first]), "2021-06-01") == "待签协议"
    assert ask(World([first]), "accept", "2021-06-01") == "yes"
    desk = base(mode=DESK)
    desk.stated["act_rules"] = [
        {"mode": DESK, "acts": ["receive"], "answer": "yes", "needs_agreement": True}
    ]
    assert state(World([desk]), "2021-06-01") == "生效"
    assert ask(World([desk]), "receive", "2021-06-01") == "no"


@pytest.mark.parametrize(
    ("expires_on", "proof", "says"),
    [
        ("2021-12-31", {"duty": "powers-list"}, "yes"),
        ("2021-12-31", {"duty": "powers-list", "zone": ""}, "yes"),
        ("2021-12-31", {"duty": "powers-list", "zone": "west"}, "undetermined"),
        ("2021-12-31", {"duty": "powers-list", "covers": "2-01"}, "undetermined"),
        ("2021-12-31", {"duty": "powers-list", "done_on": "2021-07-16"}, "undetermined"),
        ("2021-12-31", {"duty": "handbook"}, "undetermined"),  # which makes nothing known
        ("", {"duty": "powers-list"}, "undetermined"),
    ],
)
def test_penalties_are_entrusted_for_a_term_and_made_known(
    expires_on: str, proof: Row, says: str
) -> None:
    first = base(paper(expires_on=expires_on))
    first.ledger["deliverables"] = [SmallRoot.deliverable(**proof)]
    assert ask(World([first]), "penalise", "2021-07-14") == "yes"  # before the law was in force
    assert ask(World([first]), "penalise", "2021-07-15") == says


def test_coercion_is_not_entrusted_from_2012_on() -> None:
    world = World([base(paper("2011-12-01"), issued="2011-11-01")])
    days = ("2011-12-31", "2012-01-01")
    assert [ask(world, "coerce", day) for day in days] == ["yes", "no"]


def test_an_entrustment_without_a_basis_is_a_caveat_unless_asked_strictly() -> None:
    world = World([base(paper(), entrustment_basis="")])
    assert of(world, "decide", "2021-06-01")["P6"] is None
    assert ask(world, "decide", "2021-06-01") == "yes"
    assert ask(world, "decide", "2021-06-01", strict=True) == "undetermined"
    world = World([base(mode=DESK, entrustment_basis="")])
    assert ask(world, "receive", "2021-06-01", strict=True) == "yes"


@pytest.mark.parametrize(
    ("scope", "remark", "value"),
    [("全部", "", True), ("部分", "限城区", True), ("部分", "", None), ("", "限城区", None)],
)
def test_scope(scope: str, remark: str, value: bool | None) -> None:
    world = World([base(mode=DESK, scope=scope, remark=remark)])
    assert of(world, "receive", "2021-06-01")["P7"] is value
    assert ask(world, "receive", "2021-06-01") == ("yes" if value else "undetermined")


def test_mode_and_scope_are_those_of_the_day() -> None:
    world = World([base(mode=AUDIT), change("amends", "2021-06-01", mode=DESK, scope="部分")])
    days = ("2021-05-31", "2021-06-01")
    assert [ask(world, "examine", day) for day in days] == ["yes", "no"]
    assert [of(world, "receive", day)["P7"] for day in days] == [True, None]


# all of it


def test_boundaries_are_the_days_of_every_change_and_those_around() -> None:
    dated = {"expires_on": "2021-07-01", "terminated_on": "2021-06-20"}
    withdrawal = change("withdraws", "2021-06-10", handover_on="2021-06-15")
    found = authority.boundaries(World([base(paper(**dated)), withdrawal], [MERGED]))
    days = ("04-15", "05-10", "06-20", "07-01", "05-03", "06-10", "06-15", "06-01", "07-15")
    assert {f"2021-{day}" for day in days} <= {*found}
    assert {"2021-06-14", "2021-06-16", "2021-07-02"} <= {*found}
    assert found == sorted(found)


@seed(SEED)
@settings(
    max_examples=amount(10, 40, 100),
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(data=st.data())
def test_in_random_worlds_every_delegation_has_a_state_and_who_is_all_that_may(
    data: st.DataObject,
) -> None:
    world = data.draw(worlds_of_authority())
    question = data.draw(questions(world))
    day = Day(world, calendar(), question.day)
    assert {day.state(key) for key in delegations_of(world)} <= {*STATES}
    may = day.who(question.instrument, question.item, question.act)
    for zone in ("east", "west", "harbour", "jia"):
        plain = Question(zone, question.instrument, question.item, question.act, question.day)
        assert (day.answer(plain) == "yes") == (zone in may)
    strictly = authority.answer(world, calendar(), question)
    assert strictly in ("yes", "no", "undetermined")
