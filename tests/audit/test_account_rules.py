"""PER005 and PER006: accounts with too much, accounts of nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.audit.engine import run_audit
from registry.audit.rule import load_rules, select_rules
from registry.audit.waivers import check_waivers
from registry.model.config import Config, Thresholds
from registry.model.waiver import Waiver
from tests.audit.test_permission_rules import findings, platform
from tests.oracle.small_authority import MERGED, base
from tests.oracle.world import World

SMALL = World([base()])


def statuses(code: str, *accounts: tuple[Any, ...], **more: Any) -> dict[str, str]:
    """Accounts by login and roles, with more of them all → status by subject."""
    with platform(SMALL) as of:
        for login, *roles in accounts:
            of.account(login, *roles, **more)
        return {f.subject_id: f.status for f in findings(of, code)}


# PER005


def test_per005_looks_at_all_that_an_account_does() -> None:
    assert statuses(
        "PER005",
        ("zhang", "受理岗", "审批岗"),
        ("li", "收件岗", "受理岗"),
        ("wang", "审核岗", "受理岗"),
        ("zhao",),
    ) == {
        **{"政务平台/zhang": "alarm", "政务平台/li": "ok"},
        **{"政务平台/wang": "ok", "政务平台/zhao": "ok"},
    }


def test_per005_over_the_union_of_roles_and_permissions() -> None:
    with platform(SMALL) as of:
        of.account("zhang", "审核岗")
        of.account("li", "综合岗", "受理岗")
        of.account("wang", "受理岗")
        of.permit("decide", holder="zhang")
        of.permit("decide", holder="综合岗")
        found = {f.subject_id: f for f in findings(of, "PER005")}
        assert {key: f.status for key, f in found.items()} == {
            **{"政务平台/zhang": "alarm", "政务平台/li": "alarm", "政务平台/wang": "ok"}
        }
        zhang, li = found["政务平台/zhang"], found["政务平台/li"]
        assert zhang.message.zh == "账号zhang（政务平台）兼有不相容的环节：审查与决定。"
        assert li.message.en.endswith("should hold together: accept and decide.")
        assert (zhang.severity, zhang.owed_by) == ("medium", ("office", "east"))


def test_per005_names_every_pair() -> None:
    with platform(SMALL) as of:
        of.account("zhang", "审核岗", "审批岗", "受理岗", zone=None, department="jia")
        (alarm,) = findings(of, "PER005")
        assert "受理与决定、审查与决定" in alarm.message.zh
        assert alarm.owed_by == ("office", "jia")


def test_per005_a_permission_of_another_source_is_another_s() -> None:
    with platform(SMALL) as of:
        of.account("zhang", "受理岗")
        of.source = "另一系统"
        of.permit("decide", holder="zhang")
        assert [f.status for f in findings(of, "PER005")] == ["ok"]


@pytest.mark.parametrize(
    ("roles", "more", "expected"),
    [
        (["受理岗", "审批岗"], {"active": 0}, "skip"),
        (["受理岗", "审批岗"], {"active": None}, "alarm"),
        (["受理岗"], {"unknown_roles": 1}, "skip"),
        (["受理岗", "审批岗"], {"unknown_roles": 1}, "alarm"),
    ],
)
def test_per005_of_accounts_that_are_closed_or_not_wholly_known(
    roles: list[str], more: dict[str, Any], expected: str
) -> None:
    assert set(statuses("PER005", ("zhang", *roles), **more).values()) == {expected}


# PER006


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"政务平台/zhang": "ok"}),
        ({"zone": None}, {"政务平台/zhang": "alarm"}),
        ({"zone": None, "department": "jia"}, {"政务平台/zhang": "ok"}),
        ({"people": 2}, {"政务平台/zhang": "alarm"}),
        ({"last_login_on": "2020-12-03"}, {"政务平台/zhang": "ok"}),
        ({"last_login_on": "2020-12-02"}, {"政务平台/zhang": "alarm"}),
        ({"last_login_on": "2020-12-02", "active": None}, {"政务平台/zhang": "alarm"}),
        ({"last_login_on": "2020-12-02", "active": 0}, {"政务平台/zhang": "skip"}),
        ({"zone": None, "people": 3, "active": 0}, {"政务平台/zhang": "skip"}),
        ({"last_login_on": None}, {"L-1": "manual"}),
        ({"last_login_on": None, "people": 2}, {"政务平台/zhang": "alarm"}),
    ],
)
def test_per006(more: dict[str, Any], expected: dict[str, str]) -> None:
    """The day is 2021-06-01, and 180 days before it 2020-12-03."""
    assert statuses("PER006", ("zhang",), **more) == expected


def test_per006_says_all_that_is_wrong_and_asks_once_what_a_file_does_not_state() -> None:
    with platform(SMALL) as of:
        of.account("zhang", zone=None, people=3, last_login_on="2020-01-02")
        of.account("li", last_login_on=None)
        of.account("wang", zone="west", last_login_on=None)
        alarm, manual = sorted(findings(of, "PER006"), key=lambda f: f.status)
        assert alarm.message.zh == (
            "账号zhang（政务平台）：不属于任何已登记的主体，由3人共用，自2020-01-02以来未登录。"
        )
        assert alarm.message.en == (
            "Account zhang (政务平台): of no recorded body, shared by 3 people,"
            " no login since 2020-01-02."
        )
        assert (alarm.severity, alarm.owed_by) == ("low", ("office",))
        assert (manual.status, manual.cases) == ("manual", ("li", "wang"))
        assert manual.message.zh.startswith("政务平台：账号未载明最后登录时间")


def test_per006_of_a_body_that_is_gone() -> None:
    with platform(World([base()], [MERGED])) as of:
        of.account("zhang")
        of.account("li", zone="west")
        assert [f.status for f in findings(of, "PER006", "2021-05-31")] == ["ok", "ok"]
        found = {f.subject_id: f for f in findings(of, "PER006")}
        assert {key: f.status for key, f in found.items()} == {
            **{"政务平台/zhang": "alarm", "政务平台/li": "ok"}
        }
        assert "所属主体已不再存续" in found["政务平台/zhang"].message.zh


def test_accounts_files_and_acts_without_a_delegation_can_be_waived() -> None:
    subjects = {"PER005": "政务平台/zhang", "PER006": "L-1", "PER001": "2-01-harbour"}
    with platform(SMALL) as of:
        of.account("zhang", "受理岗", "审批岗", last_login_on=None)
        of.conn.execute(
            "INSERT INTO zone (id, name, short_name, provenance, source)"
            " VALUES ('harbour', '港区', '港区', 'official', 'test')"
        )
        of.permit("decide", "harbour", "test-1:2-01")
        waivers = [
            Waiver.model_validate(
                {
                    **{"rule": rule, "subject": subject, "reason": "r", "approver": "a"},
                    **{"issued": "2021-06-01", "expires": "2022-01-01"},
                }
            )
            for rule, subject in subjects.items()
        ]
        check_waivers(of.conn, subjects, waivers, Path("waivers.yml"))
        rules = select_rules(load_rules(), ",".join(subjects), None)
        audit = run_audit(of.conn, rules, "2021-06-01", waivers=waivers)
    assert {f.code: f.subject_id for f in audit.findings if f.waived} == subjects


def test_per006_by_the_threshold_of_the_office() -> None:
    with platform(SMALL) as of:
        of.account("zhang", last_login_on="2021-05-20")
        rules = select_rules(load_rules(), "PER006", None)
        for days, expected in ((12, "ok"), (11, "alarm")):
            config = Config(thresholds=Thresholds(dormant_days=days))
            (found,) = run_audit(
                of.conn, rules, "2021-06-01", config=config, everything=True
            ).findings
            assert found.status == expected


def test_rules_on_accounts_read_the_latest_file_of_each_source() -> None:
    with platform(SMALL) as of:
        of.account("zhang", "受理岗", "审批岗", people=2)
        of.later("2021-05-20")
        of.account("zhang", "受理岗")
        for code in ("PER005", "PER006"):
            assert [f.status for f in findings(of, code)] == ["ok"]
            assert findings(of, code, "2021-05-10") == [], "of the day there is no file any more"
