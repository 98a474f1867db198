"""The periods of one delegation against a fold of its changes, day by day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from registry.store.periods import NEVER, Change, Period, day_after, expiries, periods_after

START = date(2022, 1, 1)
FIRST = Period(
    *("2022-01-05", None, "conferred", None, 1, "委托", "依申请", "全部", None, None),
    *("2022-01-05", "2022-01-05", 1, "一"),
)
SPAN = 40


def day(n: int) -> str:
    """Give the day that comes `n` days after the first."""
    return (START + timedelta(n)).isoformat()


changes = st.builds(
    Change,
    on=st.integers(0, SPAN).map(day),
    kind=st.sampled_from(
        ["withdraws", "suspends", "resumes", "amends", "extends-to", "successor", "abolished"]
    ),
    clause=st.just("二"),
    instrument=st.just(2),
    issued_on=st.integers(0, SPAN).map(day),
    mode=st.sampled_from([None, "受理"]),
    remark=st.sampled_from([None, "甲", "乙"]),
    zone=st.sampled_from([7, 8]),
)


def state_on(today: str, applied: list[Change]) -> tuple[str, str, str | None, int | None]:
    """State, mode, remark and holder on a day: changes one by one, no periods."""
    state, mode, remark, zone = "conferred", FIRST.mode, FIRST.remark, FIRST.zone
    standing, owed_after_end = (mode, remark), False
    holder, gone = zone, False
    order = sorted(applied, key=lambda c: (max(c.on, FIRST.from_on), c.on, c.issued_on, c.rank))
    for change in order:
        if change.on > today:
            continue
        ended = state == "withdrawn"
        holder = change.zone if change.kind == "successor" else holder
        gone = gone or change.kind == "abolished"
        if change.kind == "suspends" and state == "conferred":
            state = "suspended"
        elif change.kind == "resumes" and state == "suspended":
            state = "conferred"
        elif change.kind == "extends-to" and ended and not gone:
            state, zone = "conferred", holder
            mode, remark = change.mode or standing[0], change.remark or standing[1]
        elif change.kind in ("withdraws", "abolished") and not ended:
            state, standing, owed_after_end = "withdrawn", (mode, remark), False
            if change.kind == "withdraws" and change.own_mode and change.mode:
                mode, owed_after_end = change.mode, True
        elif change.kind == "abolished":
            owed_after_end = False
        elif change.kind == "successor" and (not ended or owed_after_end):
            zone = change.zone
        elif change.kind == "amends" and not ended:
            mode, remark = change.mode or mode, change.remark or remark
    return state, mode, remark, zone


@given(st.lists(changes, max_size=6))
def test_periods_are_what_a_day_by_day_fold_says(applied: list[Change]) -> None:
    periods = periods_after(FIRST, applied)
    for n in range(4, SPAN + 3):
        today = day(n)
        (now,) = (
            p for p in periods if p.from_on <= today and (p.to_on is None or p.to_on >= today)
        )
        assert (now.state, now.mode, now.remark, now.zone) == state_on(today, applied)
        if now.state != "withdrawn":
            assert (now.owed_from == NEVER) == (now.state == "suspended")


@given(st.lists(changes, max_size=8))
def test_periods_follow_each_other_without_a_gap(applied: list[Change]) -> None:
    periods = periods_after(FIRST, applied)
    assert periods[0].from_on == FIRST.from_on
    assert periods[-1].to_on is None
    for before, after in pairwise(periods):
        assert before.to_on is not None
        assert day_after(before.to_on) == after.from_on
        assert before.to_on >= before.from_on


def test_an_extension_in_time_moves_the_end_and_a_later_one_begins_anew() -> None:
    def extension(on: str, until: str) -> Change:
        return Change(on, "extends", "二", 2, on, until=until)

    def ends(*extensions: Change) -> list[str]:
        return [change.on for change in expiries("2022-02-01", extensions)]

    assert ends() == ["2022-02-02"]
    assert ends(extension("2022-01-20", "2022-03-01")) == ["2022-03-02"]
    assert ends(extension("2022-02-02", "2022-03-01")) == ["2022-03-02"]
    assert ends(extension("2022-02-03", "2022-03-01")) == ["2022-02-02", "2022-03-02"]
    assert ends(extension("2022-01-20", "2022-01-25")) == ["2022-02-02"], "never shorter"
