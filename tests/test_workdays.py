"""Working days against chinesecalendar's own answers, and against years added by hand."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.workdays import Calendar, CalendarError, UncoveredDay, calendar_digest
from tests.conftest import examples

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "data" / "calendar"
ONE_DAY = timedelta(days=1)
ISSUED = date(2021, 4, 15)
DUE = date(2021, 5, 28)
NOTICE_2021 = "国办发明电〔2020〕27号"
# An invented notice: no real one for 2027 was known when this was written.
YEAR_2027 = "year: 2027\nnotice: 示例〔2026〕1号\nholidays: [2027-01-01]\nworkdays: [2027-01-03]\n"

package: Any = import_module("chinese_calendar")
by_package: Callable[[date], bool] = cache(package.is_workday)


@cache
def plain() -> Calendar:
    """Read chinesecalendar's facts alone, once for all properties."""
    return Calendar.load(None)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def forward(start: date) -> Iterator[date]:
    """Give the days after ``start``."""
    while True:
        start += ONE_DAY
        yield start


def nth(start: date, n: int, counts: Callable[[date], bool]) -> date:
    """Count day by day: the n-th day after ``start`` that counts."""
    for day in forward(start):
        n -= counts(day)
        if n == 0:
            return day
    raise AssertionError


# The instrument's own deadline


@pytest.fixture(scope="module")
def shipped() -> Calendar:
    return Calendar.load(SHIPPED)


def test_thirty_working_days_after_issue(shipped: Calendar) -> None:
    answer = shipped.add(ISSUED, 30)
    assert (answer.date, answer.certainty) == (DUE, "settled")
    assert answer.notices == ((2021, NOTICE_2021),)


def monday_to_friday_only() -> date:
    return nth(ISSUED, 30, lambda day: day.weekday() < 5)


def first_day_counted() -> date:
    return nth(ISSUED - ONE_DAY, 30, by_package)


def make_up_days_forgotten() -> date:
    return nth(ISSUED, 30, lambda d: d.weekday() < 5 and d not in package.holidays)


def calendar_days() -> date:
    return ISSUED + timedelta(days=30)


@pytest.mark.parametrize(
    ("method", "wrong"),
    [
        (monday_to_friday_only, date(2021, 5, 27)),
        (first_day_counted, date(2021, 5, 27)),
        (make_up_days_forgotten, date(2021, 6, 1)),
        (calendar_days, date(2021, 5, 15)),
    ],
)
def test_classic_mistakes_give_another_day(
    shipped: Calendar, method: Callable[[], date], wrong: date
) -> None:
    assert method() == wrong
    assert shipped.add(ISSUED, 30).date != wrong


# Certainty and coverage


def test_coverage_is_whole_years() -> None:
    years = {day.year for day in package.holidays}
    assert plain().first == date(min(years), 1, 1) == date(2004, 1, 1)
    assert plain().last == date(max(years), 12, 31)


@pytest.mark.parametrize(
    ("n", "day", "certainty"),
    [
        (5, date(2026, 12, 25), "settled"),
        (6, date(2026, 12, 28), "provisional"),
        (8, date(2026, 12, 30), "provisional"),
    ],
)
def test_the_last_days_of_the_last_year_are_provisional(n: int, day: date, certainty: str) -> None:
    answer = plain().add(date(2026, 12, 20), n)
    assert (answer.date, answer.certainty) == (day, certainty)


def test_a_period_that_starts_in_the_provisional_days_is_provisional() -> None:
    assert plain().add(date(2026, 12, 30), 1).certainty == "provisional"


def test_certainty_of_days() -> None:
    provisional = [day.date for day in plain().days() if day.certainty == "provisional"]
    assert provisional == [date(2026, 12, d) for d in range(26, 32)]


def test_a_period_past_the_coverage_is_an_error() -> None:
    with pytest.raises(UncoveredDay) as caught:
        plain().add(date(2026, 12, 20), 30)
    error = caught.value
    assert (error.day, error.first, error.last) == (date(2027, 1, 1), 2004, 2026)
    assert str(error) == (
        "2027-01-01 is outside the working-day calendar (2004–2026). "
        "Add the State Council's arrangement for the year as data/calendar/2027.yml."
    )
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


OUTSIDE = [date(2003, 12, 31), date(2027, 1, 1), date.min, date.max]


@pytest.mark.parametrize("day", OUTSIDE)
@pytest.mark.parametrize(
    "ask",
    [
        lambda day: plain().is_workday(day),
        lambda day: plain().add(day, 1),
        lambda day: plain().roll(day),
        lambda day: plain().count(day, DUE),
        lambda day: plain().count(DUE, day),
    ],
)
def test_days_outside_the_coverage_are_errors(ask: Callable[[date], object], day: date) -> None:
    with pytest.raises(UncoveredDay, match=str(day)) as caught:
        ask(day)
    assert caught.value.day == day
    assert f"{day.year}.yml" in str(caught.value)


