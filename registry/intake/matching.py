"""Which rows of two lists are the same power, by their names.

The same: equal names but for width, case, punctuation and joining words, and no type that says
otherwise. Everything less is only probable, with a score from 0 to 100 (rapidfuzz's ratio of the
names' cores), and for a person to decide: names of penalties differ in two characters of thirty.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from registry.intake.listing.cleaning import match_key

PROBABLE: Final = 75.0
"""The least score of a probable pair."""

_CHUNK: Final = 200
_LEVEL: Final = re.compile(
    r"（[^（）]*(?:级|权限|行使)[^（）]*）$|[(][^()]*(?:级|权限|行使)[^()]*[)]$"
)
_FRAME: Final = re.compile(r"^对(?=.{4})|(?:行为|情形)?(?:行政)?(?:处罚|检查|监督检查)$")


@dataclass(frozen=True, slots=True)
class Named:
    """What a row is known by. None: not stated, so that it can't contradict."""

    name: str
    power_type: str | None = None
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows, by their places in the two lists."""

    left: int
    right: int
    score: float


@dataclass
class Pairing:
    """What two lists have in common. `probable` are candidates: a row may stand in several."""

    same: list[Pair] = field(default_factory=list)
    probable: list[Pair] = field(default_factory=list)

    def best(self) -> list[Pair]:
        """The best probable pairs, no row in more than one."""
        left: set[int] = set()
        right: set[int] = set()
        chosen = []
        for pair in sorted(self.probable, key=lambda p: (-p.score, p.left, p.right)):
            if pair.left not in left and pair.right not in right:
                left.add(pair.left)
                right.add(pair.right)
                chosen.append(pair)
        return chosen


def pair_up(
    left: Sequence[Named],
    right: Sequence[Named],
    *,
    candidates: int = 3,
    tick: Callable[[int, int], None] = lambda done, total: None,
) -> Pairing:
    """Find the pairs. At most `candidates` probable ones a row of `left`; `tick`: done, of all."""
    pairing = Pairing()
    _pair_equal(left, right, pairing)
    paired_left = {pair.left for pair in pairing.same}
    paired_right = {pair.right for pair in pairing.same}
    rest_left = [i for i in range(len(left)) if i not in paired_left]
    rest_right = [i for i in range(len(right)) if i not in paired_right]
    for done in range(0, len(rest_left), _CHUNK):
        tick(done, len(rest_left))
        chunk = rest_left[done : done + _CHUNK]
        pairing.probable += _probable(left, right, chunk, rest_right, candidates)
    return pairing


def near_duplicates(rows: Sequence[Named], least: float = 92.0) -> list[Pair]:
    """Rows of one list whose names are nearly or quite the same, and whose types agree."""
    pairs = []
    places = list(range(len(rows)))
    for done in range(0, len(rows), _CHUNK):
        chunk = places[done : done + _CHUNK]
        for pair in _probable(rows, rows, chunk, places[done:], 5, least=least, itself=True):
            if pair.left < pair.right:
                pairs.append(pair)
    return sorted(pairs, key=lambda p: (-p.score, p.left, p.right))


def _pair_equal(left: Sequence[Named], right: Sequence[Named], pairing: Pairing) -> None:
    """Pair rows of one key where it is clear which belongs to which."""
    groups: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((left, right)):
        for index, row in enumerate(rows):
            groups[match_key(row.name)][side].append(index)
    for ours, theirs in groups.values():
        if not (ours and theirs):
            continue
        fits = {i: [j for j in theirs if _agree(left[i], right[j])] for i in ours}
        clear = _clear(fits)
        # Of several of one name, departments tell which is which.
        clear |= _clear(
            {
                i: [
                    j
                    for j in found
                    if j not in clear.values() and left[i].departments & right[j].departments
                ]
                for i, found in fits.items()
                if i not in clear
            }
        )
        pairing.same += [Pair(i, j, 100.0) for i, j in clear.items()]


def _clear(fits: dict[int, list[int]]) -> dict[int, int]:
    """Those that fit one other, and which nothing else fits."""
    taken = [j for found in fits.values() for j in found]
    return {
        i: found[0] for i, found in fits.items() if len(found) == 1 and taken.count(found[0]) == 1
    }


def _agree(one: Named, other: Named) -> bool:
    """Whether the types don't contradict each other."""
    return None in (one.power_type, other.power_type) or one.power_type == other.power_type


def _probable(
    left: Sequence[Named],
    right: Sequence[Named],
    ours: Iterable[int],
    theirs: Sequence[int],
    most: int,
    *,
    least: float = PROBABLE,
    itself: bool = False,
) -> list[Pair]:
    """The best-scored pairs of each of `ours` with `theirs`, of types that don't contradict."""
    from rapidfuzz import fuzz, process

    by_type: dict[str | None, list[int]] = defaultdict(list)
    for j in theirs:
        by_type[right[j].power_type].append(j)
    pairs = []
    for i in ours:
        kinds = by_type if left[i].power_type is None else (left[i].power_type, None)
        places = {j: core(right[j].name) for kind in kinds for j in by_type.get(kind, ())}
        if itself:
            places.pop(i, None)
        found = process.extract(
            core(left[i].name), places, scorer=fuzz.ratio, limit=most, score_cutoff=least
        )
        pairs += [Pair(i, j, round(score, 1)) for _name, score, j in found]
    return pairs


def likeness(one: str, other: str) -> float:
    """The score of two names, 0 to 100."""
    from rapidfuzz import fuzz

    return round(fuzz.ratio(core(one), core(other)), 1)


@lru_cache(1 << 17)
def core(name: str) -> str:
    """What a name is about: its key without the frame that all names of a type share.

    对…行为的处罚 and （县级） say nothing about which power it is.
    """
    bare = _LEVEL.sub("", name.strip())
    return _FRAME.sub("", match_key(bare)) or match_key(name)
