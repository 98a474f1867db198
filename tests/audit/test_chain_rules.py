"""CHN001 to CHN006: delegations held against those that they derive from."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from registry.audit.engine import run_audit
from registry.audit.finding import Finding
from registry.audit.rule import load_rules, select_rules
from registry.store.views import create_shadow_views
from tests.conftest import SEED, amount
from tests.oracle.random_authority import worlds_of_authority
from tests.oracle.small_authority import AUDIT, DESK, base, change, paper, rules
from tests.oracle.test_living import boundaries, made
from tests.oracle.world import Act, Row, World, delegations_of

DAY = "2021-06-01"
ENTRUST = "委托下放"
PARENT = "test-1:1-01-east"
ELSEWHERE = "elsewhere-1:1-01-harbour"


def child(parent: str = PARENT, *, name: str = "test-2", zone: str = "west", **row: str) -> Act:
    """An instrument that confers on, to the western zone unless told otherwise."""
    return base(name=name, issued="2021-04-16", zones=zone, derives_from=parent, **row)


def found(world: World, code: str, *days: str) -> list[dict[str, Finding]]:
    """What a rule says on each day: the references of what it examined, and its findings."""
    chosen = select_rules(load_rules(), code, None)
    said = []
    with made(world) as conn:
        for day in days or (DAY,):
            audit = run_audit(conn, chosen, day, everything=True)
            said.append({f"{f.instrument}:{f.subject_id}": f for f in audit.findings})
            assert len(said[-1]) == len(audit.findings)
    return said


def status(world: World, code: str, *days: str, of: str = "test-2:1-01-west") -> list[str]:
    """The status of one delegation on each day."""
    return [day[of].status for day in found(world, code, *days)]


def chain(parent_mode: str = AUDIT, child_mode: str = AUDIT, **row: str) -> World:
    return World([base(mode=parent_mode), child(mode=child_mode, **row)])


# CHN001


def test_chn001_a_grantor_holds_what_it_confers() -> None:
    (said,) = found(chain(), "CHN001")
    assert {reference: f.status for reference, f in said.items()} == {"test-2:1-01-west": "ok"}


@pytest.mark.parametrize(
    ("parent", "expected"),
    [(ELSEWHERE, "manual"), ("test-1:1-09-east", "alarm"), (PARENT, "ok")],
)
def test_chn001_alarms_where_the_grantor_was_given_no_such_thing(
    parent: str, expected: str
) -> None:
    world = World([base(mode=AUDIT), child(parent, mode=AUDIT)])
    assert status(world, "CHN001") == [expected]


def test_chn001_alarms_until_what_it_derives_from_comes_into_force() -> None:
    world = World([base(paper("2021-05-10")), child(mode=AUDIT)])
    days = ("2021-05-09", "2021-05-10")
    assert status(world, "CHN001", *days) == ["alarm", "ok"]
    first = found(world, "CHN001", days[0])[0]["test-2:1-01-west"]
    assert (first.severity, first.owed_by) == ("high", ("office",))
    assert "从未生效（待签协议）" in first.message.zh
    assert "awaiting an agreement" in first.message.en


def test_chn001_of_what_lies_further_up_and_is_not_recorded_a_person_judges() -> None:
    world = World([base(mode=AUDIT, derives_from=ELSEWHERE), child(mode=AUDIT)])
    (said,) = found(world, "CHN001")
    assert {f.status for f in said.values()} == {"manual"}
    assert len(said) == 3, "both zones of the first, and one of the second"


# CHN002


def test_chn002_alarms_from_the_day_after_the_end_of_what_it_derives_from() -> None:
    world = chain()
    world.acts.append(change("withdraws", "2021-06-01", delegates=["east"]))
    assert status(world, "CHN002", "2021-05-31", "2021-06-01") == ["ok", "alarm"]
    alarm = found(world, "CHN002", "2021-06-10")[0]["test-2:1-01-west"]
    assert (alarm.due_on, alarm.days_overdue) == ("2021-05-31", 10)
    assert "止于2021-05-31（已收回）" in alarm.message.zh
    assert status(world, "CHN001", "2021-06-10") == ["ok"], "it had the power once"


def test_chn002_looks_at_suspensions_and_at_agreements_that_end() -> None:
    world = World([base(paper(expires_on="2021-05-20")), child(mode=AUDIT)])
    days = ("2021-05-09", "2021-05-20", "2021-05-21")
    assert status(world, "CHN002", *days) == ["skip", "ok", "alarm"]
    suspended = chain()
    suspended.acts.append(change("suspends", "2021-06-01"))
    assert status(suspended, "CHN002", "2021-05-31", "2021-06-01") == ["ok", "alarm"]


def test_chn002_asks_nothing_of_what_is_no_longer_conferred() -> None:
    world = chain()
    world.acts.append(change("withdraws", "2021-06-01"))
    own = change("withdraws", "2021-06-01")
    own.stated["id"], own.stated["number"] = "later-2", "测试〔2021〕7号"
    own.stated["effects"][0]["target"] = "test-2"
    world.acts.append(own)
    assert status(world, "CHN002", "2021-06-01") == ["skip"]


def test_chn002_follows_the_chain_up() -> None:
    last = child("test-2:1-01-west", name="test-3", zone="east", mode=DESK)
    last.stated["issued_on"] = last.stated["signed_on"] = "2021-04-17"
    world = World([base(mode=AUDIT), child(mode=AUDIT), last])
    world.acts.append(change("withdraws", "2021-06-01"))
    assert status(world, "CHN002", "2021-05-31", DAY, of="test-3:1-01-east") == ["ok", "alarm"]


# CHN003


@pytest.mark.parametrize(
    ("given", "conferred", "expected"),
    [
        (AUDIT, AUDIT, "ok"),
        (AUDIT, DESK, "ok"),
        (DESK, AUDIT, "alarm"),
        (AUDIT, ENTRUST, "alarm"),
        ("不再实施", DESK, "skip"),
    ],
)
def test_chn003_compares_the_acts_of_both_modes(given: str, conferred: str, expected: str) -> None:
    first = base()
    if given == "不再实施":
        parent = "test-1:3-01-west"
        world = World([first, child(parent, zone="east", mode=conferred)])
        assert status(world, "CHN003", of="test-2:1-01-east") == [expected]
    else:
        assert status(chain(given, conferred), "CHN003") == [expected]


def test_chn003_names_the_acts() -> None:
    alarm = found(chain(DESK, AUDIT), "CHN003")[0]["test-2:1-01-west"]
    assert alarm.message.zh.endswith(f"上级赋权{PARENT}（委托收件）不包括受理、审查。")
    assert "does not include to accept, examine" in alarm.message.en


def _without(act: Act, mode: str, act_name: str) -> Act:
    """The instrument without a word on an act of a mode."""
    for rule in act.stated["act_rules"]:
        if rule["mode"] == mode and rule["acts"] == [act_name]:
            rule["answer"] = "undetermined"
    return act


def test_chn003_what_the_parent_or_the_child_does_not_state_is_for_a_person() -> None:
    first = _without(base(mode=AUDIT), AUDIT, "examine")
    world = World([first, child(mode=AUDIT)])
    assert status(world, "CHN003") == ["manual"]
    assert status(World([first, child(mode=DESK)]), "CHN003") == ["ok"], "it does not examine"
    silent = child(mode=AUDIT)
    silent.stated["act_rules"] = []
    assert status(World([base(mode=AUDIT), silent]), "CHN003") == ["manual"]
    assert status(World([base(), child(ELSEWHERE, mode=AUDIT)]), "CHN003") == ["manual"]


def test_chn003_an_agreement_may_give_an_act_to_either() -> None:
    stated = rules(by_agreement=True)
    named = paper("2021-05-10", acts="撤销变更注销")
    parent = base(mode=ENTRUST)
    parent.stated["act_rules"] = stated
    own = child(mode=ENTRUST)
    own.stated["act_rules"] = stated
    parent.ledger["agreements"] = [paper("2021-05-03", number="甲1号")]
    own.ledger["agreements"] = [{**named, "zone": "west"}]
    assert status(World([parent, own]), "CHN003", "2021-05-09", "2021-05-10") == ["ok", "manual"]
    parent.ledger["agreements"].append({**named, "number": "甲2号"})
    assert status(World([parent, own]), "CHN003", "2021-05-10") == ["ok"]


# CHN004


@pytest.mark.parametrize(
    ("above", "own", "expected"),
    [
        (("全部", ""), ("全部", ""), "ok"),
        (("全部", ""), ("部分", "限城区"), "ok"),
        (("部分", "限城区"), ("全部", ""), "alarm"),
        (("部分", "限城区"), ("部分", "限城区"), "ok"),
        (("部分", "限城区"), ("部分", "限港区"), "manual"),
        (("部分", ""), ("部分", ""), "manual"),
    ],
)
def test_chn004_compares_scopes(
    above: tuple[str, str], own: tuple[str, str], expected: str
) -> None:
    first = base(mode=AUDIT, scope=above[0], remark=above[1])
    world = World([first, child(mode=AUDIT, scope=own[0], remark=own[1])])
    assert status(world, "CHN004") == [expected]


def test_chn004_a_territory_is_compared_by_a_person_unless_it_is_the_same() -> None:
    world = chain()
    world.acts.append(change("amends", "2021-06-01", territory="北片区"))
    assert status(world, "CHN004", "2021-05-31", "2021-06-01") == ["ok", "manual"]
    manual = found(world, "CHN004", "2021-06-01")[0]["test-2:1-01-west"]
    assert "为“全部，限北片区”，是否超出须人工核实" in manual.message.zh
    same = change("amends", "2021-06-01", territory="北片区")
    same.stated.update(id="later-2", number="测试〔2021〕7号")
    same.stated["effects"][0]["target"] = "test-2"
    world.acts.append(same)
    assert status(world, "CHN004", "2021-06-01") == ["ok"]


def test_chn004_what_is_not_recorded_is_for_a_person() -> None:
    assert status(World([base(), child(ELSEWHERE, mode=AUDIT)]), "CHN004") == ["manual"]


# CHN005


@pytest.mark.parametrize(
    ("given", "conferred", "expected"),
    [
        (ENTRUST, ENTRUST, "alarm"),
        (ENTRUST, AUDIT, "skip"),
        (AUDIT, ENTRUST, "ok"),
    ],
)
def test_chn005_what_was_entrusted_is_not_entrusted_on(
    given: str, conferred: str, expected: str
) -> None:
    world = chain(given, conferred)
    assert status(world, "CHN005") == [expected]
    if expected == "alarm":
        alarm = found(world, "CHN005")[0]["test-2:1-01-west"]
        assert alarm.owed_by == ("office", "west")
        assert "为受委托取得（委托下放），不得再委托" in alarm.message.zh


def test_chn005_of_a_parent_that_is_not_recorded_a_person_judges() -> None:
    assert status(World([base(), child(ELSEWHERE)]), "CHN005") == ["manual"]
    assert status(World([base(), child(ELSEWHERE, mode=AUDIT)]), "CHN005") == ["skip"]


def test_chn005_and_law004_look_at_different_papers() -> None:
    """A list that derives an entrustment from one, and an agreement that a zone granted."""
    world = World([base(paper()), child()])
    world.acts[1].ledger["agreements"] = [paper(department="东区管委会", zone="west")]
    assert status(world, "CHN005") == ["alarm"]
    (said,) = found(world, "LAW004")
    assert {f.subject_id for f in said.values() if f.status == "alarm"} == {"示例1号"}


# CHN006

CHANGED, DUE = "2021-05-17", "2021-06-29"
"""Thirty working days later: 14 June, 端午, is off."""


def narrowed(**terms: Row | str) -> World:
    world = chain()
    world.acts.append(change("amends", CHANGED, **terms))
    return world


def test_chn006_the_delegation_follows_within_thirty_working_days() -> None:
    world = narrowed(scope="部分", remark="限城区")
    days = ("2021-05-16", CHANGED, DUE, "2021-06-30")
    assert status(world, "CHN006", *days) == ["ok", "pending", "pending", "alarm"]
    alarm = found(world, "CHN006", "2021-06-30")[0]["test-2:1-01-west"]
    assert (alarm.severity, alarm.due_on, alarm.days_overdue) == ("medium", DUE, 1)


def _follow(world: World, on: str) -> None:
    follows = change("amends", on, scope="部分", remark="限城区")
    follows.stated.update(id="later-2", number="测试〔2021〕7号")
    follows.stated.update(signed_on="2021-05-20", issued_on="2021-05-20")
    follows.stated["effects"][0]["target"] = "test-2"
    world.acts.append(follows)


def test_chn006_is_content_once_an_instrument_follows() -> None:
    world = narrowed(mode=DESK)
    _follow(world, "2021-07-30")
    assert status(world, "CHN006", "2021-05-19", "2021-05-20", "2021-07-01") == [
        *("pending", "ok", "ok")
    ]


def test_chn006_what_only_gains_and_what_ended_asks_for_nothing() -> None:
    first = base(mode=AUDIT, scope="部分", remark="限城区")
    world = World([first, child(mode=AUDIT, scope="部分", remark="限城区")])
    world.acts.append(change("amends", CHANGED, scope="全部"))
    assert status(world, "CHN006", "2021-07-01") == ["ok"]
    ended = chain()
    ended.acts.append(change("withdraws", CHANGED))
    assert status(ended, "CHN006", "2021-07-01") == ["skip"], "CHN002 tells that"


def test_chn006_of_a_parent_that_is_not_recorded_a_person_judges() -> None:
    assert status(World([base(), child(ELSEWHERE)]), "CHN006") == ["manual"]


# All of them


@seed(SEED)
@settings(
    max_examples=amount(2, 8, 60),
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(world=worlds_of_authority(zones_grant=False))
def test_chn001_and_chn002_alarm_where_standing_says_that_the_superior_is_gone(
    world: World,
) -> None:
    chosen = select_rules(load_rules(), "CHN001,CHN002", None)
    for act in world.acts:  # what the acts are is another question
        act.stated["act_rules"] = []
        for row in act.ledger.get("agreements", []):
            row["acts"] = ""
    with made(world) as conn:
        for day in boundaries(world, set(delegations_of(world)))[::3]:
            conn.execute("BEGIN")
            create_shadow_views(conn, day)
            gone = {
                reference
                for (reference,) in conn.execute(
                    "SELECT d.instrument || ':' || d.id FROM delegations AS d"
                    " JOIN current_standing AS s ON s.delegation_no = d.delegation_no"
                    " WHERE s.state = '上级失效'"
                )
            }
            differ = conn.execute(
                "SELECT x.parent, x.above_state, x.ended_on FROM derivations AS x"
                " LEFT JOIN standing AS s ON s.delegation_no = x.parent_no AND s.from_on <= ?1"
                "   AND (s.to_on IS NULL OR s.to_on >= ?1)"
                " WHERE x.above_state IS NOT s.state OR x.ended_on IS NOT CASE"
                "   WHEN s.state <> '生效' THEN (SELECT max(e.to_on) FROM standing AS e"
                "   WHERE e.delegation_no = x.parent_no AND e.state = '生效' AND e.from_on <= ?1)"
                " END",
                (day,),
            ).fetchall()
            conn.execute("ROLLBACK")
            assert differ == [], day
            audit = run_audit(conn, chosen, day, everything=True)
            alarms = [
                f"{f.instrument}:{f.subject_id}" for f in audit.findings if f.status == "alarm"
            ]
            assert sorted(alarms) == sorted(gone), day
