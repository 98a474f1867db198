"""Brothers of the kinds in test_cases.py: departments, zones, types and modes."""

from __future__ import annotations

import pytest

from registry.intake.grid import Span
from tests.offices import (
    AUDITED,
    CHECK,
    CONFIRMED,
    EAST,
    GIVEN,
    HIGH,
    HOUSING,
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


@pytest.mark.parametrize("cell", [
    "区水利局&水务中心", "区水利局(含水务中心)", "区$水利局", "区'水利'局", "区 水利局;南片",
    "区水利局*", "区水利局|水务局", "区`水利`局",
])  # fmt: skip
def test_whatever_a_shell_reads_otherwise_is_quoted(office: Office, cell: str) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, cell]]
    words: list[str] = []
    for _part in range(3):  # a cell may hold several names, each of which is asked for
        found = office.read(rows, *words)
        if found.rc == 0:
            break
        name = pasted(found, "--alias").rpartition("=")[0]
        assert name, found.why
        assert f"{name}={WATER}" not in words, found.why
        words += ["--alias", f"{name}={WATER}"]
    assert words
    found.holds(item("甲许可"))


@pytest.mark.parametrize("cell", [
    "区市场监管、知识产权部门", "水利，水务部门", "区水利局/区水务局", "区水利和水务主管部门",
    "区水利局（区水务局）", "水利 水务主管部门",
])  # fmt: skip
def test_a_whole_cell_has_one_alias(office: Office, cell: str) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, cell], ["2", "乙许可", LICENCE, URGENT]]
    found = office.read(rows, "--alias", f"{cell}={WATER}")
    found.holds(item("甲许可"), item("乙许可", departments=URGENT))


def test_an_alias_of_a_part_of_a_cell(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, "区水利局、市应急局"]]
    office.read(rows, "--alias", f"区水利局={WATER}").holds(item("甲许可", departments=BOTH))


