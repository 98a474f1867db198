"""What a question asks for: its zones, the words of a sentence, and what lists call the rest.

A part of a question that stands in a name as it was typed is never taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from registry.site.search.full_text import fold
from registry.site.search.vocabulary import Vocabulary
from registry.site.search.zone_words import ZoneWords

_PUNCTUATION: Final = ',.;:!?…，。；：！？、“”"‘’《》〈〉'
_CERTIFICATE: Final = "证"
_SIGNS: Final = re.compile(f"[{re.escape(_PUNCTUATION)}]+")


@dataclass(frozen=True)
class Term:
    """A part of a question. `meanings`: what lists call it, the best first; () if not known."""

    typed: str
    meanings: tuple[str, ...] = ()


@dataclass
class Question:
    """A question, understood. `simplified`: it was typed in traditional characters."""

    terms: list[Term] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    simplified: str | None = None

    @property
    def changed(self) -> bool:
        """Whether anything is looked for otherwise than it was typed."""
        return bool(
            self.zones
            or self.dropped
            or self.simplified
            or any(term.meanings for term in self.terms)
        )

    @property
    def text(self) -> str:
        """What is looked for, as it could have been typed."""
        return " ".join(term.typed for term in self.terms)


Known = Callable[[str], bool]
"""Whether a folded text stands in some name."""


def understand(
    query: str,
    words: Vocabulary,
    zones: ZoneWords | None,
    known: Known,
    offered: Known | None = None,
) -> Question:
    """What a query asks for. Without `zones` words of zones are as others.

    `offered`: as `known`, among the names of what people apply for.
    """
    return _Reader(words, zones, known, offered or known).read(query)


class _Reader:
    """Reads one query, taking what it says into `question`."""

    def __init__(
        self, words: Vocabulary, zones: ZoneWords | None, known: Known, offered: Known
    ) -> None:
        self.words = words
        self.zones = zones
        self.known = known
        self.offered = offered
        self.question = Question()

    def read(self, query: str) -> Question:
        question = self.question
        typed = fold(query)
        text = typed if self.known(typed) else self.words.simplify(query)
        question.simplified = text if text != typed else None
        everyday = self.words.pinyin.get(text.replace(" ", ""))
        if everyday:
            self._add(everyday)
            return question
        for run in self._without_english(text).split():
            rest = [run]
            if self.zones and not self.known(run):
                found, places, rest = self.zones.find(run)
                question.zones += found
                question.dropped += places
            for piece in rest:
                self._piece(piece)
        if not question.terms and not question.zones:
            return Question([Term(run) for run in typed.split()])  # nothing else to look for
        question.terms = list(dict.fromkeys(question.terms))
        question.zones = list(dict.fromkeys(question.zones))
        question.dropped = list(dict.fromkeys(question.dropped))
        return question

    def _add(self, word: str) -> None:
        meanings = self.words.means.get(word, ())
        bare = word.removesuffix(_CERTIFICATE)
        if not meanings and len(bare) > 2 and not self.offered(word) and self.offered(bare):
            meanings = (bare,)  # a certificate is given where what it certifies is
        self.question.terms.append(Term(word, meanings))

    def _without_english(self, text: str) -> str:
        """Take the English of a text into the question; what is left of it."""
        found = self.words.english_words.findall(text)
        if not found:
            return text
        self.question.terms += [Term(word, self.words.english[word]) for word in found]
        rest = []
        for run in self.words.english_words.sub(" ", text).split():
            word = run.strip(_PUNCTUATION)
            if word in self.words.dropped and word.isascii():
                self.question.dropped.append(word)
            elif word:
                rest.append(word)
        return " ".join(rest)

    def _piece(self, piece: str) -> None:
        """Take in a text without spaces."""
        if piece in self.words.means or (
            self.known(piece) and not self.words.idle.fullmatch(piece)
        ):
            self._add(piece)
            return
        found = list(self.words.everyday.finditer(piece))
        end = 0
        for word in found:
            self._sentence(piece[end : word.start()], beside=True)
            self._add(word.group())
            end = word.end()
        self._sentence(piece[end:], beside=bool(found))

    def _sentence(self, text: str, *, beside: bool) -> None:
        """Take in a text that may hold words of a sentence. `beside`: an everyday word is there,
        too, so that this hardly is all that was meant."""
        for part in _SIGNS.split(text):
            end = 0
            whole = self.known(part) and not self.words.idle.fullmatch(part)
            for word in () if whole else self.words.between.finditer(part):
                self._edges(part[end : word.start()], beside=beside)
                self.question.dropped.append(word.group())
                end = word.end()
            self._edges(part[end:], beside=beside)

    def _edges(self, part: str, *, beside: bool) -> None:
        """Take in a text, without single words of a sentence around it if a name holds it then."""
        if not part:
            return
        if self.words.idle.fullmatch(part) and (len(part) == 1 or not self.known(part)):
            self.question.dropped.append(part)
            return
        start, end = 0, len(part)
        if not self.known(part):
            cuts = _cuts(part, self.words.dropped)
            held = (cut for cut in cuts if self.known(part[slice(*cut)]))
            start, end = next(held, cuts[-1] if beside and cuts else (start, end))
        self.question.dropped += [edge for edge in (part[:start], part[end:]) if edge]
        self._add(part[start:end])


def _cuts(part: str, dropped: Collection[str]) -> list[tuple[int, int]]:
    """Where a text begins and ends without some words of a sentence, the longest first."""
    first = next((i for i, one in enumerate(part) if one not in dropped), len(part))
    last = next((i for i, one in enumerate(part[::-1]) if one not in dropped), len(part))
    cuts = [(s, len(part) - e) for s in range(first + 1) for e in range(last + 1)]
    return sorted((cut for cut in cuts if cut[1] - cut[0] > 1), key=lambda cut: cut[0] - cut[1])
