"""Texts that a spreadsheet takes for formulas: guarded in every CSV, and read back as they were."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.formulas import (
    BEGINS_FORMULA,
    guarded,
    guarded_row,
    unguarded,
    unguarded_row,
    unguarded_rows,
)
from registry.intake.formats import text
from registry.intake.formats.text_rows import TextRows

BEGINNINGS = ["=", "+", "-", "@", "\t", "\r", "\n", "\ufeff", "＝", "＋", "－", "＠"]
TEXTS = st.text("='+-@\t\r＝＋－＠1 取\n\"", max_size=6) | st.text(max_size=20)


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_each_beginning_is_guarded(beginning: str) -> None:
    assert guarded(f"{beginning}1+1") == f"'{beginning}1+1"
    assert guarded(beginning) == f"'{beginning}"


@pytest.mark.parametrize(
    "value",
    ["", "取水许可", "1=1", "a-b", "'", "'取", " =1", None, -1, -0.5, b"=", "（＝）", "2021-05-11"],
)
def test_everything_else_stays(value: Any) -> None:
    assert guarded(value) == value
    assert type(guarded(value)) is type(value)
    if isinstance(value, str):
        assert unguarded(value) == value


@given(TEXTS)
@example("'=1")
@example("''＠")
def test_the_guard_can_be_taken_off(value: str) -> None:
    cell = guarded(value)
    assert not cell.startswith(tuple(BEGINNINGS))
    assert cell in (value, f"'{value}")
    assert unguarded(cell) == value


def test_rows_go_there_and_back() -> None:
    row = ["=1", "取水", "'-", ""]
    assert guarded_row(row) == ["'=1", "取水", "''-", ""]
    assert unguarded_row(guarded_row(row)) == row
    assert unguarded_row(["取水", "许可"]) == ["取水", "许可"]
    assert unguarded_rows([["取水"], [], guarded_row(row)]) == [["取水"], [], row]
    assert unguarded_rows([["=1"], []]) == [["=1"], []]
    assert set(BEGINNINGS) == set(BEGINS_FORMULA)


def test_our_readers_take_it_off(tmp_path: Path) -> None:
    rows = [["编号", "名称"], ["1", "=HYPERLINK(1)"], ["2", "－核准"], ["3", "'=引号"]]
    file = tmp_path / "list.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(map(guarded_row, rows))
    assert "'=HYPERLINK" in file.read_text("utf-8-sig")
    _encoding, (sheet,) = text.read(file)
    assert [list(row) for row in sheet.rows] == rows
    assert [row for batch in TextRows(file).batches(2) for row in batch] == rows
