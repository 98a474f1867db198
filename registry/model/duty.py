"""A duty: a supporting task that delegations of some modes owe, and how it is checked."""

from __future__ import annotations

from string import Formatter
from typing import Annotated, Final

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from registry.model.authority import ActId
from registry.model.duty_check import CHECKS, GENERAL_CODES, Check, DutyCheck
from registry.model.fields import Identifier, Ordinal, Row
from registry.model.limits import Bilingual, Name
from registry.model.vocabulary import (
    Basis,
    Body,
    CountedFrom,
    DayUnit,
    Initiation,
    Proof,
    Severity,
)

DutyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}[0-9]{3}$")]
RuleName = Annotated[str, Field(pattern=r"^[a-z][a-z-]+$")]

_SEVERITIES: Final[dict[Check, Severity]] = {"missing": "medium", "late": "info"}
_NAMES: Final[dict[Check, str]] = {"missing": "missing-duty", "late": "late-duty"}
_TITLES: Final[dict[Check, tuple[str, str]]] = {
    "missing": ("{duty_name}未完成", "Not done: {duty_name}"),
    "late": ("{duty_name}逾期完成", "Late: {duty_name}"),
}
_REMEDIES: Final[dict[Check, tuple[str, str]]] = {
    "missing": (
        "完成{duty_name}，并将完成日期和佐证登记入台账。",
        "See to it ({duty_name}); record date and document.",
    ),
    "late": (
        "已无法补正；在通报中说明原因，并核对办理日期是否登记有误。",
        "It cannot be mended; state the reason in the report, and check that the date was recorded"
        " correctly.",
    ),
}
_MESSAGES: Final[dict[Check, tuple[str, str]]] = {
    "missing": (
        "{zone_name}“{item_name}”的{duty_name}未完成，应于{due_on}前完成，{overdue}。",
        "{item_name} ({zone_name}): not done: {duty_name}; due {due_on}, {overdue}.",
    ),
    "late": (
        "{zone_name}“{item_name}”的{duty_name}于{met_on}完成，应于{due_on}前完成，{overdue}。",
        "{item_name} ({zone_name}): {duty_name} was done on {met_on}, due {due_on}, {overdue}.",
    ),
}
_WORDS: Final = frozenset(
    ("item", "item_name", "zone", "zone_name", "department_name", "mode", "due_on", "overdue")
)
"""What messages may name; those of what came late also `met_on`."""


class Codes(Row):
    """The codes of a duty's findings; None: the general one."""

    missing: DutyCode | None = None
    late: DutyCode | None = None


class Names(Row):
    """The English names of a duty's checks, by which rules are selected; None: the general one."""

    missing: RuleName | None = None
    late: RuleName | None = None


class Severities(Row):
    """How grave findings are; None: medium for what is missing, info for what came late."""

    missing: Severity | None = None
    late: Severity | None = None


class Texts(Row):
    """Titles, remedies or messages of a duty's checks; None: one made from the duty's name."""

    missing: Bilingual | None = None
    late: Bilingual | None = None


class Duty(Row):
    """A supporting task that delegations of some modes owe.

    `event`: where it is counted from each case, what has to happen to the case for it to begin;
    `event_act`: the act whose end is that event.
    `guided`: departments guide the zones in it. `announces`: it makes known what was conferred.
    `public`: what is delivered for it is itself a publication. Raises ValidationError for a message
    that names what findings don't have.
    """

    id: Identifier
    name: Bilingual
    modes: list[Name] = Field(min_length=1)
    initiation: Initiation | None = None
    amount: Ordinal
    unit: DayUnit = "working"
    counted_from: CountedFrom = "issue"
    event: Bilingual | None = None
    event_act: ActId | None = None
    basis: Basis
    owed_by: list[Body] = Field(min_length=1)
    clauses: list[str] = Field(min_length=1)
    proof: Proof = "deliverable"
    guided: bool = False
    announces: bool = False
    public: bool = False
    codes: Codes = Codes()
    names: Names = Names()
    severities: Severities = Severities()
    titles: Texts = Texts()
    remedies: Texts = Texts()
    messages: Texts = Texts()

    @model_validator(mode="after")
    def _messages_can_be_filled_in(self) -> Duty:
        for check in CHECKS:
            message = getattr(self.messages, check)
            known = _WORDS | {"met_on"} if check == "late" else _WORDS
            for text in (message.zh, message.en) if message else ():
                _refuse_unknown_words(text, known)
        return self

    def checks(self, instrument: str) -> list[DutyCheck]:
        """Both checks, the general texts filled in with the duty's name. `instrument`: its id."""
        return [self._check(instrument, check) for check in CHECKS]

    def _check(self, instrument: str, check: Check) -> DutyCheck:
        return DutyCheck(
            instrument,
            self.id,
            check,
            getattr(self.codes, check) or GENERAL_CODES[check],
            getattr(self.names, check) or _NAMES[check],
            getattr(self.severities, check) or _SEVERITIES[check],
            getattr(self.titles, check) or self._named(_TITLES[check]),
            getattr(self.remedies, check) or self._named(_REMEDIES[check]),
            getattr(self.messages, check) or self._named(_MESSAGES[check], is_template=True),
            tuple(dict.fromkeys(self.owed_by)),
            tuple(self.clauses),
            self.counted_from == "case",
        )

    def _named(self, texts: tuple[str, str], *, is_template: bool = False) -> Bilingual:
        """The texts with the duty's name; of a template, its braces doubled."""
        zh, en = self.name.zh, self.name.en
        if is_template:
            zh, en = (name.replace("{", "{{").replace("}", "}}") for name in (zh, en))
        chinese, english = texts
        return Bilingual(
            zh=chinese.replace("{duty_name}", zh), en=english.replace("{duty_name}", en)
        )


def _refuse_unknown_words(text: str, known: frozenset[str]) -> None:
    """Raise an error for a template that can't be filled in with the known words."""
    try:
        words = [name for _text, name, _form, _how in Formatter().parse(text) if name is not None]
    except ValueError:
        raise PydanticCustomError(
            "message_form", "the message can't be filled in: {word}", {"word": text}
        ) from None
    for word in words:
        if word not in known:
            context = {"word": word, "known": ", ".join(sorted(known))}
            raise PydanticCustomError("message_word", "the message names {word}", context)
