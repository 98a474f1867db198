"""Brothers of the kinds in test_cases.py: numbers, headers, merged cells, columns."""

from __future__ import annotations

import pytest

from registry.intake.grid import Span
from tests.offices import (
    CONFIRMED,
    EAST,
    GIVEN,
    HIGH,
    LICENCE,
    PENALTY,
    RECEIVED,
    URGENT,
    WATER,
    Office,
    item,
)

HEAD = ["序号", "事项名称", "事项类型", "实施部门"]


# Without a header


@pytest.mark.parametrize("ending", [".xlsx", ".html", ".docx", ".xls", ".ods"])
def test_columns_by_letters_in_every_format(office: Office, ending: str) -> None:
    rows = [["1", "甲许可", LICENCE, WATER], ["2", "对乙的处罚", PENALTY, URGENT]]
    letters = ("A=seq", "B=name", "C=power_type", "D=department")
    words = [word for letter in letters for word in ("--map", letter)]
    office.read(rows, *words, ending=ending).holds(
        item("甲许可"), item("对乙的处罚", PENALTY, URGENT)
    )


def test_a_header_that_names_no_item_is_said_and_mapped(office: Office) -> None:
    rows = [["序号", "权力类型", "实施部门", "内容"], ["1", LICENCE, WATER, "甲许可"]]
    refused = office.read(rows)
    assert refused.rc == 2
    assert "甲许可" in refused.said
    assert "--map" in refused.said
    office.read(rows, "--map", "内容=name").holds(item("甲许可"))
    office.read(rows, "--map", "D=name").holds(item("甲许可"))


def test_a_title_above_columns_without_a_header(office: Office) -> None:
    rows = [["某区清单", "", ""], ["甲许可", LICENCE, WATER], ["乙许可", LICENCE, WATER]]
    words = ("--map", "A=name", "--map", "B=power_type", "--map", "C=department")
    found = office.read(rows, *words, spans=[Span(0, 0, 0, 2)], ending=".xlsx")
    assert "某区清单" not in found.names
    if found.rc:
        assert found.at(1), found.why
    else:
        found.holds(item("甲许可"), item("乙许可"))


def test_a_column_that_is_to_be_ignored(office: Office) -> None:
    rows = [[*HEAD, "承接主体"], ["1", "甲许可", LICENCE, WATER, "暂不确定"]]
    office.read(rows, "--map", "承接主体=ignore").holds(item("甲许可"))
    office.read(rows, "--map", "E=ignore").holds(item("甲许可"))


# Main items without rows


@pytest.mark.parametrize(("one", "other"), [
    ((LICENCE, GIVEN, WATER, EAST), (LICENCE, RECEIVED, WATER, EAST)),
    ((LICENCE, GIVEN, WATER, EAST), (CONFIRMED, GIVEN, WATER, EAST)),
    ((LICENCE, GIVEN, WATER, EAST), (LICENCE, GIVEN, WATER, HIGH)),
    ((LICENCE, GIVEN, WATER, EAST), (LICENCE, GIVEN, URGENT, EAST)),
])  # fmt: skip
def test_parts_that_differ_leave_the_main_item_open(
    office: Office, one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    head = ["主项名称", "子项名称", "事项类型", "赋权方式", "实施部门", "承接主体"]
    found = office.read([head, ["取水许可", "新办", *one], ["", "变更", *other]], annex=1)
    main = [i for i in found.items if i.name == "取水许可"]
    either = item("取水许可", LICENCE, {one[2], other[2]}, {one[3], other[3]}, GIVEN)
    assert found.at(2) or found.at(3) or main == [either], found.why


def test_parts_that_agree_say_it_of_the_main_item(office: Office) -> None:
    head = ["主项名称", "子项名称", "事项类型", "赋权方式", "实施部门"]
    row = [LICENCE, GIVEN, WATER]
    office.read([head, ["取水许可", "新办", *row], ["", "变更", *row]], annex=1).holds(
        item("取水许可", mode=GIVEN),
        item("新办", mode=GIVEN, parent="取水许可"),
        item("变更", mode=GIVEN, parent="取水许可"),
    )


# Merged cells


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".ods", ".docx", ".html"])
def test_a_merged_name_beside_rows_of_another_kind(office: Office, ending: str) -> None:
    head = [*HEAD, "实施依据", "追责情形"]
    rows = [["1", "甲许可", LICENCE, WATER, "《水法》第七条", "1.不受理"]]
    rows += [["", "", "", "", "", "2.不公开"], ["", "", "", "", "", "3.不告知"]]
    rows += [["2", "乙许可", LICENCE, URGENT, "《水法》第八条", "1.不受理"]]
    spans = [Span(1, column, 3, column) for column in range(5)]
    found = office.read([head, *rows], spans=spans, ending=ending)
    found.holds(item("甲许可"), item("乙许可", departments=URGENT))
    assert [row["article"] for row in found.rows] == ["第七条", "第八条"]


