"""What lists say of an instrument."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.scaffold.reading import (
    parts_of,
    parts_with_roles,
    printable,
    read_lists,
)
from tests.intake.scaffold.lists import HEADER, complete, listed, row


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("市水利局", ["市水利局"]),
        ("甲局、乙局；丙局;丁局，戊局,己局\n庚局", [f"{c}局" for c in "甲乙丙丁戊己庚"]),
        ("甲局（林业、草原）、乙局", ["甲局（林业、草原）", "乙局"]),
        ("甲局（林业\n乙局）、丙局", ["甲局（林业", "乙局）", "丙局"]),
        (" 甲局 、、；", ["甲局"]),
        ("甲局（审批实施）；乙局(联合)", ["甲局", "乙局"]),
        ("（审批实施）", []),
        ("", []),
    ],
)
def test_names_in_a_cell(cell: str, parts: list[str]) -> None:
    assert list(parts_of(cell)) == parts


def test_roles_in_a_cell() -> None:
    assert list(parts_with_roles("甲局；乙局（审批实施）")) == [
        ("甲局", ""),
        ("乙局", "（审批实施）"),
    ]


@given(st.lists(st.text("甲乙丙局", min_size=1), min_size=1), st.sampled_from("、；;，,\n"))
def test_names_come_out_as_they_went_in(names: list[str], mark: str) -> None:
    assert list(parts_of(mark.join(names))) == names


def test_bodies_and_modes_of_several_lists() -> None:
    one = complete(
        row(1, 市级部门="市水利局、市林业局", 承接主体="东区"),
        row(2, 市级部门="市 水利局", 赋权方式="委托收件", 承接主体="西区、东区"),
    )
    other = complete(row(1, 市级部门="市林业局；73"), row(2, 赋权方式=""), name="b.csv")
    read = read_lists([one, other])
    assert [(b.id, b.text, b.rows, b.is_code) for b in read.departments] == [
        ("slj", "市水利局", 3, False),
        ("lyj", "市林业局", 2, False),
        ("d73", "73", 1, True),
    ]
    assert [(b.id, b.text, b.rows) for b in read.zones] == [("dq", "东区", 2), ("xq", "西区", 1)]
    first, second = read.annexes
    assert [(m.text, m.name, m.rows) for m in first.modes] == [
        ("委托下放", "委托下放", 1),
        ("委托收件", "委托收件", 1),
    ]
    assert [(m.text, m.name, m.rows) for m in second.modes] == [
        ("委托下放", "委托下放（附件2）", 1)
    ]
    assert second.lacking() == {"mode": 1}
    assert first.column("zones") == ("G", "承接主体")
    assert first.column("remark") is None
    assert (first.stated("zones"), second.stated("zones"), second.stated("mode")) == (2, 0, 1)


def test_a_department_and_a_zone_never_share_an_id() -> None:
    read = read_lists([complete(row(1, 市级部门="东区", 承接主体="东区"))])
    assert [one.id for one in (*read.departments, *read.zones)] == ["dq", "dq-2"]


@pytest.mark.parametrize(
    ("above", "title"),
    [
        (
            [["附件1"], ["海市赋权事项清单（2024年版）"], ["填报单位：审改办"]],
            "海市赋权事项清单（2024年版）",
        ),
        ([["附件2：海市收回权限目录"]], "海市收回权限目录"),
        ([["关于海市的说明文字"], ["海市权力事项"]], "海市权力事项"),
        ([["海市放权安排"]], "海市放权安排"),
        ([["填报单位：审改办"], ["2024年1月"], ["附件1"]], ""),
        ([["海市清单" * 40]], ""),
        ([], ""),
    ],
)
def test_the_title_stands_above_the_header(above: list[list[str]], title: str) -> None:
    (annex,) = read_lists([listed(*above, HEADER, row(1), sheet="甲")]).annexes
    assert annex.title == title
    assert annex.title_place.startswith("甲!") == bool(title)


def test_what_nobody_sees_in_names_is_told() -> None:
    file = complete(row(1, 市级部门="市水\u200b利局"), row(2), row(3, 赋权方式="\ufeff委托下放"))
    read = read_lists([file])
    assert [one.text for one in read.departments] == ["市水利局"]
    assert read.annexes[0].unseen == {"department": ["F2"], "zones": [], "mode": ["E4"]}


def test_a_text_that_is_too_long_is_no_name() -> None:
    read = read_lists([complete(row(1, 市级部门="长" * 101 + "、市林业局"), row(2))])
    assert [one.text for one in read.departments] == ["市林业局", "市水利局"]
    assert [item.name for item in read.annexes[0].long["department"]] == ["事项1"]


def test_numbers_for_types_are_told() -> None:
    rows = [row(n, 权力类型=kind) for n, kind in enumerate(("０1", "行政许可", "10", "01", "?"), 1)]
    (annex,) = read_lists([complete(*rows)]).annexes
    assert annex.type_numbers() == ["01", "10"]
    assert annex.lacking() == {"power_type": 4}


def test_rows_without_an_item_are_counted() -> None:
    nameless = row(2)
    nameless[1] = ""
    (annex,) = read_lists([complete(row(1, 权力类型="?"), nameless)]).annexes
    assert (len(annex.listing.items), annex.nameless()) == (1, 1)


def test_provenance_is_what_all_rows_say() -> None:
    header = [*HEADER, "provenance"]
    rows = [[*row(1), "reconstruction"], [*row(2), "reconstruction"]]
    assert read_lists([listed(header, *rows)]).provenance == "reconstruction"
    assert read_lists([listed(header, *rows, row(3))]).provenance == "official"
    assert read_lists([listed(header)]).provenance == "official"


@given(st.text(st.characters()))
def test_what_is_printable_is_one_line_that_can_be_written(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert shown.encode().decode() == shown == printable(shown)
