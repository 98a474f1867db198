"""Field types that several models share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from registry.model.fields import (
    LooseDate,
    Row,
    TextList,
    parse_loose_date,
    parse_written_date,
    split_list,
)


@given(st.dates())
def test_every_date_is_read_from_its_iso_text(day: date) -> None:
    assert parse_written_date(f" {day.isoformat()}\n") == day.isoformat()
    assert parse_written_date(day) == day.isoformat()


@pytest.mark.parametrize(
    "value",
    [
        *("2021-02-30", "2021-13-01", "0000-01-01", "2021-W01-1", "+2021-05-28", "", "长期"),
        *(20210528, 2021.5, True, None, b"2021-05-28", datetime(2021, 5, 28), ["2021-05-28"], {}),
    ],
)
def test_anything_else_is_no_date(value: Any) -> None:
    with pytest.raises(PydanticCustomError, match="not a date of the calendar"):
        parse_written_date(value)
    with pytest.raises(ValidationError, match="not a date of the calendar"):
        Sample.model_validate({"day": value})


class Sample(BaseModel):
    day: LooseDate = "2021-04-15"
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


FORMS = (
    "{0.year:04}.{0.month}.{0.day}",
    "{0.year:04}.{0.month:02}.{0.day:02}",
    "{0.year:04}年{0.month}月{0.day}日",
    " {0.year:04} 年 {0.month:02} 月 {0.day:02} 日 ",
    "{0.year:04}年{0.month}月{0.day}",
    "{0.year:04}/{0.month}/{0.day}",
    "{0.year:04}-{0.month}-{0.day}",
    "{0.year:04}{0.month:02}{0.day:02}",
    "{0.year:04}-{0.month:02}-{0.day:02} 00:00:00",
    "{0.year:04}-{0.month:02}-{0.day:02}T13:05",
    "{0.year:04}/{0.month}/{0.day} 0:00",
)
WIDE = str.maketrans("0123456789./-", "０１２３４５６７８９．／－")


@given(st.dates(), st.sampled_from(FORMS), st.booleans())
def test_a_date_is_read_however_it_is_written(day: date, form: str, wide: bool) -> None:
    text = form.format(day)
    assert parse_loose_date(text.translate(WIDE) if wide else text) == day.isoformat()


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_spreadsheet_s_number_of_a_day_is_read(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert parse_loose_date(str(serial)) == parse_loose_date(f"{serial}.75") == day.isoformat()


def test_the_examples_are_the_same_day() -> None:
    for text in ("2021.5.27", "2021年5月27日", "44343", "2021/5/27"):
        assert parse_loose_date(text) == "2021-05-27"


UNSEEN = "\u200b\u200e\u200f\ufeff\u2060\u00ad\u202a\u202c\ufe0f\x00"
BLANKS = " \t\u00a0\u3000\u2003\u3164"
DASHES = "-‐‑‒–—―−－﹣"


@given(
    st.dates(),
    st.sampled_from(FORMS),
    st.booleans(),
    st.sampled_from(DASHES),
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from(UNSEEN)), max_size=4),
    st.text(BLANKS, max_size=3),
)
def test_what_nobody_sees_in_a_date_changes_nothing(
    day: date, form: str, wide: bool, dash: str, unseen: list[tuple[int, str]], blanks: str
) -> None:
    text = form.format(day).translate(WIDE if wide else {}).replace("－", "-").replace("-", dash)
    for place, character in unseen:
        text = text[:place] + character + text[place:]
    assert parse_loose_date(blanks + text + blanks) == day.isoformat()


@pytest.mark.parametrize(
    "text",
    [
        *("\ufeff2021-05-28", "2021\u200b-05-28\u200e", "2021\u00a0年5月\u300028日"),
        *(
            "２０２１年５月２８日",
            "２０２１\u201105\u201128",
            "2021‑05‑28",
            "\u30002021/5/28\u00a0",
        ),
        *("2021.05.28\u00a000:00\u200b", "２０２１．５．２８", "4４３44"),
    ],
)
def test_dates_as_they_come_out_of_other_programs(text: str) -> None:
    assert parse_loose_date(text) == Sample.model_validate({"day": text}).day == "2021-05-28"


@pytest.mark.parametrize(
    "text",
    [
        *("2021.2.30", "2021年13月1日", "123", "99999", "32873", "73051", "2021年5月", "2021", ""),
        *("2021-05/27", "二〇二一年五月二十七日", "明天", "2021-05-27 下午", "20210230", "2021527"),
    ],
)
def test_what_is_no_date_is_refused_however_loosely(text: str) -> None:
    with pytest.raises(PydanticCustomError, match="not a date of the calendar"):
        parse_loose_date(text)


@pytest.mark.parametrize("text", ["5/27/2021", "27.5.2021", "21.5.27", "21年5月27日", "05-06-07"])
def test_what_could_be_two_days_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError, match="which is the year"):
        parse_loose_date(text)
