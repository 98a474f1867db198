"""Wrapping and tables in which Chinese counts two columns."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from registry.report import terminal
from registry.report.terminal import fits, in_severity, indent, table, text_width, wrap

WORDS = st.text(alphabet="ab 许可，。", max_size=60)


@given(WORDS, st.integers(4, 40))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrap(text, width).split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        # A word, or characters that punctuation may not be parted from, can't be broken.
        assert text_width(line) <= width or len(line.split()) == 1


def test_chinese_breaks_between_characters_but_not_before_a_full_stop() -> None:
    assert wrap("一二三四五。", 10) == "一二三四\n五。"
    assert wrap("一二三四（五）", 10) == "一二三四\n（五）"
    assert wrap("abc def 一二", 8) == "abc def\n一二"


def test_an_option_and_its_value_stay_together() -> None:
    lines = ["请说明：", "--alias 区经信局=市工信局。"]
    assert wrap("".join(lines), 30).splitlines() == lines
    text = "Say --alias '甲 乙=丙'; or --type-codes national."
    assert wrap(text, 28) == "Say --alias '甲 乙=丙'; or\n--type-codes national."


def test_table_wraps_only_the_widest_column() -> None:
    shown = table([("1-01", "一二三四五六七八九十" * 2, "短")], width=40)
    lines = shown.splitlines()
    assert all(text_width(line) <= 40 for line in lines)
    assert lines[0].startswith("1-01  一二三")
    assert lines[0].endswith("短")
    assert len(lines) == 2


def test_numbers_are_right_aligned_with_separators() -> None:
    assert table([("甲", 1234), ("乙乙", 5)], ("名", "数")) == (
        "名       数\n----  -----\n甲    1,234\n乙乙      5\n"
    )


def test_an_empty_table_is_its_header() -> None:
    assert table([], ("A", "B")).splitlines()[0].split() == ["A", "B"]


def test_ids_that_look_like_numbers_stay_texts() -> None:
    assert "1e5" in table([("1e5", "007")])
    assert "007" in table([("1e5", "007")])


def test_indent_moves_every_line() -> None:
    assert indent("a\nb\n", 2) == "  a\n  b\n"


def test_plain_characters_are_as_wide_as_wcwidth_has_them() -> None:
    plain = [chr(n) for n in range(0x10000) if terminal._PLAIN.fullmatch(chr(n))]
    assert len(plain) > 20_000
    assert [c for c in plain if text_width(c) != max(wcswidth(c), 0)] == []


def test_a_word_that_is_too_wide_is_broken() -> None:
    text = "(withdrawn-item-not-removed-from-powers-list: 取水)"
    assert wrap(text, 20).split("\n") == [
        "(withdrawn-item-not-",
        "removed-from-powers-",
        "list: 取水)",
    ]
    assert wrap("abcdefghij", 4) == "abcd\nefgh\nij"
    assert wrap("abcdefghij k", 4, whole_words=True) == "abcdefghij\nk"


ROWS = [("2021-05-28", "liaocheng-2021-8:1-08-hidz", "取水许可", 1234), ("2021-06-01", "x", "", 5)]


def test_rows_of_a_table_that_does_not_fit_are_paragraphs() -> None:
    heads = ("Day", "Subject", "Item", "Findings")
    assert table(ROWS, heads, width=30) == (
        "Day: 2021-05-28\n  Subject:\n  liaocheng-2021-8:1-08-hidz\n  Item: 取水许可\n"
        "  Findings 1,234\nDay: 2021-06-01\n  Subject: x\n  Findings 5\n"
    )
    plain = table([row[:3] for row in ROWS], width=30)
    assert plain == "2021-05-28\n  liaocheng-2021-8:1-08-hidz\n  取水许可\n2021-06-01\n  x\n"
    assert table(ROWS, heads, width=70).count("\n") == 4, "and a table where it does"


def test_columns_that_can_be_wrapped_make_room_for_words_that_can_not() -> None:
    rows = [("liaocheng-2021-8:1-08-hidz", "建设项目环境影响评价文件审批", "收件、受理、审查")]
    heads = ("Subject", "Item", "Acts")
    assert fits(rows, heads, 56)
    text = table(rows, heads, width=56)
    assert text.splitlines()[2].startswith("liaocheng-2021-8:1-08-hidz  建设")
    assert all(text_width(line) <= 56 for line in text.splitlines())
    assert not fits(rows, heads, 50)
    assert table(rows, heads, width=50).startswith("Subject: ")
    assert rows[0][1] == "建设项目环境影响评价文件审批", "what asks changes nothing"
    assert fits([], heads, 1)


@pytest.mark.parametrize("severity", ["high", "medium", "low", "info"])
def test_a_coloured_cell_is_as_wide_as_a_plain_one(severity: str) -> None:
    shown = in_severity(severity, "高", colour=True)
    assert (text_width(shown), in_severity(severity, "高", colour=False)) == (2, "高")
    rows = [(shown, "x"), ("提示", "y")]
    lines = table(rows, ("A", "B"), width=20).splitlines()
    assert re.sub(r"\033\[\d+m", "", lines[2]) == "高    x"
