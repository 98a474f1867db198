"""Texts of cells made even, and keys by which names are compared. The original is kept elsewhere.

What people see keeps its wording: only invisible characters, stray spaces and line ends, and the
two widths of letters, digits and brackets are made one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from registry.intake.listing.characters import restored
from registry.text import nfkc_casefold

_HAN: Final = (
    r"\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    r"\u3001-\u303f\uff01-\uff0f\uff1a-\uff1f“”‘’—…·"
)
_SPACE: Final = re.compile(r"\s+")
_BREAKS: Final = "\t\n\r\x0b\x0c\x85\u2028\u2029"
# A space beside a Chinese character or Chinese punctuation is a slip of the hand.
_STRAY: Final = re.compile(rf"(?<=[{_HAN}]) | (?=[{_HAN}])")
# Without 屯, 烫 and 锟, of which a wrong conversion makes its garbage.
EVEN: Final = re.compile(
    r"[\u4e00-\u5c6e\u5c70-\u70ea\u70ec-\u951e\u9520-\u9fffA-Za-z0-9、（）《》，。；：〔〕【】“”！？]*"
)
"""Texts of everyday characters alone: nothing in them is lost, strange or to be cleaned."""
_WIDE: Final = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c - 0xFEE0).isalnum()}
_BRACKETS: Final = str.maketrans("()[]", "（）［］")
_NOTHING: Final = frozenset(
    ("", "/", "\\", "-", "—", "——", "－", "无", "空", "null", "NULL", "None", "未分类")
)

_MARKS: Final = "★☆※▲△▼●◆◇■□✩✪✱*＊"
"""Signs before a name or after it, of which notes say what they mean."""
_PUNCTUATION: Final = re.compile(r"[\W_]+")
_JOINING: Final = re.compile("以及|或者|[的和与及或]")


@lru_cache(1 << 16)
def clean(text: str) -> str:
    """A text without invisible characters, stray spaces and line ends; one width of each."""
    return text if EVEN.fullmatch(text) else _STRAY.sub("", spaced(text))


def spaced(text: str) -> str:
    """An even text in which single spaces still stand where any were."""
    if text.isprintable():  # so that nothing in it is a control or format character
        visible = text
    else:
        visible = "".join(
            " " if c in _BREAKS else c
            for c in text
            if c in _BREAKS or unicodedata.category(c) not in ("Cf", "Cc")
        )
    return _SPACE.sub(" ", restored(visible).translate(_WIDE)).strip()


def names_text(text: str) -> str:
    """The names that a cell has, one below another or in a row, parted as they are there."""
    even = spaced(text)
    pieces = even.split(" ")
    # 市 水 利 局 is one name, set wide.
    return "".join(pieces) if all(len(piece) < 2 for piece in pieces) else even


def clean_text(text: str) -> str:
    """A text of several lines: each made even, empty ones left out."""
    if EVEN.fullmatch(text):
        return text
    return "\n".join(filter(None, map(clean, text.splitlines())))


def is_nothing(text: str) -> bool:
    """Whether a cell says that it says nothing: `/`, `无`, `null` …"""
    return text in _NOTHING


def clean_name(text: str, start: int = 0) -> str:
    """The name of an item: even, with Chinese brackets, and without what a list puts before it.

    `start`: where the name begins in the even text (`spaced`).
    """
    if not start and EVEN.fullmatch(text):
        return text
    bare = _STRAY.sub("", spaced(text)[start:])
    if any(ord(c) > 0x2E7F for c in bare):
        bare = bare.translate(_BRACKETS)
    return bare


def marks_off(name: str) -> tuple[str, str]:
    """A name without the signs that stand before it or after it; and those."""
    bare = name.strip(f"{_MARKS} ")
    marks = "".join(dict.fromkeys(c for c in name.replace(bare, "", 1) if c in _MARKS))
    return (bare, marks) if bare else (name, "")


@lru_cache(1 << 16)
def match_key(name: str) -> str:
    """A name as two lists compare it: without width, case, punctuation and joining words.

    有限责任公司设立、变更、注销登记 and 有限责任公司的设立变更和注销登记 have the same key.
    """
    even = nfkc_casefold(name)
    return _JOINING.sub("", _PUNCTUATION.sub("", even)) or even


def texts_of(cells: Iterable[str]) -> list[str]:
    """The different texts of a row, even, in order; a merged cell is one."""
    return list(dict.fromkeys(filter(None, map(clean, cells))))
