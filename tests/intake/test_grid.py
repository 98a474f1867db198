"""The model of a table: names of places, and merged cells."""

from __future__ import annotations

import pytest

from registry.intake.grid import (
    MAX_COLUMNS,
    Sheet,
    Span,
    column_letters,
    fill_spans,
    rows_with_text,
)


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_have_the_letters_of_spreadsheets(column: int, letters: str) -> None:
    assert column_letters(column) == letters


def test_places_are_named_as_people_name_them() -> None:
    assert Sheet("附件1", [["a"]]).place(6, 2) == "附件1!C7"
    assert Sheet(None, [["a"]]).place(6, 2) == "C7"
    assert Sheet(None, [["题"], ["a"]], numbers=[0, 1]).place(1) == "1"


def test_in_words_a_row_is_called_one() -> None:
    assert Sheet("附件1", [["a"]]).place_in_words(6, 2) == "附件1!C7"
    assert Sheet("附件1", [["a"]]).place_in_words(6) == "附件1!row 7"
    assert Sheet(None, [["a"]]).place_in_words(6) == "row 7"
    assert Sheet("第1页", [["题"], ["a"]], numbers=[0, 1]).place_in_words(0) == "第1页"


def test_merged_cells_are_filled_and_what_lies_outside_is_let_be() -> None:
    rows = [["甲", "", "x"], ["", ""], ["y"]]
    fill_spans(rows, [Span(0, 0, 1, 1), Span(2, 0, 9, 1), Span(5, 0, 6, 0), Span(1, 9, 2, 9)])
    assert rows == [["甲", "甲", "x"], ["甲", "甲"], ["y", "y"]]


def test_an_empty_span_adds_nothing_and_a_wide_one_is_bounded() -> None:
    rows = [["", "x"], ["甲"]]
    fill_spans(rows, [Span(0, 0, 0, 1), Span(1, 0, 1, 1 << 30)])
    assert rows[0] == ["", "x"]
    assert len(rows[1]) <= MAX_COLUMNS + 1


def test_rows_with_text() -> None:
    sheet = Sheet(None, [[], ["", ""], ["", "x"]])
    assert list(rows_with_text(sheet)) == [(2, ["", "x"])]


def test_a_sheet_without_what_is_hidden() -> None:
    sheet = Sheet("甲", [["a", "b"], ["c", "d"]], hidden_rows={1}, hidden_columns={0})
    assert sheet.without_hidden_columns().rows == [["", "b"], ["", "d"]]
    assert sheet.without_hidden_rows().rows == [["a", "b"], []]
    plain = Sheet("甲", [["a"]])
    assert plain.without_hidden_columns() is plain.without_hidden_rows() is plain


def test_a_flaw_of_a_merged_cell_is_one_of_all_its_cells() -> None:
    rows = [["a", "b"], ["c", "d"], ["e", "f"]]
    sheet = Sheet(None, rows, [Span(0, 0, 1, 1)], flaws={(0, 0): "formula", (2, 1): "digits"})
    assert sheet.flaws_by_row() == {
        0: {0: "formula", 1: "formula"},
        1: {0: "formula", 1: "formula"},
        2: {1: "digits"},
    }
    assert Sheet(None, rows, [Span(0, 0, 1, 1)]).flaws_by_row() == {}
