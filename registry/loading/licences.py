"""A published list of licences, in whatever form an office has it -> its licences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from registry.errors import RegistryError
from registry.intake.listing.listing import Listing
from registry.intake.listing.non_items import KnownNames
from registry.loading.listing import ReadingHints, read_list_of
from registry.locale import _
from registry.store.licences import Licence

LICENCE: Final = "行政许可"

_NONE_KNOWN: Final = KnownNames(frozenset(), ())


class LicenceList(NamedTuple):
    """The licences of a list, main items and sub-items, each name once; how many of its items are
    powers of another type, and so left out."""

    listing: Listing
    licences: list[Licence]
    others: int


def read_licences(
    path: Path, hints: ReadingHints, on_progress: Callable[[int, int], None]
) -> LicenceList:
    """The licences that a file lists; what it gives no type of is one.

    Raises InputError where no list is in it.
    """
    _source, listing = read_list_of(path, _NONE_KNOWN, hints, on_progress)
    found = [i for i in listing.items if i.power_type in (None, LICENCE)]
    licences = dict.fromkeys(Licence(i.name, i.basic_code) for i in found)
    return LicenceList(listing, [*licences], len(listing.items) - len(found))


def refusal(read: LicenceList) -> RegistryError | None:
    """Why the list can't be taken in; None if it can."""
    if rows := len(read.listing.faulty_rows()):
        return RegistryError(_("{rows:,} rows can't be taken in as they are.").format(rows=rows))
    if not read.licences:
        return RegistryError(_("The list holds no licence."))
    return None
