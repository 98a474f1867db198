"""Columns headed by a zone, and the signs in them."""

from __future__ import annotations

import pytest

from registry.intake.grid import Sheet
from registry.intake.listing.listing import Listing
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.reader import read_list
from registry.intake.listing.signs import ticked

KNOWN = KnownNames((), ("委托下放", "委托收件"), lambda name: name in ("东区", "西区"))
HEAD = ["序号", "事项名称", "事项类型", "东区", "西区"]


def read(*rows: list[str], head: list[str] | None = None, **how: object) -> Listing:
    heads = [head or HEAD]
    return read_list([Sheet(None, [*heads, *rows])], known=KNOWN, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["√", " ✓ ", "✔️", "是", "1", "○", "●", "Y", "v", "承接", "（√）"])
def test_yes(text: str) -> None:
    assert ticked(text) is True


@pytest.mark.parametrize("text", ["", "×", "否", "无", "0", "—", "N", "□", "不承接"])
def test_no(text: str) -> None:
    assert ticked(text) is False


@pytest.mark.parametrize("text", ["？", "待定", "2", "市水利局"])
def test_neither(text: str) -> None:
    assert ticked(text) is None


def test_items_go_where_they_are_ticked() -> None:
    listing = read(
        ["1", "取水许可", "行政许可", "√", "√"],
        ["2", "采砂许可", "行政许可", "√", ""],
        ["3", "排水许可", "行政许可", "", "○"],
    )
    assert [i.zones for i in listing.items] == ["东区、西区", "东区", "西区"]
    assert listing.zones == {0: {3: "东区", 4: "西区"}}
    assert not listing.faults


def test_below_a_header_of_two_rows() -> None:
    rows = [
        ["序号", "事项名称", "事项类型", "承接主体", ""],
        ["", "", "", "东区", "西区"],
        ["1", "取水许可", "行政许可", "", "√"],
    ]
    listing = read_list([Sheet(None, rows)], known=KNOWN)
    assert [i.zones for i in listing.items] == ["西区"]
    assert not listing.cautions


def test_below_a_header_of_three_rows() -> None:
    rows = [
        ["序号", "事项", "", "部门", "承接", ""],
        ["", "名称", "类型", "市级部门", "开发区", ""],
        ["", "", "", "", "东区", "西区"],
        ["1", "取水许可", "行政许可", "市水利局", "√", "√"],
        ["2", "采砂许可", "行政许可", "市水利局", "", "√"],
    ]
    listing = read_list([Sheet(None, rows)], known=KNOWN)
    assert [(i.name, i.power_type, i.zones) for i in listing.items] == [
        ("取水许可", "行政许可", "东区、西区"),
        ("采砂许可", "行政许可", "西区"),
    ]
    assert not [*listing.faults, *listing.cautions]


def test_a_first_row_of_values_is_no_third_row_of_a_header() -> None:
    rows = [
        ["序号", "事项", "", "承接", ""],
        ["", "名称", "类型", "东区", "西区"],
        ["1", "取水许可", "行政许可", "√", ""],
    ]
    listing = read_list([Sheet(None, rows)], known=KNOWN)
    assert [(i.name, i.zones) for i in listing.items] == [("取水许可", "东区")]


def test_what_is_no_sign_and_an_item_that_goes_nowhere_are_faults() -> None:
    listing = read(
        ["1", "取水许可", "行政许可", "？", "√"],
        ["2", "采砂许可", "行政许可", "", "×"],
    )
    assert [listing.place(f) for f in listing.faults] == ["D2", "D3"]
    assert "？" in listing.faults[0].what


def test_modes_and_scopes_in_place_of_signs() -> None:
    listing = read(
        ["1", "取水许可", "行政许可", "委托下放", "委托下放"],
        ["2", "采砂许可", "行政许可", "部分", ""],
        ["3", "排水许可", "行政许可", "委托下放", "委托收件"],
    )
    assert [(i.zones, i.mode, i.scope) for i in listing.items[:2]] == [
        ("东区、西区", "委托下放", None),
        ("东区", None, "部分"),
    ]
    assert [listing.place(f) for f in listing.faults] == ["D4"]


def test_signs_below_a_zone_that_nobody_knows_are_a_fault_once() -> None:
    head = ["序号", "事项名称", "事项类型", "东区", "滨河新区"]
    rows = [["1", "取水许可", "行政许可", "√", "√"], ["2", "采砂许可", "行政许可", "√", ""]]
    listing = read(*rows, head=head)
    (fault,) = listing.faults
    assert listing.place(fault) == "E1"
    assert "--alias 滨河新区=ZONE" in fault.remedy
    assert "--map 滨河新区=ignore" in fault.remedy
    assert not read(*rows, head=head, maps={"滨河新区": "ignore"}).faults


def test_a_column_of_words_is_no_column_of_signs() -> None:
    head = ["序号", "事项名称", "事项类型", "东区", "所在新区"]
    assert not read(["1", "取水许可", "行政许可", "√", "河东"], head=head).faults
