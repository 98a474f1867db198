"""INS001 to INS003 on effects of instruments, BOD001 and BOD002 on bodies that are gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.audit.engine import run_audit
from registry.audit.finding import Finding
from registry.audit.rule import load_rules, select_rules
from registry.audit.waivers import check_waivers
from registry.model.waiver import Waiver
from tests.oracle.random_worlds import later
from tests.oracle.small_authority import MERGED, base, change, paper
from tests.oracle.test_living import made
from tests.oracle.world import Row, World

DAY = "2021-07-01"


def found(world: World, code: str, day: str = DAY) -> dict[str, Finding]:
    """What a rule says: the references of what it examined, and its findings."""
    with made(world) as conn:
        audit = run_audit(conn, select_rules(load_rules(), code, None), day, everything=True)
    said = {f"{f.instrument}:{f.subject_id}": f for f in audit.findings}
    assert len(said) == len(audit.findings)
    return said


def statuses(world: World, code: str, day: str = DAY) -> dict[str, str]:
    """The same, without the findings."""
    return {reference: f.status for reference, f in found(world, code, day).items()}


def effects(*stated: Row, name: str = "later-1", issued: str = "2021-05-03") -> World:
    """The small instrument, and a later one with effects that withdraw its 1-01."""
    common = {"target": "test-1", "items": ["1-01"], "clause": "C01", "kind": "withdraws"}
    common["effective_on"] = "2021-06-01"
    return World([base(), later(name, issued, [{**common, **one} for one in stated])])


# INS001


def test_ins001_the_target_and_what_is_named_of_it_are_known() -> None:
    world = effects(
        {},
        {"items": ["annex:1", "2-01"], "delegates": ["east", "west"]},
        {"target": "test-9"},
        {"items": ["1-01", "1-09", "annex:7"]},
        {"items": ["all"], "delegates": ["west", "moon"]},
    )
    assert statuses(world, "INS001", "2021-05-02") == {}, "not issued yet"
    said = found(world, "INS001", "2021-05-03")
    assert [f.status for f in said.values()] == ["ok", "ok", "alarm", "alarm", "alarm"]
    assert list(said) == [f"later-1:effect:{n}" for n in (1, 2, 3, 4, 5)]
    third, fourth, fifth = (said[f"later-1:effect:{n}"] for n in (3, 4, 5))
    assert third.message.zh == "第3项效力（withdraws）所指文件test-9未登记。"
    assert fourth.message.zh == "第4项效力（withdraws）所指测试〔2021〕1号中没有1-09、annex:7。"
    assert fifth.message.en.endswith("does not have: moon.")
    assert (third.severity, third.owed_by) == ("medium", ("office",))


# INS002


def test_ins002_a_withdrawal_states_from_which_day_another_acts() -> None:
    world = effects(
        {"handover_on": "2021-06-15"},
        {"items": ["2-01"], "transition": "former-finishes"},
        {"items": ["2-01"]},
        {"kind": "suspends", "items": ["2-01"]},
    )
    said = found(world, "INS002")
    assert {key[-1]: f.status for key, f in said.items()} == {"1": "ok", "2": "alarm", "3": "alarm"}
    assert said["later-1:effect:2"].message.zh.endswith("，未明确交接日。")
    assert said["later-1:effect:3"].message.zh.endswith("未明确交接日，也未明确在办事项由谁办结。")
    assert statuses(world, "INS002", "2021-05-02") == {}


# INS003

AMENDS = {"kind": "amends", "scope": "部分", "remark": "限城区"}


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({}, "alarm"),
        ({"effective_on": "2021-06-02"}, "ok"),
        ({"items": ["2-01"]}, "ok"),
        ({"items": ["annex:1"]}, "alarm"),
        ({"items": ["annex:2"]}, "ok"),
        ({"items": ["all"]}, "alarm"),
        ({"delegates": ["west"]}, "ok"),
        ({"delegates": ["west", "east"]}, "alarm"),
        ({"delegates": ["all"]}, "alarm"),
        ({"target": "test-2"}, "ok"),
    ],
)
def test_ins003_two_effects_of_one_day_on_one_delegation(second: Row, expected: str) -> None:
    world = effects({"delegates": ["east"]}, {**AMENDS, "delegates": ["east"], **second})
    world.acts.insert(1, base(name="test-2"))
    assert statuses(world, "INS003") == {"later-1:effect:1": "ok", "later-1:effect:2": expected}


def test_ins003_tells_of_which_instrument_the_other_is() -> None:
    world = effects({"effective_on": "2021-05-20", "handover_on": "2021-06-01"})
    other = change("suspends", "2021-06-01")
    other.stated.update(id="later-2", number="测试〔2021〕7号", issued_on="2021-05-10")
    world.acts.append(other)
    said = found(world, "INS003")
    assert {key: f.status for key, f in said.items()} == {
        **{"later-1:effect:1": "ok", "later-2:effect:1": "alarm"}
    }
    assert "与测试〔2021〕6号第1项效力（withdraws）自2021-06-01起" in (
        said["later-2:effect:1"].message.zh
    )
    assert statuses(world, "INS003", "2021-05-09") == {"later-1:effect:1": "ok"}


def test_ins003_an_extension_is_on_the_zones_that_it_names() -> None:
    extends = {"kind": "extends-to", "to": ["harbour"], "delegates": ["all"]}
    world = effects(extends, {**AMENDS, "delegates": ["east"]})
    assert set(statuses(world, "INS003").values()) == {"ok"}
    world = effects(extends, {**AMENDS, "delegates": ["harbour"]})
    assert statuses(world, "INS003")["later-1:effect:2"] == "alarm"


# BOD001


def world_with(*events: Row) -> World:
    return World([base(paper())], list(events))


ABOLISHED = {"what": "abolished", "from": "east", "on": "2021-06-01"}


def test_bod001_a_zone_that_is_abolished_leaves_a_successor() -> None:
    assert statuses(world_with(ABOLISHED), "BOD001", "2021-05-31") == {}
    (alarm,) = found(world_with(ABOLISHED), "BOD001", "2021-06-01").values()
    assert (alarm.status, alarm.subject_type, alarm.subject_id) == ("alarm", "zone", "east")
    assert alarm.message.zh == (
        "东区自2021-06-01起撤销（测试文件），未明确由哪个机关继续行使其职权。"
    )
    assert statuses(world_with(MERGED), "BOD001") == {"test-1:east": "ok"}


def test_bod001_a_department_too_and_one_that_had_taken_over() -> None:
    gone = {"what": "abolished", "from": "jia", "on": "2021-06-01"}
    (alarm,) = found(world_with(gone), "BOD001").values()
    assert (alarm.status, alarm.subject_type, alarm.subject_id) == ("alarm", "department", "jia")
    merged = {"what": "merged", "from": "jia", "to": "yi", "on": "2021-05-20"}
    both = world_with(merged, {**gone, "from": "yi"})
    assert statuses(both, "BOD001") == {"test-1:jia": "ok", "test-1:yi": "alarm"}
    renamed = {
        "what": "renamed",
        "from": "jia",
        "on": "2021-05-20",
        "name": "新",
        "short_name": "新",
    }
    assert statuses(world_with(renamed), "BOD001") == {}


def test_bod001_what_a_split_leaves_are_successors() -> None:
    split = {"what": "split", "from": "jia", "on": "2021-06-01"}
    assert statuses(world_with({**split, "to": "yi"}, {**split, "to": "bing"}), "BOD001") == {
        "test-1:jia": "ok"
    }


# BOD002


@pytest.mark.parametrize(
    "event",
    [MERGED, {"what": "merged", "from": "jia", "to": "yi", "on": "2021-06-01"}, ABOLISHED],
)
def test_bod002_an_agreement_of_a_party_that_is_gone(event: Row) -> None:
    world = world_with(event)
    assert statuses(world, "BOD002", "2021-05-09") == {}
    assert statuses(world, "BOD002", "2021-05-31") == {"test-1:示例1号": "ok"}
    (alarm,) = found(world, "BOD002", "2021-06-01").values()
    assert (alarm.status, alarm.severity) == ("alarm", "low")
    assert "示例1号的签订方" in alarm.message.zh
    assert "自2021-06-01起" in alarm.message.zh


def test_bod002_one_that_ended_or_was_signed_anew_is_in_order() -> None:
    ended = world_with(MERGED)
    ended.acts[0].ledger["agreements"] = [paper(expires_on="2021-06-10")]
    assert statuses(ended, "BOD002", "2021-06-11") == {"test-1:示例1号": "skip"}
    anew = world_with(MERGED)
    anew.acts[0].ledger["agreements"].append(
        paper("2021-06-20", number="示例2号", zone="west", renews="示例1号")
    )
    assert statuses(anew, "BOD002", "2021-06-19") == {"test-1:示例1号": "alarm"}
    assert statuses(anew, "BOD002", "2021-06-20") == {
        **{"test-1:示例1号": "ok", "test-1:示例2号": "ok"}
    }


# Waivers


def test_effects_and_bodies_that_are_gone_are_subjects_of_waivers() -> None:
    gone = {"what": "abolished", "from": "jia", "on": "2021-06-01"}
    world = effects({"target": "test-9"})
    world.events += [ABOLISHED, gone]
    subjects = {"INS001": "later-1:effect:1", "BOD001": "test-1:jia"}
    waivers = [
        Waiver.model_validate(
            {
                **{"rule": rule, "subject": subject, "reason": "r", "approver": "a"},
                **{"issued": "2021-06-01", "expires": "2022-01-01"},
            }
        )
        for rule, subject in subjects.items()
    ]
    with made(world) as conn:
        checked = check_waivers(conn, subjects, waivers, Path("waivers.yml"))
        rules = select_rules(load_rules(), "INS001,BOD001", None)
        audit = run_audit(conn, rules, DAY, waivers=waivers)
    assert [(one.instrument, one.subject) for one in checked] == [
        *(("later-1", "effect:1"), ("test-1", "jia"))
    ]
    waived = {(f.instrument, f.subject_id) for f in audit.findings if f.waived}
    assert waived == {("later-1", "effect:1"), ("test-1", "jia")}
