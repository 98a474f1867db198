"""Which names match a query: by the words as they are written, else by pinyin or synonyms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from registry.locale import N_
from registry.site.search.full_text import fold
from registry.site.search.pinyin import Readings, letters, pattern

PINYIN: Final = N_("pinyin")
SYNONYM: Final = N_("near in meaning")
NUMBER: Final = N_("item number")

_PIECES: Final = re.compile(
    "[a-z\u00c0-\u024f\u0300-\u036f'’]+|[^a-z\u00c0-\u024f\u0300-\u036f'’]+"
)
_NEIGHBOURHOOD: Final = 36
"""As many characters of a long text are shown before and after what was found."""


class Part(NamedTuple):
    """A part of a text, and whether it is what was looked for."""

    text: str
    found: bool


@dataclass(frozen=True)
class Hit:
    """A text that holds every word. `reasons`: why, where not all words are written in it."""

    key: str
    parts: list[Part]
    reasons: tuple[str, ...]

    @property
    def literal(self) -> bool:
        """Whether every word stands in it as it was typed."""
        return not self.reasons


@dataclass(frozen=True)
class Word:
    """One word of a query, folded, and what else may stand for it: why, and as which pattern."""

    text: str
    others: tuple[tuple[str, re.Pattern[str]], ...] = ()

    def look(self, text: str) -> tuple[list[tuple[int, int]], str | None]:
        """Where it stands in a folded text, and why if not as written. Nowhere: not found."""
        spans = [(found.start(), found.end()) for found in _occurrences(self.text, text)]
        if spans:
            return spans, None
        for reason, expression in self.others:
            spans = [found.span() for found in expression.finditer(text)]
            if spans:
                return spans, reason
        return [], None


def words_of(
    query: str, readings: Readings | None, same: Sequence[Sequence[str]] = ()
) -> list[Word]:
    """The words of a query. Without `readings` pinyin is not tried; `same`: words near in meaning,
    group by group."""
    found = []
    typed_words = list(dict.fromkeys(query.split()))
    if readings and len(typed_words) > 1:
        syllables = [letters(typed) for typed in query.split()]
        if all(syllable in readings.usual for syllable in syllables):
            # Pinyin with a space after each syllable, as 汉语拼音 is often typed: one word.
            typed_words = ["'".join(str(syllable) for syllable in syllables)]
    for typed in typed_words:
        others = []
        near = _near(fold(typed), same)
        if near:
            others.append((SYNONYM, re.compile("|".join(map(re.escape, near)))))
        spelled = _spelled(typed, readings) if readings else None
        if spelled:
            others.append((PINYIN, re.compile(spelled)))
        found.append(Word(fold(typed), tuple(others)))
    return found


def match(words: Sequence[Word], key: str, *texts: str) -> Hit | None:
    """Match a thing that has a key and several names; None where a word is in none of them.

    A word may be the key, too. The hit shows the first text.
    """
    if not words:
        return None
    reasons: dict[str, None] = {}
    shown: list[tuple[int, int]] = []
    for word in words:
        for position, text in enumerate(texts):
            spans, reason = word.look(folded_text(text)[0])
            if spans:
                if position == 0:
                    shown += spans
                break
        else:
            if word.text != key.casefold():
                return None
            reason = NUMBER
        if reason:
            reasons[reason] = None
    return Hit(key, parts_of(texts[0], shown), tuple(reasons))


def excerpt(parts: list[Part]) -> list[Part]:
    """A long text, cut down to the neighbourhood of the first thing found in it."""
    first = next((number for number, part in enumerate(parts) if part.found), None)
    before = "".join(part.text for part in parts[:first]) if first is not None else ""
    rest = list(parts[first:]) if first is not None else list(parts)
    shown = [Part("…" + before[-_NEIGHBOURHOOD:], False) if before[_NEIGHBOURHOOD:] else None]
    if shown[0] is None:
        shown = [Part(before, False)]
    room = 2 * _NEIGHBOURHOOD
    for part in rest:
        if room <= 0:
            break
        text = part.text if part.found or len(part.text) <= room else part.text[:room] + "…"
        shown.append(Part(text, part.found))
        room -= len(text)
    return [part for part in shown if part and part.text]


def suggestions(query: str, names: Sequence[str], most: int = 3) -> list[str]:
    """Parts of what was looked for, each in some name: the longest, to begin anew with."""
    folded = [folded_text(name)[0] for name in names]
    words = list(dict.fromkeys(fold(word) for word in query.split()))
    found = [word for word in words if any(word in name for name in folded)] if words[1:] else []
    for word in words:
        if found:
            break
        whole = word[:20]
        for length in range(len(whole) - 1, 1, -1):
            parts = dict.fromkeys(whole[i : i + length] for i in range(len(whole) - length + 1))
            found += [part for part in parts if any(part in name for name in folded)]
            if found:
                break
    return found[:most]


def _occurrences(word: str, text: str) -> Iterator[re.Match[str]]:
    return re.finditer(re.escape(word), text) if word and word in text else iter(())


@lru_cache(maxsize=16384)
def folded_text(text: str) -> tuple[str, list[int]]:
    """A text folded, and for each of its characters where in the text it comes from."""
    if fold(text) == text:
        return text, list(range(len(text)))
    characters = [(fold(character), place) for place, character in enumerate(text)]
    places = [place for folded, place in characters for _one in folded]
    return "".join(folded for folded, _place in characters), places


def parts_of(text: str, spans: Iterable[tuple[int, int]]) -> list[Part]:
    """A text in parts: what stands at the spans of the folded text, and what does not."""
    folded, places = folded_text(text)
    marked = {places[i] for start, end in spans for i in range(start, end) if i < len(folded)}
    parts: list[Part] = []
    for place, character in enumerate(text):
        found = place in marked
        if parts and parts[-1].found == found:
            parts[-1] = Part(parts[-1].text + character, found)
        else:
            parts.append(Part(character, found))
    return parts


def _spelled(typed: str, readings: Readings) -> str | None:
    """A pattern for a word that is pinyin, or of which some is."""
    made = ""
    spelled = False
    for piece in _PIECES.findall(fold_letters(typed)):
        as_typed = letters(piece)
        expression = pattern(as_typed, readings) if as_typed else None
        spelled = spelled or expression is not None
        made += f"(?:{expression})" if expression else re.escape(fold(piece))
    return made if spelled else None


def fold_letters(text: str) -> str:
    """Fold what is no letter with a mark: its marks tell tones."""
    return "".join(fold(one) if len(fold(one)) == 1 else one for one in text)


def _near(word: str, same: Sequence[Sequence[str]]) -> list[str]:
    """What a word becomes when one expression in it is exchanged for another of its group."""
    found: dict[str, None] = {}
    for group in same:
        held = [one for one in group if one in word]
        # 许可证 is not 许可 with something after it.
        held = [one for one in held if not any(one != other and one in other for other in held)]
        for one in held:
            for other in group:
                if other not in word and not (one in other and word != one):
                    found[word.replace(one, other, 1)] = None
    return list(found)