@pytest.mark.parametrize("n", [0, -1])
def test_fewer_than_one_day_is_an_error(n: int) -> None:
    with pytest.raises(ValueError, match=f"must be 1 or more, not {n}"):
        plain().add(ISSUED, n)


def test_roll_keeps_a_working_day_and_moves_a_day_off(shipped: Calendar) -> None:
    assert shipped.roll(date(2021, 4, 30)).date == date(2021, 4, 30)
    assert shipped.roll(date(2021, 4, 25)).date == date(2021, 4, 25)  # a made-up Sunday
    assert shipped.roll(date(2021, 5, 1)).date == date(2021, 5, 6)
    new_year = shipped.roll(date(2020, 12, 31)), shipped.roll(date(2021, 1, 1))
    assert [answer.date for answer in new_year] == [date(2020, 12, 31), date(2021, 1, 4)]
    assert [answer.notices for answer in new_year] == [((2020, None),), ((2021, NOTICE_2021),)]


def test_roll_certainty_is_that_of_the_days_looked_at(tmp_path: Path) -> None:
    assert plain().roll(date(2026, 12, 25)).certainty == "settled"
    assert plain().roll(date(2026, 12, 26)).certainty == "provisional"
    write(tmp_path, "2026.yml", "year: 2026\nholidays: [2026-12-31]\n")
    with pytest.raises(UncoveredDay, match="2027-01-01"):
        Calendar.load(tmp_path).roll(date(2026, 12, 31))


def test_notices_are_those_of_the_years_touched(shipped: Calendar) -> None:
    assert shipped.add(date(2020, 12, 30), 1).notices == ((2020, None),)
    assert shipped.add(date(2020, 12, 30), 2).notices == ((2020, None), (2021, NOTICE_2021))
    # The first day isn't counted, so a period from 31 December touches the next year only.
    assert shipped.add(date(2020, 12, 31), 1).notices == ((2021, NOTICE_2021),)
    years = [year for year, _ in shipped.add(date(2020, 12, 30), 600).notices]
    assert years == [2020, 2021, 2022, 2023]


# Properties over all that the package covers

inside = st.dates(date(2004, 1, 1), date(2026, 12, 31))


@settings(deadline=None)
@given(start=st.dates(date(2004, 1, 1), date(2026, 6, 30)), n=st.integers(1, 90))
def test_add_agrees_with_counting_day_by_day(start: date, n: int) -> None:
    answer = plain().add(start, n)
    assert answer.date == nth(start, n, by_package)
    assert plain().count(start, answer.date) == n
    assert answer.certainty == "settled"


@settings(deadline=None)
@given(a=inside, b=inside)
def test_count_agrees_with_the_days_between(a: date, b: date) -> None:
    low, high = sorted((a, b))
    days = (low + timedelta(days=i) for i in range(1, (high - low).days + 1))
    between = sum(map(by_package, days))
    assert plain().count(low, high) == between
    assert plain().count(high, low) == -between


@settings(deadline=None)
@given(day=st.dates(date(2004, 1, 1), date(2026, 12, 30)))
def test_roll_gives_the_first_working_day_on_or_after(day: date) -> None:
    assert plain().roll(day).date == nth(day - ONE_DAY, 1, by_package)


def test_days_are_consecutive_and_ordinals_count_them() -> None:
    days = list(plain().days())
    assert (days[0].date, days[-1].date) == (plain().first, plain().last)
    assert days[0].ordinal == int(days[0].is_workday)
    for before, after in pairwise(days):
        assert after.date == before.date + ONE_DAY
        assert after.ordinal == before.ordinal + after.is_workday
    worked = [day.is_workday for day in days]
    assert worked == [by_package(day.date) for day in days]
    assert worked == [plain().is_workday(day.date) for day in days]
    assert days[-1].ordinal == sum(worked)


