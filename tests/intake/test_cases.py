"""Lists as offices make them, a kind of fault each, and what a careful clerk would read."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.intake.grid import Span
from tests.intake.formats.make_files import write_html, write_pdf, write_xlsx
from tests.offices import (
    AUDITED,
    CHECK,
    CONFIRMED,
    EAST,
    GIVEN,
    HIGH,
    LICENCE,
    MARKET,
    OTHER,
    PENALTY,
    RECEIVED,
    SCHOOLS,
    URGENT,
    WATER,
    Office,
    item,
    pasted,
)

HEAD = ["序号", "事项名称", "事项类型", "实施部门"]
BOTH = (WATER, URGENT)


def test_an_alias_that_is_proposed_can_be_pasted_into_a_shell(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, "区发展改革局(区粮食局)"]]
    refused = office.read(rows)
    assert refused.rc == 2
    assert pasted(refused, "--alias").startswith("区发展改革局(区粮食局)=")
    office.read(rows, "--alias", f"区发展改革局(区粮食局)={WATER}").holds(item("甲许可"))


def test_the_alias_of_a_whole_cell_is_tried_before_it_is_split(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, "县级以上工商、市场监管部门"]]
    refused = office.read(rows)
    assert refused.rc == 2
    assert pasted(refused, "--alias").startswith("县级以上工商、市场监管部门=")
    found = office.read(rows, "--alias", f"县级以上工商、市场监管部门={MARKET}")
    found.holds(item("甲许可", departments=MARKET))


@pytest.mark.parametrize("cell", [
    "市水利局,市应急局", "市水利局，市应急局", "市水利局 市应急局", "市水利局/市应急局",
    "市水利局（牵头）、市应急局",
])  # fmt: skip
def test_departments_are_parted_as_people_part_them(office: Office, cell: str) -> None:
    office.read([HEAD, ["1", "甲许可", LICENCE, cell]]).holds(item("甲许可", departments=BOTH))


def test_a_list_without_a_header_is_shown_and_read_by_letters(office: Office) -> None:
    text = "甲许可\t市水利局\n乙许可\t市应急局\n"
    refused = office.text(text, ending=".txt")
    assert refused.rc == 2
    assert all(word in refused.said for word in ("甲许可", WATER, "--map", "A=name"))
    letters = ("--map", "A=name", "--map", "B=department", "--type", LICENCE)
    office.text(text, *letters, ending=".txt").holds(
        item("甲许可"), item("乙许可", departments=URGENT)
    )


def test_a_main_item_without_a_row_does_not_take_what_only_its_first_part_says(
    office: Office,
) -> None:
    head = ["序号", "主项名称", "子项名称", "事项类型", "赋权方式", "实施部门"]
    rows = [
        ["1", "取水许可", "新办", LICENCE, GIVEN, WATER],
        ["", "", "变更", CONFIRMED, RECEIVED, WATER],
    ]
    found = office.read([head, *rows], annex=1)
    assert found.at(2) or found.at(3), found.why
    if found.rc == 0:
        assert [i for i in found.items if i.parent] == [
            item("新办", mode=GIVEN, parent="取水许可"),
            item("变更", CONFIRMED, mode=RECEIVED, parent="取水许可"),
        ]


def test_rows_that_share_a_merged_name_are_one_item(office: Office) -> None:
    rows = [
        [*HEAD, "责任事项", "责任科室"],
        ["1", "取水许可", LICENCE, WATER, "1.受理", "甲科"],
        ["", "", "", "", "2.审查", "乙科"],
        ["", "", "", "", "3.决定", "甲科"],
        ["2", "河道采砂许可", LICENCE, WATER, "1.受理", "甲科"],
    ]
    spans = [Span(1, column, 3, column) for column in range(4)]
    found = office.read(rows, spans=spans, ending=".html")
    found.holds(item("取水许可"), item("河道采砂许可"))


@pytest.mark.parametrize("name", ["二、三类危险品运输许可", "一、二级资质核准"])
def test_a_row_of_numerals_that_belongs_to_the_name_stays(office: Office, name: str) -> None:
    office.read([HEAD, ["1", name, LICENCE, WATER]]).holds(item(name))


def test_that_no_item_has_a_department_is_said_and_mended(office: Office) -> None:
    rows = [HEAD[:3], *([str(n), f"{x}许可", LICENCE] for n, x in enumerate("甲乙丙", 1))]
    found = office.read(rows)
    assert any("3" in note.what and "--department" in note.remedy for note in found.cautions)
    found.holds(*(item(f"{x}许可", departments=()) for x in "甲乙丙"))
    office.read(rows, "--department", WATER).holds(*(item(f"{x}许可") for x in "甲乙丙"))


@pytest.mark.parametrize("head", ["责任主体", "承办机构"])
def test_more_headers_name_the_department(office: Office, head: str) -> None:
    office.read([[*HEAD[:3], head], ["1", "甲许可", LICENCE, WATER]]).holds(item("甲许可"))


def test_the_title_of_a_departments_list_names_it(office: Office) -> None:
    rows = [["市教育体育局权责清单", "", ""], HEAD[:3], ["1", "甲许可", LICENCE]]
    found = office.read(rows, spans=[Span(0, 0, 0, 2)], ending=".xlsx", name="附件")
    if found.items != [item("甲许可", departments=SCHOOLS)]:
        assert any("--department" in note.remedy for note in found.cautions), found.why


def test_numbers_in_brackets_below_headings_are_main_items(office: Office) -> None:
    rows = [
        ["", "一、行政许可", "", ""],
        ["（1）", "甲类许可", LICENCE, WATER],
        ["（2）", "乙类许可", LICENCE, WATER],
        ["", "二、行政处罚", "", ""],
        ["（1）", "对丙行为的处罚", PENALTY, WATER],
        ["（2）", "对丁行为的处罚", PENALTY, WATER],
    ]
    office.read([HEAD, *rows]).holds(
        *(item("甲类许可"), item("乙类许可")),
        *(item("对丙行为的处罚", PENALTY), item("对丁行为的处罚", PENALTY)),
    )


def test_lines_that_a_page_wraps_are_one_text(office: Office) -> None:
    path = office.file("清单.pdf")
    law = "《中华人民共和\n国水法》（2016\n年7月2日修正）\n第三十九条第一\n款"
    remark = "仅限中型河道采\n砂场的许可，其\n余仍由市级实施"
    row = ["1", "河道采砂\n许可", LICENCE, "市水\n利局", law, remark]
    write_pdf(path, [[*HEAD, "实施依据", "备注"], row], leads=["某市清单"])
    found = office.load(path)
    found.holds(item("河道采砂许可"))
    (row_held,) = found.rows
    assert [row_held[key] for key in ("law", "law_version", "article", "remark")] == [
        *("水法", "2016-07-02", "第三十九条第一款", remark.replace("\n", ""))
    ]


def test_a_header_over_again_is_one_however_it_is_spaced(office: Office) -> None:
    head = ["序号", "事 项\n名 称", "类型", "实施部门"]
    rows = [head, ["1", "甲许可", LICENCE, WATER], head, ["2", "乙许可", LICENCE, WATER]]
    for ending in (".html", ".xlsx", ".csv"):
        office.read(rows, ending=ending).holds(item("甲许可"), item("乙许可"))


def test_the_header_of_the_national_list_of_licences(office: Office) -> None:
    head = ["序号", "主管部门", "许可事项名称", "实施机关", "设定和实施依据"]
    found = office.read([head, ["1", WATER, "取水许可", WATER, "《水法》第四十八条"]])
    found.holds(item("取水许可"))
    assert (found.rows[0]["law"], found.rows[0]["article"]) == ("水法", "第四十八条")


@pytest.mark.parametrize("head", [
    "实施清单事项名称", "权责事项名称", "抽查事项名称", "行政权力事项", "许可事项名称",
])  # fmt: skip
def test_more_headers_name_the_item(office: Office, head: str) -> None:
    rows = [["序号", head, "事项类型", "实施部门"], ["1", "甲检查", CHECK, WATER]]
    office.read(rows).holds(item("甲检查", CHECK))


@pytest.mark.parametrize("head", ["责任主体", "赋权单位", "放权部门"])
def test_more_headers_name_who_confers(office: Office, head: str) -> None:
    office.read([["事项名称", "事项类型", head], ["甲许可", LICENCE, WATER]]).holds(item("甲许可"))


def test_more_headers_name_mode_and_scope(office: Office) -> None:
    head = ["事项名称", "事项类型", "实施部门", "下放形式", "委托范围"]
    found = office.read([head, ["甲许可", LICENCE, WATER, RECEIVED, "部分"]], annex=1)
    found.holds(item("甲许可", mode=RECEIVED))
    assert found.rows[0]["scope"] == "部分"


def test_text_outside_the_columns_of_the_header_is_said(office: Office) -> None:
    lines = ["事项名称\t事项类型\t实施部门", f"甲许可\t{LICENCE}\t{WATER}"]
    lines += [f"{x}许可\t{LICENCE}\t\t{URGENT}" for x in "乙丙"]
    found = office.text("\n".join(lines), ending=".tsv")
    assert found.at(3), found.why
    assert found.at(4), found.why


def test_what_sets_a_power_comes_before_how_it_is_carried_out(office: Office) -> None:
    head = ["序号", "事项名称", "事项类型", "主管部门", "设定依据", "实施依据"]
    rows = [
        ["1", "甲许可", LICENCE, WATER, "《甲法》第三条", "《乙实施办法》第八条"],
        ["2", "乙许可", LICENCE, WATER, "《丙法》第四条", ""],
    ]
    found = office.read([head, *rows])
    found.holds(item("甲许可"), item("乙许可"))
    assert [(r["law"], r["article"]) for r in found.rows] == [
        ("甲法", "第三条"), ("丙法", "第四条")
    ]  # fmt: skip


def test_the_type_of_a_whole_list(office: Office) -> None:
    rows = [["某区行政许可事项清单", "", ""], ["序号", "事项名称", "实施部门"]]
    rows += [["1", "甲许可", WATER], ["2", "乙许可", WATER]]
    found = office.read(rows)
    if found.rc:  # the title says it as well, but it need not be read
        assert pasted(found, "--type")
    else:
        found.holds(item("甲许可"), item("乙许可"))
    office.read(rows, "--type", LICENCE).holds(item("甲许可"), item("乙许可"))


def test_the_mode_of_a_whole_list(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, WATER]]
    refused = office.read(rows, annex=1)
    assert refused.rc == 2
    assert pasted(refused, "--mode")
    office.read(rows, "--mode", AUDITED, annex=1).holds(item("甲许可", mode=AUDITED))


def test_types_with_a_subclass_and_types_by_other_words(office: Office) -> None:
    fine = [["1", "甲事项备案", "其他行政权力-备案", WATER]]
    fine += [["2", "乙事项审核", "其他行政权力-其他", WATER]]
    office.read([HEAD, *fine]).holds(item("甲事项备案", OTHER), item("乙事项审核", OTHER))
    rows = [["3", "丙许可", "行政审批", WATER], ["4", "丁检查", "行政监督检查", WATER]]
    words = ("--type", f"行政审批={LICENCE}", "--type", f"行政监督检查={CHECK}")
    office.read([HEAD, *rows], *words).holds(item("丙许可"), item("丁检查", CHECK))
    silent = office.read([HEAD, *rows])
    if silent.rc:
        assert "--type" in silent.run.stdout + silent.run.stderr
    else:
        silent.holds(item("丙许可"), item("丁检查", CHECK))


DELEGATED = ["序号", "事项名称", "事项类型", "市级部门", "赋权方式"]


@pytest.mark.parametrize("cell", [
    "经开区、高新区", "测试经开区\n测试高新区", "测试经开区,测试高新区", "经开区；高新区",
    "经开区 高新区",
])  # fmt: skip
def test_zones_by_their_short_forms_however_parted(office: Office, cell: str) -> None:
    rows = [[*DELEGATED, "承接主体"], ["1", "甲许可", LICENCE, WATER, GIVEN, cell]]
    office.read(rows, annex=1).holds(item("甲许可", mode=GIVEN))


def test_an_alias_of_a_zone(office: Office) -> None:
    rows = [[*DELEGATED, "承接主体"], ["1", "甲许可", LICENCE, WATER, GIVEN, "东部开发片区"]]
    refused = office.read(rows, annex=1)
    assert refused.rc == 2
    assert pasted(refused, "--alias").startswith("东部开发片区=")
    for zone in (EAST, "测试经开区", "测试经济技术开发区管委会"):
        found = office.read(rows, "--alias", f"东部开发片区={zone}", annex=1)
        found.holds(item("甲许可", zones=EAST, mode=GIVEN))


def test_columns_of_zones_with_ticks(office: Office) -> None:
    rows = [
        [*DELEGATED, "经开区", "高新区"],
        ["1", "甲类许可", LICENCE, WATER, GIVEN, "√", "√"],
        ["2", "乙类许可", LICENCE, WATER, GIVEN, "√", ""],
        ["3", "丙类许可", LICENCE, WATER, GIVEN, "", "√"],
    ]
    for ending in (".csv", ".xlsx"):
        office.read(rows, annex=1, ending=ending).holds(
            item("甲类许可", zones=(EAST, HIGH), mode=GIVEN),
            item("乙类许可", zones=EAST, mode=GIVEN),
            item("丙类许可", zones=HIGH, mode=GIVEN),
        )


def test_the_same_from_every_writer(office: Office, tmp_path: Path) -> None:
    """The merged case again, from a workbook: it is the cells that are merged, not the format."""
    rows = [
        [*HEAD, "责任事项"],
        ["1", "甲许可", LICENCE, WATER, "1.受理"],
        ["", "", "", "", "2.审"],
    ]
    spans = [Span(1, column, 2, column) for column in range(4)]
    for write, name in ((write_xlsx, "a.xlsx"), (write_html, "a.html")):
        write(tmp_path / name, rows, spans)
        office.load(tmp_path / name).holds(item("甲许可"))
