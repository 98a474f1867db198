"""Lists as a clerk found them: more of the kinds in test_cases.py, by what went wrong."""

from __future__ import annotations

import pytest

from registry.intake.grid import Span
from tests.offices import (
    EAST,
    GIVEN,
    HIGH,
    LICENCE,
    PENALTY,
    URGENT,
    WATER,
    Office,
    item,
)

HEAD = ["序号", "事项名称", "事项类型", "实施部门"]


# Headers of two rows


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".html"])
def test_a_basis_in_columns_of_its_own_kinds(office: Office, ending: str) -> None:
    rows = [
        [*HEAD, "设定依据", "", ""],
        ["", "", "", "", "法律", "行政法规", "部门规章"],
        ["1", "甲许可", LICENCE, WATER, "《甲法》第三条", "《乙条例》第四条", ""],
        ["2", "乙许可", LICENCE, WATER, "", "《丙条例》第五条", "《丁办法》第六条"],
    ]
    spans = [Span(0, 4, 0, 6), *(Span(0, column, 1, column) for column in range(4))]
    found = office.read(rows, ending=ending, spans=spans)
    found.holds(item("甲许可"), item("乙许可"))
    assert [(row["law"], row["article"]) for row in found.rows] == [
        ("甲法", "第三条"),
        ("丙条例", "第五条"),
    ]
    assert {skipped["reason"] for skipped in found.document["skipped"]} == {"header"}


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_who_had_a_power_before_and_who_has_it_after(office: Office, ending: str) -> None:
    rows = [
        ["序号", "事项名称", "事项类型", "行使主体", "", "下放方式"],
        ["", "", "", "调整前", "调整后", ""],
        ["1", "甲许可", LICENCE, WATER, "经开区", GIVEN],
    ]
    spans = [Span(0, 3, 0, 4), *(Span(0, column, 1, column) for column in (0, 1, 2, 5))]
    found = office.read(rows, ending=ending, spans=spans, annex=1)
    found.holds(item("甲许可", mode=GIVEN, zones=EAST))
    one_row = ["序号", "事项名称", "事项类型", "调整前实施主体", "调整后实施主体", "下放方式"]
    office.read([one_row, *rows[2:]], annex=1).holds(item("甲许可", mode=GIVEN, zones=EAST))


def test_a_first_row_with_empty_cells_is_no_header(office: Office) -> None:
    rows = [[*HEAD, "备注", "备注"], ["1", "甲许可", LICENCE, URGENT, "", ""]]
    office.read(rows).holds(item("甲许可", departments=URGENT))


# Several names in a cell


@pytest.mark.parametrize(
    "cell",
    [
        "市水利局和市应急局",
        "市水利局及市应急局",
        "市水利局，会同市应急局",
        "牵头：市水利局；配合：市应急局",
        "1.市水利局 2.市应急局",
        "①市水利局②市应急局",
        "（一）市水利局（二）市应急局",
        "市水利局(主办)市应急局(协办)",
        "市水利局\\市应急局",
        "市水利局·市应急局",
        "市水利局+市应急局",
        "市水利局。市应急局",
        "市水利局市应急局",
    ],
)
def test_two_departments_however_joined(office: Office, cell: str) -> None:
    found = office.read([HEAD, ["1", "甲许可", LICENCE, cell]])
    found.holds(item("甲许可", departments=(WATER, URGENT)))


def test_of_two_departments_the_one_that_is_not_known_is_asked_about(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, "市水利局和某某局"]]
    refused = office.read(rows)
    assert refused.rc == 2
    assert "--alias 某某局=" in refused.faults[0].remedy
    office.read(rows, "--alias", "某某局=市应急局").holds(
        item("甲许可", departments=(WATER, URGENT))
    )


def test_two_departments_by_other_names_are_two_aliases(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, "水利局、应急局"]]
    refused = office.read(rows)
    assert refused.rc == 2
    assert "--alias 水利局=市水利局 --alias 应急局=市应急局" in refused.faults[0].remedy
    words = ("--alias", "水利局=市水利局", "--alias", "应急局=市应急局")
    office.read(rows, *words).holds(item("甲许可", departments=(WATER, URGENT)))


