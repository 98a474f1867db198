"""The workbook of doubtful pairs, written and read back."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from registry.intake.pair_decisions import Doubt, PairSides, read_decisions
from registry.intake.problems import InputError
from registry.loading.annex import UndecidedPair
from registry.report.listing.pairs_xlsx import pairs_workbook

DOUBTS = [Doubt("附件1!3", "1-01"), Doubt("附件1!3", "1-02"), Doubt("附件1!4", "1-02")]
LISTED = {f"附件1!{row}": "新名" for row in (3, 4, 5, 9)}
SIDES = PairSides(
    1, LISTED, ["1-01", "1-02", "1-03", "1-09"], frozenset({Doubt("附件1!5", "1-03")})
)


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
    assert read_decisions(workbook, DOUBTS, SIDES) == dict(
        zip(DOUBTS, [True, False, False], strict=True)
    )


def test_what_a_yes_settles_may_stay_empty(workbook: Path) -> None:
    answer(workbook, "", "是", "")
    assert [d for d, same in read_decisions(workbook, DOUBTS, SIDES).items() if same] == [DOUBTS[1]]


def test_columns_may_move_and_rows_be_sorted(workbook: Path) -> None:
    answer(workbook, "是", "否", "否")
    book = openpyxl.load_workbook(workbook)
    sheet = book.active
    sheet.insert_cols(1)
    sheet.move_range("A5:I5", rows=1)
    sheet.cell(2, 2).value = "同一事项吗"
    book.save(workbook)
    assert read_decisions(workbook, DOUBTS, SIDES)[DOUBTS[0]]


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
        read_decisions(workbook, DOUBTS, SIDES)
    assert (caught.value.problems[0].row, words in caught.value.problems[0].what) == (row, True)
    assert caught.value.problems[0].sheet


def test_a_workbook_for_another_list_is_refused(workbook: Path) -> None:
    with pytest.raises(InputError, match="written for another list"):
        read_decisions(workbook, [*DOUBTS, Doubt("附件1!9", "1-09")], SIDES)


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["序号", "事项名称"])
    book.save(path)
    with pytest.raises(InputError, match="no workbook of pairs"):
        read_decisions(path, DOUBTS, SIDES)


def add(path: Path, decision: str, item: str, place: str, name: str = "") -> None:
    """Write a pair of a person's own below the others."""
    book = openpyxl.load_workbook(path)
    values = {1: decision, 3: item, 5: place, 6: name}
    for column, value in values.items():
        book.active.cell(6, column).value = value or None
    book.save(path)


@pytest.mark.parametrize("item", ["1-09", "1-9", "liaocheng-2021-8:1-09", "１-09"])
def test_a_pair_that_names_did_not_suggest_is_followed(workbook: Path, item: str) -> None:
    answer(workbook, "否", "否", "否")
    add(workbook, "是", item, "附件1!9")
    assert read_decisions(workbook, DOUBTS, SIDES)[Doubt("附件1!9", "1-09")]


def test_another_item_written_into_a_row_is_followed(workbook: Path) -> None:
    answer(workbook, "是", "", "是")
    book = openpyxl.load_workbook(workbook)
    book.active.cell(3, 3).value = "1-09"
    book.save(workbook)
    found = read_decisions(workbook, DOUBTS, SIDES)
    assert [pair for pair, same in found.items() if same] == [DOUBTS[2], Doubt("附件1!3", "1-09")]


def test_a_pair_of_equal_names_may_be_denied(workbook: Path) -> None:
    answer(workbook, "是", "", "")
    add(workbook, "否", "1-03", "附件1!5")
    assert read_decisions(workbook, [DOUBTS[0]], SIDES)[Doubt("附件1!5", "1-03")] is False


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("是", "2-05", "附件1!9"), "annex 1 holds no item 2-05"),
        (("是", "1-77", "附件1!9"), "annex 1 holds no item 1-77"),
        (("是", "", "附件1!9"), "names no item of the registry"),
        (("是", "1-09", "附件1!77"), "no item at 附件1!77"),
        (("是", "1-09", ""), "names no row of the list"),
        (("是", "1-01", "附件1!9"), "1-01 has two pairs: rows 3 and 6"),
        (("是", "1-09", "附件1!3"), "附件1!3 has two pairs: rows 3 and 6"),
        (("否", "1-01", "附件1!3"), "row 3 says otherwise of the same pair"),
        (("是", "1-09", "附件1!9", "别的事项"), "speaks of “别的事项”"),
        (("对", "1-09", "附件1!9"), "neither yes nor no"),
    ],
)
def test_a_pair_that_cannot_be_followed_is_refused_with_its_reason(
    workbook: Path, row: tuple[str, ...], words: str
) -> None:
    answer(workbook, "是", "", "否")
    add(workbook, *row)
    with pytest.raises(InputError) as caught:
        read_decisions(workbook, DOUBTS, SIDES)
    problem = caught.value.problems[0]
    assert (problem.row, problem.sheet) == (6, "Pairs")
    assert words in problem.what
    assert problem.remedy
