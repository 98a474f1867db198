"""How an official paper writes dates, names beside one another, and places of instruments."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final

_NUMERAL: Final = "[一二三四五六七八九十百]+"
_PLACE: Final = re.compile(
    rf"(?P<article>{_NUMERAL})、?(?:（(?P<item>{_NUMERAL})）)?(?:-?(?P<point>[0-9]+))?"
)
_STATED: Final = re.compile(rf"第{_NUMERAL}[条章节款项部].*")
_ISO: Final = re.compile(r"(?<![0-9-])([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9-])")
_ORDINALS: Final = "一二三四五六七八九十"


def chinese_date(day: str) -> str:
    """2021-06-30 → 2021年6月30日."""
    date = dt.date.fromisoformat(day)
    return f"{date.year}年{date.month}月{date.day}日"


def with_chinese_dates(text: str) -> str:
    """The text, its dates of ISO's form as an office writes them; what is no date stays."""

    def written(match: re.Match[str]) -> str:
        try:
            return chinese_date(match[1])
        except ValueError:
            return match[1]

    return _ISO.sub(written, text)


def ordinal(n: int) -> str:
    """1 → 一, 12 → 十二, 23 → 二十三; n up to 99."""
    tens, ones = divmod(n, 10)
    digits = "" if not ones else _ORDINALS[ones - 1]
    if not tens:
        return digits
    return ("" if tens == 1 else _ORDINALS[tens - 1]) + "十" + digits


def place_in_instrument(heading: str) -> str:
    """Where a clause stands, as an office cites it, from the heading that the clause bears.

    二（三） → 第二条第（三）项; 二（三）-1 → 第二条第（三）项第1目; 五 → 第五条. A heading that
    says it itself (第五条) stays; any other is quoted: “附则”部分.
    """
    if _STATED.fullmatch(heading):
        return heading
    found = _PLACE.fullmatch(heading)
    if found is None:
        return f"“{inner_marks(heading)}”部分"
    place = f"第{found['article']}条"
    if found["item"]:
        place += f"第（{found['item']}）项"
    if found["point"]:
        place += f"第{found['point']}{'目' if found['item'] else '项'}"
    return place


def law_name(law: str) -> str:
    """行政许可法, or 《行政许可法》 → 《行政许可法》."""
    return f"《{inner_marks(law).strip('〈〉')}》"


def inner_marks(text: str) -> str:
    """A text to be set within 《》 or “”: its own marks become the inner ones."""
    return text.translate(str.maketrans("《》“”", "〈〉‘’"))


def quoted(name: str) -> str:
    """A name in “”."""
    return f"“{inner_marks(name)}”"


def listed(names: Iterable[str]) -> str:
    """Names one after the other with 、, but none between marks: “甲”“乙”, 《甲》《乙》, 甲、乙."""
    text = ""
    for name in names:
        if text and not (text[-1] in "”》" and name[:1] in {"“", "《"}):
            text += "、"
        text += name
    return text
