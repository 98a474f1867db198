"""The workbook of doubtful pairs, written and read back."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from registry.intake.pair_decisions import Doubt, read_decisions
from registry.intake.problems import InputError
from registry.loading.annex import UndecidedPair
from registry.report.listing.pairs_xlsx import pairs_workbook

DOUBTS = [Doubt("附件1!3", "1-01"), Doubt("附件1!3", "1-02"), Doubt("附件1!4", "1-02")]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Write the workbook of DOUBTS."""
    rows = [
        UndecidedPair(
            90.5, d.item, "旧名", d.place, "新名", ("市甲局", "甲局"), ("行政许可", "行政许可")
        )
        for d in DOUBTS
    ]
    path = tmp_path / "pairs.xlsx"
    path.write_bytes(pairs_workbook(rows, "附件1"))
    return path


def answer(path: Path, *answers: str) -> None:
    book = openpyxl.load_workbook(path)
    for row, text in enumerate(answers, start=3):
        book.active.cell(row, 1).value = text or None
    book.save(path)


def test_decisions_are_read(workbook: Path) -> None:
    answer(workbook, "是", "否", "否")
    assert read_decisions(workbook, DOUBTS) == dict(zip(DOUBTS, [True, False, False], strict=True))


def test_what_a_yes_settles_may_stay_empty(workbook: Path) -> None:
    answer(workbook, "", "是", "")
    assert [d for d, same in read_decisions(workbook, DOUBTS).items() if same] == [DOUBTS[1]]


def test_columns_may_move_and_rows_be_sorted(workbook: Path) -> None:
    answer(workbook, "是", "否", "否")
    book = openpyxl.load_workbook(workbook)
    sheet = book.active
    sheet.insert_cols(1)
    sheet.move_range("A5:I5", rows=1)
    sheet.cell(2, 2).value = "同一事项吗"
    book.save(workbook)
    assert read_decisions(workbook, DOUBTS)[DOUBTS[0]]


@pytest.mark.parametrize(
    ("answers", "row", "words"),
    [
        (("否", "", ""), 4, "not decided"),
        (("也许", "否", "否"), 3, "neither yes nor no"),
        (("是", "是", ""), 4, "two pairs"),
        (("否", "是", "是"), 5, "two pairs"),
    ],
)
def test_what_is_wrong_is_named(
    workbook: Path, answers: tuple[str, ...], row: int, words: str
) -> None:
    answer(workbook, *answers)
    with pytest.raises(InputError) as caught:
        read_decisions(workbook, DOUBTS)
    assert (caught.value.problems[0].row, words in caught.value.problems[0].what) == (row, True)
    assert caught.value.problems[0].sheet


def test_a_workbook_for_another_list_is_refused(workbook: Path) -> None:
    with pytest.raises(InputError, match="written for another list"):
        read_decisions(workbook, [*DOUBTS, Doubt("附件1!9", "1-09")])


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["序号", "事项名称"])
    book.save(path)
    with pytest.raises(InputError, match="no workbook of pairs"):
        read_decisions(path, DOUBTS)
