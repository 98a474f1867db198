"""Search in things that stand in no published file, as people ask: for `registry find`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from registry.model.word_list import WordList
from registry.site.search.full_text import fold
from registry.site.search.meaning import Meaning
from registry.site.search.question import Term, understand
from registry.site.search.vocabulary import compiled, vocabulary
from registry.site.search.zone_words import Zone, zone_words


class Understood(NamedTuple):
    """What was found, as places in what was searched, and how the question was read: see
    `registry.site.search.results.Reading`."""

    places: list[int]
    replaced: list[tuple[str, list[str], list[str]]]
    dropped: list[str]
    unknown: list[str]


def ask(
    query: str,
    named: Sequence[Sequence[str]],
    bodies: Iterable[Zone],
    places: tuple[str, ...],
    words: WordList,
) -> Understood | None:
    """What a question means among things with names; None where it can only be taken as typed.

    `bodies`: those whose names may be of zones; what is conferred on one has the zone among its
    names. `places`: what the registry is about, which may stand before a zone's name.
    """
    texts = ["\n".join(names) for names in named]
    every = "\n".join(map(fold, texts))
    known = vocabulary(compiled(words.model_dump_json()))
    zones = tuple(bodies)
    question = understand(query, known, zone_words(zones, places), lambda text: text in every)
    if not question.changed:
        return None
    terms = [*question.terms]
    if question.zones:
        names = tuple(fold(zone.name) for zone in zones if zone.id in question.zones)
        terms.append(Term("\0", names))
    meaning = Meaning(terms, [(str(place), text, 0) for place, text in enumerate(texts)])
    replaced = [one for one in meaning.replaced if one[0] != "\0"]
    found = [int(hit.key) for hit in meaning.hits()]
    return Understood(found, replaced, question.dropped, meaning.unknown)
