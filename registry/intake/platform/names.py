"""Cells that name an item or a body -> the registry's own row numbers, or that none is known.

What is not known for certain is not guessed: a name that is only like an item's, or that several
have, is told as doubtful, and no item is set.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from registry.intake.listing.cleaning import clean_name, is_nothing, match_key
from registry.intake.platform.values import MAX_KEPT
from registry.model.case import Matched
from registry.text import id_key, name_key, nfkc

_GRAM: Final = 4
"""Characters of the parts by which like names are found."""
_MIN_PREFIX: Final = 3
"""Characters of the shortest name that a cell may begin with."""
_MAX_LIKE: Final = 5
"""Names that a cell's is compared with, character by character."""
_LIKE: Final = 0.85
_EXPONENT: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE]\+?[0-9]+")
_ROUNDED: Final = re.compile(r"[0-9]{15}0+")
_LONG: Final = 20
"""Digits from which on a number that ends in zeros is one that a spreadsheet has rounded."""
_SEPARATORS: Final = re.compile("[:：]")


class Body(NamedTuple):
    """The number of a zone or of a department; neither where none is known."""

    zone: int | None = None
    department: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is one."""
        return self != NO_BODY


NO_BODY: Final = Body()


class FoundItem(NamedTuple):
    """The number of an item, and how it was found; `lost`: that a code had lost digits."""

    item: int | None
    matched: Matched
    lost: bool = False


_BESIDE = re.compile("[、,;/|+&和与及]")
"""What may stand between two bodies; in a name as well."""
_NO_PART = re.compile(
    "^(?:[、,;/|+&和与及]|以外|之外|除外|外$)"
    "|(?:公司|集团|企业|协会|商会|学校|医院|银行|合作社|事务所|居委会|村委会)(?:\\(.*\\))?$"
)
"""What follows a body's name where the whole is no part of the body."""


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item of the registry. `zones`: numbers of those that have a delegation of it."""

    no: int
    instrument: str
    id: str
    name: str
    codes: tuple[str, ...]
    zones: frozenset[int]


@dataclass(frozen=True)
class Known:
    """What the registry knows that cells may name.

    `bodies`: name → body; `prefixes`: of those, names that a cell may begin with; `roles`: name of
    a role → acts; `acts`: id or name → id; `duties`: name of a duty that is counted from cases →
    instrument → its number; `logins`: login of the latest accounts → body.
    """

    items: tuple[KnownItem, ...] = ()
    bodies: Mapping[str, Body] = field(default_factory=dict)
    prefixes: Mapping[str, Body] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    acts: Mapping[str, str] = field(default_factory=dict)
    duties: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    logins: Mapping[str, Body] = field(default_factory=dict)


class Bodies(dict[str, Body]):
    """Text of a cell → the body that it names, or begins with the name of; NO_BODY else."""

    def __init__(self, known: Known) -> None:
        super().__init__({"": NO_BODY})
        self._names = _by_key(known.bodies)
        prefixes = _by_key(known.prefixes)
        self._prefixes = {key: body for key, body in prefixes.items() if len(key) >= _MIN_PREFIX}
        self._lengths = sorted({len(key) for key in self._prefixes}, reverse=True)

    def __missing__(self, text: str) -> Body:
        if len(self) >= MAX_KEPT:
            self.clear()
        key = name_key(text)
        found = self._names.get(key)
        if found is None:
            found = self._prefixes.get(self._prefix(key), NO_BODY)
            if found.is_known and not self._is_part(text):
                found = NO_BODY
        self[text] = found
        return found

    def _is_part(self, text: str) -> bool:
        """Whether what follows a body's name is of a part of it: a hall or an office, no other body
        beside it, no exception, and no company that is called after the place."""
        rest = "".join(nfkc(text).split())[len(self.prefix(text)) :]
        if _NO_PART.search(rest):
            return False
        others = (name_key(part) for part in _BESIDE.split(rest)[1:])
        return not any(key and (key in self._names or self._prefix(key)) for key in others)

    def prefix(self, text: str) -> str:
        """The longest name of a body with which a text begins, as it stands there; or ""."""
        return "".join(nfkc(text).split())[: len(self._prefix(name_key(text)))]

    def _prefix(self, key: str) -> str:
        for length in self._lengths:
            if key[:length] in self._prefixes:
                return key[:length]
        return ""


def _by_key(names: Mapping[str, Body]) -> dict[str, Body]:
    """The same by normal form; what two bodies are called is neither's."""
    keys: dict[str, Body] = {}
    for name, body in names.items():
        key = name_key(name)
        if keys.setdefault(key, body) != body:
            keys[key] = NO_BODY
    return {key: body for key, body in keys.items() if key and body.is_known}


ItemCells = tuple[str, str, str, str, int | None]
"""Implementation code, basic code, any code or reference, name; and the zone that acts."""


