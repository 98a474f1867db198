"""Classifies the rows of a list that are no items: headings, totals, notes, repeated headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, Literal

from registry.intake.listing.cleaning import clean, spaced
from registry.intake.listing.numbering import number_alone, prefix_of, without_number
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
    "continued",
    "aside",
]
"""Why a row is passed over. unheaded: its whole sheet is; continued: it goes on with the item
above; aside: it stands only in the second of two lists side by side."""

_TOTAL: Final = re.compile(r"^(合计|总计|共计|小计|总数|累计)|^共\s*[0-9]+\s*[项个条]")
_NOTE: Final = re.compile(
    r"^(注|备注|说明|附注|填表说明|填报说明|填表人|填报人|审核人|联系人|联系电话|填报单位|填报部门|填报日期|填报时间"
    r"|制表(?:人|单位|日期|时间)?|编制(?:单位|部门|日期)|复核人?|经办人|批准人|审批人|(?:主要|单位|部门)?负责人)"
    r"[0-9一二三四五六七八九十]?\s*[：:]|^[*＊※]|^[（(]续(上?表)?[）)]$|^第[0-9一二三四五六七八九十]+页"
)
_NOTE_WORD: Final = re.compile(r"(?:注|备注|说明|附注|注释|填表说明)[0-9]?[：:]?")
_FILLED_IN: Final = re.compile(
    r"(?:填报|报送|编制|制表|申报|责任|实施)?(?:单位|部门)(?:名称)?(?:[（(](?:盖章|公章)[）)])?\s*[：:]"
)
"""What stands before a name in a line that is filled in above a list."""
LONGEST_HEADING: Final = 20
"""Characters of a heading, at the most."""
_COUNT: Final = re.compile(
    r"[（(][^（()）]*?[0-9]+\s*[项个条件][^（()）]*[）)]$|\s*[:：,，]?\s*共?计?\s*[0-9]+\s*[项个条件]$"
)
_COUNTED: Final = re.compile(r"([0-9]+)\s*[项个条件]")
_POWER: Final = re.compile(
    "(许可|审批|核准|备案|处罚|登记|检查|确认|强制|征收|给付|奖励|裁决|认定|审核|审查|新办|变更|延续|注销|换发|补办)$"
)
_NUMBER: Final = re.compile(r"[0-9][0-9,，]*")
_BODY: Final = re.compile(r"(局|委|委员会|办|办公室|厅|中心|管理处|支队|总队|大队|银行|部|署|院)$")
_NUMERAL: Final = re.compile(
    r"^([（(][一二三四五六七八九十百]+[）)]|[一二三四五六七八九十百]+[、.．])"
)


_LABEL: Final = re.compile(
    r"(?:部门名称|单位名称|(?:市级|市直|区级|县级)?(?:实施|责任|主管|牵头|授权|委托|赋权|下放|承办|行使)?"
    r"(?:部门|单位|机关|主体)|(?:权力|事项|职权)?(?:类型|类别)|(?:赋权|下放|委托|放权)?(?:方式|形式))"
    r"\s*[：:]\s*"
)
"""What a heading says of itself before it names a department, a type or a mode."""


_LIST: Final = re.compile("清单|目录|事项表|一览表|汇总表|名录")


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names that an instrument states: its departments by all their names, its modes, and whether
    a name is a zone's; `is_zone` is None where nothing is known of zones."""

    departments: Collection[str] = ()
    modes: Collection[str] = ()
    is_zone: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class NonItem:
    """A row that is no item. `value`: the department, type or mode of a heading; `stated`: how many
    items it says there are below it."""

    reason: Reason
    text: str
    value: str = ""
    stated: int | None = None


def classify_single(cells: list[str], known: KnownNames) -> NonItem | None:
    """What a row is whose cells say one thing, or one thing with its number; None for an item."""
    text = "".join(cells)
    if total := classify_total(cells):
        return total
    if _NOTE.match(text):
        return NonItem("note", text)
    numbered = len(cells) == 2 and number_alone(cells[0]) is not None
    bare = _COUNT.sub("", without_number(cells[1] if numbered else text)).strip("：: ")
    labelled = bool(_LABEL.match(bare))
    bare = _LABEL.sub("", bare, count=1)
    counted = _COUNTED.findall(text)
    stated = int(counted[0]) if len(counted) == 1 else None
    if bare in known.departments:
        return NonItem("department", text, bare, stated)
    if kind := power_type(bare, {}):
        return NonItem("type", text, kind, stated)
    for mode in known.modes:
        if mode in bare and len(bare) <= len(mode) + 6:
            return NonItem("mode", text, mode, stated)
    body = len(bare) <= LONGEST_HEADING and bool(_BODY.search(bare))
    if body and (labelled or numbered or _NUMERAL.match(text) or not prefix_of(spaced(text))):
        return NonItem("department", text, bare, stated)
    if _NUMERAL.match(text) and len(bare) <= LONGEST_HEADING and not _POWER.search(bare):
        return NonItem("department", text, bare, stated)
    return None


def is_label(text: str) -> bool:
    """Whether a cell only says what the next one is: 部门名称："""
    return bool(_LABEL.fullmatch(text))


def department_in_title(title: str, departments: Collection[str]) -> str | None:
    """The one department whose list a title says that it heads: 市教育体育局权责清单; or that says
    it filled it in: 填报单位：市教育体育局（盖章）."""
    if not (_LIST.search(title) or _FILLED_IN.search(title)):
        return None
    found = [name for name in departments if name in title]
    longest = max(found, key=len, default=None)
    if longest is None or any(name not in longest for name in found):
        return None
    return longest


def classify_total(cells: list[str]) -> NonItem | None:
    """A row that sums up, of however many cells."""
    first = clean(cells[0]).replace(" ", "")
    return NonItem("total", " ".join(cells)) if _TOTAL.match(first) and len(first) <= 30 else None


def classify_note(cells: list[str]) -> NonItem | None:
    """A row that begins as notes do, of however many cells: 注：…, or 备注 and a text beside it."""
    beside = len(cells) == 2 and _NOTE_WORD.fullmatch(cells[0])
    return NonItem("note", " ".join(cells)) if beside or _NOTE.match(cells[0]) else None


def is_power(text: str) -> bool:
    """Whether a text ends as the names of powers do."""
    return _POWER.search(text) is not None


def stated_total(line: NonItem) -> int | None:
    """The number that a total line states; None where it states none, or several."""
    numbers = {int(n.replace(",", "").replace("，", "")) for n in _NUMBER.findall(line.text)}
    return numbers.pop() if len(numbers) == 1 else None
