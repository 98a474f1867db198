"""Ids of bodies that have only names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from registry.intake.scaffold.ids import body_id, initials
from registry.model.fields import Identifier


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("市水利局", "slj"),
        ("市发展改革委", "fzggw"),
        ("区委统战部", "qwtzb"),
        ("市自然资源局（林业、草原）", "zrzyj"),
        ("东区管委会", "dq"),
        ("区局", "qj"),
        ("73", "d73"),
        ("ＡＢ局", "abj"),
        ("（甲）", "d01"),
        ("？", "d01"),
        ("no", "no"),
        ("长长长长长长长长长长长长长长长长长长长长长长", "c" * 20),
    ],
)
def test_an_id_is_of_the_first_letters(name: str, expected: str) -> None:
    assert body_id(name, set(), "d") == expected


def test_ids_differ() -> None:
    taken: set[str] = set()
    names = ("市商务局", "市水务局", "市税务局", "？", "！")
    assert [body_id(name, taken, "d") for name in names] == ["swj", "swj-2", "swj-3", "d01", "d02"]
    assert taken == {"swj", "swj-2", "swj-3", "d01", "d02"}


@given(st.lists(st.text(min_size=1), max_size=5))
def test_any_names_have_ids(names: list[str]) -> None:
    taken: set[str] = set()
    ids = [body_id(name, taken, "z") for name in names]
    assert len(set(ids)) == len(ids)
    for one in ids:
        TypeAdapter(Identifier).validate_python(one)
    again: set[str] = set()
    assert [body_id(name, again, "z") for name in names] == ids


def test_initials_keep_latin_letters() -> None:
    assert initials("甲A-1 局") == "ja1j"
