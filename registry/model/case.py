"""What files of the platform say: days, results, stops, satisfaction, each in one form.

What comes in is the text of a cell; the errors of these types quote it, and are not for showing:
`registry.intake.platform` keeps only that a cell was not understood, and where.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, timezone
from typing import Annotated, Final, Literal, get_args

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from registry.model.fields import parse_loose_date
from registry.model.figures import plain_figures

FileKind = Literal["cases", "accounts", "permissions"]
SheetKind = Literal["cases", "steps", "stops", "accounts", "permissions"]
Matched = Literal["code", "name", "doubtful", "none"]
Result = Literal[
    "出证办结",
    "退回",
    "作废",
    "删除",
    "转报办结",
    "补正不来",
    "办结",
    "纸质",
    "不予许可",
    "在办",
]
StopKind = Literal[
    "听证",
    "招标",
    "拍卖",
    "检验",
    "检测",
    "检疫",
    "鉴定",
    "专家评审",
    "公示",
    "补正",
    "延期",
    "其他",
]
RESULTS: Final[tuple[Result, ...]] = get_args(Result)
STOP_KINDS: Final[tuple[StopKind, ...]] = get_args(StopKind)

_RESULT_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "出证办结": ("已出证", "出证", "发证办结", "办结出证"),
    "退回": ("退件", "退回申请", "退回办结", "已退回", "退件办结", "不予受理"),
    "作废": ("作废办结", "已作废", "撤件", "撤回申请", "撤销申请", "申请人撤回", "撤回"),
    "删除": ("已删除",),
    "转报办结": ("转报", "上报", "转报上级", "上报办结", "已转报"),
    "补正不来": ("补正未来", "补正不来办结", "补交不来", "逾期未补正"),
    "办结": (
        *("已办结", "正常办结", "办理完成", "已完成", "完成", "准予许可", "准予", "予以许可"),
        *("准予办结", "许可办结", "通过", "同意"),
    ),
    "纸质": ("纸质办结", "纸质办理", "纸质件"),
    "不予许可": ("不予批准", "不予办理", "不予许可办结", "不予行政许可", "不予通过", "不予办结"),
    "在办": (
        *("办理中", "受理中", "审批中", "审核中", "审查中", "待办", "已受理", "未办结", "在办中"),
        *("正在办理", "处理中", "待审核", "待审批"),
    ),
}
_BY_RESULT_WORD: Final = {
    word: result for result, words in _RESULT_WORDS.items() for word in (result, *words)
}
_STOP_WORDS: Final = {
    "公告": "公示",
    "专家论证": "专家评审",
    "专家审查": "专家评审",
    "评审": "专家评审",
    "补齐补正": "补正",
    "补交材料": "补正",
    "延长": "延期",
    "检验检测": "检测",
    "其它": "其他",
}
_SATISFIED: Final = {
    "非常满意": 5,
    "很满意": 5,
    "十分满意": 5,
    "满意": 4,
    "比较满意": 4,
    "基本满意": 3,
    "一般": 3,
    "不满意": 2,
    "不太满意": 2,
    "非常不满意": 1,
    "很不满意": 1,
}
_LEVEL: Final = re.compile(r"([1-5一二三四五])(?:\.0+)?(?:分|星|颗星|级|星级)?")
_SPACES: Final = re.compile(r"\s+")

_HERE: Final = timezone(timedelta(hours=8))
"""The time that days of these files are in, where one states its own."""
_STAMPED: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)"
    r"\s?([Zz]|[+-][0-9]{2}:?[0-9]{2})"
)
_CLOCK: Final = re.compile(
    r"(?<=[0-9日])\s*[Tt]?\s*(?<![0-9])(?:上午|下午|[AaPp][Mm])?\s*[0-9]{1,2}(?:时|点)"
    r"(?:[0-9]{1,2}分?(?:[0-9]{1,2}秒?)?)?"
    r"|(?<=[0-9日])(?:\s*[Tt]|\s+|(?<=日))(?:上午|下午|[AaPp][Mm])?\s*[0-9]{1,2}[:：][0-9]{1,2}"
    r"(?:[:：][0-9]{1,2}(?:[.,][0-9]{1,9})?)?(?:\s*[AaPp][Mm])?"
)
_COMPACT: Final = re.compile(r"([0-9]{8})[\sTt]?[0-9]{4}(?:[0-9]{2}(?:[0-9]{3})?)?")


def parse_case_day(text: str) -> str:
    """The day of a date as such files have it, in ISO's form; a time of day after it is let go.

    2022-03-01, 2022/3/1, 2022.3.1, 2022年3月1日, 20220301, 44621, each with or without a time. A
    time with an offset is of the day that it is in China.
    """
    plain = plain_figures(text)
    if stamped := _STAMPED.fullmatch(plain):
        day, clock, offset = stamped.groups()
        offset = "+00:00" if offset in "Zz" else f"{offset[:3]}:{offset[-2:]}"
        clock = clock.partition(".")[0]
        try:
            at = datetime.fromisoformat(f"{day}T{clock}{offset}")
            return at.astimezone(_HERE).date().isoformat()
        except (ValueError, OverflowError):
            raise _no_day(text) from None
    if compact := _COMPACT.fullmatch(plain):
        plain = compact[1]
    elif clock_at := _clock(plain):
        plain = plain[:clock_at].rstrip()
    return parse_loose_date(plain)


def _clock(plain: str) -> int | None:
    """Where a time of day begins that ends the text."""
    for match in _CLOCK.finditer(plain):
        if match.end() == len(plain):
            return match.start()
    return None


def _no_day(value: object) -> PydanticCustomError:
    return PydanticCustomError("iso_date", "not a date of the calendar", {"value": value})


def _word(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


def _result(value: object) -> object:
    """The result that a code, 0 to 7, or a word names."""
    word = _word(str(value))
    if word.removesuffix(".0").isdigit():
        code = int(word.removesuffix(".0"))
        return RESULTS[code] if code < 8 and len(word) <= 3 else word
    return _BY_RESULT_WORD.get(word, _BY_RESULT_WORD.get(word.partition("(")[0], word))


def _satisfaction(value: object) -> object:
    word = _word(str(value))
    if word in _SATISFIED:
        return _SATISFIED[word]
    if match := _LEVEL.fullmatch(word):
        digit = match[1]
        return int(digit) if digit.isdigit() else "一二三四五".index(digit) + 1
    return word


def _stop_kind(value: object) -> object:
    """The kind of a stop, by a word that it is or holds; 其他 where none is known."""
    word = _word(str(value))
    held = {kind for kind in STOP_KINDS if kind in word}
    held |= {kind for other, kind in _STOP_WORDS.items() if other in word}  # type: ignore[misc]
    return held.pop() if len(held) == 1 else "其他"


CaseDay = Annotated[str, BeforeValidator(parse_case_day)]
ResultWord = Annotated[Result, BeforeValidator(_result)]
StopWord = Annotated[StopKind, BeforeValidator(_stop_kind)]
Satisfaction = Annotated[int, BeforeValidator(_satisfaction), Field(ge=1, le=5, strict=True)]