@settings(max_examples=examples(40), deadline=None)
@given(
    fates=st.dictionaries(st.dates(date(2026, 12, 26), date(2027, 12, 31)), st.booleans()),
    start=st.dates(date(2026, 11, 1), date(2027, 10, 31)),
    n=st.integers(1, 30),
)
def test_a_year_by_hand_agrees_with_counting(fates: dict[date, bool], start: date, n: int) -> None:
    fates = {date(2027, 1, 1): False, **fates, date(2027, 10, 1): False}
    off = ", ".join(str(day) for day, on in fates.items() if not on)
    worked = ", ".join(str(day) for day, on in fates.items() if on)

    def expected(day: date) -> bool:
        usual = by_package(day) if day.year == 2026 else day.weekday() < 5
        return bool(fates.get(day, usual))

    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), "2027.yml", f"year: 2027\nholidays: [{off}]\nworkdays: [{worked}]\n")
        calendar = Calendar.load(Path(folder))
    try:
        answer = calendar.add(start, n).date
    except UncoveredDay:
        # Only where nearly all the rest of the year was drawn as days off.
        assert calendar.count(start, calendar.last) < n
    else:
        assert answer == nth(start, n, expected)


# Years added or changed by hand


def test_a_year_added_by_hand_answers_and_settles_the_year_before(tmp_path: Path) -> None:
    write(tmp_path, "2027.yml", YEAR_2027)
    calendar = Calendar.load(tmp_path)
    assert calendar.last == date(2027, 12, 31)
    assert calendar.add(date(2026, 12, 20), 8).certainty == "settled"
    # 21–25 and 28–31 December are nine, Sunday 3 January is made up, Friday the first is off;
    # 4 January to 29 January are twenty more.
    answer = calendar.add(date(2026, 12, 20), 30)
    assert (answer.date, answer.certainty) == (date(2027, 1, 29), "settled")
    assert answer.notices == ((2026, None), (2027, "示例〔2026〕1号"))
    assert calendar.add(date(2027, 12, 20), 8).certainty == "provisional"


def test_a_later_notice_changes_the_end_of_the_year_before(tmp_path: Path) -> None:
    assert plain().is_workday(date(2026, 12, 31))
    assert not plain().is_workday(date(2026, 12, 27))
    text = "year: 2027\nholidays: [2026-12-31, 2027-01-01]\nworkdays: [2026-12-27]\n"
    write(tmp_path, "2027.yml", text)
    calendar = Calendar.load(tmp_path)
    assert not calendar.is_workday(date(2026, 12, 31))
    assert calendar.is_workday(date(2026, 12, 27))
    assert calendar.add(date(2026, 12, 25), 1).date == date(2026, 12, 27)


def test_where_two_files_set_a_day_the_later_year_holds(tmp_path: Path) -> None:
    write(tmp_path, "2024.yml", "year: 2024\nholidays: [2024-12-30, 2024-12-31]\n")
    write(tmp_path, "2025.yml", "year: 2025\nworkdays: [2024-12-31]\n")
    calendar = Calendar.load(tmp_path)
    assert not calendar.is_workday(date(2024, 12, 30))
    assert calendar.is_workday(date(2024, 12, 31))


def test_a_covered_year_is_overridden_both_ways(tmp_path: Path) -> None:
    off, worked = date(2021, 4, 16), date(2021, 5, 1)
    assert plain().is_workday(off)
    assert not plain().is_workday(worked)
    write(tmp_path, "2021.yml", f"year: 2021\nholidays: [{off}]\nworkdays: [{worked}]\n")
    changed = {
        now.date: now.is_workday
        for now, before in zip(Calendar.load(tmp_path).days(), plain().days(), strict=True)
        if now.is_workday != before.is_workday
    }
    assert changed == {off: False, worked: True}


def test_a_year_before_the_package_extends_backwards(tmp_path: Path) -> None:
    write(tmp_path, "2003.yml", "year: 2003\nholidays: [2003-01-01]\n")
    calendar = Calendar.load(tmp_path)
    assert calendar.first == date(2003, 1, 1)
    assert calendar.add(date(2003, 1, 1), 1).date == date(2003, 1, 2)


@pytest.mark.parametrize(("there", "missing"), [(2028, 2027), (2002, 2003), (2031, 2027)])
def test_a_gap_between_years_is_an_error(tmp_path: Path, there: int, missing: int) -> None:
    path = write(tmp_path, f"{there}.yml", f"year: {there}\nholidays: [{there}-01-01]\n")
    with pytest.raises(CalendarError, match=rf"{there}\.yml: .*Add {missing}\.yml first") as caught:
        Calendar.load(tmp_path)
    assert caught.value.place == path


