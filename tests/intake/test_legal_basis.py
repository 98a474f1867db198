"""Laws and articles in the words of a 实施依据 cell; the forms are those of real lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.legal_basis import LegalBasis, parse_basis


@pytest.mark.parametrize(
    ("text", "law", "version", "article"),
    [
        ("《排污许可管理条例》第六条", "排污许可管理条例", None, "第六条"),
        (
            "【法律】《中华人民共和国税收征收管理法》（2015年4月24日修正）第五十五条 税务…第六条",
            *("税收征收管理法", "2015-04-24", "第五十五条"),
        ),
        (
            "《文物保护法》（1982年11月19日令第11号，2015年4月24日予以修改）\n第十七条 因特殊情况",
            *("文物保护法", "2015-04-24", "第十七条"),
        ),
        (
            "《水法》第七条、第四十八条第一款；《取水许可条例》第三条",
            *("水法", None, "第七条、第四十八条第一款"),
        ),
        ("《出口办法》第五条第（一）项", "出口办法", None, "第五条第（一）项"),
        ("《食品安全法》（2009年2月28日通过，2018年修正）第三条", "食品安全法", None, "第三条"),
        ("《娱乐场所条例》（2006年13月41日公布）", "娱乐场所条例", None, None),
        ("《办法》规定，第三条所称", "办法", None, None),
        ("港口危险货物安全管理规定第五十八条", None, None, None),
        ("", None, None, None),
    ],
)
def test_parse(text: str, law: str | None, version: str | None, article: str | None) -> None:
    assert parse_basis(text) == LegalBasis(law, version, article)


def test_a_version_needs_its_latest_day() -> None:
    """A later amendment without its day leaves the version open, rather than naming an older."""
    assert parse_basis("《甲法》（2009年2月28日通过，2018年修正）").version is None
    assert parse_basis("《甲法》（2009年2月28日通过）").version == "2009-02-28"


@given(st.text(alphabet="《》（）第一二三条款项年月日0123456789通过修正 \n甲", max_size=60))
def test_any_text(text: str) -> None:
    basis, words = parse_basis(text), "".join(text.split())  # lines may be wrapped anywhere
    assert basis.law is None or "".join(basis.law.split()) in words
    assert basis.article is None or basis.law is not None
