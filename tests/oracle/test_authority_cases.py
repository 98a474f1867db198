"""The oracle of authority against the design: its table, states, bodies that change, handovers."""

from __future__ import annotations

import pytest

from tests.oracle import authority
from tests.oracle.authority import ACTS
from tests.oracle.small_authority import MERGED, SAYS, TABLE, ask, base, change, of, paper, state
from tests.oracle.test_living import calendar
from tests.oracle.world import Row, World

# the decision table


@pytest.mark.parametrize("mode", ["委托下放", "下放实质性审核权", "委托收件"])
@pytest.mark.parametrize("act", ACTS)
def test_the_decision_table(mode: str, act: str) -> None:
    world = World([base(paper(), mode=mode)])
    said = SAYS[TABLE[mode][ACTS.index(act)]]
    if mode == "委托下放" and act == "coerce":
        said = "no"  # by law, whatever the instrument says
    assert state(world, "2021-06-01") == "生效"
    assert ask(world, act, "2021-06-01") == said


@pytest.mark.parametrize("act", ACTS)
def test_what_a_zone_kept_and_what_it_lost(act: str) -> None:
    world = World([base()])
    assert ask(world, act, "2021-06-01", item="2-01") == "yes"
    assert ask(world, act, "2021-06-01", "west", item="3-01") == "no"
    assert state(world, "2021-06-01", ("test-1", "3-01", "west")) == "已收回"


def test_no_rule_is_undetermined_and_a_rule_may_be_for_some_types_of_power() -> None:
    act = base(mode="委托收件", power_type="行政检查")
    act.stated["act_rules"] = [
        {"mode": "委托收件", "acts": ["accept", "inspect"], "answer": "yes"},
        {"mode": "委托收件", "acts": ["issue"], "answer": "yes", "types": ["行政许可"]},
        {"mode": "委托收件", "acts": ["decide"], "answer": "no", "types": ["行政检查"]},
    ]
    found = [ask(World([act]), name, "2021-06-01") for name in ("inspect", "issue", "decide")]
    assert found == ["yes", "undetermined", "no"]


# states, day by day


def test_an_agreement_from_its_signing_to_its_last_day() -> None:
    world = World([base(paper(effective_on="2021-05-12", expires_on="2021-06-30"))])
    days = ("2021-04-14", "2021-04-15", "2021-05-11", "2021-05-12", "2021-06-30", "2021-07-01")
    assert [state(world, day) for day in days] == [
        *("尚未生效", "待签协议", "待签协议", "生效", "生效", "委托届满"),
    ]
    assert [ask(world, "decide", day) for day in days] == ["no", "no", "no", "yes", "yes", "no"]
    assert of(world, "decide", "2021-07-01") == {
        **{"P1": True, "P2": True, "P3": True, "P4": False, "P5": True, "P6": True, "P7": True}
    }
    early = World([base(paper(effective_on="2021-04-20"))])
    assert [state(early, f"2021-05-{day}") for day in ("09", "10")] == ["待签协议", "生效"]


@pytest.mark.parametrize(
    ("papers", "says"),
    [
        ([paper(terminated_on="2021-05-20")], "已解除"),
        ([paper(terminated_on="2021-05-20", expires_on="2021-05-20")], "已解除"),
        ([paper(terminated_on="2021-05-20", expires_on="2021-05-19")], "委托届满"),
        # The one that ended last decides; of one day, a termination.
        ([paper(terminated_on="2021-05-20"), paper(expires_on="2021-05-21")], "委托届满"),
        ([paper(terminated_on="2021-05-20"), paper(expires_on="2021-05-20")], "已解除"),
        # One that ended before it began never was.
        ([paper(expires_on="2021-05-09")], "待签协议"),
        ([paper(effective_on="2021-07-01", expires_on="2021-07-31")], "待签协议"),
        # Other parties, another item.
        ([paper(department="yi")], "待签协议"),
        ([paper(zone="west")], "待签协议"),
        ([paper(covers="1-02;2-01")], "待签协议"),
        ([paper(covers="annex:1")], "生效"),
    ],
)
def test_which_agreement_decides(papers: list[Row], says: str) -> None:
    assert state(World([base(*papers)]), "2021-06-01") == says


