"""EVL001 to EVL004: what they examine, at their thresholds, and only where files cover the period.

1-08 is entrusted to the zone by 市水利局; 1-15 leaves the decision to the department, so that the
zone exercises it without an agreement. The period of DAY is the year 2022.
"""

from __future__ import annotations

import pytest

from registry.audit.engine import run_audit
from registry.audit.rule import load_rules, select_rules
from registry.authority.evaluation import evaluate
from registry.model.config import Config, EvaluationThresholds
from registry.store.connection import connect
from tests.audit.conftest import Ledger

DAY = "2022-12-31"
CODES = ("EVL001", "EVL002", "EVL003", "EVL004")


@pytest.fixture
def agreed(ledger: Ledger) -> Ledger:
    """1-08 is agreed on with the zone for as long as the tests look."""
    ledger.agree("示例1", "slj", "etdz", ["1-08"], "2021-05-11")
    return ledger


def of(ledger: Ledger, code: str, day: str = DAY) -> dict[str, str]:
    """Subjects of a rule that it does not skip."""
    return {id_: status for id_, status in ledger.statuses(code, day).items() if status != "skip"}


def decide(ledger: Ledger, number: int, **more: object) -> None:
    """Record that many cases of 1-08, decided the day after."""
    (before,) = ledger.conn.execute("SELECT count(*) FROM case_record").fetchone()
    for n in range(number):
        ledger.case(f"A{before + n}", "1-08", "2022-03-01", "2022-03-02", **more)


def test_without_cases_nothing_is_examined(ledger: Ledger) -> None:
    for code in CODES:
        (result,) = ledger.audit(DAY, code).results
        assert sum(result.counts.values()) == 0


def test_evl001_alarms_where_there_was_no_case(agreed: Ledger) -> None:
    decide(agreed, 1)
    found = of(agreed, "EVL001")
    assert found["1-08-etdz"] == "ok"
    assert found["1-15-etdz"] == "alarm"
    assert "1-08-hidz" not in found, "it waits for an agreement"
    assert all(id_.startswith("1-") for id_ in found), "what was delegated, and nothing else"
    alarm = next(f for f in agreed.audit(DAY, "EVL001").findings if f.subject_id == "1-15-etdz")
    assert (alarm.severity, alarm.owed_by) == ("info", ("office", "etdz"))
    assert "2022-01-01至2022-12-31" in alarm.message.zh


def test_evl001_asks_for_the_whole_period_in_force(agreed: Ledger) -> None:
    agreed.case("A1", "1-15", "2022-03-01")
    for signed_on, expected in (("2022-01-01", "alarm"), ("2022-01-02", None)):
        agreed.sql("UPDATE agreement SET signed_on = ?", signed_on)
        assert of(agreed, "EVL001").get("1-08-etdz") == expected


def test_evl001_leaves_out_what_nobody_applies_for(agreed: Ledger) -> None:
    decide(agreed, 1)
    agreed.sql("UPDATE item SET initiation = '依职权' WHERE id = '1-15'")
    assert "1-15-etdz" not in of(agreed, "EVL001")


@pytest.mark.parametrize(("cases", "expected"), [(0, None), (1, "alarm"), (4, "alarm"), (5, "ok")])
def test_evl002_alarms_below_five_cases(agreed: Ledger, cases: int, expected: str | None) -> None:
    agreed.case("B1", "1-15", "2022-03-01")
    decide(agreed, cases)
    assert of(agreed, "EVL002").get("1-08-etdz") == expected
    assert of(agreed, "EVL002")["1-15-etdz"] == "alarm"
    if expected == "alarm":
        (told,) = (
            f.message.zh
            for f in agreed.audit(DAY, "EVL002").findings
            if f.subject_id == "1-08-etdz"
        )
        assert f"办件仅{cases}件" in told


@pytest.mark.parametrize(
    ("returned", "expected"), [(0, "ok"), (1, "ok"), (2, "alarm"), (10, "alarm")]
)
def test_evl003_alarms_above_a_tenth(agreed: Ledger, returned: int, expected: str) -> None:
    decide(agreed, 10 - returned)
    decide(agreed, returned, decided_department="slj")
    agreed.case("B1", "1-15", "2022-03-01", "2022-03-02", decided_department="scj")
    assert of(agreed, "EVL003") == {"1-08-etdz": expected}, "1-15 is the department's to decide"
    findings = agreed.audit(DAY, "EVL003").findings
    assert len(findings) == (expected == "alarm")
    for finding in findings:
        assert f"10件中，{returned}件由市级部门决定" in finding.message.zh
        assert finding.owed_by == ("slj", "etdz")


def test_evl003_is_silent_on_days_on_which_the_zone_may_not(agreed: Ledger) -> None:
    agreed.sql("UPDATE agreement SET expires_on = '2022-03-01'")
    decide(agreed, 10, decided_department="slj")
    assert of(agreed, "EVL003") == {}
    agreed.sql("UPDATE agreement SET expires_on = '2022-03-02'")
    assert of(agreed, "EVL003") == {"1-08-etdz": "alarm"}


