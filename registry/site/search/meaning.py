"""Names that a question means: each of its terms as typed, or as one of its meanings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from registry.site.search.matching import Hit, folded_text, parts_of
from registry.site.search.question import Term

_MOST_LEFT_OUT: Final = 3
"""Characters of the longest term that is left out where no name holds it."""


Name = tuple[str, str, int]
"""A name that is searched: its key, itself, and its rank; 0 comes before 1, whatever is asked."""


class Meaning:
    """The terms of a question beside the names that it is about.

    `unknown`: terms that are left out, since no name holds them beside the others. `replaced`: a
    term, what it is looked for as, and what of that no name holds.
    """

    def __init__(self, terms: Sequence[Term], names: Sequence[Name]) -> None:
        self._names = [(name, folded_text(name[1])[0]) for name in names]
        self._every = "\n".join(text for _name, text in self._names)
        known = [term for term in terms if self._known(term)]
        unknown = [term for term in terms if term not in known]
        self._terms = list(terms)
        self.unknown: list[str] = []
        if _says_enough(known) and _is_short(unknown):
            self._leave_out(unknown)
            single = [term for term in known if len(term.typed) == 1]
            if single and len(single) < len(known) and not self.hits():
                self._leave_out(single)
        self.replaced: list[tuple[str, list[str], list[str]]] = []
        for term in terms:
            if term.meanings:
                held = [one for one in term.meanings if self._holds(one)]
                lacking = [one for one in term.meanings[: _best(term, held)] if one != term.typed]
                self.replaced.append((term.typed, held, lacking))

    def _leave_out(self, terms: Sequence[Term]) -> None:
        self._terms = [term for term in self._terms if term not in terms]
        self.unknown += [term.typed for term in terms if not term.meanings]

    def _known(self, term: Term) -> bool:
        return any(map(self._holds, (term.typed, *term.meanings)))

    def _holds(self, expression: str) -> bool:
        words = expression.split()
        return all(word in self._every for word in words) and (
            len(words) == 1
            or any(all(word in text for word in words) for _name, text in self._names)
        )

    def hits(self) -> list[Hit]:
        """The names that hold every term: by rank, the best meanings first, then in their order."""
        found = []
        for place, ((key, name, rank), text) in enumerate(self._names):
            told = [_look(term, text) for term in self._terms]
            if all(one is not None for one in told) and told:
                spans = [span for one in told if one for span in one[1]]
                score = sum(one[0] for one in told if one)
                exact = any(text == word for term in self._terms for word in _ways(term))
                hit = Hit(key, parts_of(name, spans), ())
                found.append((rank, score, not exact, place, hit))
        return [hit for *_rank, hit in sorted(found, key=lambda one: one[:4])]


def _says_enough(terms: Sequence[Term]) -> bool:
    return any(term.meanings or len(term.typed) > 1 for term in terms)


def _is_short(terms: Sequence[Term]) -> bool:
    return all(len(term.typed) <= _MOST_LEFT_OUT for term in terms)


def _best(term: Term, held: list[str]) -> int:
    """Up to which of its meanings it matters that no name holds them: those before the best."""
    return term.meanings.index(held[0]) if held else len(term.meanings)


def _ways(term: Term) -> tuple[str, ...]:
    return (term.typed, *term.meanings)


def _look(term: Term, text: str) -> tuple[int, list[tuple[int, int]]] | None:
    """Which meaning of a term a text holds, the best being 0, and where; None if it holds none."""
    for rank, way in enumerate((*term.meanings, term.typed)):
        spans = list(_spans(way, text))
        if spans:
            return rank, spans
    return None


def _spans(expression: str, text: str) -> Iterator[tuple[int, int]]:
    """Where the words of an expression stand in a text; nowhere, if one of them does not."""
    words = expression.split()
    if all(word in text for word in words):
        for word in words:
            start = text.index(word)
            yield start, start + len(word)
