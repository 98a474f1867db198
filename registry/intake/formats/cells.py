"""Cells as libraries give them -> text as people see it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from math import isfinite
from typing import Final

_DIGITS: Final = ".15g"
"""As many digits as spreadsheets show; what lies beyond is noise of binary fractions."""


def text_of(value: object) -> str:
    """Numbers without `.0`, dates as 2021-05-27, truth as TRUE and FALSE, nothing as ""."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, dt.time):
        return value.isoformat("seconds")
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(value)


def number_text(value: float) -> str:
    """A number as a spreadsheet shows it: 3 for 3.0, 0.3 for 0.1 + 0.2, never an exponent."""
    if not isfinite(value):
        return str(value)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = format(value, _DIGITS)
    return format(Decimal(text), "f") if "e" in text else text


def decimal_text(value: str) -> str:
    """The same of a number that a file writes in digits."""
    try:
        number = float(value)
    except ValueError:
        return value
    return number_text(number) if isfinite(number) else value
