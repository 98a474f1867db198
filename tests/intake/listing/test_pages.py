"""Rows that a page break parted."""

from __future__ import annotations

import pytest

from registry.intake.grid import Sheet, Span
from registry.intake.listing.reader import read_list

HEAD = ["序号", "事项名称", "事项类型", "实施部门", "设定依据"]
BEGUN = ["2", "从事建设项目", "行政许可", "市水利", "《防洪法》第三十"]
REST = ["", "水土保持方案审批", "", "局", "三条第一款"]
NEXT = ["3", "丙许可", "行政许可", "市应急局", ""]


def pages(*rows: list[list[str]]) -> list[Sheet]:
    return [Sheet(f"第{n}页", found, page=True) for n, found in enumerate(rows, start=1)]


@pytest.mark.parametrize("again", [[], [HEAD]])
def test_the_rest_of_a_row_is_put_to_its_beginning(again: list[list[str]]) -> None:
    listing = read_list(pages([HEAD, list(BEGUN)], [*again, list(REST), NEXT]))
    assert [item.name for item in listing.items] == ["从事建设项目水土保持方案审批", "丙许可"]
    assert listing.items[0].department == "市水利局"
    assert listing.items[0].basis == "《防洪法》第三十三条第一款"
    assert not listing.faults
    assert [(s.sheet, s.row, s.text) for s in listing.skipped if s.reason == "continued"] == [
        (1, len(again), "水土保持方案审批 局 三条第一款")
    ]
    assert len(listing.items) + len(listing.skipped) == listing.rows


@pytest.mark.parametrize(
    "first",
    [
        ["", "乙许可", "行政许可", "市水利局", ""],
        ["", "（1）首次", "", "市水利局", ""],
        ["", "市应急局", "", "", ""],
    ],
)
def test_a_row_of_its_own_at_the_top_of_a_page_stays_one(first: list[str]) -> None:
    listing = read_list(pages([HEAD, list(BEGUN)], [first, NEXT]))
    assert listing.items[0].name == "从事建设项目"


def test_a_merged_cell_at_the_top_of_a_page_is_none_of_the_page_above() -> None:
    sheets = pages([HEAD, list(BEGUN)], [list(REST), list(REST), NEXT])
    sheets[1].spans = [Span(0, 1, 1, 1)]
    assert read_list(sheets).items[0].name == "从事建设项目"


def test_sheets_of_a_workbook_are_no_pages() -> None:
    sheets = [Sheet("甲", [HEAD, list(BEGUN)]), Sheet("乙", [list(REST), NEXT])]
    assert read_list(sheets).items[0].name == "从事建设项目"
