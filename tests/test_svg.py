"""Charts: what is drawn of the numbers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from registry.svg import DayMark, DayValue, day_chart

START = date(2021, 5, 28)


def points(chart: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', chart)]


def test_nothing_is_drawn_of_nothing() -> None:
    assert day_chart([]) == ""
    assert day_chart([], [DayMark(START, "deadline")]) == ""


def test_one_value_stands_in_the_middle() -> None:
    ((x, _y),) = points(day_chart([DayValue(START, 0)]))
    assert x == 210


def test_values_stand_by_their_days() -> None:
    days = [START, START + timedelta(days=1), START + timedelta(days=10)]
    chart = day_chart([DayValue(day, n) for n, day in enumerate(days)])
    (first, _), (second, _), (last, _) = points(chart)
    assert round((second - first) * 10) == round(last - first)
    assert chart.count(">2021-05-28</text>") == 1
    assert chart.count(">2021-06-07</text>") == 1


def test_a_deadline_is_drawn_and_named_where_it_is() -> None:
    chart = day_chart(
        [DayValue(START, 3), DayValue(START + timedelta(days=10), 5)],
        [DayMark(START + timedelta(days=20), "a<b")],
    )
    line = re.search(r'<line class="deadline" x1="([\d.]+)"', chart)
    assert line
    (first, _), (second, _) = points(chart)
    assert round(float(line[1]) - second, 1) == round(second - first, 1)
    assert 'text-anchor="end">a&lt;b</text>' in chart
    assert ">2021-06-17</text>" in chart


def test_numbers_do_not_overlap() -> None:
    chart = day_chart([DayValue(START + timedelta(days=n), n) for n in range(40)])
    assert chart.count("<circle") == 40
    labelled = re.findall(r'<text x="([\d.]+)"[^>]*>\d+</text>', chart)
    places = sorted(float(x) for x in labelled)
    assert len(places) > 5
    assert all(b - a >= 34 for a, b in pairwise(places))
    assert ">39</text>" in chart


@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 10**6)), min_size=1, max_size=30),
    st.lists(st.integers(0, 4000), max_size=3),
)
def test_all_stays_within_the_chart(values: list[tuple[int, int]], deadlines: list[int]) -> None:
    chart = day_chart(
        [DayValue(START + timedelta(days=day), n) for day, n in sorted(values)],
        [DayMark(START + timedelta(days=day), "d") for day in deadlines],
    )
    found = points(chart)
    assert len(found) == len(values)
    assert all(24 <= x <= 396 and 40 <= y <= 126 for x, y in found)