@pytest.mark.parametrize(("wrong", "expected"), [(0, "ok"), (1, "ok"), (2, "alarm")])
def test_evl004_alarms_above_twenty_a_thousand(agreed: Ledger, wrong: int, expected: str) -> None:
    decide(agreed, 50 - wrong)
    for n in range(wrong):  # late by what was promised
        agreed.case(f"B{n}", "1-08", "2022-03-01", "2022-03-31", promised_on="2022-03-30")
    assert of(agreed, "EVL004") == {"1-08-etdz": expected}


def test_evl004_takes_what_can_refuses_and_what_is_past_the_legal_limit(agreed: Ledger) -> None:
    agreed.sql("INSERT OR REPLACE INTO legal_limit VALUES ('行政许可', 'L8', 20, 'working', 10)")
    agreed.case("A1", "1-08", "2022-03-01", "2022-03-29")
    assert of(agreed, "EVL004") == {"1-08-etdz": "ok"}
    agreed.case("A2", "1-08", "2022-03-01", "2022-03-30")
    assert of(agreed, "EVL004") == {"1-08-etdz": "alarm"}
    agreed.sql("DELETE FROM case_record")
    agreed.case("A3", "1-15", "2022-03-01", "2022-03-02")
    assert of(agreed, "EVL004") == {"1-15-etdz": "alarm"}, "the zone decided what it may not"


@pytest.mark.parametrize(
    ("covered", "examined"),
    [
        (("2022-01-01", "2022-12-31"), True),
        (("2022-01-02", "2022-12-31"), False),
        (("2022-01-01", "2022-12-30"), False),
    ],
)
def test_they_examine_only_what_files_cover(
    agreed: Ledger, covered: tuple[str, str], examined: bool
) -> None:
    decide(agreed, 1)
    agreed.sql("UPDATE platform_load SET from_on = ?, to_on = ?", *covered)
    assert [bool(of(agreed, code)) for code in CODES] == [examined] * 4


def test_files_that_meet_cover_together(agreed: Ledger) -> None:
    decide(agreed, 1)
    agreed.sql("UPDATE platform_load SET to_on = '2022-06-30'")
    columns = "kind, source, loaded_on, rows_read, rows_kept, content_digest, provenance"
    agreed.sql(
        f"INSERT INTO platform_load ({columns}, from_on, to_on)"
        f" SELECT {columns}, '2022-07-02', '2022-12-31' FROM platform_load"
    )
    assert of(agreed, "EVL002") == {}
    agreed.sql("UPDATE platform_load SET from_on = '2022-07-01' WHERE from_on = '2022-07-02'")
    assert of(agreed, "EVL002") == {"1-08-etdz": "alarm"}


def test_beyond_the_calendar_nothing_is_examined(agreed: Ledger) -> None:
    decide(agreed, 1)
    agreed.sql("UPDATE platform_load SET to_on = '2029-12-31'")
    assert of(agreed, "EVL001", "2026-12-31")
    assert of(agreed, "EVL001", "2027-01-01") == {}


def test_demonstration_cases_make_findings_of_a_demonstration(agreed: Ledger) -> None:
    decide(agreed, 1)
    agreed.sql("UPDATE platform_load SET provenance = 'demonstration'")
    findings = agreed.audit(DAY, "EVL").findings
    assert {f.provenance for f in findings} == {"demonstration"}


def test_thresholds_and_period_are_configured(agreed: Ledger) -> None:
    decide(agreed, 2, decided_department="slj")
    decide(agreed, 2)
    rules = select_rules(load_rules(), "EVL", None)

    def alarms(**thresholds: int) -> dict[str, int]:
        conn = connect(agreed.path)
        try:
            config = Config(evaluation=EvaluationThresholds(**thresholds))
            audit = run_audit(conn, rules, DAY, config=config)
        finally:
            conn.close()
        return {r.code: r.counts["alarm"] for r in audit.results if r.code != "EVL001"}

    assert alarms() == {"EVL002": 1, "EVL003": 1, "EVL004": 0}
    assert alarms(seldom_cases=4, guidance_returned=50) == {"EVL002": 0, "EVL003": 0, "EVL004": 0}
    assert alarms(period_months=10)["EVL003"] == 1, "from 2022-03-01 on"
    assert alarms(period_months=9)["EVL003"] == 0


def test_rules_and_figures_agree(agreed: Ledger) -> None:
    decide(agreed, 3)
    decide(agreed, 2, decided_department="slj")
    conn = connect(agreed.path)
    found = evaluate(conn, "2022-01-01", DAY, DAY, EvaluationThresholds())
    conn.close()
    idle = {id_ for id_, status in of(agreed, "EVL001").items() if status == "alarm"}
    assert {delegation.id for delegation in found.idle} == idle
    assert found.overall.used is not None
    assert len(of(agreed, "EVL001")) == found.overall.used.whole
    assert found.overall.returned == (2, 5)
    assert "5件中，2件" in agreed.audit(DAY, "EVL003").findings[0].message.zh
