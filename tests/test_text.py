"""The normal form of names, and the comparisons that are built on it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.listing.cleaning import match_key
from registry.site.search.full_text import fold
from registry.text import name_key, nfkc_casefold


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
