"""Names that hold a good part of what was looked for, where none holds all of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from math import log
from typing import Final

from registry.site.search.matching import Hit, folded_text, parts_of
from registry.site.search.meaning import Name
from registry.site.search.question import Term

_HAN: Final = re.compile("[\u3400-\u9fff]+")
_LEAST: Final = 0.4
"""Of what a question says, the least that a name has to hold."""
_RANK: Final = 0.05
"""How much less a name counts for each rank that it stands behind."""


def nearest_names(
    terms: Sequence[Term], names: Sequence[Name], idle: Collection[str], most: int
) -> list[Hit]:
    """The names that hold most of the terms: of each its characters, and pairs of them.

    What few names hold counts for more, and of the characters that are not `idle` half have to be
    there. Of equals the first stands first.
    """
    wanted = {one for term in terms for one in "".join(_HAN.findall(term.typed))} - {*idle}
    folded = [(key, name, folded_text(name)[0], rank) for key, name, rank in names]
    ways = [[_weights(way, folded) for way in (*term.meanings, term.typed)] for term in terms]
    ways = [[grams for grams in one if grams] for one in ways]
    ways = [one for one in ways if one]
    grams = {gram for one in ways for way in one for gram in way}
    pairs = [gram for gram in grams if len(gram) > 1]
    scored = []
    for place, (key, name, text, rank) in enumerate(folded if ways else ()):
        if 2 * len(wanted.intersection(text)) < len(wanted) or not any(p in text for p in pairs):
            continue
        score = sum(max(_share(grams, text) for grams in one) for one in ways) / len(ways)
        if score >= _LEAST:
            scored.append((rank * _RANK - score, place, key, name, text))
    return [
        Hit(key, parts_of(name, _spans(pairs, text)), ())
        for _score, _place, key, name, text in sorted(scored)[:most]
    ]


def _weights(way: str, folded: Sequence[tuple[str, str, str, int]]) -> dict[str, float]:
    """Characters and pairs of a text that some names hold → how much each says."""
    grams: set[str] = set()
    for run in _HAN.findall(way):
        grams |= {*run, *(run[i : i + 2] for i in range(len(run) - 1))}
    counts = {gram: sum(gram in text for _key, _name, text, _rank in folded) for gram in grams}
    return {gram: log(1 + len(folded) / n) for gram, n in counts.items() if n}


def _share(grams: dict[str, float], text: str) -> float:
    """How much of the grams a text holds, from 0 to 1."""
    return sum(w for gram, w in grams.items() if gram in text) / sum(grams.values())


def _spans(pairs: list[str], text: str) -> list[tuple[int, int]]:
    """Where pairs stand in a text."""
    return [
        (found.start(), found.end())
        for pair in pairs
        if pair in text
        for found in re.finditer(pair, text)
    ]
