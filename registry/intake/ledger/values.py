"""What the cells of a ledger workbook say, written one way, so that it can be compared."""

from __future__ import annotations

import re
from typing import Final

from registry.intake.ledger.sheet_specs import Field
from registry.model.fields import parse_loose_date, split_list
from registry.model.figures import plain_figures
from registry.model.instrument import Instrument
from registry.text import nfkc

_MAX_LENGTH: Final = 32_767
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_LISTS: Final = ("terms", "items", "acts")


def plain(text: str) -> str:
    """A text as a cell can hold it: stripped, its lines ended one way, nothing unprintable."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", text).strip()[:_MAX_LENGTH].rstrip()


def number_text(value: float) -> str:
    """A number as a cell shows it: 20 for 20.0."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


class Values:
    """Cells of one instrument's workbooks: bodies by their short names, dates in ISO."""

    def __init__(self, instrument: Instrument) -> None:
        self._departments = {n: d.short_name for d in instrument.departments for n in d.names}
        self._zones = {n: z.short_name for z in instrument.zones for n in z.names}

    def read(self, field: Field, text: str) -> str:
        """A cell's text in the one form. Raises PydanticCustomError for what is no date.

        What is not known (a body, a number) stays as it stands: validation names it later.
        """
        text = plain(text)
        if not text or field.type in ("text", "kind", "measure", "shown"):
            return text
        if field.type == "date":
            return parse_loose_date(text) if plain_figures(text) else ""
        if field.type in _LISTS:
            return ";".join(_parts(text))
        if field.type == "number":
            return _number(text)
        if field.type == "item":
            return nfkc(text)
        if field.type == "zone":
            return self._zones.get(text, text)
        if field.type == "department":
            return self._departments.get(text, text)
        return self._departments.get(text) or self._zones.get(text, text)

    def same(self, field: Field, one: str, other: str) -> bool:
        """Whether two texts, both read, say the same: the order within a list is nothing."""
        if field.type in _LISTS and one != other:
            return sorted(_parts(one)) == sorted(_parts(other))
        return one == other


def _parts(text: str) -> list[str]:
    parts = split_list(text)
    assert isinstance(parts, list)
    return parts


def _number(text: str) -> str:
    try:
        return number_text(float(nfkc(text)))
    except (ValueError, OverflowError):
        return text
