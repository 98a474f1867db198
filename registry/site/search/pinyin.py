"""Search by pinyin: whole syllables, or a letter for each character.

When the file is published every character of a name is given its readings: those that it has in
our names (行 in 行政 and in 银行), and others that it may have. They are stored by syllable, in an
index table, so that a query needs no dictionary. A query is split into syllables, and each stands
for the characters that are read so: matches begin and end where syllables do.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from registry.site.search.full_text import fold

_MOST_SPLITS: Final = 16
"""As many ways to split a query are tried; 方案 and 反感 are both `fangan`."""

_HAN: Final = re.compile("[\u3400-\u9fff]+")
_TONES: Final = re.compile("[\u0300\u0301\u0304\u030c]")
_QUERY: Final = re.compile("[a-z]+(?:['’][a-z]+)*")

_NAMES: Final = """
  SELECT name FROM public.items UNION SELECT name FROM public.departments
  UNION SELECT short_name FROM public.departments UNION SELECT name FROM public.zones
  UNION SELECT short_name FROM public.zones ORDER BY 1
"""


@dataclass(frozen=True)
class Readings:
    """Characters by syllable: those read so in our names, and those that may be read so."""

    usual: Mapping[str, str]
    possible: Mapping[str, str]
    initials: Mapping[str, str]


def fill_readings(conn: sqlite3.Connection) -> None:
    """Store the readings of all characters in the names of the public file that is being made."""
    usual, others = readings_of(name for (name,) in conn.execute(_NAMES))
    conn.executemany(
        "INSERT INTO public.readings_fts (syllable, characters, others) VALUES (?, ?, ?)",
        [
            (syllable, "".join(sorted(usual[syllable])), "".join(sorted(others[syllable])))
            for syllable in sorted({*usual, *others})
        ],
    )


def readings_of(names: Iterable[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Syllable → characters: as they are read in these names, and as else they may be read."""
    usual: defaultdict[str, set[str]] = defaultdict(set)
    others: defaultdict[str, set[str]] = defaultdict(set)
    characters: set[str] = set()
    for name in names:
        for run in _HAN.findall(fold(name)):
            characters.update(run)
            syllables = _syllables(run)
            if len(syllables) == len(run):  # not where a character has no reading at all
                for character, syllable in zip(run, syllables, strict=True):
                    usual[syllable].add(character)
    for character in characters:
        for syllable in _possible_syllables(character):
            # Keyboards have no ü: v is typed for it, or u.
            for typed in {syllable, syllable.replace("v", "u")}:
                if character not in usual[typed]:
                    others[typed].add(character)
    latin = re.compile("[a-z]+")
    for found in (usual, others):
        for syllable in [one for one in found if not latin.fullmatch(one) or not found[one]]:
            del found[syllable]
    return usual, others


# The dictionary takes most of the time of a publication, and the next one has the same names.
@lru_cache(maxsize=20_000)
def _syllables(run: str) -> tuple[str, ...]:
    """How Chinese characters are read together."""
    from pypinyin import Style, lazy_pinyin

    return tuple(lazy_pinyin(run, style=Style.NORMAL))


def read_aloud(word: str) -> str:
    """How a word of Chinese characters is read, in letters without tones or spaces."""
    return "".join(_syllables(word))


@lru_cache(maxsize=20_000)
def _possible_syllables(character: str) -> tuple[str, ...]:
    """All ways to read a Chinese character."""
    from pypinyin import Style, pinyin

    return tuple(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def load_readings(conn: sqlite3.Connection) -> Readings:
    """The readings as a published file has them; none where it was made before there were any."""
    try:
        rows = conn.execute("SELECT syllable, characters, others FROM readings_fts").fetchall()
    except sqlite3.OperationalError:
        rows = []
    return _cached_readings(tuple(rows))


def readings_for(names: Iterable[str]) -> Readings:
    """The readings of names that stand in no published file."""
    usual, others = readings_of(names)
    return as_readings(
        (syllable, "".join(sorted(usual[syllable])), "".join(sorted(others[syllable])))
        for syllable in sorted({*usual, *others})
    )


@lru_cache(maxsize=4)
def _cached_readings(rows: tuple[tuple[str, str, str], ...]) -> Readings:
    return as_readings(rows)


def as_readings(syllables: Iterable[tuple[str, str, str]]) -> Readings:
    """Readings from rows of a syllable, the characters read so here, and others."""
    rows = list(syllables)
    initials: defaultdict[str, str] = defaultdict(str)
    for syllable, characters, _others in rows:
        if characters:
            initials[syllable[0]] += characters
    return Readings(
        {syllable: characters for syllable, characters, _others in rows if characters},
        {syllable: characters + others for syllable, characters, others in rows},
        initials,
    )


def letters(text: str) -> str | None:
    """What was typed, as letters without tones; None where it is no pinyin."""
    spread = _TONES.sub("", unicodedata.normalize("NFD", text.casefold()))
    plain = unicodedata.normalize("NFKC", spread.replace("u\u0308", "v")).casefold()
    return plain if _QUERY.fullmatch(plain) else None


def pattern(typed: str, readings: Readings) -> str | None:
    """A regular expression for names, folded, that read as `typed`; None where no name can."""
    ways = []
    for syllables in splits(typed, readings.possible):
        # One syllable alone, in a reading that nothing here has, would find whatever it likes.
        characters = readings.possible if len(syllables) > 1 else readings.usual
        if all(syllable in characters for syllable in syllables):
            ways.append("".join(_one_of(characters[syllable]) for syllable in syllables))
    single = re.sub("['’]", "", typed)
    if len(single) > 1 and all(letter in readings.initials for letter in single):
        ways.append("".join(_one_of(readings.initials[letter]) for letter in single))
    return "|".join(ways) or None


def splits(typed: str, syllables: Iterable[str]) -> list[list[str]]:
    """The ways to read letters as syllables, longer syllables first; an apostrophe divides."""
    known = set(syllables)
    longest = max(map(len, known), default=0)
    hopeless: set[int] = set()

    def ways(start: int) -> Iterator[list[str]]:
        """The ways to read what begins at `start`."""
        if start < len(typed) and typed[start] in "'’":
            start += 1
        if start == len(typed):
            yield []
            return
        if start in hopeless:
            return
        found = False
        for end in range(min(start + longest, len(typed)), start, -1):
            if typed[start:end] in known:
                for rest in ways(end):
                    found = True
                    yield [typed[start:end], *rest]
        if not found:
            hopeless.add(start)

    return [way for way, _number in zip(ways(0), range(_MOST_SPLITS), strict=False)]


def _one_of(characters: str) -> str:
    return f"[{re.escape(characters)}]"
