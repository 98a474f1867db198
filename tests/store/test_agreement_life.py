"""Agreements that follow each other: what is in force, since when, with which gap."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.store.connection import connect
from tests.conftest import DUE, MadeOnce, SmallRoot, examples

State = tuple[str, str | None, str | None, int | None, str | None, str | None]
"""Status, agreement, since, days of the gap, exercisable from, ends on."""

COLUMNS = (
    "agreement_status, agreement, agreement_since, agreement_gap_days, exercisable_from,"
    " agreement_ends_on"
)


@pytest.fixture(scope="module")
def small(made_once: MadeOnce) -> Path:
    """The small instrument with an empty ledger."""

    def make(folder: Path) -> None:
        root = SmallRoot(folder)
        root.write()
        root.build(db=folder / "small.db")
        root.close()

    return made_once("small-agreements", make) / "small.db"


@pytest.fixture(scope="module")
def memory(small: Path) -> Iterator[sqlite3.Connection]:
    """A copy of it in memory, for tests that take back what they write."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as found:
        with closing(sqlite3.connect(small)) as file:
            file.backup(found)
        yield found


class Life:
    """The agreements of 1-01-east, and how they stand on a day."""

    def __init__(self, tmp_path: Path, small: Path) -> None:
        copy = tmp_path / "life.db"
        copy.write_bytes(small.read_bytes())
        self.conn = connect(copy)

    def sign(self, number: str, signed_on: str, **more: str) -> None:
        """Add an agreement of the right parties, complete unless `clauses` says otherwise."""
        add(self.conn, number, signed_on, **more)

    def on(self, day: str) -> State:
        """How they stand."""
        self.conn.execute("UPDATE as_of SET date = ?", (day,))
        found: State = self.conn.execute(
            f"SELECT {COLUMNS} FROM delegations WHERE id = '1-01-east'"
        ).fetchone()
        return found


def add(conn: sqlite3.Connection, number: str, signed_on: str, **more: Any) -> None:
    """Write an agreement on 1-01 between 市甲局 and the eastern zone."""
    clauses = more.pop("clauses", "依据;事项")
    row = {"number": number, "signed_on": signed_on, **more}
    no = conn.execute(
        f"INSERT INTO agreement (instrument, department, zone, covers, provenance, source,"
        f" {', '.join(row)}) SELECT 1, d.no, z.no, '1-01', 'official', 'test',"
        f" {', '.join('?' * len(row))} FROM department AS d, zone AS z"
        " WHERE d.id = 'jia' AND z.id = 'east' RETURNING no",
        list(row.values()),
    ).fetchone()[0]
    conn.execute("INSERT INTO agreement_item SELECT no, ? FROM item WHERE id = '1-01'", (no,))
    conn.executemany(
        "INSERT INTO agreement_contains VALUES (?, ?)", [(no, c) for c in clauses.split(";") if c]
    )


@pytest.fixture
def life(tmp_path: Path, small: Path) -> Iterator[Life]:
    found = Life(tmp_path, small)
    yield found
    found.conn.close()


def test_on_time_then_renewed_is_signed_since_the_first(life: Life) -> None:
    life.sign("甲", "2021-05-10", expires_on="2022-05-09")
    life.sign("乙", "2022-04-01", effective_on="2022-05-10", expires_on="2023-05-09", renews="甲")
    first = ("已签订", "甲", "2021-05-10", None, "2021-05-10")
    assert life.on("2021-05-09") == ("未签订", None, None, None, None, None)
    assert life.on("2022-03-31") == (*first, "2022-05-09")
    assert life.on("2022-04-01") == (*first, "2023-05-09")  # renewed, though not yet in force
    assert life.on("2022-05-09") == (*first, "2023-05-09")
    renewed = ("已签订", "乙", "2021-05-10", None, "2021-05-10", "2023-05-09")
    assert life.on("2022-05-10") == renewed
    assert life.on("2023-05-09") == renewed
    assert life.on("2023-05-10") == ("已届满", "乙", None, None, "2021-05-10", "2023-05-09")


def test_a_gap_is_said_with_its_days_and_starts_since_anew(life: Life) -> None:
    life.sign("甲", "2021-05-10", expires_on="2021-12-15")
    life.sign("乙", "2022-01-20", effective_on="2022-01-25")
    assert life.on("2021-12-15")[:4] == ("已签订", "甲", "2021-05-10", None)
    assert life.on("2021-12-16")[:4] == ("已届满", "甲", None, None)
    # signed, and from when on it counts; until then the zone may not
    assert life.on("2022-01-20") == ("已签订", "乙", None, 40, "2022-01-25", None)
    for day in ("2022-01-25", "2023-01-25"):
        assert life.on(day) == ("已签订", "乙", "2022-01-25", 40, "2022-01-25", None)


