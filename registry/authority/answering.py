"""Answers questions: `can`, `who` and `powers` ask here, one by one or many at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Final, NamedTuple

from registry.authority.answer import (
    Answer,
    AnswerValue,
    Premise,
    Question,
    Value,
    concluded,
)
from registry.authority.facts import EVER, Bodies, Body, Delegation, Period, Rule
from registry.authority.law import read_laws
from registry.authority.premises import (
    FINISHED,
    Case,
    agreed,
    allowed,
    conferred,
    derived,
    includes,
    lawful,
    no_delegation,
    within_scope,
)
from registry.authority.reading import FactReader
from registry.authority.responsibility import responsibility

_BEST: Final[dict[AnswerValue, int]] = {"yes": 0, "undetermined": 1, "no": 2}


class Span(NamedTuple):
    """Days with one answer, both included. `from_on` None: since ever; `to_on` None: open."""

    from_on: str | None
    to_on: str | None
    answer: AnswerValue


class Authority:
    """Answers on one state of a registry: what it has read of an item it keeps.

    `zone`: its id, where nothing is asked about any other; then much less is read. Nothing is
    written. The caller holds the transaction where several answers have to agree.
    """

    def __init__(self, conn: sqlite3.Connection, zone: str | None = None) -> None:
        self._conn = conn
        self._reader = FactReader(conn, zone)
        self._parents = self._reader if zone is None else FactReader(conn)
        self.acts = self._reader.acts()
        self._rules = self._reader.rules()
        self._laws = read_laws(conn)
        self._items: dict[int, list[Delegation]] = {}
        self._holders: dict[tuple[int, str], list[Delegation]] = {}
        self._delegations: dict[int, Delegation] = {}
        self._whole = False

    def read_all(self) -> None:
        """Read every delegation at once: for many questions, or for who may do what."""
        if not self._whole:
            self._items, self._holders, self._whole = {}, {}, True
            self._keep(self._reader.items_of())

    def read(self, items: Iterable[int]) -> None:
        """Read these items at once, for questions on them."""
        lacking = [item for item in dict.fromkeys(items) if item not in self._items]
        if lacking:
            self._keep(self._reader.items_of(lacking))

    def _keep(self, found: dict[int, list[Delegation]]) -> None:
        self._items |= found
        for item, delegations in found.items():
            for delegation in delegations:
                zones = {delegation.zone, *(period.zone for period in delegation.periods)}
                for zone in zones:
                    self._holders.setdefault((item, zone), []).append(delegation)
        self._delegations |= {d.no: d for delegations in found.values() for d in delegations}

    def delegations_of(self, item: int) -> list[Delegation]:
        """The delegations of an item, by its number."""
        if item not in self._items:
            self._keep(self._reader.items_of([item]))
            self._items.setdefault(item, [])
        return self._items[item]

    def delegations(self) -> Iterator[Delegation]:
        """Every delegation, item by item."""
        self.read_all()
        for delegations in self._items.values():
            yield from delegations

    def _delegation(self, no: int) -> Delegation:
        """One that another derives from: of any zone."""
        if no not in self._delegations:
            (item,) = self._conn.execute(
                "SELECT item FROM delegation WHERE no = ?", (no,)
            ).fetchone()
            found = self._parents.items_of([item])
            self._delegations |= {one.no: one for one in found[item]}
        return self._delegations[no]

    def rule(self, delegation: Delegation, period: Period | None, act: str) -> Rule | None:
        """What the mode of a delegation's period gives of an act; None: it says nothing."""
        if period is None:
            return None
        key = (period.instrument, period.mode, act)
        rule = self._rules.get((*key, delegation.item.power_type))
        return rule if rule is not None else self._rules.get((*key, ""))

    # questions

    def can(self, question: Question) -> Answer:
        """The answer, with every premise. Where a zone holds an item twice, the best one."""
        candidates = self.held_by(question.zone, question.item, question.day)
        if not candidates:
            return self._answer_without_delegation(question)
        answers = [self._answer(question, delegation) for delegation in candidates]
        return min(answers, key=lambda answer: _BEST[answer.answer])

    def held_by(self, zone: str, item: int, day: str) -> list[Delegation]:
        """The delegations of an item that a zone holds on a day; else those conferred on it."""
        self.delegations_of(item)
        held, conferred = [], []
        for delegation in self._holders.get((item, zone), ()):
            period = delegation.period_on(day)
            if period is not None and period.zone == zone:
                held.append(delegation)
            if delegation.zone == zone:
                conferred.append(delegation)
        held.sort(key=lambda delegation: delegation.zone != zone)
        return held or conferred

    def _answer_without_delegation(self, question: Question) -> Answer:
        (name,) = self._conn.execute(
            "SELECT name FROM item WHERE no = ?", (question.item,)
        ).fetchone()
        bodies = self._reader.bodies_on(question.day)
        return Answer(question, "no", (no_delegation(name),), zone=bodies.zones.get(question.zone))

    def _answer(self, question: Question, delegation: Delegation) -> Answer:
        case = self._case(question, delegation)
        rule = self.rule(delegation, case.period, question.act)
        bodies = self._reader.bodies_on(question.day)
        premises = self._premises(case, rule, bodies)
        answer = concluded(premises, strict=question.strict)
        return responsibility(case, rule, premises, answer, bodies, self._departments)

    def _premises(self, case: Case, rule: Rule | None, bodies: Bodies) -> tuple[Premise, ...]:
        return (
            conferred(case, bodies.zones),
            derived(case, self._delegation, self.rule, self._laws),
            includes(case, rule),
            agreed(case, rule),
            lawful(case, self._laws),
            allowed(case, self._laws),
            within_scope(case),
        )

    def _case(self, question: Question, delegation: Delegation) -> Case:
        day, accepted_on = question.day, question.accepted_on
        act = self.acts[question.act]
        period = delegation.period_on(day)
        if period is None:
            first = delegation.periods[0] if delegation.periods else None
            return Case(question, act, delegation, first, day, False, False)
        transition = period.transition
        if accepted_on is None or transition is None or question.act not in FINISHED:
            return Case(question, act, delegation, period, day, False, False)
        before = delegation.period_on(accepted_on)
        began = _first_day(delegation, period)
        if (
            accepted_on >= began
            or before is None
            or before.state != "conferred"
            or before.zone != question.zone
            or question.zone in self._reader.bodies_on(day).gone
        ):
            return Case(question, act, delegation, period, day, False, False)
        finishing: Value = {"former-finishes": True, "successor-takes": False}.get(transition.what)
        return Case(question, act, delegation, before, accepted_on, finishing, True)

    def _departments(self, delegation: Delegation, day: str) -> tuple[Body, ...]:
        """The departments that answer for an item on a day, the lead one first, each once."""
        bodies = self._reader.bodies_on(day)
        found = {
            body.id: body
            for no in delegation.item.departments
            for body in bodies.departments.get(no, ())
        }
        return tuple(found.values())

    def spans(self, question: Question) -> list[Span]:
        """The answers to the question on every day, the longest stretches of one answer each."""
        spans: list[Span] = []
        for day in self.turns(question.item):
            value = self.can(question._replace(day=day)).answer
            if spans and spans[-1].answer == value:
                continue
            if spans:
                spans[-1] = spans[-1]._replace(to_on=_before(day))
            spans.append(Span(None if day == EVER else day, None, value))
        return spans

    def turns(self, item: int) -> list[str]:
        """First days of whatever may change an answer on an item, the first of all days first."""
        days = {EVER, *self._reader.event_days()}
        for delegation in self.delegations_of(item):
            days.update(self._turns_of(delegation))
        for law in self._laws.values():
            days.update(filter(None, (law.from_on, law.to_on and _after(law.to_on))))
        return sorted(days)

    def _turns_of(self, delegation: Delegation) -> Iterator[str]:
        yield from (period.from_on for period in delegation.periods)
        yield from (standing.from_on for standing in delegation.standing)
        for agreement in delegation.agreements:
            yield agreement.from_on
            if agreement.to_on is not None:
                yield _after(agreement.to_on)
        if delegation.announced_on is not None:
            yield delegation.announced_on
        if delegation.parent and delegation.parent.delegation is not None:
            yield from self._turns_of(self._delegation(delegation.parent.delegation))

    def who(self, item: int, act: str, day: str, *, strict: bool = False) -> list[Answer]:
        """The answer for every zone that holds, or held, the item, in the order of the registry."""
        zones: dict[str, None] = {}
        for delegation in self.delegations_of(item):
            zones[delegation.zone] = None
            zones.update(dict.fromkeys(period.zone for period in delegation.periods))
        ask = partial(Question, item=item, act=act, day=day, strict=strict)
        return [self.can(ask(zone)) for zone in zones]

    def departments_of(self, item: int, day: str) -> tuple[Body, ...]:
        """The departments that answer for an item on a day, the lead one first."""
        delegations = self.delegations_of(item)
        return self._departments(delegations[0], day) if delegations else ()

    def powers(self, zone: str, day: str, acts: Iterable[str] = ()) -> Iterator[tuple[Answer, ...]]:
        """The answers for a zone on every item that it holds on a day, act by act; all if none is
        named."""
        self.read_all()
        asked = tuple(acts) or tuple(self.acts)
        for item, delegations in self._items.items():
            if any(_concerns(delegation, zone, day) for delegation in delegations):
                yield tuple(self.can(Question(zone, item, act, day)) for act in asked)


def _concerns(delegation: Delegation, zone: str, day: str) -> bool:
    period = delegation.period_on(day)
    return period.zone == zone if period is not None else delegation.zone == zone


def _first_day(delegation: Delegation, period: Period) -> str:
    """The first day of the withdrawal that a period belongs to."""
    first = period.from_on
    for earlier in reversed(delegation.periods):
        if earlier.from_on >= first:
            continue
        if earlier.state != "withdrawn":
            break
        first = earlier.from_on
    return first


def _before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(1)).isoformat()


def _after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(1)).isoformat()