def test_a_mode_may_need_an_agreement_or_none_against_its_kind() -> None:
    act = base()
    act.stated["modes"][0]["agreement"] = False
    assert state(World([act]), "2021-06-01") == "生效"
    assert ask(World([act]), "decide", "2021-06-01") == "yes"
    other = base(mode="委托收件")
    other.stated["modes"][2]["agreement"] = True
    assert state(World([other]), "2021-06-01") == "待签协议"


def test_suspended_expired_and_withdrawn() -> None:
    first = base(paper())
    first.stated["valid_until"] = "2021-06-30"
    world = World([first, change("suspends", "2021-06-10"), change("resumes", "2021-06-20")])
    days = ("2021-06-09", "2021-06-10", "2021-06-20", "2021-06-30", "2021-07-01")
    assert [state(world, day) for day in days] == ["生效", "中止", "生效", "生效", "委托届满"]
    world = World([base(paper()), change("withdraws", "2021-06-10", handover_on="2021-06-15")])
    assert [state(world, f"2021-06-{day}") for day in (14, 15)] == ["生效", "已收回"]


def test_a_delegate_that_joins_has_not_begun_before_its_day() -> None:
    world = World([base(mode="委托收件"), change("extends-to", "2021-06-01", to=["harbour"])])
    harbour = ("test-1", "1-01", "harbour")
    assert [state(world, day, harbour) for day in ("2021-05-31", "2021-06-01")] == [
        *("尚未生效", "生效")
    ]
    assert of(world, "receive", "2021-05-31", "harbour")["P3"] is True
    assert ask(world, "receive", "2021-05-31", "harbour") == "no"
    assert ask(world, "receive", "2021-06-01", "harbour") == "yes"


# bodies that change


def test_what_a_successor_signed_counts_from_the_day_on_which_it_took_over() -> None:
    world = World([base(paper(zone="west"))], [MERGED])
    assert [state(world, day) for day in ("2021-05-31", "2021-06-01")] == ["待签协议", "生效"]
    world = World([base(paper(department="yi"))], [{**MERGED, "from": "jia", "to": "yi"}])
    assert [state(world, day) for day in ("2021-05-31", "2021-06-01")] == ["待签协议", "生效"]


def test_what_ended_before_its_party_took_over_never_was() -> None:
    ended = paper(department="yi", expires_on="2021-05-31")
    events = [{**MERGED, "from": "jia", "to": "yi"}]
    assert state(World([base(ended)], events), "2021-06-10") == "待签协议"
    ended["expires_on"] = "2021-06-01"
    assert state(World([base(ended)], events), "2021-06-10") == "委托届满"
    ended = paper(zone="west", expires_on="2021-05-31")
    assert state(World([base(ended)], [MERGED]), "2021-06-10") == "待签协议"
    ended["expires_on"] = "2021-06-01"
    assert state(World([base(ended)], [MERGED]), "2021-06-10") == "委托届满"


def test_of_several_that_are_held_and_do_not_let_it_the_own_is_shown() -> None:
    narrowed = change("amends", "2021-05-20", scope="部分", delegates=["east"])
    world = World([base(), narrowed], [MERGED])
    assert of(world, "decide", "2021-05-31")["P7"] is None
    found = of(world, "decide", "2021-06-01", "west")
    assert (found["P4"], found["P7"]) == (False, True)


def test_who_has_taken_over_may_and_who_is_gone_may_not() -> None:
    world = World([base(paper())], [MERGED])
    assert [ask(world, "decide", "2021-05-31", zone) for zone in ("east", "west")] == ["yes", "no"]
    # Of the two that the western zone then holds, one has an agreement.
    assert [ask(world, "decide", "2021-06-01", zone) for zone in ("east", "west")] == ["no", "yes"]
    assert of(world, "decide", "2021-06-01")["P1"] is False
    assert authority.who(world, calendar(), "test-1", "1-01", "decide", "2021-06-01") == {"west"}