def test_a_merged_name_with_two_departments_is_one_item(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, WATER], ["", "", "", URGENT]]
    found = office.read(rows, spans=[Span(1, c, 2, c) for c in range(3)], ending=".xlsx")
    assert len(found.items) <= 1
    if not (found.at(2) or found.at(3)):
        found.holds(item("甲许可", departments=(WATER, URGENT)))


@pytest.mark.parametrize("merged", [(0,), (2, 3), (0, 2, 3), (3,)])
def test_names_of_their_own_are_items_whatever_is_merged_beside_them(
    office: Office, merged: tuple[int, ...]
) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, WATER], ["", "乙许可", "", ""]]
    if 0 not in merged:
        rows[2][0] = "2"
    if 2 not in merged:
        rows[2][2] = LICENCE
    spans = [Span(1, column, 2, column) for column in merged]
    found = office.read(rows, spans=spans, ending=".xlsx")
    found.holds(item("甲许可"), item("乙许可"))


def test_what_is_left_of_merged_cells_in_text(office: Office) -> None:
    head = [*HEAD, "责任事项"]
    rows = [["1", "甲许可", LICENCE, WATER, "1.受理"], ["", "", "", "", "2.审查"]]
    found = office.read([head, *rows, ["2", "乙许可", LICENCE, WATER, "1.受理"]])
    if found.rc == 0:
        found.holds(item("甲许可"), item("乙许可"))
    assert found.rc == 0 or found.at(3), found.why


# Names and numbers


@pytest.mark.parametrize("name", [
    "五、六类放射源许可", "甲、乙级测绘资质核准", "1、2类压力管道登记", "2.4GHz频段使用许可",
    "12345热线转办核准", "24小时便利店登记", "三轮车通行证核发", "一次性劳务许可", "1-3年期许可",
    "（一）、（二）级资质许可", "十一、十二周岁学员登记", "①类器械许可", "3A级景区评定",
    "一、二、三级运动员许可", "5G基站许可", "七、八级滑坡治理许可", "1.5米以下河道许可",
    "一般、较大危险源许可", "二级、三级资质许可", "Ⅰ、Ⅱ类射线装置许可", "1：500地形图许可",
    "四类、五类放射源许可", "一件事许可", "10、35千伏线路许可", "（三）类以下河道许可",
])  # fmt: skip
@pytest.mark.parametrize("numbered", [True, False])
def test_numerals_of_a_name_stay(office: Office, name: str, numbered: bool) -> None:
    rows = [["序号", *HEAD[1:]], ["1", "甲许可", LICENCE, WATER], ["2", name, LICENCE, WATER]]
    found = office.read(rows if numbered else [row[1:] for row in rows])
    found.holds(item("甲许可"), item(name))


STYLES = [
    ("1.", "2.", "3."), ("1、", "2、", "3、"), ("1．", "2．", "3．"), ("一、", "二、", "三、"),
    ("（一）", "（二）", "（三）"), ("(1)", "(2)", "(3)"), ("①", "②", "③"), ("1 ", "2 ", "3 "),
    ("1）", "2）", "3）"), ("01.", "02.", "03."),
]  # fmt: skip


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style[0])
def test_running_numbers_before_names_go(office: Office, style: tuple[str, ...]) -> None:
    rows = [[f"{n}{x}类许可", LICENCE, WATER] for n, x in zip(style, "甲乙丙", strict=True)]
    found = office.read([HEAD[1:], *rows])
    found.holds(*(item(f"{x}类许可") for x in "甲乙丙"))
    assert [row["listed_name"] for row in found.rows] == [row[0] for row in rows]


def test_the_number_of_the_row_before_the_name_goes(office: Office) -> None:
    rows = [[str(n), f"{n}.{x}许可", LICENCE, WATER] for n, x in enumerate("甲乙丙", 1)]
    office.read([HEAD, *rows]).holds(*(item(f"{x}许可") for x in "甲乙丙"))


# Numbers in brackets


@pytest.mark.parametrize(("form", "headings"), [
    ("({})", ("一、行政许可", "二、行政处罚")), ("（{}）", ("（一）行政许可", "（二）行政处罚")),
    ("{}）", ("行政许可", "行政处罚")), ("（{}）", ("一、行政许可（2项）", "二、行政处罚（2项）")),
])  # fmt: skip
def test_numbers_that_begin_again_below_a_heading(
    office: Office, form: str, headings: tuple[str, str]
) -> None:
    rows = [["", headings[0], "", ""]]
    rows += [[form.format(n), f"{x}类许可", LICENCE, WATER] for n, x in ((1, "甲"), (2, "乙"))]
    rows += [["", headings[1], "", ""]]
    rows += [[form.format(n), f"对{x}的处罚", PENALTY, WATER] for n, x in ((1, "丙"), (2, "丁"))]
    office.read([HEAD, *rows]).holds(
        *(item("甲类许可"), item("乙类许可")),
        *(item("对丙的处罚", PENALTY), item("对丁的处罚", PENALTY)),
    )


