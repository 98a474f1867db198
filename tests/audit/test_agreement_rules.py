"""Rules on the life of an agreement: AGR005, AGR007 to AGR010."""

from __future__ import annotations

import pytest

from registry.audit.engine import run_audit
from registry.audit.finding import Finding
from registry.audit.rule import load_rules, select_rules
from registry.model.config import Config, Thresholds
from registry.store.connection import connect
from tests.audit.conftest import Ledger


def sign(ledger: Ledger, number: str, signed_on: str, **more: str) -> None:
    """An agreement of the right parties on 1-08 in the eastern of the two zones."""
    ledger.agree(number, "slj", "etdz", ["1-08"], signed_on)
    for name, value in more.items():
        ledger.sql(f"UPDATE agreement SET {name} = ? WHERE number = ?", value, number)


def findings(ledger: Ledger, code: str, as_of: str) -> list[Finding]:
    """What the rule finds fault with."""
    return ledger.audit(as_of, code).findings


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("2021-11-14", "ok"),
        ("2021-11-15", "alarm"),
        ("2021-12-15", "alarm"),
        ("2022-12-15", "alarm"),
    ],
)
def test_agr005_an_agreement_without_successor(ledger: Ledger, as_of: str, status: str) -> None:
    sign(ledger, "甲", "2021-05-10", expires_on="2021-12-15")
    assert ledger.statuses("AGR005", as_of) == {"1-08-etdz": status}


@pytest.mark.parametrize(("basis", "code"), [(None, "AGR004"), ("某规定第十六条", "AGR003")])
def test_term_and_liability_are_required_where_a_law_is_named(
    ledger: Ledger, basis: str | None, code: str
) -> None:
    """期限 and 法律责任: advisable by the notice alone (AGR004), required with `term_basis`."""
    sign(ledger, "甲", "2021-05-10")
    ledger.sql(
        "INSERT INTO agreement_contains SELECT a.no, t.term FROM agreement AS a"
        " JOIN agreement_term AS t ON t.instrument = a.instrument AND t.required = 1"
    )
    if basis:
        ledger.sql("INSERT INTO agreement_term_basis VALUES (1, ?)", basis)
    found = [f for c in ("AGR003", "AGR004") for f in findings(ledger, c, "2021-05-10")]
    assert [f.code for f in found] == [code]
    assert "期限" in found[0].message.zh
    assert "法律责任" in found[0].message.zh


def test_agr005_is_content_with_a_renewal_and_names_a_termination(ledger: Ledger) -> None:
    sign(ledger, "甲", "2021-05-10", expires_on="2024-05-09", terminated_on="2021-12-15")
    (finding,) = findings(ledger, "AGR005", "2021-12-16")
    assert "于2021-12-15解除，未见续签" in finding.message.zh
    assert "was terminated on 2021-12-15" in finding.message.en
    sign(ledger, "乙", "2021-12-20", expires_on="2026-12-19")
    assert findings(ledger, "AGR005", "2021-12-19") != []
    assert ledger.statuses("AGR005", "2021-12-20") == {"1-08-etdz": "ok"}


def test_agr007_names_who_signed_and_is_put_to_them_too(ledger: Ledger) -> None:
    ledger.agree("错", "yjj", "etdz", ["1-08"], "2021-05-10")
    (finding,) = findings(ledger, "AGR007", "2021-05-10")
    assert "由市应急局与聊城经开区签订" in finding.message.zh
    assert "该事项的主管部门为市水利局" in finding.message.zh
    assert "signed by 市应急局 and 聊城经开区" in finding.message.en
    assert finding.owed_by == ("slj", "etdz", "yjj")
    assert finding.department == "slj"


def test_agr007_names_a_zone_that_passed_the_power_on(ledger: Ledger) -> None:
    ledger.agree("转", None, "hidz", ["1-08"], "2021-05-10", grantor_zone="etdz")
    (finding,) = findings(ledger, "AGR007", "2021-05-10")
    assert "由聊城经开区与聊城高新区签订" in finding.message.zh
    assert finding.owed_by == ("slj", "hidz", "etdz")


def test_agr008_waits_for_thirty_working_days_and_then_for_the_filing(ledger: Ledger) -> None:
    sign(ledger, "甲", "2021-04-15")
    days = ["2021-05-28", "2021-05-29", "2022-05-29"]
    assert [ledger.statuses("AGR008", day)["甲"] for day in days] == ["pending", "alarm", "alarm"]
    (finding,) = findings(ledger, "AGR008", "2021-05-31")
    assert finding.owed_by == ("slj",)
    assert "应于2021-05-28前备案，已逾期3日（1个工作日）" in finding.message.zh
    ledger.sql("UPDATE agreement SET filed_on = '2021-06-10'")
    days = ["2021-06-09", "2021-06-10"]
    assert [ledger.statuses("AGR008", day)["甲"] for day in days] == ["alarm", "ok"]


