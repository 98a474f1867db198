"""How official papers write dates, names beside one another, and places of instruments."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.report.chinese_text import (
    chinese_date,
    law_name,
    listed,
    ordinal,
    place_in_instrument,
    quoted,
    with_chinese_dates,
)


@pytest.mark.parametrize(
    ("heading", "place"),
    [
        ("二（三）", "第二条第（三）项"),
        ("十二（十一）", "第十二条第（十一）项"),
        ("一", "第一条"),
        ("二（三）-1", "第二条第（三）项第1目"),
        ("三、1", "第三条第1项"),
        ("第五条", "第五条"),
        ("第五条第二款", "第五条第二款"),
        ("附则", "“附则”部分"),
        ("总则“甲”", "“总则‘甲’”部分"),
    ],
)
def test_a_place_is_cited_from_its_heading(heading: str, place: str) -> None:
    assert place_in_instrument(heading) == place


def test_dates_and_numbers_in_chinese() -> None:
    assert chinese_date("2021-06-30") == "2021年6月30日"
    assert [ordinal(n) for n in (1, 10, 11, 20, 23)] == ["一", "十", "十一", "二十", "二十三"]
    assert with_chinese_dates("于2021-06-22完成") == "于2021年6月22日完成"
    assert with_chinese_dates("2021-13-40、12021-06-22、2021-06-221、1-08") == (
        "2021-13-40、12021-06-22、2021-06-221、1-08"
    )


def test_marks_part_what_stands_between_them() -> None:
    assert (
        listed(["“甲”", "“乙”", "丙", "丁", "《戊》", "《己》"]) == "“甲”“乙”、丙、丁、《戊》《己》"
    )
    assert listed(["“甲”（东区）", "“乙”（西区）"]) == "“甲”（东区）、“乙”（西区）"
    assert listed([]) == ""
    assert quoted("“二号章”") == "“‘二号章’”"
    assert law_name("行政许可法") == law_name("《行政许可法》") == "《行政许可法》"


@given(st.lists(st.sampled_from(["“甲”", "《乙》", "丙", "“丁”（东）", "《戊》第一条"])))
def test_names_are_all_there_and_never_parted_twice(names: list[str]) -> None:
    text = listed(names)
    assert not re.search("[”》]、[“《]", text)
    assert text.replace("、", "") == "".join(names)
