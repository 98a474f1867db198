"""Rows that are no items."""

from __future__ import annotations

import pytest

from registry.intake.listing.non_items import (
    KnownNames,
    NonItem,
    classify_note,
    classify_single,
    classify_total,
    stated_total,
)

KNOWN = KnownNames(frozenset(("市水利局", "聊城市水利局")), ("委托下放", "委托收件"))


@pytest.mark.parametrize(
    ("text", "reason", "value"),
    [
        ("一、市水利局", "department", "市水利局"),
        ("（三）市水利局（12项）", "department", "市水利局"),
        ("聊城市水利局：", "department", "聊城市水利局"),
        ("二、区经信局", "department", "区经信局"),
        ("市场监督管理局（共8项）", "department", "市场监督管理局"),
        ("一、行政许可（12项）", "type", "行政许可"),
        ("（二）委托收件事项", "mode", "委托收件"),
        ("合计：29项", "total", ""),
        ("共 12 项", "total", ""),
        ("注：本目录自公布之日起施行", "note", ""),
        ("填表人：", "note", ""),
        ("*本表一式两份", "note", ""),
        ("（续表）", "note", ""),
    ],
)
def test_what_a_single_text_is(text: str, reason: str, value: str) -> None:
    line = classify_single([text], KNOWN)
    assert line
    assert (line.reason, line.value) == (reason, value)


@pytest.mark.parametrize("text", ["河道采砂许可", "1.河道采砂许可", "对违法取水的处罚", "部署工作"])
def test_what_may_be_an_item(text: str) -> None:
    assert classify_single([text], KNOWN) is None


def test_a_number_and_a_heading_in_two_cells() -> None:
    assert classify_single(["一、", "市水利局"], KNOWN) == NonItem(
        "department", "一、市水利局", "市水利局"
    )


def test_totals_and_notes_of_several_cells() -> None:
    assert classify_total(["小计", "12"]) == NonItem("total", "小计 12")
    assert classify_total(["1", "合计"]) is None
    assert classify_note(["备注：", "见附件"]) == NonItem("note", "备注： 见附件")
    assert classify_note(["备案"]) is None


def test_stated_total() -> None:
    assert stated_total(NonItem("total", "合计 1,794 项")) == 1794
    assert stated_total(NonItem("total", "合计")) is None
    assert stated_total(NonItem("total", "合计 29 项，其中许可 20 项")) is None
