"""What falls due soon."""

from __future__ import annotations

from contextlib import closing

import pytest

from registry.audit.due import agenda
from registry.model.config import Thresholds
from registry.store.connection import connect
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


def test_a_key_stays_while_obligations_are_met_and_deadlines_moved(ledger: Ledger) -> None:
    def keys() -> dict[str, str]:
        with closing(connect(ledger.path)) as conn:
            found = agenda(conn, "2021-05-14", 60, bodies=["slj"]).entries
        assert len({(due.kind, due.body, due.key) for due in found}) == len(found)
        return {due.key: due.due_on for due in found if due.what_en.startswith("handbook")}

    ((key, day),) = keys().items()
    ledger.prove("handbook", "1-08-etdz", "2021-05-10")
    assert keys() == {key: day}, "the first of several is met"
    ledger.sql("UPDATE duty SET amount = amount + 8")
    (moved,) = keys().items()
    assert moved[0] == key
    assert moved[1] > day


def test_two_deadlines_of_one_body_on_one_day(ledger: Ledger) -> None:
    for number in ("示例4", "示例14"):
        ledger.agree(number, "slj", "etdz", ["1-08"], "2021-05-10")
    ledger.sql("UPDATE agreement SET expires_on = '2021-09-03'")
    found = agenda(ledger.conn, "2021-08-30", 5).entries
    assert len({due.key for due in found}) == 2
    assert len({(due.body, due.key) for due in found}) == len(found) == 4


def test_names_of_what_an_entry_concerns(ledger: Ledger) -> None:
    ledger.agree("示例4", "slj", "etdz", ["1-08"], "2021-05-10")
    ledger.sql("UPDATE agreement SET expires_on = '2021-06-03'")
    ledger.guide("etdz", "slj", None)
    found = agenda(ledger.conn, "2021-05-20", 10, bodies=["slj", "etdz"]).entries
    assert {due.body for due in found} == {"slj", "etdz"}
    for due in found:
        if due.kind == "agreement":
            assert due.names == ("取水许可",)
        if due.kind == "obligation":
            assert len(due.names) == len(due.subjects)
            assert dict(zip(due.subjects, due.names, strict=True)).get("1-08-etdz", "取水许可") == (
                "取水许可"
            )
        if due.kind == "guidance":
            assert "聊城经开区" in due.what_zh


def test_what_is_overdue_of_some_bodies(ledger: Ledger) -> None:
    overdue = []
    for bodies in ([], ["slj"], ["slj", "hidz"]):
        with closing(connect(ledger.path)) as conn:
            overdue.append(agenda(conn, "2021-05-29", 10, bodies=bodies).overdue)
    every, one, two = overdue
    assert 0 < one < two < every