def test_a_name_with_more_after_it_is_not_that_name(office: Office) -> None:
    for cell in ("市水利局水政科", "市水利局下属单位", "原市水利局"):
        assert office.read([HEAD, ["1", "甲许可", LICENCE, cell]]).rc == 2, cell


@pytest.mark.parametrize(
    ("cell", "zones"),
    [
        ("经开区和高新区", (EAST, HIGH)),
        ("1.经开区2.高新区", (EAST, HIGH)),
        ("经开区&高新区", (EAST, HIGH)),
        ("两区", (EAST, HIGH)),
        ("两个开发区", (EAST, HIGH)),
        ("全部", (EAST, HIGH)),
        ("各开发区", (EAST, HIGH)),
        ("除经开区外", (HIGH,)),
        ("除经开区外的其他开发区", (HIGH,)),
        ("高新区除外", (EAST,)),
        ("各开发区（高新区除外）", (EAST,)),
        ("全部（除经开区以外）", (HIGH,)),
    ],
)
def test_zones_that_are_named_at_once(office: Office, cell: str, zones: tuple[str, ...]) -> None:
    rows = [["序号", "事项名称", "事项类型", "市级部门", "赋权方式", "承接主体"]]
    found = office.read([*rows, ["1", "甲许可", LICENCE, WATER, GIVEN, cell]], annex=1)
    found.holds(item("甲许可", zones=zones, mode=GIVEN))


@pytest.mark.parametrize(
    "cell",
    [
        *("三区", "各", "开发区", "除空港区外", "空港区除外", "除经开区、高新区外"),
        *("三区（高新区除外）", "除经开区外的事项"),
    ],
)
def test_zones_that_are_not_named(office: Office, cell: str) -> None:
    rows = [["序号", "事项名称", "事项类型", "市级部门", "赋权方式", "承接主体"]]
    assert office.read([*rows, ["1", "甲许可", LICENCE, WATER, GIVEN, cell]], annex=1).rc == 2


# Rows that are no items


@pytest.mark.parametrize(
    "again",
    [
        ["序号", "权力名称", "权力类型", "实施主体"],
        ["序号", "事项名称（主项）", "权力类别", "责任部门"],
        ["编号", "事项名称", "事项类型", "实施部门（市级）"],
    ],
)
def test_a_header_over_again_in_other_words(office: Office, again: list[str]) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, WATER], again, ["2", "乙许可", LICENCE, URGENT]]
    found = office.read(rows)
    found.holds(item("甲许可"), item("乙许可", departments=URGENT))
    assert found.is_told(3)


def test_a_header_over_again_with_its_columns_in_another_order(office: Office) -> None:
    again = ["序号", "事项类型", "事项名称", "实施部门"]
    rows = [HEAD, ["1", "甲许可", LICENCE, WATER], again, ["2", LICENCE, "乙许可", URGENT]]
    office.read(rows).holds(item("甲许可"), item("乙许可", departments=URGENT))


def test_notes_across_the_foot_of_a_table(office: Office) -> None:
    notes = ["注：1.本表所列事项。", "2.带*的为省级下放事项", "3.其余事项另行公布"]
    rows = [HEAD, ["1", "甲许可", LICENCE, WATER], *([note, "", "", ""] for note in notes)]
    rows += [["备注", "本表由市委编办负责解释", "", ""], ["", "制表人：张三", "", "审核人：李四"]]
    spans = [Span(row, 0, row, 3) for row in (2, 3, 4)]
    found = office.read(rows, ending=".xlsx", spans=spans)
    found.holds(item("甲许可"))
    assert all(found.is_told(row) for row in range(3, 8))


def test_a_line_across_a_table_of_no_departments_is_asked_about(office: Office) -> None:
    rows = [
        ["序号", "事项名称", "事项类型"],
        ["某某处", "", ""],
        ["1", "甲许可", LICENCE],
    ]
    found = office.read(rows, ending=".xlsx", spans=[Span(1, 0, 1, 2)])
    assert found.rc == 2
    assert found.at(2)


def test_a_number_and_the_name_of_a_part(office: Office) -> None:
    rows = [
        HEAD,
        ["一", "城乡规划类", "", ""],
        ["1", "甲许可", LICENCE, WATER],
        ["二", "建设工程类", "", ""],
        ["1", "乙许可", LICENCE, WATER],
        ["2", "丙许可", LICENCE, WATER],
    ]
    found = office.read(rows)
    found.holds(item("甲许可"), item("乙许可"), item("丙许可"))
    assert found.is_told(2)
    assert found.is_told(4)


