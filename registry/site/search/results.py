"""What a published file has for a query: items, departments, zones, notices and clauses.

Items stand in groups: what the question means, where it is understood otherwise than typed; those
whose names hold every word as typed, which are those that LIKE finds; those found by pinyin or
words near in meaning. In each, what people apply for comes before what authorities do to them.
"""

from __future__ import annotations

import re
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any, Final

from registry.site.search.full_text import fold
from registry.site.search.matching import (
    NUMBER,
    Hit,
    Word,
    excerpt,
    folded_text,
    match,
    parts_of,
    suggestions,
    words_of,
)
from registry.site.search.meaning import Meaning, Name
from registry.site.search.nearest import nearest_names
from registry.site.search.pinyin import load_readings
from registry.site.search.question import Question, understand
from registry.site.search.vocabulary import load_vocabulary
from registry.site.search.zone_words import ZoneWords, load_zone_words
from registry.text import id_key, name_key

MAX_SHOWN: Final = 30
"""As many of a group are shown."""
_MAX_NEAREST: Final = 8

_ITEMS: Final = """
  SELECT id, name,
    CASE
      WHEN initiation = '依申请' THEN 0 WHEN power_type = '公共服务' THEN 1
      WHEN power_type IN ('行政处罚', '行政强制') THEN 3 ELSE 2
    END AS rank
  FROM items ORDER BY no
"""
"""What is applied for, then services, then the rest, and penalties last."""
_DETAILS: Final = """
  SELECT id, department, power_type, mode, provenance, unofficial_fields FROM items WHERE id IN ({})
"""
_ANSWERS: Final = """
  SELECT w.item, w.zone, w.answer_zh, w.answer_en
  FROM answers AS w JOIN delegations AS d ON d.id = w.delegation
  WHERE w.item IN ({}) ORDER BY d.no
"""
_IN_ZONES: Final = "SELECT DISTINCT item FROM delegations WHERE zone IN ({})"
_PLACES: Final = "SELECT id, name, short_name FROM {} ORDER BY rowid"
_NOTICES: Final = "SELECT id, title, number FROM instrument ORDER BY rowid"
_NUMBERS: Final = "SELECT id, reference, annex, seq FROM items ORDER BY no"
_DELEGATIONS: Final = "SELECT reference, item FROM delegations ORDER BY no"
_CLAUSES: Final = """
  SELECT c.instrument, c.id, c.heading, c.text
  FROM clauses AS c JOIN instrument AS i ON i.id = c.instrument ORDER BY i.rowid, c.id
"""
_ID: Final = re.compile(r"(?:[a-z][a-z0-9-]*:)?[0-9]{1,3}-[0-9]{1,7}(?:-[a-z0-9]+)*")
_PLACE_IN_ANNEX: Final = re.compile(r"附件([0-9]{1,3})第?([0-9]{1,7})[项号]?")


