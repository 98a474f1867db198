"""Texts that a spreadsheet would take for formulas, guarded in CSV for people, and taken back.

Excel, WPS and LibreOffice run what a cell of a CSV file begins with such a character, wherever the
text came from. An apostrophe before it makes it a text again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\ufeff", "＝", "＋", "－", "＠")
"""What a text begins with that a spreadsheet takes for a formula, or passes over before one: at the
beginning of a file U+FEFF is a byte order mark."""

_GUARD: Final = "'"
_TO_GUARD: Final = re.compile(f"{_GUARD}*[{re.escape(''.join(BEGINS_FORMULA))}]")
"""Texts that look guarded are guarded once more, so that the guard can always be taken off."""


def guarded(value: Any) -> Any:
    """A value as a cell of a CSV that is meant for spreadsheets: a text that would be a formula
    gets an apostrophe before it; everything else, numbers too, stays as it is."""
    return f"{_GUARD}{value}" if isinstance(value, str) and _TO_GUARD.match(value) else value


def guarded_row(values: Iterable[Any]) -> list[Any]:
    """The cells of a row, guarded."""
    return [guarded(value) for value in values]


def unguarded(text: str) -> str:
    """The text that `guarded` was given; every other text stays as it is."""
    is_guarded = text.startswith(_GUARD) and _TO_GUARD.match(text)
    return text[len(_GUARD) :] if is_guarded else text


def unguarded_row(cells: list[str]) -> list[str]:
    """The cells of a row of a CSV file without guards. Quick where there are none."""
    return [unguarded(cell) for cell in cells] if _GUARD in "".join(cells) else cells


def unguarded_rows(rows: list[list[str]]) -> list[list[str]]:
    """The same of many rows."""
    return [*map(unguarded_row, rows)] if _GUARD in "".join(map("".join, rows)) else rows
