"""Columns headed by a value of a field, and the signs in them."""

from __future__ import annotations

import pytest

from registry.intake.grid import Sheet
from registry.intake.listing.listing import Listing
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.reader import read_list
from registry.intake.listing.value_headers import value_of_header

KNOWN = KnownNames((), ("委托下放", "委托收件"), lambda name: name in ("东区", "西区"))


def read(*rows: list[str], **how: object) -> Listing:
    return read_list([Sheet(None, list(rows))], known=KNOWN, **how)  # type: ignore[arg-type]


def under(over: str, values: list[str], *rows: list[str]) -> Listing:
    """A list whose last columns stand under one heading."""
    first = ["序号", "事项名称", over, *[""] * (len(values) - 1)]
    return read(first, ["", "", *values], *rows)


@pytest.mark.parametrize(
    ("over", "values", "field"),
    [
        ("权限", ["全部", "部分"], "scope"),
        ("下放权限", ["全部下放", "部分下放"], "scope"),
        ("赋权方式", ["委托下放", "委托收件"], "mode"),
        ("事项类型", ["行政许可", "行政处罚"], "power_type"),
        ("申请方式", ["依申请", "依职权"], "initiation"),
    ],
)
def test_a_sign_gives_the_value_above_it(over: str, values: list[str], field: str) -> None:
    listing = under(over, values, ["1", "取水许可", "√", ""], ["2", "采砂许可", "×", "●"])
    found = [getattr(item, field) for item in listing.items]
    assert [value[:2] for value in found] == [value[:2] for value in values]
    assert not listing.faults
    assert not [item for item in listing.items if item.remark]
    assert listing.values == {0: {2: field, 3: field}}


def test_without_a_heading_above_them_where_they_hold_signs() -> None:
    listing = read(
        ["序号", "事项名称", "全部", "部分"],
        ["1", "取水许可", "√", ""],
        ["2", "采砂许可", "", "√"],
    )
    assert [item.scope for item in listing.items] == ["全部", "部分"]
    assert read(["序号", "事项名称", "部分"], ["1", "取水许可", "仅个人"]).values == {0: {}}


def test_what_stands_under_a_part_says_which() -> None:
    listing = under("权限", ["全部", "部分"], ["1", "取水许可", "", "仅限个人"])
    (item,) = listing.items
    assert (item.scope, item.remark) == ("部分", "仅限个人")


def test_both_are_a_fault_and_neither_says_nothing() -> None:
    rows = ["1", "取水许可", "√", "√"], ["2", "采砂许可", "", ""]
    listing = under("权限", ["全部", "部分"], *rows)
    (fault,) = listing.faults
    assert (fault.row, fault.column) == (2, 3)
    assert "全部" in fault.what
    assert "部分" in fault.what
    assert listing.items[1].scope is None


def test_a_word_that_is_no_sign_is_a_fault_under_a_mode() -> None:
    listing = under("赋权方式", ["委托下放", "委托收件"], ["1", "取水许可", "待定", ""])
    (fault,) = listing.faults
    assert "待定" in fault.what


def test_the_value_itself_is_a_sign() -> None:
    listing = under("赋权方式", ["委托下放", "委托收件"], ["1", "取水许可", "", "委托收件"])
    assert listing.items[0].mode == "委托收件"


def test_a_person_may_leave_them_out() -> None:
    listing = read(
        ["序号", "事项名称", "权限", ""],
        ["", "", "全部", "部分"],
        ["1", "取水许可", "√", ""],
        maps={"C": "ignore", "D": "ignore"},
    )
    assert listing.items[0].scope is None


def test_a_sign_in_a_column_of_scopes_is_no_remark() -> None:
    listing = read(["序号", "事项名称", "权限"], ["1", "取水许可", "√"])
    (fault,) = listing.faults
    assert "√" in fault.what
    assert listing.items[0].remark is None


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (["权限", "部分"], ("scope", "部分")),
        (["下放情况", "委托下放"], ("mode", "委托下放")),
        (["行政许可"], ("power_type", "行政许可")),
        (["事项类型", "部分"], None),
        (["权限", "说明"], None),
        ([], None),
    ],
)
def test_which_headers_are_values(parts: list[str], found: tuple[str, str] | None) -> None:
    assert value_of_header(parts, KNOWN.modes) == found
