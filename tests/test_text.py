"""The normal form of names, and the comparisons that are built on it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.listing.cleaning import match_key
from registry.site.search.full_text import fold
from registry.text import id_key, name_key, name_keys, nearest, nfkc_casefold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("取水许可（ＡＢ）", "取水许可(ab)"),
        (" 取水\u3000许可\n", "取水许可"),
        ("Straße ①", "STRASSE1"),
    ],
)
def test_names_that_are_equal(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_names_that_are_not() -> None:
    assert name_key("设立、变更") != name_key("设立和变更")
    assert match_key("设立、变更") == match_key("设立和变更")


@given(st.text())
def test_every_comparison_ignores_width_and_case(text: str) -> None:
    folded = unicodedata.normalize("NFKC", text).casefold()
    assert nfkc_casefold(text) == folded
    assert name_key(text) == "".join(folded.split())
    by_character = (unicodedata.normalize("NFKC", one).casefold() for one in text)
    assert fold(text) == "".join(by_character)


@given(st.text(), st.text())
def test_a_part_of_a_name_folds_to_a_part(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


@pytest.mark.parametrize("written", ["1-07", "1-7", "１－７", " 1-007", "1—7", "1-0 7"])
def test_an_id_written_in_several_ways_is_one(written: str) -> None:
    assert id_key(written) == id_key("1-07")


@pytest.mark.parametrize("other", ["1-70", "1-070", "10-7", "17", "1-07-etdz", ""])
def test_other_ids_are_others(other: str) -> None:
    assert id_key(other) != id_key("1-07")


_ODD = st.sampled_from("取（Ａ①ﬁ㍿ẞİ \u3000\n\x1c\0\u0301éﾞｶ\u1100\u1161\u11a8각\u09c7\u09be")


@given(st.lists(st.text(st.one_of(_ODD, st.characters(exclude_categories=["Cs"])))))
def test_keys_of_many_names_are_those_of_each(names: list[str]) -> None:
    assert name_keys(names) == [name_key(name) for name in names]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("市水力局", ["市水利局"]),
        ("高新区", ["聊城高新区"]),
        ("水利局", ["市水利局"]),
        ("etzd", ["etdz"]),
        ("聊城高新区", ["聊城高新区"]),
        ("nothing", []),
        ("", []),
    ],
)
def test_the_nearest_names(word: str, expected: list[str]) -> None:
    known = ["市水利局", "聊城高新区", "etdz", "市财政部门", ""]
    assert nearest(word, known) == expected


def test_the_nearest_are_few_and_the_best_first() -> None:
    known = ["取水许可证", "取水许可", "取水权转让审批", "取水口", "取水许可变更"]
    assert nearest("取水许可", known) == ["取水许可", "取水许可证", "取水许可变更"]
    assert nearest("取水许可", known, most=1) == ["取水许可"]