def test_an_alias_that_is_remembered_needs_no_saying(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", LICENCE, "区水利、水务部门"]]
    words = ("--alias", f"区水利、水务部门={WATER}", "--remember")
    office.read(rows, *words).holds(item("甲许可"))
    path = office.file("清单.csv")
    path.write_text(
        "序号,事项名称,事项类型,实施部门\n1,乙许可,行政许可,区水利、水务部门\n", "utf-8"
    )
    db = office.folder / "kept.db"
    db.write_bytes(office.built.read_bytes())
    load = ("--db", db, "load", "annex", path, "--annex", "2", "--replace")
    assert office.run(*load, *words).rc == 0
    assert office.run(*load).rc == 0, "said once"


@pytest.mark.parametrize("cell", [
    "市水利局;市应急局", "市水利局\n市应急局", "市水利局、 市应急局", "市水利局　市应急局",
    "测试市水利局/测试市应急管理局", "市水利局（牵头），市应急局（配合）", "市水利局、市应急局等",
    "测试市水利局 市应急局", "市水利局，\n市应急局",
])  # fmt: skip
def test_two_departments_in_a_cell(office: Office, cell: str) -> None:
    found = office.read([HEAD, ["1", "甲许可", LICENCE, cell]], ending=".xlsx")
    if cell.endswith("等") and found.rc:
        assert found.at(2)
    else:
        found.holds(item("甲许可", departments=BOTH))


@pytest.mark.parametrize(
    "cell", ["市水利局和市应急局", "市水利局|市应急局", "市水利局会同市应急局"]
)
def test_two_departments_joined_by_words_are_both_or_asked_about(office: Office, cell: str) -> None:
    found = office.read([HEAD, ["1", "甲许可", LICENCE, cell]])
    if not found.at(2):
        found.holds(item("甲许可", departments=BOTH))


def test_a_name_that_holds_a_separator_is_one(office: Office) -> None:
    cell = "测试市住房和城乡建设局、测试市教育和体育局"
    office.read([HEAD, ["1", "甲许可", LICENCE, cell]]).holds(
        item("甲许可", departments=(HOUSING, SCHOOLS))
    )


# No department


def test_departments_of_some_rows_only_are_told(office: Office) -> None:
    rows = [["1", "甲许可", LICENCE, ""], ["2", "乙许可", LICENCE, WATER]]
    assert office.read([HEAD, *rows]).cautions or office.read([HEAD, *rows]).at(2)
    office.read([HEAD, *rows], "--department", MARKET).holds(
        item("甲许可", departments=MARKET), item("乙许可")
    )


@pytest.mark.parametrize("title", ["市水利局权责清单", "测试市水利局行政许可事项目录（2021年版）"])
def test_a_title_that_names_a_department_is_read_or_told(office: Office, title: str) -> None:
    rows = [[title, ""], ["事项名称", "事项类型"], ["甲许可", LICENCE]]
    found = office.read(rows, spans=[Span(0, 0, 0, 1)], ending=".xlsx")
    if found.items != [item("甲许可")]:
        assert any("--department" in note.remedy for note in found.cautions), found.why


def test_a_department_for_the_whole_list_goes_below_the_lists_own(office: Office) -> None:
    rows = [["一、市应急局", "", ""], ["1", "甲许可", LICENCE]]
    found = office.read([HEAD[:3], *rows], "--department", WATER)
    found.holds(item("甲许可", departments=URGENT))


# Types


@pytest.mark.parametrize(("word", "power_type"), [
    ("其他行政权力—备案", OTHER), ("其他行政权力（备案）", OTHER), ("其他行政权力/备案", OTHER),
    ("其他行政权力：审核转报", OTHER), ("其他行政权力 - 备案", OTHER), ("行政确认-登记", CONFIRMED),
    ("行政处罚（简易程序）", PENALTY), ("行政检查\n（双随机）", CHECK),
])  # fmt: skip
def test_a_subclass_however_parted(office: Office, word: str, power_type: str) -> None:
    found = office.read([HEAD, ["1", "甲事项", word, WATER]], ending=".xlsx")
    found.holds(item("甲事项", power_type))


@pytest.mark.parametrize(
    "word", ["行政审批", "行政监督", "监督检查", "便民服务类", "非行政许可审批"]
)
def test_another_word_for_a_type_is_mapped_once(office: Office, word: str) -> None:
    rows = [HEAD, ["1", "甲事项", word, WATER], ["2", "乙事项", word, WATER]]
    refused = office.read(rows)
    if refused.rc:
        assert "--type" in "".join(f.remedy for f in refused.faults), refused.why
    office.read(rows, "--type", f"{word}={CHECK}").holds(
        item("甲事项", CHECK), item("乙事项", CHECK)
    )


def test_a_type_for_the_whole_list_fills_what_rows_leave_open(office: Office) -> None:
    rows = [HEAD, ["1", "甲许可", "", WATER], ["2", "对乙的处罚", PENALTY, WATER]]
    office.read(rows, "--type", LICENCE).holds(item("甲许可"), item("对乙的处罚", PENALTY))
    headed = [HEAD, ["", "一、行政处罚", "", ""], ["1", "对甲的处罚", "", WATER]]
    office.read(headed, "--type", LICENCE).holds(item("对甲的处罚", PENALTY))


@pytest.mark.parametrize("title", ["某区行政处罚事项清单", "某区权责清单（行政处罚类）"])
def test_a_type_in_the_title_is_never_another(office: Office, title: str) -> None:
    rows = [[title, "", ""], ["序号", "事项名称", "实施部门"], ["1", "对甲的处罚", WATER]]
    found = office.read(rows)
    if not found.rc:
        found.holds(item("对甲的处罚", PENALTY))
    office.read(rows, "--type", PENALTY).holds(item("对甲的处罚", PENALTY))


def test_a_title_of_several_types_states_none(office: Office) -> None:
    rows = [["某区行政许可和行政处罚事项清单", "", ""], ["序号", "事项名称", "实施部门"]]
    assert office.read([*rows, ["1", "甲事项", WATER]]).at(3)


# Modes


def test_a_mode_for_the_whole_list_fills_what_rows_leave_open(office: Office) -> None:
    rows = [[*HEAD, "赋权方式"], ["1", "甲许可", LICENCE, WATER, ""]]
    rows.append(["2", "乙许可", LICENCE, WATER, RECEIVED])
    office.read(rows, "--mode", GIVEN, annex=1).holds(
        item("甲许可", mode=GIVEN), item("乙许可", mode=RECEIVED)
    )


@pytest.mark.parametrize("word", ["下放", "授权", "直接下放"])
def test_another_word_for_a_mode_is_mapped_once(office: Office, word: str) -> None:
    rows = [[*HEAD, "下放方式"], ["1", "甲许可", LICENCE, WATER, word]]
    refused = office.read(rows, annex=1)
    assert refused.at(2), refused.why
    assert "--mode" in "".join(f.remedy for f in refused.faults)
    found = office.read(rows, "--mode", f"{word}={AUDITED}", annex=1)
    found.holds(item("甲许可", mode=AUDITED))


@pytest.mark.parametrize("scope", ["全部", "部分"])
def test_a_scope_for_the_whole_list(office: Office, scope: str) -> None:
    found = office.read([HEAD, ["1", "甲许可", LICENCE, WATER]], "--scope", scope)
    assert [row["scope"] for row in found.rows] == [scope], found.why


# Zones in a column


DELEGATED = ["序号", "事项名称", "事项类型", "市级部门", "赋权方式"]


@pytest.mark.parametrize(("cell", "zones"), [
    ("高新区", HIGH), ("测试经济技术开发区", EAST), ("测试经开区管委会", EAST),
    ("经开区/高新区", (EAST, HIGH)), ("经开区,高新区", (EAST, HIGH)), ("etdz", EAST),
    ("测试高新技术产业开发区管委会\n测试经济技术开发区管委会", (EAST, HIGH)),
    ("经开区　高新区", (EAST, HIGH)), ("经济技术开发区", EAST),
])  # fmt: skip
def test_zones_as_offices_call_them(office: Office, cell: str, zones: str) -> None:
    rows = [[*DELEGATED, "承接主体"], ["1", "甲许可", LICENCE, WATER, GIVEN, cell]]
    found = office.read(rows, annex=1, ending=".xlsx")
    found.holds(item("甲许可", zones=zones, mode=GIVEN))


@pytest.mark.parametrize("cell", ["各片区", "东、西片区", "空港（保税）区"])
def test_a_zone_that_is_not_known_is_said_once(office: Office, cell: str) -> None:
    rows = [[*DELEGATED, "承接主体"], ["1", "甲许可", LICENCE, WATER, GIVEN, cell]]
    refused = office.read(rows, annex=1)
    assert refused.rc == 2
    assert pasted(refused, "--alias").rpartition("=")[0] in cell
    found = office.read(rows, "--alias", f"{cell}=测试高新区", annex=1)
    found.holds(item("甲许可", zones=HIGH, mode=GIVEN))


def test_an_alias_of_one_zone_among_two(office: Office) -> None:
    rows = [[*DELEGATED, "承接主体"], ["1", "甲许可", LICENCE, WATER, GIVEN, "东片区、高新区"]]
    found = office.read(rows, "--alias", f"东片区={EAST}", annex=1)
    found.holds(item("甲许可", mode=GIVEN))


# Zones as columns

ROW = ["1", "甲许可", LICENCE, WATER, GIVEN]


@pytest.mark.parametrize("yes", ["√", "✓", "✔", "是", "有", "1", "○", "●", "Y", "√ ", "☑"])
def test_whatever_ticks(office: Office, yes: str) -> None:
    found = office.read([[*DELEGATED, "经开区", "高新区"], [*ROW, yes, ""]], annex=1)
    if yes == "☑" and found.at(2):
        return
    found.holds(item("甲许可", zones=EAST, mode=GIVEN))


@pytest.mark.parametrize("no", ["", "×", "否", "无", "0", "—", " ", "-", "/"])
def test_whatever_does_not(office: Office, no: str) -> None:
    found = office.read([[*DELEGATED, "经开区", "高新区"], [*ROW, no, "√"]], annex=1)
    if no in "-/" and found.at(2):
        return
    found.holds(item("甲许可", zones=HIGH, mode=GIVEN))


@pytest.mark.parametrize("mark", ["待定", "？", "部分"])
def test_a_mark_that_says_neither_is_told(office: Office, mark: str) -> None:
    found = office.read([[*DELEGATED, "经开区", "高新区"], [*ROW, mark, "√"]], annex=1)
    assert any(note.cell.endswith("F2") for note in found.at(2)), found.why


def test_an_item_that_no_column_ticks_is_told(office: Office) -> None:
    found = office.read([[*DELEGATED, "经开区", "高新区"], [*ROW, "", ""]], annex=1)
    assert found.at(2), found.why


@pytest.mark.parametrize("heads", [
    ("测试经开区", "测试高新区"), ("测试经济技术开发区管委会", "测试高新技术产业开发区管委会"),
    ("经开\n区", "高新\n区"), ("测试经济技术开发区", "测试高新技术产业开发区"),
    ("经 开 区", "高 新 区"),
])  # fmt: skip
def test_columns_headed_by_a_zones_names(office: Office, heads: tuple[str, str]) -> None:
    found = office.read([[*DELEGATED, *heads], [*ROW, "", "√"]], annex=1, ending=".xlsx")
    found.holds(item("甲许可", zones=HIGH, mode=GIVEN))


@pytest.mark.parametrize("above", ["承接主体", "承接单位", "赋权对象"])
@pytest.mark.parametrize("ending", [".xlsx", ".html", ".csv", ".docx"])
def test_zones_below_a_common_header(office: Office, above: str, ending: str) -> None:
    rows = [[*DELEGATED, above, "", "备注"], [*[""] * 5, "经开区", "高新区", ""]]
    rows += [[*ROW, "√", "", "甲"], ["2", "乙许可", LICENCE, WATER, RECEIVED, "", "√", ""]]
    spans = [Span(0, 5, 0, 6), *(Span(0, column, 1, column) for column in (0, 1, 2, 3, 4, 7))]
    found = office.read(rows, annex=1, spans=spans, ending=ending)
    found.holds(item("甲许可", zones=EAST, mode=GIVEN), item("乙许可", zones=HIGH, mode=RECEIVED))


def test_ticks_that_are_one_merged_cell(office: Office) -> None:
    rows = [[*DELEGATED, "经开区", "高新区"], [*ROW, "√", "√"]]
    rows.append(["2", "乙许可", LICENCE, WATER, GIVEN, "", ""])
    spans = [Span(1, 5, 2, 5)]
    office.read(rows, annex=1, spans=spans, ending=".xlsx").holds(
        item("甲许可", mode=GIVEN), item("乙许可", zones=EAST, mode=GIVEN)
    )
