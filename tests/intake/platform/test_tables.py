"""What nobody sees in the platform's files, and cells without their value: not read, and told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.grid import Sheet, Span
from registry.intake.platform import tables
from registry.intake.platform.places import Place, PlatformFileError
from registry.intake.platform.steps import cells_of
from registry.intake.platform.tables import Tables, read_tables
from registry.intake.platform.tally import Tally

HEADER = ["办件编号", "实施编码", "事项名称", "受理时间"]
DATA = [[f"A-{n}", f"c{n}", f"事项{n}", "2022-03-01"] for n in range(1, 5)]


def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *sheets: Sheet) -> Tables:
    """The tables of a file that holds these sheets."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")
    monkeypatch.setattr(tables, "detect_kind", lambda path, text_of_any_size: "xlsx")
    monkeypatch.setattr(tables, "read_sheets", lambda path: list(sheets))
    return read_tables([path], "cases", {})


def lines(found: Tables, tally: Tally | None = None) -> Iterator[tuple[int, str, str]]:
    """Row number, case number and code of every row that is read."""
    (table,) = found.understood
    for line, cell in cells_of(table, tally or Tally()):
        yield line, cell("number"), cell("implementation_code")


def test_hidden_rows_are_left_out_and_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sheet = Sheet("甲", [["2022年办件"], HEADER, *DATA, []], hidden_rows={0, 3, 4, 6, 99})
    found, tally = read(monkeypatch, tmp_path, sheet), Tally()
    assert list(lines(found, tally)) == [(3, "A-1", "c1"), (6, "A-4", "c4")]
    assert (tally.read, tally.hidden.count) == (4, 2)
    assert tally.hidden.places == [Place(1, row=4), Place(1, row=5)]
    tally.new = 2
    assert tally.accounted == tally.read


def test_numbers_of_the_file_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sheet = Sheet(None, [HEADER, *DATA], numbers=[5, 7, 9, 11, 13], hidden_rows={2})
    found, tally = read(monkeypatch, tmp_path, sheet), Tally()
    assert [line for line, _number, _code in lines(found, tally)] == [7, 11, 13]
    assert tally.hidden.places == [Place(1, row=9)]


def test_no_header_is_taken_from_a_hidden_row(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown = [*HEADER[:2], "受理时间"]
    sheet = Sheet(None, [HEADER, shown, ["A-1", "c1", "2022-03-01"]], hidden_rows={0})
    found = read(monkeypatch, tmp_path, sheet)
    assert list(lines(found)) == [(3, "A-1", "c1")]
    assert found.understood[0].header.fields["accepted_on"].index == 2
    hidden = Sheet(None, [HEADER, *DATA], hidden_rows={0})
    with pytest.raises(PlatformFileError, match="no table of it has a header"):
        read(monkeypatch, tmp_path, hidden)


def test_hidden_columns_are_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    header = [*HEADER, "张三", "", "备注"]
    sheet = Sheet(None, [header, *DATA], hidden_columns={1, 4, 5, 6, 50})
    (table,) = read(monkeypatch, tmp_path, sheet).understood
    assert set(table.header.fields) == {"number", "item_name", "accepted_on"}
    assert table.hidden_columns == ("实施编码", "E", "备注")
    assert table.unused == ()


def test_a_hidden_sheet_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown, hidden = Sheet("a", [HEADER, *DATA]), Sheet("b", [HEADER, *DATA], hidden=True)
    empty = Sheet("c", [[""]], hidden=True)
    found = read(monkeypatch, tmp_path, hidden, shown, empty)
    assert (len(found.understood), found.hidden, found.other) == (1, [Place(1, 1)], [])
    assert found.understood[0].place(2) == Place(1, 2, 2)
    with pytest.raises(PlatformFileError, match="no table of it has a header"):
        read(monkeypatch, tmp_path, hidden)


def test_cells_without_their_value_are_empty_and_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    header = [*HEADER, "备注"]
    sheet = Sheet(
        None,
        [header, *DATA],
        hidden_rows={4},
        flaws={
            **{(0, 0): "digits", (1, 1): "digits", (3, 3): "formula", (2, 0): "digits"},
            **{(4, 1): "digits", (2, 4): "formula"},
        },
    )
    found, tally = read(monkeypatch, tmp_path, sheet), Tally()
    assert list(lines(found, tally)) == [(2, "A-1", ""), (3, "", "c2"), (4, "A-3", "c3")]
    assert {(what, column): note.places for (what, column), note in tally.notes.items()} == {
        ("digits_lost", "实施编码"): [Place(1, row=2, column="实施编码")],
        ("digits_lost", "办件编号"): [Place(1, row=3, column="办件编号")],
        ("no_result", "受理时间"): [Place(1, row=4, column="受理时间")],
    }
    assert sheet.rows[1][1] == "c1"


def test_a_merged_cell_without_its_value(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = [HEADER, *([number, "c1", *rest] for number, _code, *rest in DATA)]
    sheet = Sheet(None, rows, spans=[Span(1, 1, 3, 1)], flaws={(1, 1): "digits"})
    found, tally = read(monkeypatch, tmp_path, sheet), Tally()
    assert [code for _line, _number, code in lines(found, tally)] == ["", "", "", "c1"]
    assert tally.noted("digits_lost") == 3


@given(
    st.lists(st.booleans(), max_size=12),
    st.sets(st.integers(0, 14)),
    st.sets(st.tuples(st.integers(0, 14), st.integers(0, 4))),
    st.integers(1, 4),
)
def test_every_row_is_read_or_hidden_or_empty(
    filled: list[bool], hidden: set[int], flawed: set[tuple[int, int]], batch: int
) -> None:
    body = [DATA[0] if one else ["", ""] for one in filled]
    sheet = Sheet(
        None,
        [HEADER, *body],
        hidden_rows=hidden - {0},
        flaws=dict.fromkeys(sorted(flawed), "digits"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "BATCH", batch)
        seen = sheet.without_hidden_columns().without_hidden_rows()
        found = tables._understand(Place(1), seen, tables._rows_of_sheet(sheet), sheet, "cases", {})
        assert found is not None
        read = [number for numbers, _rows in found.batches() for number in numbers]
    told = list(found.hidden_rows())
    assert not {*read} & {*told}
    assert sorted([*read, *told]) == [
        row + 1 for row in range(1, len(sheet.rows)) if row not in hidden or any(sheet.rows[row])
    ]
    assert all(row + 1 in read for row in range(1, len(sheet.rows)) if row not in hidden)