def test_a_zone_without_a_delegation() -> None:
    found = of(World([base()]), "decide", "2021-06-01", "harbour")
    assert found == {"P1": False} | dict.fromkeys([f"P{number}" for number in range(2, 8)])
    assert ask(World([base()]), "decide", "2021-06-01", "harbour") == "no"


# P1: a case that was accepted before a handover


def test_a_case_was_accepted_by_whom_the_item_was_conferred_on() -> None:
    ended = change("withdraws", "2021-06-10", transition="former-finishes")
    joins = change("extends-to", "2021-05-20", to=["harbour"])
    ended.stated["effects"] = joins.stated["effects"] + ended.stated["effects"]
    first = base(mode="委托收件")
    first.stated["act_rules"] = [{"mode": "委托收件", "acts": ["decide"], "answer": "yes"}]
    world = World([first, ended])
    days = ("2021-05-19", "2021-05-20")
    assert [ask(world, "decide", "2021-06-10", "harbour", accepted_on=day) for day in days] == [
        *("no", "yes")
    ]


def test_a_mode_that_a_withdrawal_brings_has_the_rules_of_that_instrument() -> None:
    ended = change("withdraws", "2021-06-10", mode="不再实施")
    world = World([base(), ended])
    assert of(world, "decide", "2021-06-10")["P3"] is None
    ended.stated["act_rules"] = [{"mode": "不再实施", "acts": ["decide"], "answer": "no"}]
    assert of(world, "decide", "2021-06-10")["P3"] is False


@pytest.mark.parametrize(
    ("transition", "says"),
    [("former-finishes", "yes"), ("successor-takes", "no"), ("", "undetermined")],
)
def test_the_former_finishes_what_it_had_accepted(transition: str, says: str) -> None:
    more = {"handover_on": "2021-06-15", "mode": "不再实施"}
    if transition:
        more["transition"] = transition
    # That its agreement has lapsed by now does not matter: it had one when it accepted.
    world = World([base(paper(expires_on="2021-06-14")), change("withdraws", "2021-06-10", **more)])

    def finish(act: str = "decide", day: str = "2021-06-15", accepted: str = "2021-06-14") -> str:
        return ask(world, act, day, accepted_on=accepted)

    assert [finish(act) for act in ("examine", "decide", "issue")] == [says] * 3
    assert [finish(act) for act in ("accept", "revoke", "receive")] == ["no"] * 3
    assert finish(accepted="2021-06-15") == "no"  # accepted on the very day of the handover
    assert finish(day="2021-06-14") == "yes"  # which is still its own
    assert finish(accepted="2021-05-09") == "no"  # without an agreement on that day
    assert finish(accepted="2021-04-14") == "no"  # nothing was conferred
    assert ask(world, "decide", "2021-06-15") == "no"
    assert ask(world, "decide", "2021-06-15", "west", accepted_on="2021-06-14") == "no"


def test_what_expired_or_is_suspended_is_not_finished_by_a_transition() -> None:
    first = base(mode="委托收件")
    first.stated["valid_until"] = "2021-06-14"
    first.stated["act_rules"] = [{"mode": "委托收件", "acts": ["decide"], "answer": "yes"}]
    assert ask(World([first]), "decide", "2021-06-15", accepted_on="2021-06-14") == "no"
    del first.stated["valid_until"]
    world = World([first, change("suspends", "2021-06-15")])
    assert ask(world, "decide", "2021-06-15", accepted_on="2021-06-14") == "no"


def test_what_ended_with_its_zone_is_finished_by_nobody() -> None:
    ended = change("withdraws", "2021-05-20", transition="former-finishes")
    gone = {"what": "abolished", "from": "east", "on": "2021-06-01"}
    world = World([base(paper("2021-05-04")), ended], [gone])
    days = ("2021-05-31", "2021-06-01")
    assert [ask(world, "decide", day, accepted_on="2021-05-10") for day in days] == ["yes", "no"]
