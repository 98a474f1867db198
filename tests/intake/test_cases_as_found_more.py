"""Words, codes, zones and headers of lists, as a clerk found them."""

from __future__ import annotations

import pytest

from registry.intake.grid import Span
from tests.offices import (
    EAST,
    GIVEN,
    HIGH,
    LICENCE,
    PENALTY,
    WATER,
    Office,
    item,
    pasted,
)

HEAD = ["序号", "事项名称", "事项类型", "实施部门"]


# Words and codes


@pytest.mark.parametrize(
    "word",
    ["01行政许可", "1-行政许可", "1.行政许可", "一、行政许可", "（一）行政许可", "行政许可。"],
)
def test_a_type_with_its_number(office: Office, word: str) -> None:
    office.read([HEAD, ["1", "甲事项", word, WATER]]).holds(item("甲事项"))


@pytest.mark.parametrize("title", ["某区行政处罚事项清单", "某区行政许可、行政处罚事项清单"])
def test_no_type_is_offered_but_that_of_the_title(office: Office, title: str) -> None:
    rows = [[title, "", ""], ["序号", "事项名称", "实施部门"], ["1", "对甲的处罚", WATER]]
    refused = office.read(rows, ending=".xlsx", spans=[Span(0, 0, 0, 2)])
    assert refused.rc == 2
    offered = pasted(refused, "--type").rstrip(".")
    assert offered == ("TYPE" if "许可" in title else PENALTY)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("０００１１９０２８０００", "000119028000"),
        ("'000119028000", "000119028000"),
        ("000119 028000", "000119028000"),
        ("11371500 MB28587XX4 3000119028000", "11371500MB28587XX43000119028000"),
        ("另行公布", "另行公布"),
    ],
)
def test_a_code_is_what_it_says(office: Office, written: str, code: str) -> None:
    found = office.read([[*HEAD, "事项编码"], ["1", "甲许可", LICENCE, WATER, written]])
    found.holds(item("甲许可"))
    row = found.rows[0]
    assert code in (row["basic_code"], row["implementation_code"])
    assert (row["implementation_code"] is not None) == (len(code) == 31)


def test_the_column_of_laws_names_them_as_a_basis_does(office: Office) -> None:
    rows = [
        [*HEAD, "法律法规名称", "条款"],
        ["1", "甲许可", LICENCE, WATER, "《中华人民共和国甲法》（2016年7月2日修正）", "第七条"],
        ["2", "乙许可", LICENCE, WATER, "甲法", "第八条"],
    ]
    found = office.read(rows)
    assert [(r["law"], r["law_version"], r["article"]) for r in found.rows] == [
        ("甲法", "2016-07-02", "第七条"),
        ("甲法", None, "第八条"),
    ]


def test_a_number_before_a_name_of_digits(office: Office) -> None:
    head = HEAD[1:]
    rows = [head, *([f"{n}.{name}", LICENCE, WATER] for n, name in ((1, "甲"), (2, "乙")))]
    office.read([*rows, ["3.110报警联动", LICENCE, WATER]]).holds(
        item("甲"), item("乙"), item("110报警联动")
    )
    office.read([head, ["甲", LICENCE, WATER], ["3.15评选", LICENCE, WATER]]).holds(
        item("甲"), item("3.15评选")
    )


# Zones


SIGNS = ["序号", "事项名称", "事项类型", "市级部门", "赋权方式"]


def test_signs_that_contradict_the_column_of_zones(office: Office) -> None:
    rows = [
        [*SIGNS, "承接主体", "经开区", "高新区"],
        ["1", "甲许可", LICENCE, WATER, GIVEN, "测试高新区", "√", ""],
        ["2", "乙许可", LICENCE, WATER, GIVEN, "经开区、高新区", "√", "√"],
    ]
    refused = office.read(rows, annex=1)
    assert refused.rc == 2
    assert refused.at(2)
    assert not refused.at(3)
    office.read(rows, "--map", pasted(refused, "--map").rstrip("."), annex=1).holds(
        item("甲许可", mode=GIVEN, zones=EAST), item("乙许可", mode=GIVEN)
    )


