"""What is of figures and signs, as a plain keyboard gives it: dates, codes, numbers."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
"""Characters that show nothing and take no place: zero-width spaces, BOM, LRM, and so on."""
_BLANK: Final = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
"""Letters and signs that show nothing, and take the place of a space."""
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


def holds_unseen(text: str) -> bool:
    """Whether a text holds characters that show nothing and take no place."""
    return bool(_UNSEEN.search(text))


def plain_figures(text: str) -> str:
    """The text without characters that show nothing; every blank a single space, every dash a
    hyphen, nothing of full width. "" where there is nothing to be seen."""
    if text.isascii() and text.isprintable():
        return text.strip()
    seen = unicodedata.normalize("NFKC", _BLANK.sub(" ", _UNSEEN.sub("", text)))
    return " ".join(seen.translate(_DASHES).split())
