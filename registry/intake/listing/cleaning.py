"""Texts of cells made even, and keys by which names are compared. The original is kept elsewhere.

What people see keeps its wording: only invisible characters, stray spaces and line ends, and the
two widths of letters, digits and brackets are made one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from registry.text import nfkc_casefold

_HAN: Final = r"\u2e80-\u9fff\uf900-\ufaff\u3001-\u303f\uff01-\uff0f\uff1a-\uff1f“”‘’—…·"
_SPACE: Final = re.compile(r"\s+")
# A space beside a Chinese character or Chinese punctuation is a slip of the hand.
_STRAY: Final = re.compile(rf"(?<=[{_HAN}]) | (?=[{_HAN}])")
_EVEN: Final = re.compile(r"[\u4e00-\u9fffA-Za-z0-9、（）《》，。；：〔〕【】“”！？]*")
_WIDE: Final = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c - 0xFEE0).isalnum()}
_BRACKETS: Final = str.maketrans("()[]", "（）［］")
_NOTHING: Final = frozenset(
    ("", "/", "\\", "-", "—", "——", "－", "无", "空", "null", "NULL", "None", "未分类")
)

# 1、 1. 1.1 （一） 一、 ① 第3项: a number that a list gives, and no part of the name.
_NUMBERING: Final = re.compile(
    r"""(?x)
    (?: [0-9]{1,4} (?: [.．][0-9]{1,3} )* (?: [、．] | \.(?![0-9]) | [)）] )
      | [0-9]{1,4} (?: [.．][0-9]{1,3} )+ (?= \s )
      | [（(] (?: [0-9]{1,4} | [一二三四五六七八九十]{1,4} ) [）)] [、.．]?
      | [一二三四五六七八九十百]{1,5} [、.．]
      | [①-⑳㈠-㈩⑴-⒇]
    ) \s* """
)
_STARTS: Final = frozenset("0123456789（一二三四五六七八九十百")
_PUNCTUATION: Final = re.compile(r"[\W_]+")
_JOINING: Final = re.compile("以及|或者|[的和与及或]")


@lru_cache(1 << 16)
def clean(text: str) -> str:
    """A text without invisible characters, stray spaces and line ends; one width of each."""
    return text if _EVEN.fullmatch(text) else _STRAY.sub("", _spaced(text))


def _spaced(text: str) -> str:
    """An even text in which single spaces still stand where any were."""
    visible = "".join(
        " " if c in "\t\n\r\x0b\x0c\x85\u2028\u2029" else c
        for c in text
        if unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cn") or c in "\t\n\r\x85"
    ).translate(_WIDE)
    return _SPACE.sub(" ", visible).strip()


def clean_text(text: str) -> str:
    """A text of several lines: each made even, empty ones left out."""
    if _EVEN.fullmatch(text):
        return text
    return "\n".join(filter(None, map(clean, text.splitlines())))


def is_nothing(text: str) -> bool:
    """Whether a cell says that it says nothing: `/`, `无`, `null` …"""
    return text in _NOTHING


def clean_name(text: str) -> str:
    """The name of an item: even, with Chinese brackets, and without a number in front of it."""
    if _EVEN.fullmatch(text) and text[:1] not in _STARTS:
        return text
    bare = _STRAY.sub("", without_numbering(_spaced(text)))
    if any(ord(c) > 0x2E7F for c in bare):
        bare = bare.translate(_BRACKETS)
    return bare


def without_numbering(text: str) -> str:
    """A text without the number that a list puts in front, unless nothing would be left."""
    match = _NUMBERING.match(text)
    return text[match.end() :] or text if match else text


def numbering(text: str) -> str:
    """The number that a list puts in front of a text; "" where there is none."""
    match = _NUMBERING.match(_spaced(text))
    return match[0].strip() if match and match.end() < len(text) else ""


@lru_cache(1 << 16)
def match_key(name: str) -> str:
    """A name as two lists compare it: without width, case, punctuation and joining words.

    有限责任公司设立、变更、注销登记 and 有限责任公司的设立变更和注销登记 have the same key.
    """
    even = nfkc_casefold(name)
    return _JOINING.sub("", _PUNCTUATION.sub("", even)) or even
