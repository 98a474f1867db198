"""Field types that several models share."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_iso_date(value: object) -> str:
    """An ISO 8601 date as text (`2021-04-15`), checked against the calendar.

    Pydantic's own date type also takes numbers and date-times, which in a table made by hand are
    mistakes; dates are kept as text because that is how SQL compares them.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and _is_date(value.strip()):
        return value.strip()
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


IsoDate = Annotated[str, BeforeValidator(parse_iso_date)]
Name = Annotated[str, Field(min_length=1, max_length=500)]
Count = Annotated[int, Field(ge=0, le=10**9)]
Ordinal = Annotated[int, Field(ge=1, le=10**9)]
TextList = Annotated[list[str], BeforeValidator(split_list), AfterValidator(_no_repeats)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class Row(BaseModel):
    """A row of a file from outside: stripped, and without columns that nobody knows."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=False)


class Bilingual(Row):
    """A text in both languages."""

    zh: Name
    en: Name
