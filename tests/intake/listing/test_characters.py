"""Characters that stand for others, and what a conversion lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.listing.characters import doubts, loss, restored


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("权⼒类型", "权力类型"),
        ("实施部⻔", "实施部门"),
        ("⾏政许可⺠", "行政许可民"),
        ("\ue81e山水库", "龴山水库"),
        ("\ue817\ue7c7", "𠂉ḿ"),
        ("水利局", "水利局"),
    ],
)
def test_restored(text: str, whole: str) -> None:
    assert restored(text) == whole


def test_what_gbk_kept_in_private_use_is_what_gb18030_has() -> None:
    pairs = {b"\xfe\x50": "\ue815", b"\xfe\x9f": "\ue863", b"\xa9\x89": "\ue7e7"}
    for data, private in pairs.items():
        assert restored(private) == data.decode("gb18030")
        assert unicodedata.category(restored(private)) != "Co"


def test_every_kangxi_radical_stands_for_an_ideograph() -> None:
    for code in range(0x2F00, 0x2FD6):
        assert unicodedata.name(restored(chr(code))).startswith("CJK UNIFIED")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("#N/A", "error"),
        (" #REF! ", "error"),
        ("＃DIV/0!", "error"),
        ("Err:502", "error"),
        ("########", "error"),
        ("取水\ufffd许可", "converted"),
        ("锟斤拷许可", "converted"),
        ("(cid:12)(cid:3)", "font"),
        ("甲\ud800", "half"),
    ],
)
def test_loss(text: str, word: str) -> None:
    found = loss(text)
    assert found
    assert word in found[0]


@pytest.mark.parametrize(
    "text", ["", "取水许可", "#1锅炉许可", "C# 开发备案", "烫伤处置", "cid:1", "N/A"]
)
def test_no_loss(text: str) -> None:
    assert loss(text) is None


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="#＃�"), max_size=20))
def test_ordinary_text_has_lost_nothing(text: str) -> None:
    if not any(word in text for word in ("锟斤拷", "烫烫烫", "屯屯屯", "(cid:", "ï¿½")):
        assert loss(text) is None or text.strip().casefold().startswith(("err:", "错误:"))


def test_doubts() -> None:
    strange = doubts("对\ue000河\ue000\U000f0001")
    assert strange
    assert "U+E000, U+F0001" in strange[0]
    unseen = doubts("取水\0许可")
    assert unseen
    assert "U+0000" in unseen[0]
    assert doubts("对河𠮷村\u200b 许可\n") is None
