"""Questions and answers, and the three values that an answer is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from registry.authority.facts import Body, Delegation
from registry.locale import Language, in_language
from registry.model.vocabulary import Provenance, weakest

Value = bool | None
"""True, false, or None: unknown."""

AnswerValue = Literal["yes", "no", "undetermined"]
Certainty = Literal["text", "reading", "contested"]


class Question(NamedTuple):
    """May this zone do this act for this item on this day? `zone`: id; `item`: number.

    `accepted_on`: the day on which the case was accepted that the act is part of. `strict`: what is
    only not recorded counts as unknown, not as a caveat.
    """

    zone: str
    item: int
    act: str
    day: str
    accepted_on: str | None = None
    strict: bool = False


class Sentence(NamedTuple):
    """A text of the catalogue of messages with its values, to be said in either language.

    Values that are sentences, or pairs of texts by language, are said in the language too.
    """

    text: str
    values: Mapping[str, Any]

    def say(self, language: Language) -> str:
        """The text in a language."""
        said = {name: _said(value, language) for name, value in self.values.items()}
        return in_language(self.text, language).format(**said)


def _said(value: object, language: Language) -> object:
    if isinstance(value, Sentence):
        return value.say(language)
    return value[language] if isinstance(value, Mapping) else value


class Ground(NamedTuple):
    """What a premise rests on. `kind`: clause, law or record; `version`: of which instrument, or
    which text of a law."""

    kind: Literal["clause", "law", "record"]
    ref: str
    version: str | None = None


class Fact(NamedTuple):
    """A row that a premise rests on: table, what its row is called, and its provenance."""

    table: str
    key: str
    provenance: Provenance


class Premise(NamedTuple):
    """One premise: whether it holds, and why. `caveat`: unknown, it is told and decides nothing."""

    id: str
    value: Value
    because: Sentence
    certainty: Certainty | None = None
    basis: tuple[Ground, ...] = ()
    facts: tuple[Fact, ...] = ()
    caveat: bool = False


class Condition(NamedTuple):
    """What an act is tied to besides. `recorded`: whether the registry records that it is met; then
    `met` None means that nothing is."""

    text: Sentence
    met: Value = None
    recorded: bool = False


class Answer(NamedTuple):
    """The answer to a question, with every premise. Bodies are those of the day.

    `name_of`, `respondent`, `answered_by`: who they are, a Sentence where it can't be said.
    `exercised_by`: who does the act on the day where the zone may not; empty: not known.
    """

    question: Question
    answer: AnswerValue
    premises: tuple[Premise, ...]
    delegation: Delegation | None = None
    zone: Body | None = None
    departments: tuple[Body, ...] = ()
    conditions: tuple[Condition, ...] = ()
    defects: tuple[Sentence, ...] = ()
    name_of: str | Sentence | None = None
    seal: Mapping[str, str] | None = None
    respondent: str | Sentence | None = None
    answered_by: str | Sentence | None = None
    contested: Mapping[str, str] | None = None
    exercised_by: tuple[Body, ...] = ()

    @property
    def provenance(self) -> Provenance:
        """The least trustworthy provenance of all that it rests on."""
        found = {fact.provenance for premise in self.premises for fact in premise.facts}
        return weakest(found) or "official"

    @property
    def certainty(self) -> Certainty:
        """`text` where every premise is the instrument's or the law's own wording."""
        if self.contested is not None:
            return "contested"
        said = {premise.certainty for premise in self.premises}
        return "reading" if "reading" in said else "text"


def conjunction(values: Iterable[Value]) -> Value:
    """All of them, in strong Kleene logic: false if any is, else unknown if any is."""
    result: Value = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def concluded(premises: Iterable[Premise], *, strict: bool) -> AnswerValue:
    """The answer that premises give."""
    value = conjunction(p.value for p in premises if strict or not (p.caveat and p.value is None))
    return "undetermined" if value is None else "yes" if value else "no"
