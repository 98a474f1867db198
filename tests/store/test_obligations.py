"""Obligations: when they fall due, and what counts as having met them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.intake.problems import InputError
from registry.store.connection import connect
from registry.workdays import Calendar, UncoveredDay
from tests.conftest import DUE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import SmallRoot


def duty(root: SmallRoot, duty_id: str) -> dict[str, Any]:
    """Give a duty of the instrument, to be changed."""
    found: dict[str, Any] = next(d for d in root.instrument["duties"] if d["id"] == duty_id)
    return found


class Asked:
    """What is asked of one built file: due date, day it was met, and status, for 1-01."""

    def __init__(self, root: SmallRoot) -> None:
        self.conn = root.open()

    def __call__(
        self, as_of: str = "2021-06-30", duty_id: str = "handbook", zone: str = "east"
    ) -> tuple[Any, ...]:
        self.conn.execute("UPDATE as_of SET date = ?", (as_of,))
        row: tuple[Any, ...] = self.conn.execute(
            "SELECT due_on, met_on, status FROM obligation_status"
            " WHERE item = '1-01' AND zone = ? AND duty = ?",
            (zone, duty_id),
        ).fetchone()
        return row


def test_who_owes_what(small_root: SmallRoot) -> None:
    conn = small_root.open()
    owed: dict[str, set[str]] = {}
    for duty_id, item in conn.execute("SELECT duty, item FROM obligations WHERE zone = 'east'"):
        owed.setdefault(duty_id, set()).add(item)
    assert owed == {
        "agreement": {"1-01", "1-02"},
        "handbook": {"1-01", "1-02", "1-03", "1-04"},
        "supervision-rules": {"1-01"},  # 1-02 is not on application
        "powers-list": {"1-01", "1-02", "1-03", "1-04", "2-01", "2-02", "2-03"},
        "powers-list-removal": {"3-01", "3-02"},
    }


def test_a_missing_paper(small_root: SmallRoot) -> None:
    state = Asked(small_root)
    assert state("2021-04-15") == state(DUE) == (DUE, None, "pending")
    assert state("2021-05-29") == state("2026-12-31") == (DUE, None, "alarm")


def test_nothing_is_owed_before_the_notice(small_root: SmallRoot) -> None:
    state = Asked(small_root)
    assert state("2021-04-14") is None
    assert state("2021-04-15") == (DUE, None, "pending")


@pytest.mark.parametrize("day", ["2021-04-16", "2021-05-27", DUE])
def test_proof_counts_from_its_date_on(small_root: SmallRoot, day: str) -> None:
    small_root.ledger["deliverables"] = [small_root.deliverable(done_on=day)]
    state = Asked(small_root)
    before = date.fromisoformat(day) - timedelta(days=1)
    assert state(before.isoformat()) == (DUE, None, "pending")
    assert state(day) == state("2026-12-31") == (DUE, day, "ok")


def test_late_proof_is_an_alarm_until_it_comes(small_root: SmallRoot) -> None:
    small_root.ledger["deliverables"] = [small_root.deliverable(done_on="2021-06-10")]
    state = Asked(small_root)
    late = "SELECT late FROM obligation_status WHERE delegation = '1-01-east' AND duty = 'handbook'"
    assert state("2021-06-09") == (DUE, None, "alarm")
    assert state.conn.execute(late).fetchone() == (None,)
    assert state("2021-06-10") == (DUE, "2021-06-10", "ok")
    assert state.conn.execute(late).fetchone() == (1,)


def test_the_earliest_proof_wins(small_root: SmallRoot) -> None:
    days = ["2021-06-10", "2021-05-20", "2021-05-21"]
    small_root.ledger["deliverables"] = [small_root.deliverable(done_on=day) for day in days]
    assert Asked(small_root)() == (DUE, "2021-05-20", "ok")


def test_proof_of_something_else_is_none(small_root: SmallRoot) -> None:
    small_root.ledger["deliverables"] = [
        small_root.deliverable(zone="west"),
        small_root.deliverable(covers="1-02"),
        small_root.deliverable("powers-list"),
    ]
    state = Asked(small_root)
    assert state() == (DUE, None, "alarm")
    assert state(zone="west") == state(duty_id="powers-list") == (DUE, "2021-05-20", "ok")


def test_an_agreement_meets_its_duty_once_it_is_signed(small_root: SmallRoot) -> None:
    small_root.ledger["agreements"] = [
        small_root.agreement("a", effective_on="2021-07-01"),
        small_root.agreement("b", signed_on="2021-05-17"),
    ]
    state = Asked(small_root)
    assert state("2021-05-09", "agreement") == (DUE, None, "pending")
    assert state("2021-05-10", "agreement") == (DUE, "2021-05-10", "ok")
    assert state("2021-06-30", "agreement") == (DUE, "2021-05-10", "ok")
    assert state("2021-06-30", "agreement", zone="west") == (DUE, None, "alarm")


def test_calendar_days_roll_on_to_a_working_day(small_root: SmallRoot) -> None:
    cases = {
        30: "2021-05-17",  # 15 May was a Saturday
        10: "2021-04-25",  # a Sunday that was worked
        16: "2021-05-06",  # 1 May, the first of five days off
        1: "2021-04-16",
    }
    handbook = duty(small_root, "handbook")
    for amount in cases:
        more = {"id": f"handbook-{amount}", "amount": amount, "unit": "calendar"}
        small_root.instrument["duties"].append({**handbook, **more})
    state = Asked(small_root)
    found = {amount: state("2021-04-15", f"handbook-{amount}") for amount in cases}
    assert found == {amount: (due_on, None, "pending") for amount, due_on in cases.items()}


COUNTED = {"counted_from": "agreement", "amount": 10}


@pytest.mark.parametrize(
    ("unit", "effective_on", "due_on"),
    [
        ("working", "", "2021-05-24"),
        ("working", "2021-06-01", "2021-06-16"),
        ("calendar", "2021-06-03", "2021-06-15"),  # 13 June: a Sunday before a holiday
    ],
)
def test_counted_from_the_agreement(
    small_root: SmallRoot, unit: str, effective_on: str, due_on: str
) -> None:
    duty(small_root, "handbook").update(COUNTED, unit=unit)
    small_root.ledger["agreements"] = [
        small_root.agreement("late", signed_on="2021-06-20"),
        small_root.agreement(effective_on=effective_on),
    ]
    state = Asked(small_root)
    assert state("2021-05-09") == (None, None, "skip")  # until there is one
    assert state("2021-05-10") == state(due_on) == (due_on, None, "pending")
    assert state("2021-07-30") == (due_on, None, "alarm")
    assert state(zone="west") == (None, None, "skip")


CASE = {"counted_from": "case", "amount": 10, "event": {"zh": "批复", "en": "approval"}}


@pytest.mark.parametrize("unit", ["working", "calendar"])
def test_what_each_case_has_for_itself_is_never_owed_for_an_item(
    small_root: SmallRoot, unit: str
) -> None:
    duty(small_root, "handbook").update(CASE, unit=unit)
    small_root.ledger["agreements"] = [small_root.agreement()]
    state = Asked(small_root)
    for day in ("2021-04-15", "2021-06-30", "2026-12-31"):
        assert state(day) == (None, None, "skip")


def test_a_paper_of_a_case_proves_nothing_for_an_item(small_root: SmallRoot) -> None:
    duty(small_root, "handbook").update(CASE)
    small_root.ledger["deliverables"] = [small_root.deliverable()]
    with pytest.raises(InputError, match="duty handbook is owed in each case") as caught:
        small_root.build()
    (problem,) = caught.value.problems
    assert (problem.row, problem.column) == (2, "duty")


def test_proof_before_the_agreement_is_proof(small_root: SmallRoot) -> None:
    duty(small_root, "handbook").update(COUNTED)
    small_root.ledger["deliverables"] = [small_root.deliverable()]
    assert Asked(small_root)() == (None, "2021-05-20", "ok")


@pytest.mark.parametrize(
    ("issued_on", "amount"),
    [("2026-12-20", 30), ("2027-03-01", 30), ("1999-01-04", 30), ("2021-04-15", 10**9)],
)
def test_beyond_the_calendar_a_person_has_to_look(
    small_root: SmallRoot, issued_on: str, amount: int
) -> None:
    small_root.instrument["issued_on"] = issued_on
    duty(small_root, "handbook").update(amount=amount)
    duty(small_root, "powers-list").update(amount=amount, unit="calendar")
    proof = small_root.deliverable
    small_root.ledger["deliverables"] = [proof(), proof("powers-list")]
    state = Asked(small_root)
    for duty_id in ("handbook", "powers-list"):
        day = max(issued_on, "2026-12-31")  # before it is issued nothing is owed
        assert state(day, duty_id, zone="west") == (None, None, "manual")
        assert state(day, duty_id) == (None, "2021-05-20", "ok")


def test_an_agreement_beyond_the_calendar_is_not_skipped(small_root: SmallRoot) -> None:
    duty(small_root, "handbook").update(COUNTED)
    small_root.ledger["agreements"] = [small_root.agreement(effective_on="2031-01-01")]
    assert Asked(small_root)() == (None, None, "manual")


def test_a_due_date_in_the_last_days_is_provisional(small_root: SmallRoot) -> None:
    small_root.instrument["issued_on"] = "2026-12-01"
    duty(small_root, "handbook").update(amount=20)
    duty(small_root, "powers-list").update(amount=10)
    conn = small_root.open()
    conn.execute("UPDATE as_of SET date = '2026-12-01'")
    found = conn.execute(
        "SELECT DISTINCT duty, due_on, certainty FROM obligations WHERE item = '1-01'"
    )
    by_duty = {duty_id: rest for duty_id, *rest in found}
    assert by_duty["handbook"] == ["2026-12-29", "provisional"]
    assert by_duty["powers-list"] == ["2026-12-15", "settled"]
    assert by_duty["agreement"] == [None, None]


@cache
def chinese_calendar() -> Calendar:
    """Load the package's calendar once for all examples."""
    return Calendar.load(None)


