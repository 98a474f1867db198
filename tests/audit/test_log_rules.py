"""HIS001 and HIS002: whether the log is kept as it should be."""

from __future__ import annotations

import pytest

from tests.audit.conftest import Ledger

HEAD = "10, 1000, 'f00d'"


def statuses(ledger: Ledger, code: str, day: str) -> dict[str, str]:
    found = ledger.audit(day, code)
    (result,) = found.results
    told = {f.subject_id: f.status for f in found.findings}
    return told or {status: str(n) for status, n in result.counts.items() if n}


@pytest.fixture
def begun(ledger: Ledger) -> Ledger:
    """A registry whose log began on 2021-06-01."""
    ledger.sql("UPDATE log_state SET began_on = '2021-06-01'")
    return ledger


def checkpoint(ledger: Ledger, day: str) -> None:
    ledger.sql(f"INSERT INTO checkpoint VALUES (NULL, {HEAD}, '{day}T18:00:00+08:00', '')")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2021-05-31", {"skip": "1"}),
        ("2021-06-01", {"pending": "1"}),
        ("2021-07-02", {"pending": "1"}),
        ("2021-07-03", {"log": "alarm"}),
    ],
)
def test_his001_a_log_wants_its_first_checkpoint(
    begun: Ledger, day: str, expected: dict[str, str]
) -> None:
    assert statuses(begun, "HIS001", day) == expected


def test_his001_a_checkpoint_is_good_for_its_days(begun: Ledger) -> None:
    checkpoint(begun, "2021-06-20")
    assert statuses(begun, "HIS001", "2021-07-21") == {"ok": "1"}
    assert statuses(begun, "HIS001", "2021-07-22") == {"log": "alarm"}
    (alarm,) = begun.audit("2021-07-22", "HIS001").findings
    assert (alarm.due_on, alarm.days_overdue, alarm.severity) == ("2021-07-21", 1, "low")
    assert "2021-06-20" in alarm.message.zh
    checkpoint(begun, "2021-07-22")
    assert statuses(begun, "HIS001", "2021-07-22") == {"ok": "1"}
    # On a day before it the later checkpoint was not there.
    assert statuses(begun, "HIS001", "2021-07-25") == {"ok": "1"}


def test_his002_a_paper_is_late_after_thirty_working_days(ledger: Ledger) -> None:
    ledger.agree("甲1号", "slj", "etdz", ["1-08"], "2021-05-06")
    ledger.prove("handbook", "1-08-etdz", "2021-06-10")
    ledger.sql("UPDATE recorded_row SET recorded_on = '2021-06-17'")
    # 2021-05-06 + 30 working days
    assert statuses(ledger, "HIS002", "2021-06-30") == {"ok": "2"}
    ledger.sql("UPDATE recorded_row SET recorded_on = '2021-06-18'")
    assert statuses(ledger, "HIS002", "2021-06-30") == {"甲1号": "alarm"}
    (late,) = ledger.audit("2021-06-30", "HIS002").findings
    assert (late.severity, late.due_on) == ("info", "2021-06-17")
    assert statuses(ledger, "HIS002", "2021-06-17") == {"skip": "2"}, "not recorded yet"


def test_his002_what_is_voided_and_what_came_with_the_build_is_not_looked_at(
    ledger: Ledger,
) -> None:
    assert statuses(ledger, "HIS002", "2021-06-30") == {}
    ledger.guide("etdz", "slj", None)
    ledger.sql("UPDATE recorded_row SET recorded_on = '2021-12-01'")
    assert list(statuses(ledger, "HIS002", "2021-12-31").values()) == ["alarm"]
    ledger.sql(
        "UPDATE guidance_request SET voided_on = '2021-12-02', voided_why = '', voided_by = ''"
    )
    assert statuses(ledger, "HIS002", "2021-12-31") == {}
