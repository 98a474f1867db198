"""Classifies the rows of a list that are no items: headings, totals, notes, repeated headers."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from registry.intake.listing.cleaning import clean, numbering, without_numbering
from registry.intake.listing.values import power_type

Reason = Literal[
    "title",
    "header",
    "repeated",
    "department",
    "type",
    "mode",
    "total",
    "note",
    "unheaded",
    "hidden",
]
"""Why a row is passed over. unheaded, hidden: its whole sheet is."""

_TOTAL: Final = re.compile(r"^(合计|总计|共计|小计|总数|累计)|^共\s*[0-9]+\s*[项个条]")
_NOTE: Final = re.compile(
    r"^(注|备注|说明|附注|填表说明|填报说明|填表人|填报人|审核人|制表|联系人|联系电话|填报单位|填报日期)"
    r"[0-9一二三四五六七八九十]?\s*[：:]|^[*＊※]|^[（(]续(上?表)?[）)]$|^第[0-9一二三四五六七八九十]+页"
)
_COUNT: Final = re.compile(r"[（(]?\s*共?计?\s*[0-9]+\s*[项个条件]\s*[）)]?$")
_NUMBER: Final = re.compile(r"[0-9][0-9,，]*")
_BODY: Final = re.compile(r"(局|委|委员会|办|办公室|厅|中心|管理处|支队|总队|大队|银行|部|署|院)$")
_NUMERAL: Final = re.compile(
    r"^([（(][一二三四五六七八九十百]+[）)]|[一二三四五六七八九十百]+[、.．])"
)


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names that an instrument states: its departments by all their names, and its modes."""

    departments: Collection[str] = ()
    modes: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class NonItem:
    """A row that is no item. `value`: the department, type or mode of a heading."""

    reason: Reason
    text: str
    value: str = ""


def classify_single(cells: list[str], known: KnownNames) -> NonItem | None:
    """What a row is whose cells say one thing, or one thing with its number; None for an item."""
    text = "".join(cells)
    if total := classify_total(cells):
        return total
    if _NOTE.match(text):
        return NonItem("note", text)
    bare = _COUNT.sub("", without_numbering(text)).strip("：:")
    if bare in known.departments:
        return NonItem("department", text, bare)
    if kind := power_type(bare, {}):
        return NonItem("type", text, kind)
    for mode in known.modes:
        if mode in bare and len(bare) <= len(mode) + 6:
            return NonItem("mode", text, mode)
    if len(bare) <= 20 and _BODY.search(bare) and (_NUMERAL.match(text) or not numbering(text)):
        return NonItem("department", text, bare)
    return NonItem("department", text, bare) if _NUMERAL.match(text) and len(bare) <= 20 else None


def classify_total(cells: list[str]) -> NonItem | None:
    """A row that sums up, of however many cells."""
    first = clean(cells[0]).replace(" ", "")
    return NonItem("total", " ".join(cells)) if _TOTAL.match(first) and len(first) <= 30 else None


def classify_note(cells: list[str]) -> NonItem | None:
    """A row that begins as notes do, of however many cells."""
    return NonItem("note", " ".join(cells)) if _NOTE.match(cells[0]) else None


def stated_total(line: NonItem) -> int | None:
    """The number that a total line states; None where it states none, or several."""
    numbers = {int(n.replace(",", "").replace("，", "")) for n in _NUMBER.findall(line.text)}
    return numbers.pop() if len(numbers) == 1 else None
