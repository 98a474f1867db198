"""Ids for bodies that have only names yet: first letters of their pinyin, `slj` for 市水利局."""

from __future__ import annotations

import re
from typing import Final

from registry.text import nfkc_casefold

_MOST: Final = 20
_BRACKETED: Final = re.compile(r"\(.*?\)")
_LEVEL: Final = re.compile("^[省市区县州旗](?=[^委].)")
"""What tells a body's level at the head of its short name, and not its business."""
_FORM: Final = re.compile("(?<=..)(管理委员会|管委会|人民政府)$")
_PLAIN: Final = re.compile("[^a-z0-9]+")


def body_id(name: str, taken: set[str], prefix: str) -> str:
    """An id for a body, the same for the same names in the same order; it joins `taken`.

    `prefix`: a letter that begins the id of what is named in digits; and, with a number, the id of
    what has no letters at all.
    """
    bare = _BRACKETED.sub("", nfkc_casefold(name))
    letters = initials(_FORM.sub("", _LEVEL.sub("", bare)))[:_MOST]
    if letters[:1].isdigit():
        letters = prefix + letters
    number = 1
    found = letters or f"{prefix}01"
    while found in taken:
        number += 1
        found = f"{letters}-{number}" if letters else f"{prefix}{number:02d}"
    taken.add(found)
    return found


def initials(text: str) -> str:
    """The first letters of the characters' readings, with Latin letters and digits as they are."""
    from pypinyin import Style, lazy_pinyin

    return _PLAIN.sub("", "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).casefold())