def test_agr008_has_a_period_of_the_offices_own(ledger: Ledger) -> None:
    sign(ledger, "甲", "2021-04-15")
    rules = select_rules(load_rules(), "AGR008", None)
    conn = connect(ledger.path)
    config = Config(thresholds=Thresholds(agreement_filing_days=31))
    audit = run_audit(conn, rules, "2021-05-31", everything=True, config=config)
    conn.close()
    assert [f.status for f in audit.findings] == ["pending"]


def test_agr008_is_unknown_beyond_the_calendar_and_not_for_a_zone(ledger: Ledger) -> None:
    sign(ledger, "晚", "2026-12-20")
    ledger.agree("转", None, "hidz", ["1-08"], "2021-05-10", grantor_zone="etdz")
    assert ledger.statuses("AGR008", "2026-12-28") == {"晚": "manual", "转": "skip"}


def test_agr009_an_expired_agreement(ledger: Ledger) -> None:
    sign(ledger, "甲", "2021-05-10", expires_on="2021-12-15")
    days = ["2021-12-15", "2021-12-16", "2022-12-16"]
    assert [ledger.statuses("AGR009", day)["甲"] for day in days] == ["skip", "alarm", "alarm"]
    (finding,) = findings(ledger, "AGR009", "2022-12-16")
    assert "协议甲已于2021-12-15届满且未续签" in finding.message.zh
    assert finding.owed_by == ("slj",)
    ledger.sql("UPDATE agreement SET dissolved_public_on = '2022-01-10'")
    days = ["2022-01-09", "2022-01-10"]
    assert [ledger.statuses("AGR009", day)["甲"] for day in days] == ["alarm", "ok"]


def test_agr009_a_renewal_needs_no_dissolution_but_a_termination_does(ledger: Ledger) -> None:
    sign(ledger, "甲", "2021-05-10", expires_on="2021-12-15")
    sign(ledger, "乙", "2021-12-01", effective_on="2021-12-16", expires_on="2022-12-15")
    assert ledger.statuses("AGR009", "2022-01-01") == {"甲": "skip", "乙": "skip"}
    ledger.sql("UPDATE agreement SET terminated_on = '2021-12-10' WHERE number = '甲'")
    assert ledger.statuses("AGR009", "2022-01-01") == {"甲": "alarm", "乙": "skip"}
    (finding,) = findings(ledger, "AGR009", "2022-01-01")
    assert "was terminated on 2021-12-10" in finding.message.en


def test_agr009_takes_the_parties_at_their_word_on_a_renewal(ledger: Ledger) -> None:
    sign(ledger, "甲", "2021-05-10", expires_on="2021-12-15")
    ledger.agree("乙", "slj", "etdz", ["1-17"], "2021-12-01")
    assert ledger.statuses("AGR009", "2022-01-01")["甲"] == "alarm"
    ledger.sql("UPDATE agreement SET renews = '甲' WHERE number = '乙'")
    assert ledger.statuses("AGR009", "2022-01-01")["甲"] == "skip"


def test_agr010_a_gap_of_forty_days_alarms_from_its_first_day_on(ledger: Ledger) -> None:
    sign(ledger, "甲", "2021-05-10", expires_on="2021-12-15")
    assert ledger.statuses("AGR010", "2021-12-20") == {"1-08-etdz": "ok"}  # AGR005's matter
    sign(ledger, "乙", "2021-12-10", effective_on="2022-01-25")
    for as_of, status in (
        ("2021-12-15", "ok"),
        ("2021-12-16", "alarm"),
        ("2022-01-25", "alarm"),
        ("2023-01-25", "alarm"),
    ):
        assert (as_of, ledger.statuses("AGR010", as_of)) == (as_of, {"1-08-etdz": status})
    (finding,) = findings(ledger, "AGR010", "2023-01-25")
    assert "于2021-12-15终止，后一协议自2022-01-25起生效，其间40日没有协议" in finding.message.zh
    assert "40 days without one" in finding.message.en
    assert finding.owed_by == ("slj", "etdz")


def test_agr010_tells_each_gap_apart(ledger: Ledger) -> None:
    sign(ledger, "甲", "2021-05-10", expires_on="2021-12-15")
    sign(ledger, "乙", "2021-12-18", expires_on="2022-12-15")
    (first,) = findings(ledger, "AGR010", "2022-06-01")
    sign(ledger, "丙", "2022-12-18")
    both = findings(ledger, "AGR010", "2023-01-01")
    assert len({f.fingerprint for f in both}) == 2
    assert first.fingerprint in {f.fingerprint for f in both}


def test_agr010_is_content_with_a_renewal_in_time(ledger: Ledger) -> None:
    sign(ledger, "甲", "2021-05-10", expires_on="2021-12-15")
    sign(ledger, "乙", "2021-12-16")
    assert ledger.statuses("AGR010", "2022-06-01") == {"1-08-etdz": "ok"}
