"""The one catalogue of messages: Chinese and English, by gettext.

Message ids are the English texts; `zh/LC_MESSAGES/registry.po` holds the Chinese. The chosen
language lives in a context variable, so that a web request can have its own.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DOMAIN: Final = "registry"
FOLDER: Final = Path(__file__).parent

_language: ContextVar[Language] = ContextVar("language", default="en")


@cache
def _translations(language: Language) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, [language])


def use(language: Language) -> None:
    """Choose the language of every message from here on, in this context."""
    _language.set(language)


def language() -> Language:
    """The language in use."""
    return _language.get()


def _(message: str) -> str:
    """`message` in the language in use."""
    return _translations(_language.get()).gettext(message)


def in_language(message: str, language: Language) -> str:
    """`message` in the language named, whatever is in use: to know again what was written in it."""
    return _translations(language).gettext(message)


def N_(message: str) -> str:
    """Mark `message` for the catalogue, and translate it later with `_`."""
    return message


def list_separator() -> str:
    """What stands between the members of a list: 、 in Chinese, a comma in English."""
    return "、" if _language.get() == "zh" else ", "


def enumerated(words: Sequence[str], most: int = 20) -> str:
    """Words, one after the other; of more than `most` the first ones, and how many more."""
    shown = list_separator().join(words[:most])
    more = len(words) - most
    return shown + _(" and {n:,} more").format(n=more) if more > 0 else shown


def bracketed(text: object, note: object) -> str:
    """A text and a note on it, in brackets as the language has them."""
    return _("{text} ({note})").format(text=text, note=note)


def labelled(label: object, value: object) -> str:
    """A value after what it is called."""
    return _("{label}: {value}").format(label=label, value=value)


def quoted(words: Iterable[str]) -> str:
    """Words in quotation marks, one after the other, as the language parts them."""
    return ("" if language() == "zh" else ", ").join(f"“{word}”" for word in words)
