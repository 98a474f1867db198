"""The same table in every format gives the same rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.intake.formats import file_digest, read_sheets, read_source
from registry.intake.grid import Span
from tests.intake.formats.make_files import WRITERS, expected, trimmed

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
