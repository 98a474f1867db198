"""How a zone stands to an item on a day: what lists, pages and downloads show, all from answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from registry.authority.answer import Answer, AnswerValue, Question
from registry.authority.answering import Authority
from registry.authority.facts import EVER, Delegation, Standing
from registry.locale.labels import ANSWERS

STEPS: Final = ("receive", "accept", "examine", "decide", "issue")
"""The acts by which an application is handled, in their order."""

_IMPLEMENTING: Final = {"行政处罚": "penalise", "行政检查": "inspect", "行政强制": "coerce"}
"""Type of an item that nobody applies for → the act that it consists of; else `decide`."""

WORDS: Final = {english: chinese for chinese, english in ANSWERS.items()}
"""Answer → the value that tables hold."""


def implementing_act(initiation: str, power_type: str) -> str | None:
    """The act by which an item is carried out that nobody applies for; None for all others."""
    return _IMPLEMENTING.get(power_type, "decide") if initiation == "依职权" else None


@dataclass(frozen=True, slots=True)
class Position:
    """One delegation on a day. `zone`: who holds it; `answers`: by act, the zone's for the item.

    `implementing`: of the act by which it is carried out, where nobody applies for it. `deciding`:
    of the act that matters most; `since`: the first day of that answer, None: since ever.
    """

    delegation: Delegation
    zone: str
    answers: Mapping[str, Answer]
    implementing: Answer | None
    deciding: Answer
    standing: Standing
    since: str | None

    @property
    def state_from(self) -> str | None:
        """The first day of its state; None where no day came before."""
        return None if self.standing.from_on == EVER else self.standing.from_on

    @property
    def shown(self) -> Mapping[str, Answer]:
        """The answers that matter for the item, by act."""
        return _relevant(self.answers, self.implementing)

    def acts(self, value: AnswerValue) -> list[str]:
        """The acts of that answer, among those that matter for the item."""
        return [act for act, answer in self.shown.items() if answer.answer == value]


def position_of(authority: Authority, delegation: Delegation, day: str) -> Position:
    """How the holder of a delegation stands to its item on a day."""
    zone, item = delegation.holder_on(day), delegation.item
    answers = {act: authority.can(Question(zone, item.no, act, day)) for act in STEPS}
    act = implementing_act(item.initiation, item.power_type)
    implementing = None
    if act is not None:
        implementing = answers.get(act) or authority.can(Question(zone, item.no, act, day))
    deciding = _deciding(_relevant(answers, implementing))
    meant = deciding.delegation or delegation
    standing = delegation.standing_on(day)
    since: str | None = meant.standing_on(day).from_on
    if len(meant.periods) > 1 or any(period.entrusts for period in meant.periods):
        since = next(
            span.from_on
            for span in reversed(authority.spans(deciding.question))
            if (span.from_on or "") <= day
        )
    return Position(delegation, zone, answers, implementing, deciding, standing, since)


def _relevant(answers: Mapping[str, Answer], implementing: Answer | None) -> Mapping[str, Answer]:
    """The steps of an application; or the implementing act alone, unless others prepare it."""
    if implementing is None:
        return answers
    act = implementing.question.act
    prepared = any(answer.answer != "no" for answer in answers.values())
    if act in answers and implementing.answer != "yes" and prepared:
        return answers
    return {act: implementing}


def _deciding(relevant: Mapping[str, Answer]) -> Answer:
    """The answer for deciding, or carrying out; where that is not yes, for the last act that is."""
    last = relevant.get("decide") or next(iter(relevant.values()))
    yes = [answer for answer in relevant.values() if answer.answer == "yes"]
    return last if last.answer == "yes" or not yes else yes[-1]


def positions(
    authority: Authority, day: str, delegations: Iterable[Delegation] | None = None
) -> Iterator[Position]:
    """How things stand on a day for these delegations, or for every one."""
    for delegation in authority.delegations() if delegations is None else delegations:
        yield position_of(authority, delegation, day)
