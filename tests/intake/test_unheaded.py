"""A list in which no header was found: what is shown, and what would go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.intake.grid import Sheet
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.reader import read_list
from registry.intake.unheaded import NoHeader, no_header

KNOWN = KnownNames(frozenset(("市水利局", "市应急局")), ("委托下放",))


def refusal(*rows: list[str]) -> NoHeader:
    return no_header(Path("清单.csv"), [Sheet(None, list(rows))], KNOWN)


def test_rows_are_shown_and_columns_proposed() -> None:
    error = refusal(
        ["1", "取水许可", "市水利局", "行政许可", "委托下放"],
        ["2", "危险化学品经营许可", "市应急局", "行政许可", "委托下放"],
    )
    (message,) = error.messages()
    for option in ("B=name", "C=department", "D=power_type", "E=mode"):
        assert f"--map {option}" in message
    remarks = [*error.remarks()]
    assert remarks[1] == "  1: A 1 | B 取水许可 | C 市水利局 | D 行政许可 | E 委托下放"
    assert remarks[-1] == "Nothing was changed."


def test_a_row_that_names_fields_but_no_item() -> None:
    error = refusal(["序号", "内容", "实施部门"], ["1", "取水许可", "市水利局"])
    (problem,) = error.problems
    assert problem.row == 1
    assert "C" in problem.what
    assert "--map B=name" in problem.remedy


def test_long_cells_are_cut_and_hidden_sheets_are_not_shown() -> None:
    sheets = [Sheet("甲", [["长" * 40]], hidden=True), Sheet("乙", [["取" * 40], ["b"]])]
    error = no_header(Path("清单.xlsx"), sheets, KNOWN)
    assert error.problems[0].sheet == "乙"
    assert error.shown[0] == f"  1: A {'取' * 15}…"


@pytest.mark.parametrize(
    "rows",
    [
        [["取水许可", "市水利局"], ["采砂许可", "市应急局"]],
        [["内容", "实施部门"], ["取水许可", "市水利局"], ["采砂许可", "市应急局"]],
    ],
)
def test_what_is_proposed_goes_on(rows: list[list[str]]) -> None:
    assert "A=name" in str(refusal(*rows).problems[0])
    listing = read_list([Sheet(None, rows)], known=KNOWN, maps={"A": "name", "B": "department"})
    assert [(i.name, i.department) for i in listing.items] == [
        ("取水许可", "市水利局"),
        ("采砂许可", "市应急局"),
    ]
