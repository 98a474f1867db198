"""Field types that several models share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from registry.model.fields import IsoDate, Row, TextList, parse_iso_date, split_list


@given(st.dates())
def test_every_date_is_read_from_its_iso_text(day: date) -> None:
    assert parse_iso_date(f" {day.isoformat()}\n") == day.isoformat()
    assert parse_iso_date(day) == day.isoformat()


@pytest.mark.parametrize(
    "value",
    [
        *("2021-02-30", "2021-13-01", "0000-01-01", "2021-5-28", "20210528", "2021/05/28"),
        *("2021-05-28T00:00:00", "２０２１-05-28", "", "长期", "2021-W01-1", "+2021-05-28"),
        *(20210528, 2021.5, True, None, b"2021-05-28", datetime(2021, 5, 28), ["2021-05-28"], {}),
    ],
)
def test_anything_else_is_no_date(value: Any) -> None:
    with pytest.raises(PydanticCustomError, match="not a date of the calendar"):
        parse_iso_date(value)
    with pytest.raises(ValidationError, match="not a date of the calendar"):
        Sample.model_validate({"day": value})


class Sample(BaseModel):
    day: IsoDate = "2021-04-15"
    names: TextList = []


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a", ["a"]),
        ("a;b；c、d", ["a", "b", "c", "d"]),
        (" a ; ; b;", ["a", "b"]),
        ("a,b", ["a,b"]),
        ("", []),
        (["a;b"], ["a;b"]),
    ],
)
def test_lists_in_cells(cell: Any, expected: list[str]) -> None:
    assert split_list(cell) == expected
    assert Sample.model_validate({"names": cell}).names == expected


@pytest.mark.parametrize("cell", ["a;a", "a；b、a ", ["a", "a"]])
def test_a_list_names_nothing_twice(cell: Any) -> None:
    with pytest.raises(ValidationError, match="a value stands twice"):
        Sample.model_validate({"names": cell})


def test_a_row_is_stripped_and_knows_its_columns() -> None:
    class Named(Row):
        name: str

    assert Named.model_validate({"name": " 甲\u3000"}).name == "甲"
    with pytest.raises(ValidationError, match="other"):
        Named.model_validate({"name": "甲", "other": 1})
