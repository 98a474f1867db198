"""Texts of cells made even, and the keys by which names are compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.listing.cleaning import (
    clean,
    clean_name,
    clean_text,
    is_nothing,
    marks_off,
    match_key,
    texts_of,
)


@pytest.mark.parametrize(
    ("text", "even"),
    [
        ("行政许可", "行政许可"),
        ("　行政\t许可 \n", "行政许可"),
        ("排污许可\n核发", "排污许可核发"),
        ("Ａ类１２３", "A类123"),
        ("\ufeff市\u200b水利局\u00ad", "市水利局"),
        ("GB  50016", "GB 50016"),
        ("（一）", "（一）"),
    ],
)
def test_clean(text: str, even: str) -> None:
    assert clean(text) == even


@pytest.mark.parametrize(
    ("text", "start", "name"),
    [
        ("草原等级评定(县级)", 0, "草原等级评定（县级）"),
        ("Form A (1)", 0, "Form A (1)"),
        ("1、排污 许可", 2, "排污许可"),
        ("对\U0002ebf0 河取水的处罚", 0, "对\U0002ebf0河取水的处罚"),
        ("葛\U000e0100城许可", 0, "葛\U000e0100城许可"),
    ],
)
def test_clean_name(text: str, start: int, name: str) -> None:
    assert clean_name(text, start) == name


@given(st.characters(exclude_categories=("Cc", "Cf", "Zs", "Zl", "Zp", "Cs")))
def test_no_character_that_people_see_is_deleted(character: str) -> None:
    assert len(clean_name(f"对{character}河取水的处罚")) == len("对x河取水的处罚")


def test_texts_of_a_row() -> None:
    assert texts_of(["一 、", "", "甲", "甲", "一、"]) == ["一、", "甲"]


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in clean(text))


@given(st.text(max_size=60), st.sampled_from(["\u200b", "\ufeff", "\t"]))
def test_what_nobody_sees_makes_no_difference(text: str, invisible: str) -> None:
    name = f"排污许可{text}"
    assert clean(name[:2] + invisible + name[2:]) == clean(name)


def test_clean_text_keeps_lines() -> None:
    assert clean_text("第一款　规定\n\n 第二款 ") == "第一款规定\n第二款"


def test_match_key_ignores_punctuation_and_joining_words() -> None:
    same = {
        match_key(name)
        for name in (
            "有限责任公司设立、变更、注销登记",
            "有限责任公司的设立变更和注销登记",
            "有限责任公司（设立/变更/注销）登记",
        )
    }
    assert len(same) == 1
    assert match_key("经营者处罚") != match_key("经营处罚")
    assert match_key("、") == "、"


@pytest.mark.parametrize("text", ["", "/", "无", "null", "——", "未分类"])
def test_cells_that_say_nothing(text: str) -> None:
    assert is_nothing(text)
    assert not is_nothing(f"{text}x")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("★取水许可", ("取水许可", "★")),
        ("取水许可*", ("取水许可", "*")),
        ("※ ★取水许可☆", ("取水许可", "※★☆")),
        ("取水★许可", ("取水★许可", "")),
        ("2#泵房许可", ("2#泵房许可", "")),
        ("★", ("★", "")),
        ("", ("", "")),
    ],
)
def test_marks_beside_a_name_are_no_part_of_it(name: str, found: tuple[str, str]) -> None:
    assert marks_off(name) == found