@pytest.mark.parametrize(
    ("begins", "gap"), [("2021-12-15", None), ("2021-12-16", None), ("2021-12-17", 1)]
)
def test_a_gap_begins_with_one_whole_day(life: Life, begins: str, gap: int | None) -> None:
    life.sign("甲", "2021-05-10", expires_on="2021-12-15")
    life.sign("乙", "2021-12-01", effective_on=begins)
    assert life.on("2021-12-31")[2:4] == ("2021-05-10" if gap is None else begins, gap)


def test_late_is_judged_by_the_first_alone(life: Life) -> None:
    late = (date.fromisoformat(DUE) + timedelta(1)).isoformat()
    life.sign("甲", late, expires_on="2021-12-31")
    life.sign("乙", "2021-12-01", effective_on="2022-01-01", renews="甲")
    assert life.on(late)[0] == "逾期签订"
    assert life.on("2022-06-01")[:3] == ("逾期签订", "乙", late)
    life.sign("丙", DUE, expires_on="2021-06-30")  # found afterwards: the first was in time
    assert life.on("2022-06-01")[0] == "已签订"


def test_terminated_and_renewed_after_it(life: Life) -> None:
    life.sign("甲", "2021-05-10", expires_on="2024-05-09", terminated_on="2021-08-31")
    assert life.on("2021-08-30")[:2] == ("已签订", "甲")
    assert life.on("2021-08-31") == (
        *("已签订", "甲", "2021-05-10", None),
        *("2021-05-10", "2021-08-31"),
    )
    assert life.on("2021-09-01") == ("已解除", "甲", None, None, "2021-05-10", "2021-08-31")
    life.sign("乙", "2021-09-10")
    assert life.on("2021-09-09")[0] == "已解除"
    assert life.on("2021-09-10") == ("已签订", "乙", "2021-09-10", 9, "2021-09-10", None)


def test_overlapping_agreements_leave_no_gap_and_the_last_signed_speaks(life: Life) -> None:
    life.sign("长", "2021-05-10", expires_on="2024-05-09")
    life.sign("短", "2021-06-01", expires_on="2021-07-31", clauses="依据")
    assert life.on("2021-06-15")[:3] == ("要件不全", "短", "2021-05-10")
    assert life.on("2021-08-01") == (
        *("已签订", "长", "2021-05-10", None),
        *("2021-05-10", "2024-05-09"),
    )


def test_effective_after_signing_is_told_by_exercisable_from(life: Life) -> None:
    life.sign("甲", "2021-05-10", effective_on="2021-06-01")
    assert life.on("2021-05-31") == ("已签订", "甲", None, None, "2021-06-01", None)
    assert life.on("2021-06-01")[2] == "2021-06-01"


def test_effective_before_signing_never_covers_what_came_before_it(life: Life) -> None:
    life.sign("甲", "2021-05-10", effective_on="2021-04-20", expires_on="2021-05-31")
    life.sign("乙", "2021-06-20", effective_on="2021-06-01")
    assert life.on("2021-05-10")[2:5] == ("2021-05-10", None, "2021-05-10")
    assert life.on("2021-06-19")[0] == "已届满"
    assert life.on("2021-06-20")[2:4] == ("2021-06-20", 19)


def test_the_last_of_several_gaps_is_told_and_one_to_come_is_not(life: Life) -> None:
    life.sign("甲", "2021-05-10", expires_on="2021-05-31")
    life.sign("乙", "2021-06-05", expires_on="2021-06-30")
    life.sign("丙", "2021-06-20", effective_on="2021-07-11")
    assert life.on("2021-06-30")[2:4] == ("2021-06-05", 4)
    assert life.on("2021-06-30")[5] == "2021-06-30"
    assert life.on("2021-07-01")[:4] == ("已签订", "丙", None, 10)
    assert life.on("2021-07-11")[2:4] == ("2021-07-11", 10)


def test_recommended_terms_are_required_where_a_law_is_named(small_root: SmallRoot) -> None:
    small_root.instrument["agreement_terms"]["term_basis"] = "某规定第十六条"
    small_root.ledger["agreements"] = [
        small_root.agreement("全"),
        small_root.agreement("缺", covers="1-02", clauses="依据;事项"),
    ]
    conn = small_root.open("2021-06-30")
    found = conn.execute("SELECT number, lacks, lacks_advisable FROM agreements").fetchall()
    assert found == [("全", None, None), ("缺", "期限", None)]
    status = "SELECT agreement_status FROM delegations WHERE zone = 'east' AND item < '1-03'"
    assert conn.execute(status).fetchall() == [("已签订",), ("要件不全",)]
    assert conn.execute("SELECT term, basis FROM required_terms").fetchall() == [
        ("依据", None),
        ("事项", None),
        ("期限", "某规定第十六条"),
    ]