def test_a_sheet_of_each_type(office: Office) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for title, name in (("行政许可", "甲事项"), ("行政处罚（1项）", "对乙的处罚")):
        sheet = book.create_sheet(title)
        sheet.append(["序号", "事项名称", "实施部门"])
        sheet.append([1, name, WATER])
    del book["Sheet"]
    path = office.file("清单.xlsx")
    book.save(path)
    office.load(path).holds(item("甲事项"), item("对乙的处罚", PENALTY))


def test_who_filled_a_list_in(office: Office) -> None:
    rows = [
        ["填报单位：市水利局（盖章）", "", "填报时间：2021年5月"],
        ["序号", "事项名称", "事项类型"],
        ["1", "甲许可", LICENCE],
    ]
    found = office.read(rows)
    found.holds(item("甲许可"))
    assert found.at(1)


# Cells of items


@pytest.mark.parametrize("first", ["2021-01-01", "1月1日", "2021/1/1", "2021年1月1日"])
def test_numbers_that_a_spreadsheet_made_dates_of(office: Office, first: str) -> None:
    rows = [
        HEAD,
        ["1", "甲许可", LICENCE, WATER],
        [first, "首次", LICENCE, WATER],
        ["1-2", "延续", LICENCE, WATER],
        ["2", "乙许可", LICENCE, WATER],
    ]
    found = office.read(rows)
    found.holds(
        item("甲许可"),
        item("首次", parent="甲许可"),
        item("延续", parent="甲许可"),
        item("乙许可"),
    )
    assert found.at(3)
    assert not found.at(4)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".docx"])
def test_a_department_that_slipped_into_the_remark(office: Office, ending: str) -> None:
    rows = [
        [*HEAD, "备注"],
        ["1", "甲许可", LICENCE, WATER, ""],
        ["2", "乙许可", LICENCE, "", URGENT],
    ]
    found = office.read(rows, ending=ending)
    assert found.rc == 2
    assert found.at(3)


def test_a_department_beside_an_empty_cell_that_is_of_another_kind(office: Office) -> None:
    rows = [
        [*HEAD, "配合部门"],
        ["1", "甲许可", LICENCE, WATER, URGENT],
        ["2", "乙许可", LICENCE, "", URGENT],
    ]
    office.read(rows).holds(item("甲许可"), item("乙许可"))


@pytest.mark.parametrize("sign", ["同上", "〃", "″"])
def test_signs_for_what_stands_above(office: Office, sign: str) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, WATER], ["2", "乙许可", sign, sign]]
    rows += [["3", "丙许可", sign, URGENT]]
    office.read(rows).holds(item("甲许可"), item("乙许可"), item("丙许可", departments=URGENT))


def test_no_department_is_not_the_one_above(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, WATER], ["2", "乙许可", LICENCE, "/"]]
    found = office.read(rows)
    found.holds(item("甲许可"), item("乙许可", departments=()))
    assert found.at(3)


@pytest.mark.parametrize("name", ["01", "3.2", "——1", "(2)"])
def test_a_number_is_no_name(office: Office, name: str) -> None:
    found = office.read([HEAD, ["1", "甲许可", LICENCE, WATER], ["2", name, LICENCE, WATER]])
    assert found.rc == 2
    assert found.at(3)


def test_a_row_with_the_name_above_is_not_told_to_have_none(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, WATER], ["1", "甲许可", LICENCE, URGENT]]
    found = office.read(rows)
    found.holds(item("甲许可", departments=(WATER, URGENT)))
    assert "has no name" not in found.at(3)[0].what


def test_a_mark_beside_a_name_is_told(office: Office) -> None:
    rows = [HEAD, ["1", "★甲许可", LICENCE, WATER], ["2", "乙许可", LICENCE, URGENT]]
    found = office.read([*rows, ["注：带★的为高频事项", "", "", ""]])
    found.holds(item("甲许可"), item("乙许可", departments=URGENT))
    assert found.is_told(2)
    assert found.is_told(4)
