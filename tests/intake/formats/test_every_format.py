"""The same table in every format gives the same rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.files import file_digest
from registry.intake.formats import read_sheets, read_source
from registry.intake.grid import Span
from tests.intake.formats.make_files import (
    WITH_COLUMNS,
    WITH_UNSEEN,
    WRITERS,
    Unseen,
    expected,
    trimmed,
)

HEADER = ["序号", "市级实施单位", "事项名称", "事项类型", "备注"]
PLAIN = [
    HEADER,
    ["1", "市发展改革委", "企业投资项目核准", "行政许可", ""],
    ["2", "", "节能审查", "", "甲"],
]
MERGED = [
    HEADER,
    ["1", "市生态环境局", "排污许可", "行政许可", "其他"],
    ["2", "", "排放污染物的处罚", "行政处罚", ""],
    ["3", "", "水源保护的处罚", "", ""],
    ["4", "市水务局", "取水许可", "行政许可", "无"],
]
SPANS = [Span(1, 1, 3, 1), Span(2, 3, 3, 4)]


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize(("rows", "spans"), [(PLAIN, []), (MERGED, SPANS)])
def test_the_same_table(
    tmp_path: Path, ending: str, rows: list[list[str]], spans: list[Span]
) -> None:
    path = tmp_path / f"list{ending}"
    WRITERS[ending](path, rows, spans)
    source, sheets = read_source(path)
    assert [trimmed(sheet.rows) for sheet in sheets] == [trimmed(expected(rows, spans))]
    assert [sheet.number(1) for sheet in sheets] == [2]
    if ending not in (".csv", ".json"):
        assert [sheet.spans for sheet in sheets] == [spans]
    assert source.kind == {".csv": "text"}.get(ending, ending[1:])
    assert source.sha256 == file_digest(path)


@pytest.mark.parametrize("ending", WRITERS)
def test_a_name_without_an_ending_is_no_hindrance(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "list"
    WRITERS[ending](path, PLAIN)
    assert trimmed(read_sheets(path)[0].rows) == trimmed(PLAIN)


SEEN = [
    HEADER,
    ["1", "市水务局", "取水许可", "行政许可", "无"],
    ["2", "市水务局", "采砂许可（内部）", "行政许可", ""],
    ["3", "市水务局", "围垦审批", "行政许可", "旧"],
    ["4", "市水务局", "排污口许可", "行政许可", "无"],
]


@pytest.mark.parametrize("ending", WITH_UNSEEN)
def test_hidden_rows_stay_and_struck_text_goes(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"list{ending}"
    struck = {(2, 2): "（内部）", (3, 4): "旧"}
    WRITERS[ending](path, SEEN, unseen=Unseen(frozenset((1, 4)), struck=struck))
    (sheet,) = read_sheets(path)
    shown = expected(SEEN)
    shown[2][2], shown[3][4] = "采砂许可", ""
    assert trimmed(sheet.rows) == trimmed(shown)
    assert sheet.hidden_rows == {1, 4}
    assert sheet.concealed == {(2, 2): "采砂许可（内部）", (3, 4): "旧"}
    (whole,) = read_sheets(path, hidden=True)
    assert trimmed(whole.rows) == trimmed(SEEN)
    assert (whole.hidden_rows, whole.hidden_columns, whole.concealed) == (set(), set(), {})


@pytest.mark.parametrize("ending", WITH_COLUMNS)
def test_hidden_columns_stay(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"list{ending}"
    WRITERS[ending](path, SEEN, unseen=Unseen(columns=frozenset((0, 3, 4))))
    (sheet,) = read_sheets(path)
    assert trimmed(sheet.rows) == trimmed(SEEN)
    assert (sheet.hidden_rows, sheet.hidden_columns) == (set(), {0, 3, 4})


@pytest.mark.parametrize("ending", WITH_UNSEEN)
def test_a_merged_cell_that_is_struck_is_empty_throughout(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"list{ending}"
    unseen = Unseen(struck={(1, 1): "市生态环境局"})
    if ending in (".xlsx", ".xls"):  # their writers write a merged cell anew
        rows, spans = [row[:] for row in MERGED], SPANS[1:]
        rows[2][1] = rows[3][1] = ""
    else:
        rows, spans = MERGED, SPANS
    WRITERS[ending](path, rows, spans, unseen=unseen)
    (sheet,) = read_sheets(path)
    assert [row[1] for row in sheet.rows] == ["市级实施单位", "", "", "", "市水务局"]
    assert sheet.concealed == {(1, 1): "市生态环境局"}
    sheet.reveal()
    assert trimmed(sheet.rows) == trimmed(expected(rows, spans))