@pytest.mark.parametrize("head", ["某县", "河东区", "某街道", "某某镇"])
def test_signs_for_a_place_that_is_no_delegate(office: Office, head: str) -> None:
    rows = [[*SIGNS, "经开区", head], ["1", "甲许可", LICENCE, WATER, GIVEN, "√", "√"]]
    refused = office.read(rows, annex=1)
    assert refused.rc == 2
    assert f"--map {head}=ignore" in refused.faults[0].remedy


def test_signs_for_whether_a_city_is_crossed_are_of_no_zone(office: Office) -> None:
    rows = [[*SIGNS, "经开区", "是否跨市"], ["1", "甲许可", LICENCE, WATER, GIVEN, "√", "√"]]
    office.read(rows, annex=1).holds(item("甲许可", mode=GIVEN, zones=EAST))


@pytest.mark.parametrize(
    "head", ["是否下放至{}", "下放至{}", "{}是否承接", "{}承接情况", "委托给{}"]
)
def test_headers_that_ask_whether_a_zone_has_it(office: Office, head: str) -> None:
    heads = [head.format(zone) for zone in ("经开区", "高新区")]
    rows = [
        [*SIGNS, *heads],
        ["1", "甲许可", LICENCE, WATER, GIVEN, "是", "否"],
        ["2", "乙许可", LICENCE, WATER, GIVEN, "否", "是"],
    ]
    office.read(rows, annex=1).holds(
        item("甲许可", mode=GIVEN, zones=EAST), item("乙许可", mode=GIVEN, zones=HIGH)
    )


def test_columns_of_bodies_of_zones_are_told(office: Office) -> None:
    rows = [
        [*SIGNS, "经开区承接部门", "高新区承接部门"],
        ["1", "甲许可", LICENCE, WATER, GIVEN, "经发局", "审批局"],
    ]
    found = office.read(rows, annex=1)
    assert {note.cell for note in found.cautions} >= {"F1", "G1"}


def test_items_that_name_no_zone_among_others_that_do(office: Office) -> None:
    rows = [
        [*SIGNS, "承接主体"],
        ["1", "甲许可", LICENCE, WATER, GIVEN, "高新区"],
        ["2", "乙许可", LICENCE, WATER, GIVEN, ""],
    ]
    found = office.read(rows, annex=1)
    found.holds(item("甲许可", mode=GIVEN, zones=HIGH), item("乙许可", mode=GIVEN))
    assert found.at(3)


@pytest.mark.parametrize(
    ("yes", "no"), [("O", "X"), ("同意", "不同意"), ("1.0", "0.0"), ("T", "F")]
)
def test_more_signs(office: Office, yes: str, no: str) -> None:
    rows = [[*SIGNS, "经开区", "高新区"], ["1", "甲许可", LICENCE, WATER, GIVEN, yes, no]]
    office.read(rows, annex=1).holds(item("甲许可", mode=GIVEN, zones=EAST))


# Headers


def test_a_title_is_not_told_to_be_a_header(office: Office) -> None:
    rows = [["某区权力清单", "", ""], ["（一）", "甲许可", WATER], ["（二）", "乙许可", WATER]]
    refused = office.read(rows, ending=".xlsx", spans=[Span(0, 0, 0, 2)])
    assert refused.rc == 2
    assert "--map B=name --map C=department" in refused.said


def test_an_export_with_initials_for_headers(office: Office) -> None:
    rows = [["XH", "SXMC", "QLLX", "BMMC", "BZ"], ["1", "甲许可", LICENCE, WATER, "限市级"]]
    found = office.read(rows)
    found.holds(item("甲许可"))
    assert found.rows[0]["remark"] == "限市级"


def test_a_column_of_departments_by_another_name_is_told_with_its_option(office: Office) -> None:
    rows = [["序号", "事项名称", "事项类型", "主管局"], ["1", "甲许可", LICENCE, WATER]]
    found = office.read(rows)
    assert found.at(1)
    option = pasted(found, "--map").rstrip(".")
    office.read(rows, "--map", option).holds(item("甲许可"))


def test_a_column_of_types_by_another_name_is_told_with_its_option(office: Office) -> None:
    rows = [["序号", "事项名称", "归类", "实施部门"], ["1", "对甲的处罚", PENALTY, WATER]]
    refused = office.read(rows)
    assert refused.rc == 2
    option = pasted(refused, "--map").rstrip(".")
    office.read(rows, "--map", option).holds(item("对甲的处罚", PENALTY))
