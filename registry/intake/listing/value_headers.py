"""Headers of columns of signs that are values of a field themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, get_args

from registry.intake.listing import values
from registry.intake.listing.cleaning import clean
from registry.intake.listing.fields import Field, recognise
from registry.model.vocabulary import Initiation

_INITIATIONS: Final[tuple[Initiation, ...]] = get_args(Initiation)


def value_of_header(parts: Sequence[str], modes: Collection[str]) -> tuple[Field, str] | None:
    """The value that the lowest level of a header is, and its field; None where it is none, or is
    no value of the field that stands over it."""
    word = clean(parts[-1]) if parts else ""
    found: tuple[Field, str] | None = None
    if scope := values.scope(word):
        found = "scope", scope
    elif word in modes:
        found = "mode", word
    elif word in _INITIATIONS:
        found = "initiation", word
    elif word in values.POWER_TYPES:
        found = "power_type", word
    if found is None or recognise(word) is not None:
        return None
    over = {field[0] for part in parts[:-1] if (field := recognise(part))}
    return found if over <= {found[0]} else None
