"""Returned workbooks: found columns, rows and hidden sheet, or a refusal."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from registry.intake.ledger.workbook import ReturnedWorkbook, read_workbook
from registry.intake.problems import InputError

FACTS = {"instrument": "test-1", "kind": "department", "body": "jia", "as_of": "2021-06-30"}
MARKERS = ["obligations.key", "obligations.done_on", "obligations.note"]


def workbook(
    path: Path,
    *rows: list[object],
    format: str = "1",
    facts: dict[str, str] | None = None,
) -> Path:
    """Write a workbook of one sheet, with its hidden sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    hidden = book.create_sheet("x")
    hidden.append(["registry-ledger", format])
    for fact in (FACTS | {"identity": "i"} if facts is None else facts).items():
        hidden.append(["fact", *fact])
    hidden.append(["fields", "obligations", "done_on", "note"])
    hidden.append(["row", "obligations", "1", "1-01-east/handbook", "2021-05-20"])
    hidden.append(["row", "obligations", "0", "1-01-east/agreement", None, "另表"])
    book.save(path)
    return path


def lost(book: ReturnedWorkbook) -> list[tuple[str, int | None, str | None]]:
    """What its log says: what is wrong, and the row and column."""
    return [(problem.what, problem.row, problem.column) for problem in book.log.problems]


def keys(book: ReturnedWorkbook) -> list[str]:
    return [row.key for sheet in book.sheets for row in sheet.rows if row.key]


def test_rows_below_the_header_are_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        *(["标题"], MARKERS, ["任务编号", "完成日期", "说明"]),
        *(["1-01-east/handbook", "2021.5.20", " 好 "], [], ["1-02-east/handbook"]),
    )
    book = read_workbook(path)
    assert keys(book) == ["1-01-east/handbook", "1-02-east/handbook"]
    first = book.sheets[0].rows[0]
    assert first.cells == {"key": "1-01-east/handbook", "done_on": "2021.5.20", "note": " 好 "}
    assert first.cell == "Sheet!A4"
    assert first.place("note") == {"row": 4, "sheet": "Sheet", "column": "C (Notes)"}
    assert first.place("covers") == {"row": 4, "sheet": "Sheet"}
    sent = book.sent.rows["obligations"]
    assert sent["1-01-east/handbook"].cells == {"done_on": "2021-05-20", "note": ""}
    assert not sent["1-01-east/agreement"].open


def test_rows_sorted_above_the_header_are_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        *(["1-01-east/handbook", "2021-05-20"], MARKERS, ["1-01-east/agreement"]),
        *(["Task No.", "Date done"], ["任务编号", "完成日期"]),
    )
    assert keys(read_workbook(path)) == ["1-01-east/handbook", "1-01-east/agreement"]


@pytest.mark.parametrize("fact", [*FACTS, "identity"])
def test_a_hidden_sheet_that_lacks_a_fact_is_lost(tmp_path: Path, fact: str) -> None:
    facts = {name: text for name, text in (FACTS | {"identity": "i"}).items() if name != fact}
    path = workbook(tmp_path / "a.xlsx", MARKERS, facts=facts)
    with pytest.raises(InputError, match="its hidden sheet was lost"):
        read_workbook(path)


def test_another_version_s_workbook_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", MARKERS, format="2")
    with pytest.raises(InputError, match="another version of this program"):
        read_workbook(path)


def test_a_sheet_that_says_nothing_is_not_remarked_on(tmp_path: Path) -> None:
    book = read_workbook(workbook(tmp_path / "a.xlsx"))
    assert not any("was added" in note for note in book.log.notes)
    assert len(book.log.notes) == 3, "the sheets of a department are missing"


def test_an_open_cell_whose_formula_has_no_value_is_not_empty(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        *(MARKERS, ["任务编号", "完成日期", "说明"]),
        ["1-01-east/handbook", "=TODAY()", '="甲"'],  # openpyxl stores no values
        ["1-01-east/agreement", "=TODAY()"],
        [None, "2021-06-01", "=A1"],
        ["=A1", "2021-06-01"],
    )
    what = "the formula has no stored value"
    assert lost(read_workbook(path)) == [
        *((what, 3, "B (Date done)"), (what, 3, "C (Notes)"), (what, 5, "C (Notes)")),
        (what, 6, "A (Task No.)"),
    ]


def test_what_is_hidden_in_a_returned_workbook_is_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", MARKERS, ["任务编号"], ["1-01-east/handbook", "2021-06-01"]
    )
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet["B3"].font = Font(strike=True)
    book.save(path)
    (row,) = read_workbook(path).sheets[0].rows
    assert row.cells["done_on"] == "2021-06-01"
