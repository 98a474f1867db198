"""Words and codes of cells -> the registry's own values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, get_args

from registry.model.vocabulary import Initiation, LegalLevel, PowerType, Scope
from registry.text import nfkc

POWER_TYPES: Final[tuple[PowerType, ...]] = get_args(PowerType)

NATIONAL_CODES: Final[dict[str, PowerType]] = {
    f"{number:02d}": name for number, name in zip((*range(1, 11), 20), POWER_TYPES, strict=True)
}
"""The type codes of the national catalogue standard: 01 行政许可 … 10 其他行政权力, 20 公共服务."""

_OTHER: Final = frozenset(
    ("其他", "其它", "其他权力", "其它权力", "其他类", "其他职权", "其它行政权力", "其他行政职权")
)
_SHORT: Final[dict[str, PowerType]] = {
    name.removeprefix("行政"): name for name in POWER_TYPES if name.startswith("行政")
}
_PREFIX: Final = re.compile(r"^(行政权力|政务服务事项|行政职权)[-—–－_/：:]?(?=.)")
# 其他行政权力-备案: a type, and what kind of it.
_SUBCLASS: Final = re.compile(r"[-—–－_/／：:|·．.、（(<＜>＞→]+")
_SUFFIX: Final = re.compile(r"(类|类事项|事项)$")
_BRACKETED: Final = re.compile(r"（.*?）")

_CODE: Final = re.compile(r"[A-Za-z0-9._\-]+")
# 01行政许可, 1.行政许可, 一、行政许可: a number before a type.
_NUMBERED: Final = re.compile(
    r"^(?:[0-9]{1,2}|[A-Z]|[一二三四五六七八九十]{1,2}|[（(][0-9一二三四五六七八九十]{1,2}[）)])"
    r"[-—–_、.．:：]*(?=[行公其])"
)

BY_TYPE: Final[dict[PowerType, Initiation]] = {
    name: "依职权" if name in ("行政处罚", "行政强制", "行政征收", "行政检查") else "依申请"
    for name in POWER_TYPES
}
"""How a power of each type is usually set in motion, where a list doesn't say. A reading, after
国发〔2022〕5号, which counts the other types among services on application."""


def power_type(
    text: str, codes: Mapping[str, PowerType], words: Mapping[str, PowerType] | None = None
) -> PowerType | None:
    """The type that a word names; a number only by a code table that was stated. `words`: further
    words for types."""
    if words and text in words:
        return words[text]
    if text.isdigit():
        return codes.get(text.lstrip("0") or text)
    bare = _BRACKETED.sub("", _PREFIX.sub("", _NUMBERED.sub("", text))).rstrip("。.；;，,、")
    found = _named(bare) or _named(_SUFFIX.sub("", bare))
    if found is None and len(parts := _SUBCLASS.split(bare, maxsplit=1)) > 1:
        found = _named(parts[0])
        # 行政许可、行政处罚 are two types, and no type with a subclass.
        if found is None or _named(_SUFFIX.sub("", parts[1])) not in (None, found):
            return None
    return found


def _named(word: str) -> PowerType | None:
    if word in BY_TYPE:
        return word
    return "其他行政权力" if word in _OTHER else _SHORT.get(word)


def code_table(text: str) -> dict[str, PowerType]:
    """`national`, or `1=行政许可,2=行政处罚`, as number without leading zeros → type.

    Raises ValueError, with the part that is wrong.
    """
    pairs: list[tuple[str, str]] = list(NATIONAL_CODES.items())
    if text != "national":
        pairs = []
        for part in re.split("[,，;；]", text):
            code, equals, word = part.strip().partition("=")
            if not equals or not code.strip().isdigit():
                raise ValueError(part.strip())
            pairs.append((code.strip(), word.strip()))
    table: dict[str, PowerType] = {}
    for code, word in pairs:
        named = power_type(word, {})
        if named is None or table.setdefault(code.lstrip("0") or code, named) != named:
            raise ValueError(f"{code}={word}")
    return table


def initiation(text: str) -> Initiation | None:
    """依申请 or 依职权, however it is put; None for neither or both."""
    on_application, ex_officio = "申请" in text, "职权" in text
    if on_application == ex_officio:
        return None
    return "依申请" if on_application else "依职权"


def scope(text: str) -> Scope | None:
    """全部 or 部分 where the cell says just that."""
    if text in ("全部", "全部权限", "全部下放", "全权"):
        return "全部"
    return "部分" if text in ("部分", "部分权限", "部分下放") else None


def legal_level(text: str) -> LegalLevel | None:
    """The level that a cell names; None for several, or for a code."""
    found: list[LegalLevel] = [level for level in get_args(LegalLevel) if level[0] in text]
    return found[0] if len(found) == 1 and not text.isdigit() else None


def even_code(text: str) -> str:
    """A code without spaces, of one width, and without the sign by which a cell is told to hold a
    text; words stay as they are."""
    even = "".join(nfkc(text).split()).lstrip("'`‘’")
    return even if _CODE.fullmatch(even) else text


def which_code(text: str) -> str:
    """The field for a code: 31 letters and digits are an 实施编码, all else is a 基本编码."""
    return "implementation_code" if len(text) == 31 and text.isalnum() else "basic_code"
