"""PER001 to PER004 and PER007: what the platform lets zones do, held against what they may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from registry.audit.engine import run_audit
from registry.audit.finding import Finding
from registry.audit.rule import load_rules, select_rules
from registry.store.log.changes import Change, changing
from tests.audit.platform_files import Platform
from tests.oracle.small_authority import AUDIT, DESK, MERGED, base, change, paper
from tests.oracle.test_living import made
from tests.oracle.world import Act, World

DAY = "2021-06-01"
SIGNED = "2021-05-10"
ONE = "test-1:1-01-east"


@contextmanager
def platform(world: World) -> Iterator[Platform]:
    """The world as a registry with a platform that nobody has filled yet."""
    change_ = Change("2021-05-01T09:00:00+08:00", "测试", "test")
    with made(world) as conn, changing(change_):
        yield Platform(conn)


def findings(of: Platform, code: str, day: str = DAY) -> list[Finding]:
    """What a rule says: alarms and what is to be checked, besides rows that are in order."""
    rules = select_rules(load_rules(), code, None)
    return run_audit(of.conn, rules, day, everything=True).findings


def statuses(of: Platform, code: str, day: str = DAY) -> dict[str, str]:
    """Reference and discriminator-free status of each subject of a rule."""
    return {f"{f.instrument}:{f.subject_id}": f.status for f in findings(of, code, day)}


def examined(of: Platform, code: str, day: str = DAY) -> int:
    rules = select_rules(load_rules(), code, None)
    (result,) = run_audit(of.conn, rules, day).results
    return result.examined


def entrusted(*papers: dict[str, object], **row: str) -> World:
    return World([base(*papers, **row)])


# PER001


@pytest.mark.parametrize(
    ("act", "day", "expected"),
    [
        ("decide", SIGNED, "ok"),
        ("decide", "2021-05-09", "alarm"),
        ("revoke", SIGNED, "manual"),
        ("coerce", SIGNED, "alarm"),
    ],
)
def test_per001_holds_each_permission_against_the_answer_of_the_day(
    act: str, day: str, expected: str
) -> None:
    with platform(entrusted(paper())) as of:
        of.permit(act)
        assert statuses(of, "PER001", day) == {ONE: expected}


def test_per001_names_who_holds_it_and_why_it_is_beyond() -> None:
    with platform(entrusted(mode=AUDIT)) as of:
        for holder in ("wang", "li", "wang"):
            of.permit("decide", holder=holder)
        of.permit("examine")
        (ok, alarm) = sorted(findings(of, "PER001"), key=lambda f: f.status != "ok")
        assert (ok.status, alarm.status, alarm.cases) == ("ok", "alarm", ("li", "wang"))
        assert alarm.message.zh == (
            "平台允许东区对“事项1-1”决定，但下放实质性审核权不包括该环节，或者法律不允许；"
            "涉及2个账号、窗口或者角色：li、wang。"
        )
        assert alarm.owed_by == ("jia", "east")
        assert alarm.severity == "high"


def test_per001_of_what_was_never_delegated() -> None:
    with platform(entrusted(paper(), zones="west")) as of:
        of.permit("receive")
        (alarm,) = findings(of, "PER001")
        assert (alarm.status, alarm.subject_id) == ("alarm", "1-01-east")
        assert "但该项权限未赋予该主体" in alarm.message.zh
        assert "never delegated" in alarm.message.en


def test_per001_each_act_is_a_finding_of_its_own() -> None:
    with platform(entrusted(mode=DESK)) as of:
        for act in ("receive", "accept", "decide"):
            of.permit(act)
        alarms = [f for f in findings(of, "PER001") if f.status == "alarm"]
        assert len({f.fingerprint for f in alarms}) == 2


def test_per001_asks_nothing_of_departments_of_what_is_unknown_and_of_later_files() -> None:
    with platform(entrusted(paper())) as of:
        of.permit("decide", None, department="jia")
        of.permit("decide", item=None)
        of.permit(None)
        of.permit("decide", matched="doubtful")
        assert examined(of, "PER001") == 0
        of.later("2021-06-02")
        of.permit("coerce")
        assert examined(of, "PER001", "2021-06-01") == 0
        assert statuses(of, "PER001", "2021-06-02") == {ONE: "alarm"}


# PER002


def test_per002_takes_over_what_was_permitted_once() -> None:
    world = entrusted(paper(expires_on="2021-05-31"))
    with platform(world) as of:
        of.permit("decide")
        for day, excess, stale in (
            *(("2021-05-09", "alarm", "skip"), ("2021-05-31", "ok", "ok")),
            ("2021-06-01", "skip", "alarm"),
        ):
            assert statuses(of, "PER001", day) == {ONE: excess}, day
            assert statuses(of, "PER002", day) == {ONE: stale}, day
        (alarm,) = findings(of, "PER002")
        assert "的权限止于2021-05-31（委托届满），平台权限仍未停用" in alarm.message.zh
        assert "up to 2021-05-31 (expired)" in alarm.message.en


def test_per002_after_a_withdrawal_and_until_the_platform_follows() -> None:
    world = entrusted(mode=AUDIT)
    world.acts.append(change("withdraws", "2021-06-01", delegates=["east"]))
    with platform(world) as of:
        of.permit("examine")
        of.permit("examine", "west")
        assert statuses(of, "PER002") == {ONE: "alarm", "test-1:1-01-west": "ok"}
        of.later("2021-06-02")
        of.permit("examine", "west")
        assert statuses(of, "PER002", "2021-06-02") == {"test-1:1-01-west": "ok"}


def test_per002_of_a_zone_that_is_gone() -> None:
    world = World([base(mode=AUDIT)], [MERGED])
    with platform(world) as of:
        of.permit("examine")
        assert statuses(of, "PER002", "2021-05-31") == {ONE: "ok"}
        assert statuses(of, "PER002", "2021-06-01") == {ONE: "alarm"}


def test_per002_leaves_what_is_undetermined_to_per001() -> None:
    with platform(entrusted(paper())) as of:
        of.permit("revoke")
        assert statuses(of, "PER002") == {ONE: "skip"}


# PER003 and PER004


def with_access(act: Act) -> Act:
    """The instrument, with a clause on access to the platform, and a duty that rests on it."""
    (clause,) = (c for c in act.stated["clauses"] if c["id"] == "C03")
    clause |= {"checked": "rules", "rules": ["PER003", "PER004"]}
    access = {**act.stated["duties"][1], "id": "access", "modes": [AUDIT, DESK], "clauses": ["C03"]}
    access |= {"codes": {}, "name": {"zh": "平台权限", "en": "access"}}
    act.stated["duties"].append(access)
    return act


def proven(done_on: str = "2021-05-20") -> World:
    act = with_access(base(mode=DESK))
    act.ledger["deliverables"] = [
        {"duty": "access", "zone": "east", "covers": "1-01", "done_on": done_on}
    ]
    return World([act])


def of_item(of: Platform, code: str, item: str = "1-01", day: str = DAY) -> dict[str, list[str]]:
    """Status of every row of a rule on an item, zone by zone."""
    found: dict[str, list[str]] = {}
    for f in findings(of, code, day):
        if f.item == item:
            found.setdefault(f.zone or "", []).append(f.status)
    return found


def test_per003_asks_for_every_act_that_a_zone_may_and_a_role_does() -> None:
    with platform(World([with_access(base(mode=AUDIT))])) as of:
        assert examined(of, "PER003") == 0, "no file, no question"
        of.permit("receive")
        of.permit("examine")
        zones = of_item(of, "PER003")
        assert sorted(zones["east"]) == ["alarm", "ok", "ok", "skip", "skip"]
        assert sorted(zones["west"]) == ["alarm", "alarm", "alarm", "skip", "skip"]
        told = [f for f in findings(of, "PER003") if f.status == "alarm" and f.item == "1-01"]
        assert {f.message.zh for f in told if f.zone == "east"} == {
            "东区对“事项1-1”可以受理，平台上没有相应权限。"
        }
        assert {(f.severity, f.owed_by) for f in told} == {("medium", ("jia",))}
        assert len({f.fingerprint for f in told}) == 4


def test_per003_asks_of_what_owes_access_or_else_of_all_that_is_conferred() -> None:
    with platform(World([with_access(base(paper()))])) as of:
        of.permit("receive")
        assert examined(of, "PER003") == 0, "an agreement gives no access by that clause"
    alone = with_access(base(paper()))
    alone.stated["duties"].pop()
    with platform(World([alone])) as of:
        of.permit("receive")
        found = of_item(of, "PER003")
        assert sorted(found["east"]) == ["alarm"] * 4 + ["ok"]
        assert of_item(of, "PER003", "2-01") == {}, "its own as before"


def test_per003_is_asked_of_instruments_alone_that_speak_of_the_platform() -> None:
    with platform(entrusted(mode=AUDIT)) as of:
        of.permit("receive")
        rules = select_rules(load_rules(), "PER003,PER004", None)
        assert run_audit(of.conn, rules, DAY).not_applied == ["PER003", "PER004"]


def test_per004_alarms_where_access_is_proven_and_the_platform_has_none() -> None:
    with platform(proven()) as of:
        assert examined(of, "PER004") == 0
        of.permit("receive", "west")
        assert of_item(of, "PER004") == {"east": ["alarm"], "west": ["skip"]}
        assert of_item(of, "PER004", day="2021-05-19") == {"east": ["skip"], "west": ["skip"]}
        (alarm,) = (f for f in findings(of, "PER004") if f.status == "alarm")
        assert alarm.message.zh == (
            "台账载明东区“事项1-1”的平台权限已于2021-05-20完成，但平台上没有该主体对该事项的任何权限。"
        )
        assert (alarm.severity, alarm.owed_by) == ("high", ("jia",))
        of.permit("examine")
        assert of_item(of, "PER004") == {"east": ["ok"], "west": ["skip"]}


def test_per004_looks_at_no_other_duty() -> None:
    world = proven()
    world.acts[0].ledger["deliverables"] = [
        {"duty": "handbook", "zone": "east", "covers": "1-01", "done_on": "2021-05-20"}
    ]
    with platform(world) as of:
        of.permit("receive", "west")
        assert of_item(of, "PER004") == {"east": ["skip"], "west": ["skip"]}


# PER007


def test_per007_what_is_not_known_is_for_a_person() -> None:
    with platform(entrusted(paper())) as of:
        of.permit("decide")
        of.permit("decide", item=None)
        of.permit("decide", item=None, zone=None)
        of.permit(None)
        of.permit("decide", None)
        of.permit("decide", "west", matched="doubtful")
        of.permit("decide", None, department="jia")
        found = findings(of, "PER007")
        assert sorted((f.subject_type, f.subject_id, f.cases) for f in found if f.cases) == [
            *(("delegation", "1-01-east", ("#2",)), ("delegation", "1-01-east", ("#5",))),
            *(("delegation", "1-01-west", ("#7",)), ("load", "L-1", ("#3", "#4"))),
            *(("load", "L-1", ("#6",)), ("load", "L-1", ("#8",))),
        ]
        assert sorted(f.cases for f in found if f.status == "ok") == [("#2",), ("#8",)]
        (items,) = (f for f in found if f.cases == ("#3", "#4"))
        assert items.message.zh == ("平台导出文件有2行权限的事项未能对应，未作权限核查：#3、#4。")
        assert items.owed_by == ("office",)
        assert len({f.fingerprint for f in found if f.status == "manual"}) == 4


def test_per007_of_an_account_whose_role_nobody_knows() -> None:
    with platform(entrusted()) as of:
        of.account("zhang", "受理岗")
        of.account("li", "超级管理员", unknown_roles=1)
        found = {f.cases: f.status for f in findings(of, "PER007")}
        assert found == {("#2",): "ok", ("#3",): "manual"}
