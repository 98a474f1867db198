"""Which zones a question names, by what people call the published ones."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from registry.site.search.full_text import fold
from registry.text import without_office, zone_form

_KINDS: Final = "区县市州盟旗园镇乡"
_OFFICES: Final = "(?:管委会|管理委员会|人民政府|政府)?"
_ZONES: Final = "SELECT id, name, short_name FROM zones ORDER BY rowid"
_PLACES: Final = "SELECT DISTINCT place FROM instrument"


class Zone(NamedTuple):
    """A zone as a published file names it."""

    id: str
    name: str
    short_name: str


@dataclass(frozen=True)
class ZoneWords:
    """What zones are called, folded → the ids of those called so.

    `names`: what they are called on pages; `pattern`: finds what they are called, or what place
    they are in.
    """

    zones: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    pattern: re.Pattern[str]

    def find(self, text: str) -> tuple[list[str], list[str], list[str]]:
        """The zones that a folded text names, the places, and what of it is left in pieces."""
        found: dict[str, None] = {}
        places = []
        for match in self.pattern.finditer(text):
            if match["word"]:
                found.update(dict.fromkeys(self.zones[match["word"]]))
            else:
                places.append(match[0])
        return list(found), places, self.pattern.sub(" ", text).split()


def load_zone_words(conn: sqlite3.Connection) -> ZoneWords:
    """What the zones of a published file are called."""
    zones = tuple(Zone._make(row) for row in conn.execute(_ZONES))
    return zone_words(zones, tuple(place for (place,) in conn.execute(_PLACES)))


@lru_cache(maxsize=4)
def zone_words(zones: tuple[Zone, ...], places: tuple[str, ...]) -> ZoneWords:
    """What these zones are called. `places`: what they are in, which may stand before a name."""
    bare_places = {fold(place) for place in places} | {fold(place)[:-1] for place in places}
    bare_places = {place for place in bare_places if len(place) > 1}
    called: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for zone in zones:
        for form in _forms(zone, bare_places):
            called[form][zone.id] = None
    for ending in _common_endings(called):
        ids = [id_ for form, ids in called.items() if form.endswith(ending) for id_ in ids]
        called[ending].update(dict.fromkeys(ids))
    known = {form: tuple(ids) for form, ids in called.items() if form not in bare_places}
    ordered = sorted(known, key=lambda form: (-len(form), form))
    before = "|".join(map(re.escape, sorted(bare_places, key=lambda one: (-len(one), one))))
    words = "|".join(map(re.escape, ordered)) or "(?!)"
    return ZoneWords(
        known,
        {zone.id: zone.short_name for zone in zones},
        re.compile(f"(?:{before})?(?P<word>{words}){_OFFICES}|{before or '(?!)'}"),
    )


def _forms(zone: Zone, places: Iterable[str]) -> set[str]:
    """Every way to say a zone's name: long and short, with and without the place it is in."""
    whole = {fold(zone.name), fold(zone.short_name)}
    forms = {without_office(name) for name in whole} | {zone_form(name) for name in whole}
    for place in places:
        forms |= {form.removeprefix(place) for form in [*forms]}
    return {form for form in forms if len(form) > 1 and form[-1] in _KINDS}


def _common_endings(forms: Mapping[str, Iterable[str]]) -> set[str]:
    """What several names end in, and so any of their zones may be meant by: 开发区."""
    backward = sorted(form[::-1] for form in forms)
    found = set()
    for one, other in pairwise(backward):
        length = next(
            (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
            min(len(one), len(other)),
        )
        several = {*forms[one[::-1]]} != {*forms[other[::-1]]}
        if several and length > 2 and one[0] in _KINDS:
            found.add(one[:length][::-1])
    return found
