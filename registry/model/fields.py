"""Field types that several models share."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from registry.model.figures import plain_figures

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_PARTS = re.compile(r"([0-9]{4})([-./])([0-9]{1,2})\2([0-9]{1,2})" + _TIME)
_CHINESE = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日?" + _TIME)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_EITHER_WAY = re.compile(r"[0-9]{1,2}[-./年][0-9]{1,2}[-./月](?:[0-9]{2}|[0-9]{4})日?")
_SERIALS = (32_874, 73_050)
"""1990-01-01 and 2099-12-31, as spreadsheets count days; other numbers are no dates of ours."""


def parse_loose_date(text: str) -> str:
    """A date as people write it (2021-05-27, 2021.5.27, 2021年5月27日, 2021/5/27, 44343), in ISO.

    The one place that decides: for files, forms and the command line. A time of day after it is let
    go, and so are characters that nobody sees. What can be read in two ways (5/27/2021, 21.5.27) is
    refused. Dates are kept as text because that is how SQL compares them.
    """
    if _is_date(text):
        return text
    plain = plain_figures(text)
    plain = re.sub(r"\s*([-./年月])\s*|\s+(?=日)", r"\1", plain)
    if match := _PARTS.fullmatch(plain):
        year, _mark, month, day = match.groups()
    elif match := _CHINESE.fullmatch(plain) or _COMPACT.fullmatch(plain):
        year, month, day = match.groups()
    elif (match := _SERIAL.fullmatch(plain)) and _SERIALS[0] <= int(match[1]) <= _SERIALS[1]:
        return (date(1899, 12, 30) + timedelta(int(match[1]))).isoformat()
    elif _EITHER_WAY.fullmatch(plain):
        raise PydanticCustomError("ambiguous_date", "which is the year? {value}", {"value": text})
    else:
        year = month = day = ""
    iso = f"{year}-{month:0>2}-{day:0>2}"
    if not _is_date(iso):
        raise PydanticCustomError(
            "iso_date", "not a date of the calendar: {value}", {"value": text}
        )
    return iso


def parse_written_date(value: object) -> str:
    """`parse_loose_date` for a value of a file that may be no text.

    Pydantic's own date type also takes numbers and date-times, which are mistakes in what is
    written by hand.
    """
    if isinstance(value, str):
        return parse_loose_date(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise PydanticCustomError("iso_date", "not a date of the calendar: {value}", {"value": value})


@lru_cache(maxsize=4096)
def _is_date(text: str) -> bool:
    try:
        return bool(_ISO.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def split_list(value: object) -> object:
    """`a;b` as ["a", "b"]: cells hold lists separated by `;`, `；` or `、`."""
    if isinstance(value, str):
        return [part.strip() for part in re.split("[;；、]", value) if part.strip()]
    return value


def _no_repeats(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("repeated", "a value stands twice")
    return values


LooseDate = Annotated[
    str,
    BeforeValidator(parse_written_date),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A date as people write it; the value is in ISO."""


Count = Annotated[int, Field(ge=0, le=10**9)]
Ordinal = Annotated[int, Field(ge=1, le=10**9)]
TextList = Annotated[list[str], BeforeValidator(split_list), AfterValidator(_no_repeats)]
ID_PATTERN: Final = r"^[a-z][a-z0-9-]*$"
Identifier = Annotated[str, Field(pattern=ID_PATTERN)]


class Row(BaseModel):
    """A row of a file from outside: stripped, and without columns that nobody knows."""

    model_config = ConfigDict(
        str_strip_whitespace=True, extra="forbid", frozen=False, defer_build=True
    )
