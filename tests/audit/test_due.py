"""What falls due soon."""

from __future__ import annotations

import pytest

from registry.audit.due import agenda
from registry.model.config import Thresholds
from registry.workdays import UncoveredDay
from tests.audit.conftest import Ledger


def test_obligations_are_gathered_by_body_duty_and_day(ledger: Ledger) -> None:
    ledger.prove("seal", "1-08-etdz", "2021-05-10")
    found = agenda(ledger.conn, "2021-05-14", 10)
    assert (found.until, found.overdue) == ("2021-05-28", 0)
    seals = [d for d in found.entries if d.body == "slj" and d.what_en.startswith("second seal")]
    assert [(d.due_on, d.subjects) for d in seals] == [("2021-05-28", ("1-08-hidz",))]
    agreements = [d for d in found.entries if d.what_zh == "委托协议" and d.body == "hidz"]
    assert len(agreements[0].subjects) == 14


@pytest.mark.parametrize(("as_of", "n"), [("2021-05-13", 0), ("2021-05-28", 12)])
def test_the_window_is_in_working_days_and_holds_the_day_itself(
    ledger: Ledger, as_of: str, n: int
) -> None:
    found = agenda(ledger.conn, as_of, 10)
    assert len({d.what_zh for d in found.entries if d.kind == "obligation"}) == n


def test_what_is_overdue_is_counted_not_listed(ledger: Ledger) -> None:
    found = agenda(ledger.conn, "2021-05-29", 10)
    assert found.entries == []
    assert found.overdue == 4146


def test_agreements_that_expire_concern_both_parties(ledger: Ledger) -> None:
    ledger.agree("示例1", "slj", "etdz", ["1-08"], "2021-05-10")
    ledger.sql("UPDATE agreement SET expires_on = '2021-09-03'")
    found = agenda(ledger.conn, "2021-08-30", 5)
    assert [(d.kind, d.body, d.due_on) for d in found.entries] == [
        ("agreement", "etdz", "2021-09-03"),
        ("agreement", "slj", "2021-09-03"),
    ]


def test_requests_stay_on_the_agenda_until_they_are_answered(ledger: Ledger) -> None:
    ledger.guide("etdz", "slj", "2021-06-10")
    ledger.guide("hidz", "fgw", None)

    found = agenda(ledger.conn, "2021-06-09", 10)
    assert [(d.body, d.due_on) for d in found.entries] == [
        ("fgw", "2021-05-06"),
        ("slj", "2021-05-06"),
    ]


def test_the_office_sets_the_days_for_an_answer(ledger: Ledger) -> None:
    ledger.guide("hidz", "fgw", None)
    found = agenda(ledger.conn, "2021-06-09", 10, Thresholds(guidance_answer_days=12))
    assert [(d.body, d.due_on) for d in found.entries] == [("fgw", "2021-05-08")]


def test_what_the_reform_office_owes_is_on_nobodys_agenda(ledger: Ledger) -> None:
    ledger.sql("DELETE FROM item_department")
    found = agenda(ledger.conn, "2021-05-14", 10)
    assert {d.body for d in found.entries} == {"etdz", "hidz"}


def test_an_answered_request_is_off_the_agenda(ledger: Ledger) -> None:
    ledger.guide("etdz", "slj", "2021-06-10")
    assert agenda(ledger.conn, "2021-06-10", 10).entries == []


def test_beyond_the_calendar_there_is_no_answer(ledger: Ledger) -> None:
    with pytest.raises(UncoveredDay) as error:
        agenda(ledger.conn, "2026-12-20", 30)
    assert error.value.day.isoformat() == "2027-01-01"