class Items(dict[ItemCells, FoundItem]):
    """Cells that name an item → the item."""

    def __init__(self, known: Known, instrument: str | None = None) -> None:
        super().__init__()
        self.has_lost = False
        """Whether any code had lost digits."""
        self._items = {
            item.no: item
            for item in known.items
            if instrument is None or item.instrument == instrument
        }
        self._codes: dict[str, set[int]] = {}
        self._names: dict[str, set[int]] = {}
        self._references: dict[str, set[int]] = {}
        self._like: dict[str, set[int]] = {}
        self._instruments = {item.instrument for item in known.items}
        for no, item in self._items.items():
            for code in item.codes:
                self._codes.setdefault(_code_key(code), set()).add(no)
            self._names.setdefault(name_key(item.name), set()).add(no)
            self._references.setdefault(id_key(item.id), set()).add(no)
            self._like.setdefault(match_key(item.name), set()).add(no)
        self._keys = list(self._like)
        self._grams: dict[str, list[int]] = {}
        for place, key in enumerate(self._keys):
            for gram in _grams(key):
                self._grams.setdefault(gram, []).append(place)

    def __missing__(self, cells: ItemCells) -> FoundItem:
        if len(self) >= MAX_KEPT:
            self.clear()
        found = self[cells] = self._find(cells)
        self.has_lost = self.has_lost or found.lost
        return found

    def instrument(self, item: int | None) -> str | None:
        """Id of the instrument of an item."""
        return self._items[item].instrument if item is not None else None

    def _find(self, cells: ItemCells) -> FoundItem:
        *codes, name, zone = cells
        lost = False
        by_code: set[int] = set()
        for text in map(str.strip, codes):
            if is_nothing(text) or by_code:
                continue
            by_code = self._codes.get(_code_key(text), set()) or self._referred(text)
            lost = lost or (not by_code and _lost_digits(text))
        named = clean_name(name)
        by_name: set[int] = set()
        if not is_nothing(named):
            by_name = self._names.get(name_key(name)) or self._names.get(name_key(named), set())
            by_name = by_name or self._referred(named)
        if by_code and by_name and not by_code & by_name:
            return FoundItem(None, "doubtful", lost)
        if by_code:
            return self._one(by_code & by_name or by_code, "code", zone, lost=lost)
        if by_name:
            return self._one(by_name, "name", zone, lost=lost)
        return FoundItem(None, "doubtful" if self._is_like(named) else "none", lost)

    def _one(self, found: set[int], how: Matched, zone: int | None, *, lost: bool) -> FoundItem:
        """The one item; of several that which the acting zone has, else none is certain."""
        if len(found) > 1 and zone is not None:
            found = {no for no in found if zone in self._items[no].zones} or found
        if len(found) == 1:
            return FoundItem(next(iter(found)), how, lost)
        return FoundItem(None, "doubtful", lost)

    def _referred(self, text: str) -> set[int]:
        """Items that a reference names: an id, or INSTRUMENT:ID."""
        parts = _SEPARATORS.split(text, maxsplit=1)
        if len(parts) == 2 and parts[0].strip() in self._instruments:
            owned = self._references.get(id_key(parts[1]), set())
            return {no for no in owned if self._items[no].instrument == parts[0].strip()}
        return self._references.get(id_key(text), set())

    def _is_like(self, name: str) -> bool:
        """Whether an item's name is nearly this: a part of it, or all but a few characters."""
        key = match_key(name) if not is_nothing(name) else ""
        if key in self._like:
            return True
        if len(key) < _GRAM:
            return False
        places = [found for gram in _grams(key) if (found := self._grams.get(gram))]
        counted: Counter[int] = Counter()
        for found in sorted(places, key=len)[: 2 * _GRAM]:
            counted.update(found)
        for place, _n in counted.most_common(_MAX_LIKE):
            known = self._keys[place]
            if key in known or known in key:
                return True
            compared = SequenceMatcher(None, known, key)
            if compared.real_quick_ratio() >= _LIKE and compared.ratio() >= _LIKE:
                return True
        return False


def _grams(key: str) -> set[str]:
    return {key[i : i + _GRAM] for i in range(max(len(key) - _GRAM + 1, 1))}


def _code_key(text: str) -> str:
    return name_key(text).replace("-", "")


def _lost_digits(text: str) -> bool:
    """Whether a code is a number that a spreadsheet has rounded: 3.7E+30, or zeros at its end."""
    plain = nfkc(text).strip().replace(",", "")
    if _EXPONENT.fullmatch(plain):
        return True
    return len(plain) >= _LONG and bool(_ROUNDED.fullmatch(plain))


def own_codes(codes: Iterable[str | None]) -> tuple[str, ...]:
    """The codes that are stated."""
    return tuple(code for code in codes if code)
