"""Text compared regardless of width and case: the one normal form that every comparison builds on.

Equal names are those with the same `name_key`. Comparisons that mean something else are built on
`nfkc_casefold` where they are needed: `intake.listing.cleaning.match_key` lets punctuation and
joining words go as well; `site.search.full_text.fold` takes each character by itself, so that a
part of a name folds to a part of the folded name.
"""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

NOT_IN_FILE_NAMES: Final = str.maketrans('\\/:*?"<>|', "＼／：＊？＂＜＞｜")
"""Signs that systems don't take in a file's name -> the wide ones, which they do."""

_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_OFFICE: Final = re.compile("(?:管委会|管理委员会|人民政府|政府)$")
_SHORT_FORMS: Final = (
    ("国家级", ""),
    ("经济技术开发区", "经开区"),
    ("高新技术产业开发区", "高新区"),
    ("高新技术开发区", "高新区"),
    ("高新技术产业园区", "高新区"),
    ("经济开发区", "经开区"),
    ("旅游度假区", "度假区"),
)
_PARTING: Final = "\0"
_WIDE: Final = tuple(
    (sign, unicodedata.normalize("NFKC", sign)) for sign in "（），：；－／＋\u3000"
)
"""Signs that many names have, and their form NFKC: a text with them replaced has the same form."""
_LIKE: Final = 0.6
"""The least likeness, from 0 to 1, of a name that is offered for another."""


def nfkc(text: str) -> str:
    """Unicode's form NFKC: full-width letters, digits and signs become plain ones."""
    return unicodedata.normalize("NFKC", text)


def nfkc_casefold(text: str) -> str:
    """A text regardless of width and case, for comparing."""
    return nfkc(text).casefold()


def name_key(name: str) -> str:
    """What equal names have in common: the name without width, case and white space."""
    return "".join(nfkc_casefold(name).split())


def name_keys(names: Sequence[str]) -> list[str]:
    """`name_key` of many names, in a tenth of the time where most are in the usual characters."""
    text = _PARTING.join(names)
    for sign, plain in _WIDE:
        text = text.replace(sign, plain)
    if not unicodedata.is_normalized("NFKC", text):
        for character in set(text):
            text = text.replace(character, nfkc(character))
        text = nfkc(text)
    keys = "".join(text.casefold().split()).split(_PARTING)
    return keys if len(keys) == len(names) else list(map(name_key, names))


def id_key(text: str) -> str:
    """What ids that people write in several ways have in common: 1-07, 1-7, １—７."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", name_key(text).translate(_DASHES))


def without_office(name: str) -> str:
    """A zone's name without its office's: 某市高新区 of 某市高新区管委会."""
    return _OFFICE.sub("", name)


def zone_form(key: str) -> str:
    """What a zone's names have in common: without its office, the usual long words made short."""
    bare = without_office(key)
    for long, short in _SHORT_FORMS:
        bare = bare.replace(long, short)
    return bare


def shell_word(text: str) -> str:
    """A text as one word of a command: in quotation marks, unless it is plain without them."""
    return text if re.fullmatch(r"[\w@%+=:,./-]+", text) else shlex.quote(text)


def nearest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known names that are most like a word, the most like first; none may be like it.

    A name that holds the word, or is held by it, comes before one that only resembles it.
    """
    from difflib import SequenceMatcher

    wanted = name_key(word)
    if not wanted:
        return []
    compared = SequenceMatcher(b=wanted, autojunk=False)
    scored = []
    for place, name in enumerate(dict.fromkeys(known)):
        key = name_key(name)
        compared.set_seq1(key)
        if key and (wanted in key or (len(key) > 1 and key in wanted)):
            scored.append((-1 - 1 / (1 + abs(len(key) - len(wanted))), place, name))
        elif compared.real_quick_ratio() >= _LIKE and compared.quick_ratio() >= _LIKE:
            scored.append((-compared.ratio(), place, name))
    return [name for score, _place, name in sorted(scored)[:most] if score <= -_LIKE]
