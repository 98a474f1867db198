"""Finding the header of a list, with headers of real lists (law/articles.md)."""

from __future__ import annotations

import pytest

from registry.intake.grid import Sheet, Span, fill_spans
from registry.intake.listing.fields import FIELDS, HEADERS, header_key, recognise
from registry.intake.listing.header import Header, find_header

HEAD_OF_FOUR = ["序号", "事项名称", "事项类型", "实施部门"]
ROW = ["1", "河道采砂许可", "行政许可", "市水利局"]


def found(*rows: list[str], maps: dict[str, str] | None = None) -> Header:
    header = find_header(Sheet(None, [list(row) for row in rows]), maps or {})  # type: ignore[arg-type]
    assert header
    return header


def fields(header: Header) -> dict[str, str]:
    return {field: column.header for field, column in header.fields.items()}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            "序号 | 事项名称 | 事项类别 | 市级实施单位 | 调整方式 | 备注",
            ["seq", "name", "power_type", "department", "mode", "remark"],
        ),
        (
            "序号 | 权力类型 | 事项名称 | 子项名称 | 备注",
            ["seq", "power_type", "name", "sub_name", "remark"],
        ),
        (
            "序号 | 权力类型 | 权力名称 | 实施依据 | 责任事项 | 追责情形 | 备注",
            ["seq", "power_type", "name", "basis", None, None, "remark"],
        ),
        (
            "序号 | 事项名称 | 类别 | 实施依据 | 实施主体 | 单位 | 编办审核意见 | 审核意见",
            ["seq", "name", "power_type", "basis", "department", None, None, None],
        ),
        (
            "授权部门 | 职权编码 | 事项名称 | 事项类型 | 依据 | 实施层级",
            ["department", "code", "name", "power_type", "basis", "legal_level"],
        ),
        (
            "序号,实施部门,主项名称,事项名称,事项类型代码,事项编码,行政区划代码".replace(",", "|"),
            ["seq", "department", "name", "sub_name", "power_type", "code", None],
        ),
    ],
)
def test_headers_of_real_lists(headers: str, expected: list[str | None]) -> None:
    cells = [cell.strip() for cell in headers.split("|")]
    header = found(["某市清单"], cells, ["x"] * len(cells))
    assert [column.field for column in header.columns] == expected
    assert (header.first, header.last) == (1, 1)


def test_two_levels_with_merged_cells() -> None:
    rows = [
        ["聊城市赋权事项目录", "", "", "", "", ""],
        ["序号", "事项", "", "实施单位", "赋权方式", "备注"],
        ["", "名称", "类型", "", "", ""],
        [*ROW, "委托下放", ""],
    ]
    fill_spans(rows, [Span(1, 1, 1, 2), *(Span(1, c, 2, c) for c in (0, 3, 4, 5))])
    header = found(*rows)
    assert (header.first, header.last) == (1, 2)
    assert fields(header)["name"] == "事项/名称"
    assert fields(header)["power_type"] == "事项/类型"
    assert header.fields["department"].letters == "D"


def test_a_line_above_the_header_is_no_part_of_it() -> None:
    header = found(["填报单位：市水利局", "", "", "日期：2021年"], HEAD_OF_FOUR, ROW)
    assert (header.first, header.last) == (1, 1)
    assert {column.group for column in header.columns} == {""}


def test_two_levels_where_cells_cannot_be_merged() -> None:
    header = found(
        ["省目录事项", "", "2021年清单事项", "", "备注"],
        ["权力类型", "权力名称", "权力类型", "权力名称", ""],
        ["行政许可", "甲", "行政许可", "乙", ""],
    )
    assert header.fields["name"].index == 1
    assert header.columns[3].instead == "B"


def test_a_person_chooses_between_two_lists_in_one() -> None:
    header = found(
        ["省目录事项", "", "2021年清单事项", "", "备注"],
        ["权力类型", "权力名称", "权力类型", "权力名称", ""],
        maps={"2021年清单事项/权力名称": "name", "2021年清单事项/权力类型": "power_type"},
    )
    assert header.fields["name"].index == 3
    assert header.fields["power_type"].index == 2


def test_map_goes_before_what_is_known() -> None:
    header = found(
        ["项目", "类型", "部门", "市直牵头"], ROW, maps={"项目": "name", "市直牵头": "department"}
    )
    assert header.fields["name"].index == 0
    assert header.fields["department"].index == 3


@pytest.mark.parametrize(
    "rows",
    [
        [["序号", "备注"], ["1", "x"]],
        [["事项名称"], ["河道采砂许可"]],
        [["甲", "乙"], ["丙", "丁"]],
        [],
    ],
)
def test_no_header(rows: list[list[str]]) -> None:
    assert find_header(Sheet(None, rows), {}) is None


def test_marks_spaces_and_brackets_in_headers() -> None:
    assert recognise("* 事 项\n名称：") == recognise("事项名称")
    assert recognise("实施部门（市级）") == recognise("实施部门")
    assert recognise("实施部门意见") is None


def test_no_header_names_two_fields() -> None:
    names = [header_key(n) for field, all_ in HEADERS.items() for n in (field, *all_)]
    assert len(names) == len(set(names))
    assert set(HEADERS) == set(FIELDS)