def test_numbers_in_brackets_below_departments(office: Office) -> None:
    rows = [["一、市水利局", "", ""], ["（1）", "甲许可", LICENCE], ["（2）", "乙许可", LICENCE]]
    rows += [["二、市应急局", "", ""], ["（1）", "丙许可", LICENCE], ["（2）", "丁许可", LICENCE]]
    office.read([HEAD[:3], *rows]).holds(
        *(item("甲许可"), item("乙许可")),
        *(item("丙许可", departments=URGENT), item("丁许可", departments=URGENT)),
    )


@pytest.mark.parametrize("numbers", [
    ("1", "1.1", "1.2", "2"), ("1", "1-1", "1-2", "2"), ("1", "（1）", "（2）", "2"),
    ("一", "（一）", "（二）", "二"), ("1", "①", "②", "2"), ("3", "3.1", "3.2", "4"),
])  # fmt: skip
def test_numbers_below_the_number_of_an_item_are_its_parts(
    office: Office, numbers: tuple[str, ...]
) -> None:
    names = ("甲许可", "甲许可（新办）", "甲许可（变更）", "乙许可")
    rows = [[n, name, LICENCE, WATER] for n, name in zip(numbers, names, strict=True)]
    office.read([HEAD, *rows]).holds(
        *(item("甲许可"), item("甲许可（新办）", parent="甲许可")),
        *(item("甲许可（变更）", parent="甲许可"), item("乙许可")),
    )


def test_a_part_is_never_of_another_heading(office: Office) -> None:
    rows = [["", "一、行政许可", "", ""], ["1", "甲许可", LICENCE, WATER]]
    rows += [["", "二、行政处罚", "", ""], ["（1）", "对乙的处罚", PENALTY, WATER]]
    found = office.read([HEAD, *rows])
    assert [i.parent for i in found.items if i.name == "对乙的处罚"] in ([None], []), found.why


# Lines that a page wraps


def test_wrapped_cells_of_a_page(office: Office) -> None:
    head = ["序号", "事项\n名称", "事项\n类型", "实施\n部门", "备注"]
    rows = [["1", "建设项目水资\n源论证报告审\n批", "行政\n许可", "市水利局", "ABC\nDEF"]]
    rows += [["2", "2021年度\n12月河道许\n可", LICENCE, "市住房城乡\n建设局", ""]]
    office.read([head, *rows], ending=".pdf").holds(
        item("建设项目水资源论证报告审批"),
        item("2021年度12月河道许可", departments="市住房城乡建设局"),
    )


def test_two_departments_in_two_lines_of_a_page_are_two_or_told(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, f"{WATER}\n{URGENT}"]]
    found = office.read(rows, ending=".pdf")
    if not found.at(2):
        found.holds(item("甲许可", departments=(WATER, URGENT)))


def test_a_wrapped_basis_in_a_cell_of_a_workbook(office: Office) -> None:
    basis = "《中华人民共和国水法》（2016年7月2日修正）\n第三十九条\n第一款"
    rows = [[*HEAD, "实施依据"], ["1", "甲许可", LICENCE, WATER, basis]]
    found = office.read(rows, ending=".xlsx")
    found.holds(item("甲许可"))
    held = found.rows[0]
    assert (held["law"], held["law_version"]) == ("水法", "2016-07-02")
    assert held["article"] == "第三十九条第一款"


# Headers over again


@pytest.mark.parametrize("again", [
    ["序 号", "事项　名称", "事 项 类 型", "实施部门"],
    ["序号", "事项\n名称", "事项类型", "实施\n部门"],
    ["序号", "事项名称", "事项类型", "实施部门"], [" 序号 ", "事项名称 ", "事项类型", " 实施部门"],
])  # fmt: skip
def test_a_header_over_again(office: Office, again: list[str]) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, WATER], again, ["2", "乙许可", LICENCE, WATER]]
    office.read(rows, ending=".xlsx").holds(item("甲许可"), item("乙许可"))
    office.read([again, *rows], ending=".xlsx").holds(item("甲许可"), item("乙许可"))


def test_a_header_of_two_rows_over_again(office: Office) -> None:
    head = [["序号", "赋权事项", "", "实施部门"], ["", "事项名称", "事项类型", ""]]
    rows = [*head, ["1", "甲许可", LICENCE, WATER], ["续表", "", "", ""], *head]
    rows += [["2", "乙许可", LICENCE, WATER]]
    spans = [Span(t, 1, t, 2) for t in (0, 4)] + [
        Span(t, c, t + 1, c) for t in (0, 4) for c in (0, 3)
    ]
    office.read(rows, spans=spans, ending=".xlsx").holds(item("甲许可"), item("乙许可"))
