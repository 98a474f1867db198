"""Brothers of the kinds in test_cases.py: what columns are called, and text outside them."""

from __future__ import annotations

import pytest

from registry.intake.grid import Span
from tests.offices import AUDITED, LICENCE, PENALTY, URGENT, WATER, Office, item

HEAD = ["序号", "事项名称", "事项类型", "实施部门"]


READ = {
    "name": "许可事项名称 权力名称 实施清单事项名称 权责事项名称 抽查事项名称 行政权力事项",
    "department": "实施主体 单位 市级实施单位 授权部门 主管部门 实施机关 责任主体 赋权单位"
    " 放权部门",
    "type": "类别 事项类别 权力类型 事项类型",
    "mode": "赋权方式 调整方式 下放形式",
    "zones": "承接主体 承接单位",
}
"""What published lists have: these must be read. Of the others below it must be told that they are
not."""
OTHERS = {
    "name": "行政许可事项名称 权力事项名称 服务事项名称 职权名称 许可名称 实施清单名称 行政权力名称"
    " 政务服务事项名称 赋权事项名称 下放事项名称 行政职权名称",
    "department": "实施单位 责任单位 行使主体 主管单位 责任部门 牵头部门 委托部门 赋权部门 市直部门"
    " 原实施部门 市级主管部门 承办机构",
    "type": "权力类别 职权类别 职权类型 类型 行政权力类型",
    "mode": "下放方式 委托方式 授权方式 赋权形式 实施方式",
    "zones": "承接机构 赋权对象 承接部门 下放对象 承接开发区 实施区域",
}
PLAIN = {
    "name": ("事项名称", "甲处罚"),
    "type": ("事项类型", PENALTY),
    "department": ("实施部门", WATER),
    "mode": ("赋权方式", AUDITED),
    "zones": ("承接主体", "测试高新区"),
}


@pytest.mark.parametrize(
    ("field", "head"),
    [(f, head) for names in (READ, OTHERS) for f in names for head in names[f].split()],
)
def test_what_columns_are_called(office: Office, field: str, head: str) -> None:
    heads = [head if f == field else plain for f, (plain, _cell) in PLAIN.items()]
    found = office.read([heads, [cell for _plain, cell in PLAIN.values()]], annex=1)
    if head in OTHERS[field].split() and (found.rc == 2 or found.cautions):
        assert head in found.said
    else:
        found.holds(item("甲处罚", PENALTY, zones="hidz", mode=AUDITED))


@pytest.mark.parametrize("heads", [
    ["序号", "省级主管部门", "许可事项名称", "实施机关", "设定和实施依据"],
    ["序号", "市级主管部门", "行政许可事项名称", "实施机关", "设定和实施依据", "备注"],
    ["序号", "许可事项名称", "实施机关", "主管部门", "设定和实施依据"],
    ["事项编号", "主管部门", "许可事项名称", "实施机关", "设定依据"],
])  # fmt: skip
def test_lists_of_licences_need_no_type(office: Office, heads: list[str]) -> None:
    filled = {"序号": "1", "事项编号": "A1", "备注": "限市级"}
    row = [
        filled.get(h) or ("甲事项" if "名称" in h else "《水法》第七条" if "依据" in h else WATER)
        for h in heads
    ]
    found = office.read([["某市行政许可事项清单", *[""] * (len(heads) - 1)], heads, row])
    found.holds(item("甲事项"))
    assert (found.rows[0]["law"], found.rows[0]["article"]) == ("水法", "第七条")


def test_two_columns_of_departments_that_differ_are_told(office: Office) -> None:
    heads = ["序号", "主管部门", "许可事项名称", "实施机关", "设定和实施依据"]
    found = office.read([heads, ["1", WATER, "甲许可", URGENT, "《水法》第七条"]])
    column = [c for s in found.document["sheets"] for c in s["columns"] if c["field"] is None]
    said = found.cautions or found.faults or [c for c in column if c["header"] in heads]
    assert said or found.items[0].departments == {WATER, URGENT}, found.why


# Text outside the columns


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".html", ".csv", ".ods"])
def test_a_department_beside_its_column_is_told(office: Office, ending: str) -> None:
    rows = [HEAD[1:], ["甲许可", LICENCE, WATER], ["乙许可", LICENCE, "", URGENT]]
    width = [[*row, ""][:4] for row in rows]
    found = office.read(width, ending=ending)
    assert found.at(3), found.why


def test_text_before_the_first_column_is_told(office: Office) -> None:
    rows = [["", *HEAD[1:]], ["", "甲许可", LICENCE, WATER], ["乙许可", "", LICENCE, WATER]]
    found = office.read(rows)
    assert found.at(3), found.why
    assert found.names in ([], ["甲许可"])


def test_a_remark_beside_the_table_is_told(office: Office) -> None:
    rows = [[*HEAD, "", ""], ["1", "甲许可", LICENCE, WATER, "", "拟取消"]]
    found = office.read(rows, ending=".xlsx")
    assert found.at(2), found.why


def test_text_below_a_header_that_is_wider_is_read(office: Office) -> None:
    rows = [["序号", "事项名称", "", "事项类型", "实施部门"], ["1", "甲许可", "", LICENCE, WATER]]
    office.read(rows, spans=[Span(0, 1, 0, 2)], ending=".xlsx").holds(item("甲许可"))


# Two bases


@pytest.mark.parametrize(("heads", "row", "law"), [
    (("设定依据", "实施依据"), ("", "《乙办法》第八条"), ("乙办法", "第八条")),
    (("实施依据", "设定依据"), ("《乙办法》第八条", "《甲法》第三条"), ("甲法", "第三条")),
    (("实施依据", "设定依据"), ("《乙办法》第八条", ""), ("乙办法", "第八条")),
    (("设定依据", "法律依据"), ("《甲法》第三条", "《甲法》第三条"), ("甲法", "第三条")),
    (("设定依据", "行使依据"), ("《甲法》第三条", "《丙细则》第一条"), ("甲法", "第三条")),
])  # fmt: skip
def test_one_of_two_bases(
    office: Office, heads: tuple[str, str], row: tuple[str, str], law: tuple[str, str]
) -> None:
    found = office.read([[*HEAD, *heads], ["1", "甲许可", LICENCE, WATER, *row]])
    found.holds(item("甲许可"))
    assert (found.rows[0]["law"], found.rows[0]["article"]) == law