@dataclass
class Group:
    """Hits of one kind: the first of them, and how many there are. `details`: by key."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    keys: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def add(self, hit: Hit) -> None:
        """One more hit."""
        self.total += 1
        self.keys.append(hit.key)
        if self.total <= MAX_SHOWN:
            self.hits.append(hit)


@dataclass
class Reading:
    """How a query was understood, for saying so.

    `zones`: id → name and what to search without it. `replaced`: what was typed, what it was looked
    for as, and what of that no item is called. `unknown`: what no name holds and was left out.
    `elsewhere`: items that the zones do not hold. `query`: what is looked for, without zones.
    """

    zones: dict[str, tuple[str, str]] = field(default_factory=dict)
    replaced: list[tuple[str, list[str], list[str]]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    simplified: bool = False
    elsewhere: int = 0
    query: str = ""


@dataclass
class SearchResults:
    """The hits for a query, in groups. `nearest`: names that hold only a part of it, which count
    as nothing found."""

    meant: Group = field(default_factory=Group)
    literal: Group = field(default_factory=Group)
    other: Group = field(default_factory=Group)
    departments: Group = field(default_factory=Group)
    zones: Group = field(default_factory=Group)
    notices: Group = field(default_factory=Group)
    clauses: Group = field(default_factory=Group)
    nearest: Group = field(default_factory=Group)
    suggestions: list[str] = field(default_factory=list)
    reading: Reading = field(default_factory=Reading)

    @property
    def item_groups(self) -> tuple[Group, ...]:
        """The groups that hold items, in the order of the page."""
        return (self.meant, self.literal, self.other, self.nearest)

    @property
    def total(self) -> int:
        """How many of every kind."""
        items = (self.meant, self.literal, self.other)
        others = (self.departments, self.zones, self.notices, self.clauses)
        return sum(group.total for group in (*items, *others))


def search_file(conn: sqlite3.Connection, query: str) -> SearchResults:
    """Search the names and clauses of a published file for a query."""
    found = SearchResults()
    vocabulary = load_vocabulary(conn)
    readings = load_readings(conn)
    words = words_of(query, readings, vocabulary.same)
    if not words:
        return found
    names: list[Name] = sorted(conn.execute(_ITEMS), key=itemgetter(2))
    _find_numbers(conn, query, names, found.meant)
    _find_items(found, words, names)
    zones = load_zone_words(conn)
    typed = fold(query)
    held = {typed, *typed.split()} if found.literal.total else set()
    searched = _Searched(names, held)
    question = understand(query, vocabulary, zones, searched.known, searched.offered)
    if question.changed:
        again = words_of(question.text, readings, vocabulary.same)
        _find_meant(conn, found, question, zones, names, again)
    reading = found.reading
    told = reading.elsewhere or any(not held for _typed, held, _lacking in reading.replaced)
    if not told and not any(group.total for group in found.item_groups):
        for hit in nearest_names(question.terms, names, vocabulary.dropped, _MAX_NEAREST):
            found.nearest.add(hit)
    _add_details(conn, found, question.zones)
    for table, group in (("departments", found.departments), ("zones", found.zones)):
        _add(group, words, conn.execute(_PLACES.format(table)))
    if not question.terms:
        for zone in question.zones:
            if zone not in found.zones.keys:
                name = zones.names[zone]
                found.zones.add(Hit(zone, parts_of(name, [(0, len(name))]), ()))
    _find_notices(conn, found.notices, query, words)
    _find_clauses(conn, found.clauses, words_of(query, None, vocabulary.same))
    if not found.total:
        found.suggestions = suggestions(query, [name for _key, name, _rank in names])
    return found


class _Searched:
    """The names, to look whether any holds a text; put together only when asked.

    `held`: texts that are known to stand in some.
    """

    def __init__(self, names: list[Name], held: set[str]) -> None:
        self._names = names
        self._held = held

    @cached_property
    def _texts(self) -> tuple[str, str]:
        folded = [folded_text(name)[0] for _key, name, _rank in self._names]
        offered = bisect_left(self._names, 1, key=itemgetter(2))
        return "\n".join(folded), "\n".join(folded[:offered])

    def known(self, text: str) -> bool:
        """Whether a name holds it."""
        return text in self._held or text in self._texts[0]

    def offered(self, text: str) -> bool:
        """Whether the name of something that people apply for holds it."""
        return text in self._texts[1]


def _find_items(found: SearchResults, words: list[Word], names: list[Name]) -> None:
    """Items whose names hold every word, as typed or otherwise."""
    numbered = {*found.meant.keys}
    for key, name, _rank in names:
        hit = match(words, key, name)
        if hit and (hit.literal or key not in numbered):
            (found.literal if hit.literal else found.other).add(hit)


def _find_meant(
    conn: sqlite3.Connection,
    found: SearchResults,
    question: Question,
    zones: ZoneWords,
    names: list[Name],
    words: list[Word],
) -> None:
    """Items that the question means; its words may be found otherwise than typed as well."""
    if found.literal.total and not question.zones and not _replaces(question):
        return  # nothing but words of a sentence would be looked for otherwise
    reading = found.reading = _reading(question, zones)
    if not question.terms:
        return
    here = _items_in(conn, question.zones) if question.zones else None
    meaning = Meaning(question.terms, names)
    reading.unknown = meaning.unknown
    reading.replaced = meaning.replaced
    literal = {*found.literal.keys}
    for hit in meaning.hits():
        if here is not None and hit.key not in here:
            reading.elsewhere += 1
        elif question.zones or hit.key not in literal:
            found.meant.add(hit)
    if not found.meant.total and not found.literal.total:
        found.other = Group()
        for key, name, _rank in names:
            other = match(words, key, name)
            if other and (here is None or key in here):
                found.other.add(other)


def _replaces(question: Question) -> bool:
    return bool(question.simplified) or any(term.meanings for term in question.terms)


def _reading(question: Question, zones: ZoneWords) -> Reading:
    """How to say what was understood; of each zone, the query without it."""
    without = {
        zone: " ".join(
            [zones.names[other] for other in question.zones if other != zone] + [question.text]
        ).strip()
        for zone in question.zones
    }
    return Reading(
        {zone: (zones.names[zone], without[zone]) for zone in question.zones},
        dropped=question.dropped,
        simplified=bool(question.simplified),
        query=question.text,
    )


def _items_in(conn: sqlite3.Connection, zones: list[str]) -> set[str]:
    rows = conn.execute(_IN_ZONES.format(", ".join("?" * len(zones))), zones)
    return {item for (item,) in rows}


def _find_numbers(conn: sqlite3.Connection, query: str, names: list[Name], group: Group) -> None:
    """Items that a query names by id, reference, or place in an annex."""
    text = id_key(query)
    place = _PLACE_IN_ANNEX.fullmatch(text)
    if not place and not _ID.fullmatch(text):
        return
    found: dict[str, None] = {}
    for key, reference, annex, seq in conn.execute(_NUMBERS):
        if text in _ways(reference) or (place and (int(place[1]), int(place[2])) == (annex, seq)):
            found[key] = None
    if not found:
        rows = conn.execute(_DELEGATIONS)
        found = {item: None for reference, item in rows if text in _ways(reference)}
    for key, name, _rank in names:
        if key in found:
            group.add(Hit(key, parts_of(name, ()), (NUMBER,)))


def _ways(reference: str) -> tuple[str, str]:
    """How an id may be written: with the instrument's before it, and without."""
    known = id_key(reference)
    return known, known.partition(":")[2]