BAD = {
    "not YAML": ("2027.yml", "year: [2027", "this is not YAML"),
    "impossible scalar": ("2027.yml", "year: !!int x", "this is not YAML"),
    "empty": ("2027.yml", "", "no keys with their values"),
    "not a mapping": ("2027.yml", "- 2027", "no keys with their values"),
    "unknown field": (
        "2027.yml",
        YEAR_2027 + "holiday: []",
        "holiday: nothing of this name is known",
    ),
    "field twice": ("2027.yml", YEAR_2027 + "holidays: [2027-05-01]", "given twice"),
    "another year inside": ("2026.yml", YEAR_2027, "says year 2027, but its name says 2026"),
    "name is no year": ("next.yml", YEAR_2027, "2027.yml"),
    "name too long": ("2027b.yml", YEAR_2027, "2027.yml"),
    "other suffix": ("2027.yaml", YEAR_2027, "2027.yml"),
    "date outside": ("2027.yml", "year: 2027\nholidays: [2026-12-25]", "2026-12-25"),
    "date that does not exist": ("2027.yml", "year: 2027\nholidays: [2027-02-29]", "2027-02-29"),
    "template not filled in": ("2027.yml", "year: 2027\nnotice: null", "lists no holidays"),
}


@pytest.mark.parametrize(("name", "text", "says"), BAD.values(), ids=BAD)
def test_a_bad_file_is_named(tmp_path: Path, name: str, text: str, says: str) -> None:
    path = write(tmp_path, name, text)
    with pytest.raises(CalendarError, match=re.escape(says)) as caught:
        Calendar.load(tmp_path)
    assert caught.value.place == path
    assert str(caught.value).startswith(f"{path}: ")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "2027.yml"
    path.write_bytes(YEAR_2027.encode("gbk"))
    with pytest.raises(CalendarError, match="this is not YAML") as caught:
        Calendar.load(tmp_path)
    assert caught.value.place == path


def test_what_can_not_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "2026.yml").mkdir()
    for use in (Calendar.load, calendar_digest):
        with pytest.raises(CalendarError, match=r"2026\.yml: this can't be read"):
            use(tmp_path)
        with pytest.raises(CalendarError, match="nowhere: this can't be read"):
            use(tmp_path / "nowhere")


def test_other_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    before = calendar_digest(tmp_path)
    write(tmp_path, "README.md", "not a year")
    write(tmp_path, "._2027.yml", "\x01what a Mac leaves on a share")
    assert Calendar.load(tmp_path).last.year == 2026
    assert calendar_digest(tmp_path) == before


# Digest and imports


def test_the_digest_changes_with_every_file(tmp_path: Path) -> None:
    seen = [calendar_digest(None), calendar_digest(SHIPPED)]
    path = write(tmp_path, "2027.yml", YEAR_2027)
    seen.append(calendar_digest(tmp_path))
    write(tmp_path, "2027.yml", YEAR_2027.replace("01-03", "01-02"))  # as long as before
    seen.append(calendar_digest(tmp_path))
    path.rename(tmp_path / "2028.yml")
    seen.append(calendar_digest(tmp_path))
    write(tmp_path, "2029.yml", "")
    seen.append(calendar_digest(tmp_path))
    assert len(set(seen)) == len(seen)
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in seen)
    assert calendar_digest(tmp_path) == seen[-1]


def test_without_files_the_digest_is_that_of_an_empty_folder(tmp_path: Path) -> None:
    assert calendar_digest(tmp_path) == calendar_digest(None)


def test_the_digest_changes_with_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = calendar_digest(None)
    facts = Path(package.__file__).with_name("constants.py").read_bytes()
    stub = tmp_path / "chinese_calendar"
    stub.mkdir()
    write(stub, "__init__.py", "raise AssertionError('imported')")
    monkeypatch.delitem(sys.modules, "chinese_calendar")
    monkeypatch.syspath_prepend(tmp_path)
    (stub / "constants.py").write_bytes(facts)
    assert calendar_digest(None) == before
    (stub / "constants.py").write_bytes(facts.replace(b"month=10, day=7", b"month=10, day=9"))
    assert calendar_digest(None) != before


def test_without_the_package_the_digest_is_a_plain_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "chinese_calendar")
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [])
    with pytest.raises(CalendarError, match="chinesecalendar is not installed"):
        calendar_digest(None)


HEAVY = {"chinese_calendar", "yaml", "pydantic", "importlib.metadata"}


@pytest.mark.parametrize(
    ("code", "imported"),
    [
        ("", set()),
        ("m.calendar_digest(Path('data/calendar'))", set()),
        ("m.Calendar.load(Path('data/calendar'))", {"chinese_calendar", "yaml", "pydantic"}),
    ],
    ids=["import", "digest", "load"],
)
def test_only_loading_imports_the_facts(code: str, imported: set[str]) -> None:
    script = f"""
import sys
from pathlib import Path
import registry.workdays as m
{code}
print(*sys.modules, sep="\\n")
"""
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = HEAVY & set(run.stdout.split())
    # Pydantic itself may or may not want importlib.metadata: no matter once it is loaded.
    assert loaded - ({"importlib.metadata"} if imported else set()) == imported
