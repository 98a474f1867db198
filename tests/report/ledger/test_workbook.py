"""The workbook as it goes out: what is open, what is checked, what is marked, what is hidden."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from registry import locale
from registry.report.ledger.workbook import file_name, status_of, workbook_bytes
from registry.store.connection import connect
from registry.store.ledger.rows import find_body
from registry.store.ledger.workbooks import LedgerBook, LedgerBooks
from tests.conftest import SmallRoot

Chooser = Callable[[locale.Language], None]


def book_of(db: Path, kind: Any, name: str, as_of: str = "2021-06-30") -> LedgerBook:
    with closing(connect(db)) as conn:
        return LedgerBooks(conn, 1, as_of).book(find_body(conn, kind, name))


@pytest.fixture(scope="module")
def office(built: Path) -> LedgerBook:
    return book_of(built, "department", "市水利局")


@pytest.fixture(scope="module")
def zone(built: Path) -> LedgerBook:
    return book_of(built, "zone", "hidz")


_OPENED: dict[tuple[int, str], tuple[LedgerBook, Workbook]] = {}


def opened(book: LedgerBook) -> Workbook:
    """Open it in the present language, once for all tests, for reading only."""
    key = id(book), locale.language()
    if key not in _OPENED:
        _OPENED[key] = book, load_workbook(io.BytesIO(workbook_bytes(book)))
    return _OPENED[key][1]


def texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def header(sheet: Worksheet) -> int:
    """The number of the header row: the one below the hidden row."""
    (hidden,) = (n for n, row in sheet.row_dimensions.items() if row.hidden)
    return hidden + 1


def column(sheet: Worksheet, field: str) -> int:
    for cell in sheet[header(sheet) - 1]:
        if str(cell.value).endswith(f".{field}"):
            return int(cell.column)
    raise KeyError(field)


def test_the_same_book_gives_the_same_bytes(office: LedgerBook) -> None:
    assert workbook_bytes(office) == workbook_bytes(office)


def test_a_department_s_sheets(office: LedgerBook) -> None:
    book = opened(office)
    assert book.sheetnames == [
        *("Instructions", "Obligations", "Agreements", "Guidance requests"),
        *("registry-lists", "registry"),
    ]
    assert [book[name].sheet_state for name in ("registry-lists", "registry")] == ["veryHidden"] * 2
    assert book.active.title == "Instructions"


def test_in_chinese_it_is_a_chinese_workbook(zone: LedgerBook, in_language: Chooser) -> None:
    in_language("zh")
    book = opened(zone)
    assert book.worksheets[0].oddHeader.right.text.endswith("演示数据，非正式公文")
    sheet = book.worksheets[1]
    assert "演示数据，非正式公文" in texts(sheet)
    heads = [cell.value for cell in sheet[header(sheet)]]
    assert {"事项编号", "市级部门", "赋权方式", "办理期限"} <= set(heads)
    # The fields' own names don't follow the language.
    assert sheet.cell(header(sheet) - 1, 1).value == "obligations.key"


def test_only_what_is_to_be_filled_in_is_open(office: LedgerBook) -> None:
    book = opened(office)
    sheet = book["Obligations"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert not sheet.protection.sort, "sorting is allowed"
    assert not sheet.protection.autoFilter
    first = header(sheet) + 1
    for row in sheet.iter_rows(min_row=first):
        agreed = str(row[0].value).endswith("/agreement")
        free = {c.column for c in row if not c.protection.locked}
        wanted = {column(sheet, f) for f in ("done_on", "document", "url", "note", "voided_why")}
        assert free == (set() if agreed else wanted)
        if agreed:
            assert row[column(sheet, "note") - 1].value == (
                "to be filled in on the sheet “Agreements”"
            )
    guidance = book["Guidance requests"]
    free = {
        c.column
        for row in guidance.iter_rows(min_row=header(guidance) + 1)
        for c in row
        if not c.protection.locked
    }
    assert free == {column(guidance, "answered_on")}, "a department answers"


def test_every_obligation_of_the_body_has_a_row(office: LedgerBook, zone: LedgerBook) -> None:
    assert len(office.sheets[0].rows) == 32
    assert {row.cells["zone"] for row in office.sheets[0].rows} == {"聊城经开区", "聊城高新区"}
    keys = [row.key for row in zone.sheets[0].rows]
    assert len(keys) == len(set(keys)) == 1986
    assert all(row.key.split("/")[0].endswith("-hidz") for row in zone.sheets[0].rows)
    assert not any(key.endswith(("/seal", "/portal-notice")) for key in keys), "owed by others"


def test_what_is_overdue_is_marked_until_a_date_is_entered(office: LedgerBook) -> None:
    sheet = opened(office)["Obligations"]
    ((area, rules),) = ((r.sqref, r.rules) for r in sheet.conditional_formatting)
    first = header(sheet) + 1
    assert str(area) == f"A{first}:O{sheet.max_row}"
    assert rules[0].formula == [f'AND($H{first}="overdue",$J{first}="")']
    overdue = [
        row for row in sheet.iter_rows(min_row=first, values_only=True) if row[7] == "overdue"
    ]
    assert len(overdue) == 2
    for row in overdue:
        assert row[6] == dt.datetime(2021, 5, 28)
        assert row[8] == 33
    assert {row[9] for row in overdue} == {None, dt.datetime(2021, 7, 15)}, "done after the day"


def test_dates_and_choices_are_checked(zone: LedgerBook) -> None:
    book = opened(zone)
    found = {
        name: {
            str(rule.sqref).split(":")[0].rstrip("0123456789"): rule
            for rule in book[name].data_validations.dataValidation
        }
        for name in ("Obligations", "Agreements", "Guidance requests", "Service reductions")
    }
    assert {name: {c: r.type for c, r in rules.items()} for name, rules in found.items()} == {
        "Obligations": {"J": "date"},
        "Agreements": {
            **{"B": "list", "C": "list", "D": "date", "E": "date", "F": "date"},
            **{"G": None, "H": None, "L": "date", "M": "date", "O": "date", "P": None},
        },
        "Guidance requests": {"B": "list", "C": "list", "D": "date"},
        "Service reductions": {"B": "list", "D": "list", "E": "decimal", "F": "decimal"},
    }
    assert "委托依据" in found["Agreements"]["G"].prompt
    assert "受理, 审查, 决定" in found["Agreements"]["P"].prompt
    lists = book["registry-lists"]
    offered = {
        tuple(str(c.value) for c in cells[1:] if c.value is not None) for cells in lists.columns
    }
    assert ("聊城经开区", "聊城高新区") in offered
    assert ("材料", "环节", "时限") in offered
    source = found["Guidance requests"]["C"].formula1
    assert source.startswith("'registry-lists'!$")


def test_it_can_be_filtered_and_printed(zone: LedgerBook) -> None:
    sheet = opened(zone)["Obligations"]
    row = header(sheet)
    assert sheet.auto_filter.ref == f"A{row}:O{sheet.max_row}"
    assert sheet.freeze_panes == f"D{row + 1}"
    assert sheet.print_title_rows == f"${row}:${row}"
    assert sheet.page_setup.orientation == "landscape"


def test_new_rows_are_open_where_they_are_wanted(zone: LedgerBook) -> None:
    book = opened(zone)
    for name, fields in {
        "Agreements": {"number", "department", "zone", "signed_on", "covers", "url"},
        "Guidance requests": {"department", "kind", "raised_on", "text"},
        "Service reductions": {"item", "measure", "before", "after", "unit"},
    }.items():
        sheet = book[name]
        last = sheet[sheet.max_row]
        assert all(cell.value is None for cell in last)
        free = {cell.column for cell in last if not cell.protection.locked}
        assert {column(sheet, field) for field in fields} <= free
        assert column(sheet, "provenance") not in free
    agreements = book["Agreements"]
    assert agreements.cell(header(agreements) + 1, 1).protection.locked, "a number is kept"


def test_the_hidden_sheet_keeps_what_was_sent(office: LedgerBook) -> None:
    rows = [[c for c in row if c] for row in opened(office)["registry"].iter_rows(values_only=True)]
    assert rows[0] == ["registry-ledger", "1"]
    assert ["fact", "body", "slj"] in rows
    assert ["fact", "instrument", "liaocheng-2021-8"] in rows
    assert ["fields", "obligations", "done_on", "document", "url", "note", "voided_why"] in rows
    assert ["row", "obligations", "1", "1-08-hidz/public-notice"] in rows


def test_instructions_say_how_it_stands(office: LedgerBook) -> None:
    said = "\n".join(texts(opened(office)["Instructions"]))
    assert "聊城市水利局" in said
    assert "overdue 2" in said
    assert "〔unit〕" in said, "what only the sender knows is left open"


def test_official_rows_bear_no_banner(small_root: SmallRoot) -> None:
    small_root.instrument["defaults"] = {
        kind: {"provenance": "official", "source": "测试"} for kind in ("annex", "ledger")
    }
    small_root.ledger = {"agreements": [small_root.agreement()]}
    book = opened(book_of(small_root.build().path, "zone", "east"))
    for sheet in book.worksheets[:-2]:
        assert not any("emonstration" in text for text in texts(sheet))
        assert not sheet.oddHeader.right.text


def test_a_body_without_anything_is_told_so(built: Path) -> None:
    book = opened(book_of(built, "department", "市统计局"))
    assert any("Nothing is recorded here" in text for text in texts(book["Obligations"]))


def test_words_for_how_an_obligation_stands(small_root: SmallRoot) -> None:
    small_root.ledger = {
        "deliverables": [
            small_root.deliverable(),
            small_root.deliverable(covers="1-02", done_on="2021-06-20"),
            small_root.deliverable(covers="1-03", done_on="2021-09-01"),
        ]
    }
    book = book_of(small_root.build().path, "zone", "east")
    words = {row.key: status_of(row) for row in book.sheets[0].rows}
    assert words["1-01-east/handbook"] == "done"
    assert words["1-02-east/handbook"] == "done late"
    assert words["1-03-east/handbook"] == "overdue", "it will be done only after the day"
    assert (
        status_of(
            book_of(small_root.path.parent / "small.db", "zone", "east", "2021-05-01")
            .sheets[0]
            .rows[-1]
        )
        == "not yet due"
    )


def test_days_before_spreadsheets_begin_are_text(small_root: SmallRoot) -> None:
    small_root.ledger = {"deliverables": [small_root.deliverable(done_on="0201-05-20")]}
    sheet = opened(book_of(small_root.build().path, "zone", "east"))["Obligations"]
    assert "0201-05-20" in texts(sheet)


def test_a_name_that_no_file_can_have_is_made_one() -> None:
    assert file_name("市水利局") == "市水利局-台账.xlsx"
    assert file_name("甲/乙") == "甲／乙-台账.xlsx"
