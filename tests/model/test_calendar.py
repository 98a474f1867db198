"""The model of a year's calendar file, and the files that we ship."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from registry.model.calendar import CalendarYear

SHIPPED = Path(__file__).parents[2] / "data" / "calendar"


def test_minimal_year_overrides_nothing_and_has_no_verified_notice() -> None:
    entry = CalendarYear(year=2022)
    assert (entry.notice, entry.title, entry.note) == (None, None, None)
    assert (entry.holidays, entry.workdays) == ([], [])


def test_dates_are_read_from_iso_text() -> None:
    entry = CalendarYear.model_validate({"year": 2027, "holidays": ["2027-01-01"]})
    assert entry.holidays == [date(2027, 1, 1)]


@pytest.mark.parametrize("field", ["holidays", "workdays"])
@pytest.mark.parametrize(
    "day", ["2026-12-26", "2026-12-31", "2027-01-01", "2027-06-15", "2027-12-31"]
)
def test_dates_that_a_notice_may_set(field: str, day: str) -> None:
    entry = CalendarYear.model_validate({"year": 2027, field: [day]})
    assert getattr(entry, field) == [date.fromisoformat(day)]


@pytest.mark.parametrize("field", ["holidays", "workdays"])
@pytest.mark.parametrize(
    "day", ["2026-12-25", "2026-11-28", "2025-12-31", "2028-01-01", "2027-02-30", "2027-1-1"]
)
def test_other_dates_are_errors_that_name_the_date(field: str, day: str) -> None:
    with pytest.raises(ValidationError, match=day) as caught:
        CalendarYear.model_validate({"year": 2027, field: [day]})
    assert field in str(caught.value)


def test_a_date_can_not_be_off_and_worked() -> None:
    both = {"year": 2027, "holidays": ["2027-05-01", "2027-05-02"], "workdays": ["2027-05-02"]}
    with pytest.raises(ValidationError, match="2027-05-02 is listed as a day off and as a working"):
        CalendarYear.model_validate(both)


@pytest.mark.parametrize("field", ["holidays", "workdays"])
def test_a_date_listed_twice_is_an_error(field: str) -> None:
    with pytest.raises(ValidationError, match="2027-05-02 is listed twice"):
        CalendarYear.model_validate({"year": 2027, field: ["2027-05-02", "2027-05-02"]})


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ({"year": 2027, "hollidays": []}, "hollidays"),
        ({"notice": "国办发明电〔2020〕27号"}, "year"),
        ({"year": 2027, "notice": ""}, "notice"),
        ({"year": 2027, "holidays": None}, "holidays"),
    ],
)
def test_wrong_fields_are_named(content: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        CalendarYear.model_validate(content)


@pytest.mark.parametrize("year", range(2020, 2027))
def test_shipped_years_state_only_what_was_verified(year: int) -> None:
    text = (SHIPPED / f"{year}.yml").read_text(encoding="utf-8")
    entry = CalendarYear.model_validate(yaml.safe_load(text))
    verified = {2021: "国办发明电〔2020〕27号"}
    assert entry == CalendarYear(year=year, notice=verified.get(year))
    assert text.startswith("#")
    assert "null means that nobody has verified" in text