def _add_details(conn: sqlite3.Connection, found: SearchResults, zones: list[str]) -> None:
    """What a hit shows of its item: facts, and answers; of the zones asked about, if any."""
    shown = [hit.key for group in found.item_groups for hit in group.hits]
    rows = conn.execute(_DETAILS.format(", ".join("?" * len(shown))), shown)
    rows.row_factory = sqlite3.Row
    details = {row["id"]: {**dict(row), "answers": []} for row in rows}
    for item, zone, zh, en in conn.execute(_ANSWERS.format(", ".join("?" * len(shown))), shown):
        answers = details[item]["answers"]
        if (not zones or zone in zones) and (zh, en) not in answers:
            answers.append((zh, en))
    for group in found.item_groups:
        group.details = details


def _add(group: Group, words: list[Word], rows: Iterable[tuple[str, ...]]) -> None:
    for key, *texts in rows:
        hit = match(words, key, *texts)
        if hit:
            group.add(hit)


def _find_notices(conn: sqlite3.Connection, group: Group, query: str, words: list[Word]) -> None:
    """Notices by their numbers, however their brackets are typed, or words of their titles."""
    wanted = _bare(query)
    for key, title, number in conn.execute(_NOTICES):
        hit = match(words, key, title)
        if hit and hit.literal:
            group.add(hit)
        elif len(wanted) > 3 and wanted in _bare(number):
            group.add(Hit(key, parts_of(title, ()), ()))
        if group.keys[-1:] == [key]:
            group.details[key] = number


def _bare(text: str) -> str:
    return re.sub(r"\W", "", name_key(text))


def _find_clauses(conn: sqlite3.Connection, group: Group, words: list[Word]) -> None:
    """Clauses: long texts, which nearly any initials would find, so that pinyin is not tried."""
    for instrument, key, heading, text in conn.execute(_CLAUSES):
        hit = match(words, key, text, heading)
        if hit:
            address = f"{instrument}#{key}"
            group.add(Hit(address, excerpt(hit.parts), hit.reasons))
            group.details[address] = {"instrument": instrument, "id": key, "heading": heading}
