"""Numbers in front of names: the list's own, and those that are part of a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.listing.cleaning import clean_name
from registry.intake.listing.numbering import (
    Number,
    Row,
    is_below,
    may_be_numbered,
    number_alone,
    prefix_of,
    running,
    without_number,
)


def names(*rows: tuple[str, str]) -> list[str]:
    """What the names of a list become, of rows (number, name)."""
    found = running([Row((0, n), number, name) for n, (number, name) in enumerate(rows)])
    return [
        clean_name(name, found[0, n].end if (0, n) in found else 0)
        for n, (_number, name) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("1.企业投资项目核准", Number("digit", (1,)), "企业投资项目核准"),
        ("1.1 设立登记", Number("dotted", (1, 1)), "设立登记"),
        ("（三）排污许可核发", Number("paren hanzi", (3,)), "排污许可核发"),
        ("(12) 排污许可核发", Number("paren digit", (12,)), "排污许可核发"),
        ("12、河道采砂许可", Number("digit", (12,)), "河道采砂许可"),
        ("二十一、河道采砂许可", Number("hanzi", (21,)), "河道采砂许可"),
        ("①变更", Number("circled", (1,)), "变更"),
    ],
)
def test_prefix_of(text: str, number: Number, rest: str) -> None:
    prefix = prefix_of(text)
    assert prefix
    assert (prefix.number, text[prefix.end :]) == (number, rest)
    assert may_be_numbered(text)
    assert without_number(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "12345热线",
        "3A级景区评定",
        "1.5米以下围墙许可",
        "一类医疗器械备案",
        "（市级）许可",
        "1、",
        "甲",
    ],
)
def test_no_number_in_front(text: str) -> None:
    assert prefix_of(text) is None
    assert without_number(text) == text


@pytest.mark.parametrize(
    "name",
    [
        *(
            "二、三类射线装置许可",
            "一、二级资质核准",
            "（二）级以下资质认定",
            "110、119报警联动备案",
        ),
        *("3.15消费者权益认定", "十、百、千工程认定", "①②类器械备案", "（四）类以下放射源备案"),
        *("三、四、五级企业资质核定", "（一）（二）级资质", "1、2号锅炉登记", "（甲）级资质"),
    ],
)
def test_numerals_of_a_name_stay(name: str) -> None:
    assert names(("1", "取水许可"), ("2", name), ("3", "采砂许可")) == [
        "取水许可",
        name,
        "采砂许可",
    ]
    assert names(("1", name)) == [name]


@pytest.mark.parametrize("style", ["{}、", "{}.", "（{}）", "{}) "])
def test_running_numbers_go(style: str) -> None:
    listed = [("", style.format(n) + "许可" + "甲乙丙丁"[n - 1]) for n in range(1, 5)]
    assert names(*listed) == ["许可甲", "许可乙", "许可丙", "许可丁"]


def test_a_running_number_goes_from_a_name_that_begins_with_a_numeral() -> None:
    listed = [("", "一、取水许可"), ("", "二、三级医院设置审批"), ("", "三、采砂许可")]
    assert names(*listed) == ["取水许可", "三级医院设置审批", "采砂许可"]


def test_the_numbers_own_column_tells_too() -> None:
    listed = [("7", "7、取水许可"), ("8", "19、采砂许可"), ("9", "排水许可"), ("10", "占道许可")]
    assert names(*listed) == ["取水许可", "19、采砂许可", "排水许可", "占道许可"]
    assert names(("3", "取水许可"), ("", "（4）变更")) == ["取水许可", "变更"]


def test_an_excerpt_of_a_numbered_list() -> None:
    assert names(("", "3、取水许可"), ("", "7、采砂许可"), ("", "12、排水许可")) == [
        *("取水许可", "采砂许可", "排水许可")
    ]


def test_headings_do_not_count() -> None:
    rows = [
        Row((0, 0), "", "一、市水利局", ("一、市水利局", "")),
        Row((0, 1), "1", "二、三类装置许可", ("1", "二、三类装置许可")),
    ]
    assert running(rows) == {}


@given(st.lists(st.sampled_from("甲乙丙丁戊"), min_size=2, max_size=30), st.integers(1, 3))
def test_what_was_numbered_is_unnumbered(letters: list[str], style: int) -> None:
    written = {1: "{}、", 2: "{}.", 3: "（{}）"}[style]
    listed = [("", f"{written.format(n)}{c}类许可") for n, c in enumerate(letters, 1)]
    assert names(*listed) == [f"{c}类许可" for c in letters]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", Number("digit", (1,))),
        ("3-2", Number("dotted", (3, 2))),
        ("（一）", Number("paren hanzi", (1,))),
        ("一百零一", None),
        ("甲", None),
        ("", None),
    ],
)
def test_number_alone(text: str, number: Number | None) -> None:
    assert number_alone(text) == number


@pytest.mark.parametrize(
    ("above", "number", "below"),
    [
        ("1", "1.1", True),
        ("1", "2.1", False),
        ("1.1", "1.2", False),
        ("1.1", "1.1.1", True),
        ("1", "（一）", True),
        ("（1）", "（2）", False),
        ("（一）", "（1）", True),
        ("（1）", "①", True),
        ("①", "（1）", False),
        ("1", "2", False),
        ("一", "1", True),
        ("1", "一", False),
    ],
)
def test_is_below(above: str, number: str, below: bool) -> None:
    one = number_alone(number)
    assert one
    assert is_below(one, number_alone(above)) is below
    assert not is_below(one, None)
