"""Lists as the program reads them, inside this process: the one place where tests of generated
lists meet the reading functions."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, NamedTuple

from registry.intake.annex_list import resolve
from registry.intake.formats import read_sheets
from registry.intake.listing.listing import Listing
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.reader import read_list
from registry.model.instrument import Instrument
from tests.lists_shapes import Said
from tests.offices import CITY

INSTRUMENT = Instrument.model_validate(CITY)
_SHORT = {d["id"]: d["short_name"] for d in CITY["departments"]}


def known_names() -> KnownNames:
    """The names that the instrument of tests/offices.py states."""
    names: dict[str, Any] = {
        "departments": frozenset(
            name for d in CITY["departments"] for name in (d["name"], d["short_name"])
        ),
        "modes": tuple(mode["name"] for mode in CITY["modes"]),
    }
    if "is_zone" in inspect.signature(KnownNames).parameters:
        names["is_zone"] = _is_zone
    return KnownNames(**names)


def _is_zone(name: str) -> bool:
    """Whether a text is a zone's name, short name, or the end of one."""
    text = "".join(name.split())
    known = [x for z in CITY["zones"] for x in (z["name"], z["short_name"])]
    return len(text) > 2 and any(x.endswith(text) for x in known)


class Read(NamedTuple):
    """A list as it was read: what it says of its items, and faults and cautions."""

    said: list[Said]
    notes: list[Any]
    listing: Listing

    @property
    def why(self) -> str:
        """Faults and cautions, for the message of a test that fails."""
        return "\n".join(f"{self.listing.place(note)}: {note.what}" for note in self.notes)


def read(path: Path, annex: int) -> Read:
    """Read a list as one of an annex."""
    listing = read_list(read_sheets(path), known=known_names())
    found = resolve(listing, INSTRUMENT, annex)
    said = [
        Said(
            candidate.row.name,
            candidate.row.power_type,
            frozenset(_SHORT[id_] for id_, _role in candidate.departments),
            frozenset(candidate.zones),
            candidate.row.mode,
            None if candidate.parent is None else found.items[candidate.parent].row.name,
        )
        for candidate in found.items
    ]
    notes = [*listing.faults, *listing.cautions, *found.faults, *found.cautions]
    return Read(said, notes, listing)
