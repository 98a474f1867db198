"""The days on which one answer holds, for many zones, items and acts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from registry.authority.answer import Answer, AnswerValue, Question
from registry.authority.answering import Authority
from registry.authority.facts import Delegation
from registry.store.periods import day_before


class Stretch(NamedTuple):
    """Days of one answer for the same reason, both included; `to_on` None: open.

    `state`: of view `standing`; None: the zone has no delegation of the item, or no more.
    `name_of`: in whose name the act is done, as table `act_rule` has it.
    """

    from_on: str
    to_on: str | None
    answer: AnswerValue
    state: str | None
    delegation: int | None
    mode: str | None
    scope: str | None
    name_of: str | None


class Stretches:
    """Works stretches out, those of delegations that are alike but once."""

    def __init__(self, authority: Authority, until: str) -> None:
        self._authority = authority
        self._until = until
        self._known: dict[Hashable, list[Stretch]] = {}

    def of(self, zone: str, item: int, act: str) -> Iterator[Stretch]:
        """The stretches of an act, from the first day on up to that of `until`, none after it."""
        held = self._authority.held_by(zone, item, self._until)
        others = [d for d in self._authority.delegations_of(item) if d not in held]
        if len(held) != 1 or any(p.zone == zone for d in others for p in d.periods):
            yield from self._worked_out(zone, item, act)
            return
        key = (zone, act, *_what_counts(held[0]))
        if key not in self._known:
            self._known[key] = list(self._worked_out(zone, item, act))
        for stretch in self._known[key]:
            yield stretch._replace(delegation=stretch.delegation and held[0].no)

    def _worked_out(self, zone: str, item: int, act: str) -> Iterator[Stretch]:
        current: Stretch | None = None
        for day in self._authority.turns(item):
            if day > self._until:
                break
            answer = self._authority.can(Question(zone, item, act, day))
            found = self._stretch(answer, zone, day)
            if current is not None and current[2:] == found[2:]:
                continue
            if current is not None:
                yield current._replace(to_on=day_before(day))
            current = found
        if current is not None:
            yield current

    def _stretch(self, answer: Answer, zone: str, day: str) -> Stretch:
        delegation = answer.delegation
        if delegation is None or delegation.holder_on(day) != zone:
            return Stretch(day, None, answer.answer, None, None, None, None, None)
        period = delegation.period_on(day)
        rule = self._authority.rule(delegation, period, answer.question.act)
        return Stretch(
            from_on=day,
            to_on=None,
            answer=answer.answer,
            state=delegation.state_on(day),
            delegation=delegation.no,
            mode=period.mode if period else None,
            scope=period.scope if period else None,
            name_of=rule.name_of if rule else None,
        )


def _what_counts(delegation: Delegation) -> tuple[Hashable, ...]:
    """All of a delegation that an answer may hang on, but for which item of its list it is."""
    item = delegation.item
    return (
        *(item.instrument_no, item.annex, item.power_type, item.initiation),
        *(item.entrustment_basis, delegation.zone, delegation.parent, delegation.announced_on),
        *(tuple(delegation.periods), tuple(delegation.standing), tuple(delegation.agreements)),
    )