@pytest.fixture(scope="module")
def deadlines(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give what works a due date out in the file, by changing instrument and duty there."""
    path = tmp_path_factory.mktemp("deadlines") / "registry.db"
    path.write_bytes(built.read_bytes())
    conn = connect(path)

    def due(issued_on: str, amount: int, unit: str) -> tuple[str | None, str | None]:
        conn.execute("UPDATE instrument SET issued_on = ?", (issued_on,))
        conn.execute("UPDATE duty SET amount = ?, unit = ? WHERE no = 1", (amount, unit))
        row: tuple[str | None, str | None] = conn.execute(
            "SELECT due_on, certainty FROM duty_deadlines WHERE duty_no = 1"
        ).fetchone()
        return row

    yield due
    conn.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    issued_on=st.dates(date(2003, 12, 1), date(2027, 2, 1)),
    amount=st.integers(1, 400),
    unit=st.sampled_from(["working", "calendar"]),
)
def test_sql_counts_as_workdays_does(
    deadlines: Any, issued_on: date, amount: int, unit: str
) -> None:
    calendar = chinese_calendar()
    try:
        if unit == "working":
            expected = calendar.add(issued_on, amount)
        else:
            calendar.is_workday(issued_on)
            expected = calendar.roll(issued_on + timedelta(days=amount))
    except UncoveredDay:
        assert deadlines(issued_on.isoformat(), amount, unit) == (None, None)
    else:
        found = deadlines(issued_on.isoformat(), amount, unit)
        assert found == (expected.date.isoformat(), expected.certainty)