# Against every day, one by one

START = date(2021, 5, 1)
HORIZON = 90
DUE_DAY = (date.fromisoformat(DUE) - START).days


@dataclass(frozen=True)
class Signed:
    """An agreement, its days counted from START."""

    number: str
    signed: int
    effective: int | None
    expires: int | None
    terminated: int | None
    complete: bool

    @property
    def last(self) -> int:
        return min(x for x in (self.expires, self.terminated, 10**6) if x is not None)

    def holds(self, day: int) -> bool:
        return day >= self.signed and day >= (self.effective or 0) and day <= self.last


def iso(day: int | None) -> str | None:
    return None if day is None else (START + timedelta(day)).isoformat()


def expected(agreements: list[Signed], today: int) -> State:
    """Status and the rest, by looking at each day."""
    known = [a for a in agreements if a.signed <= today]
    if not known:
        return ("未签订", None, None, None, None, None)
    covered = [any(a.holds(day) for a in known) for day in range(HORIZON)]
    holding = [a for a in known if a.holds(today)]
    to_come = [a for a in known if a.last >= today and not a.holds(today)]
    order = {a: n for n, a in enumerate(agreements)}
    if holding or to_come:
        one = max(holding or to_come, key=lambda a: (a.signed, order[a]))
    else:
        one = max(known, key=lambda a: (a.last, a.signed, order[a]))
    if one.last < today:
        status = "已解除" if one.terminated == one.last else "已届满"
    elif not one.complete:
        status = "要件不全"
    else:
        status = "逾期签订" if min(a.signed for a in known) > DUE_DAY else "已签订"
    before = [day for day in range(today + 1) if covered[day]]
    begun = None
    if before:
        begun = before[-1]
        while begun and covered[begun - 1]:
            begun -= 1
    gap, first = None, covered.index(True) if any(covered) else HORIZON
    for day in range(first, HORIZON):
        if not covered[day] and covered[day - 1] and day <= today and any(covered[day:]):
            gap = covered[day:].index(True)
    own_start = max(one.signed, one.effective or 0)
    ever = [a for a in known if any(a.holds(day) for day in range(HORIZON))]
    ends = max(a.last for a in ever or known)
    for day in range(max(today, first), HORIZON - 1):
        if covered[day] and not covered[day + 1] and any(covered[day + 1 :]):
            ends = day
            break
    exercisable = own_start if own_start > today or begun is None else begun
    return (
        *(status, one.number, iso(begun) if covered[today] else None, gap, iso(exercisable)),
        None if ends == 10**6 else iso(ends),
    )


DAYS = st.integers(0, 60)
MAYBE = st.none() | DAYS


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[Signed], list[int]]:
    found = []
    for n in range(draw(st.integers(1, 5))):
        signed, expires = draw(DAYS), draw(MAYBE)
        terminated = draw(st.none() | st.integers(signed, 60))
        if expires is not None and terminated is not None:
            terminated = min(terminated, expires)
        found.append(
            Signed(f"示例{n}", signed, draw(MAYBE), expires, terminated, draw(st.booleans()))
        )
    edges = sorted(
        {
            min(max(day + step, 0), 62)
            for a in found
            for day in (a.signed, a.effective, a.expires, a.terminated)
            if day is not None
            for step in (-1, 0, 1)
        }
    )
    return found, edges


@settings(max_examples=examples(200, 20), database=None, deadline=None)
@given(life=lives())
def test_every_day_is_as_told_day_by_day(
    memory: sqlite3.Connection, life: tuple[list[Signed], list[int]]
) -> None:
    agreements, days = life
    memory.execute("BEGIN")
    try:
        for a in agreements:
            ends = {"effective_on": a.effective, "expires_on": a.expires}
            ends["terminated_on"] = a.terminated
            add(
                memory,
                a.number,
                str(iso(a.signed)),
                clauses="依据;事项" if a.complete else "依据",
                **{name: iso(day) for name, day in ends.items()},
            )
        for day in days:
            memory.execute("UPDATE as_of SET date = ?", (iso(day),))
            found = memory.execute(f"SELECT {COLUMNS} FROM delegations WHERE id = '1-01-east'")
            assert (day, found.fetchone()) == (day, expected(agreements, day))
    finally:
        memory.execute("ROLLBACK")
