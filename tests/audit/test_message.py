"""Messages of findings: filled in both languages, however the text names the values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.audit.finding import Text
from registry.audit.message import compile_message
from registry.model.limits import Bilingual

OVERDUE = Text("已逾期3日", "3 days overdue")


def written(zh: str, en: str = "", **row: Any) -> Text:
    return compile_message(Bilingual(zh=zh, en=en or zh))(row, OVERDUE)


def test_each_language_has_its_own_words_for_what_is_overdue() -> None:
    assert written("{zone}：{overdue}", "{zone}: {overdue}", zone="z1") == (
        "z1：已逾期3日",
        "z1: 3 days overdue",
    )


@given(
    st.lists(
        st.one_of(
            st.sampled_from(["{a}", "{b}", "{a!r}", "{n:03}", "{{", "}}", "%", "%s", "%(a)s"]),
            st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"])),
        ),
        min_size=1,
    ).map("".join),
    st.one_of(st.none(), st.text(), st.integers()),
)
def test_a_message_is_what_str_format_makes_of_it(template: str, value: object) -> None:
    row = {"a": value, "b": "乙", "n": 7}
    message = f"之{template}。"  # a rule's texts have no space at their ends
    assert written(message, **row).zh == message.format_map(row)


@pytest.mark.parametrize("template", ["{nothing}", "{nothing}{zone}", "{nothing!r}"])
def test_a_name_that_the_row_lacks_is_named(template: str) -> None:
    with pytest.raises(KeyError, match="nothing"):
        written(template, zone="z1")


def test_a_row_on_cases_tells_their_numbers_once() -> None:
    row = {"case_numbers": ("A", "B"), "cases": 2, "numbers": "A、B"}
    assert written("有误", "wrong", **row) == ("有误（2件：A、B）", "wrong (cases: 2; A、B)")
    assert written("{numbers}有误", **row).zh == "A、B有误"


def test_fields_are_named_in_each_language() -> None:
    text = written("{fields}", unofficial_fields="name")
    assert text.zh != text.en
    assert text.zh
    assert text.en
