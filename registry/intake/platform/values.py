"""Cells of the platform's files -> values, each distinct text once.

A converter is a dict of the texts of one column that fills itself: a column is converted by
`map(converter.__getitem__, cells)`, which leaves Python for new texts only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from registry.intake.listing.cleaning import is_nothing
from registry.model.case import CaseDay, ResultWord, Satisfaction, StopWord
from registry.model.figures import plain_figures
from registry.text import nfkc

V = TypeVar("V")

MAX_KEPT: Final = 200_000
"""Texts of one column that a converter keeps; then it begins anew."""


class Bad:
    """That a cell was not understood, in the place of its value."""

    __slots__ = ()


BAD: Final = Bad()


class Converter(dict[str, Any]):
    """Text of a cell → its value; None for none, BAD where it is not understood."""

    def __init__(self, convert: Callable[[str], object]) -> None:
        super().__init__({"": None})
        self._convert = convert
        self.has_bad = False

    def __missing__(self, text: str) -> Any:
        if len(self) >= MAX_KEPT:
            self.clear()
        plain = text.strip()
        if is_nothing(plain) or not plain_figures(plain):
            value: Any = None
        else:
            try:
                value = self._convert(plain)
            except ValueError:
                value, self.has_bad = BAD, True
        self[text] = value
        return value


_TIMED: Final = re.compile(r"[0-9/.-]{8,10}[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?")


class DayConverter(Converter):
    """The same of days; of texts with a time of day only the days are kept."""

    def __init__(self) -> None:
        super().__init__(_checked(CaseDay))

    def __missing__(self, text: str) -> Any:
        if len(text) > 10 and _TIMED.fullmatch(text):
            return self[text[: max(text.find("T"), text.find(" "))]]
        return super().__missing__(text)


def _checked(kind: Any) -> Callable[[str], object]:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def check(text: str) -> object:
        try:
            return adapter.validate_python(text)
        except ValidationError:
            raise ValueError from None

    return check


def days() -> Converter:
    """A converter of days."""
    return DayConverter()


def results() -> Converter:
    """A converter of results, codes or words."""
    return Converter(_checked(ResultWord))


def satisfaction() -> Converter:
    """A converter of satisfaction, 1 to 5."""
    return Converter(_checked(Satisfaction))


def stop_kinds() -> Converter:
    """A converter of kinds of stops."""
    return Converter(_checked(StopWord))


def certified(column: Iterable[str]) -> list[int]:
    """Whether each cell has a certificate's number; the number itself is not kept."""
    return [0 if is_nothing(text) or text.isspace() else 1 for text in column]


_ACT_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "receive": ("收件", "接件", "收取材料"),
    "accept": ("受理",),
    "examine": ("审查", "审核", "初审", "复审", "预审", "踏勘", "勘验", "核查"),
    "decide": ("决定", "审批", "批准", "核准", "签批", "办结"),
    "issue": ("制证", "送达", "发证", "颁证", "出证", "取件", "出件"),
    "revoke": ("撤销", "吊销"),
    "inspect": ("检查",),
    "penalise": ("处罚",),
    "coerce": ("强制",),
}
_UNSAID: Final = re.compile(r"审批局|审批服务局|行政审批(?=[^，]{2,})|办理")


def acts_in(text: str) -> frozenset[str]:
    """The acts whose words a text holds."""
    plain = _UNSAID.sub("", nfkc(text).strip())
    return frozenset(
        act for act, words in _ACT_WORDS.items() if any(word in plain for word in words)
    )


def step_act(event: str, process: str) -> str | None:
    """The act that a step is, by what was done or else by its process; None where unclear."""
    for text in (event, process):
        found = acts_in(text)
        if len(found) == 1:
            return next(iter(found))
    return None


_ACTIVE: Final = {
    **dict.fromkeys(("启用", "正常", "有效", "在用", "是", "激活", "已启用", "开通"), 1),
    **dict.fromkeys(("1", "true", "已开通"), 1),
    **dict.fromkeys(("停用", "禁用", "注销", "无效", "锁定", "否", "已停用", "冻结"), 0),
    **dict.fromkeys(("离职", "删除", "已注销", "已禁用", "已锁定", "0", "false"), 0),
}


def active() -> Converter:
    """A converter of the states of accounts: 1 active, 0 not."""

    return Converter(_is_active)


def _is_active(text: str) -> int:
    word = nfkc(text).casefold()
    if word not in _ACTIVE:
        raise ValueError
    return _ACTIVE[word]
