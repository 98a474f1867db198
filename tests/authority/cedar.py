"""The design as Cedar policies, and the facts of a registry as Cedar entities.

Written from the design: the policies know the premises, and no state, answer or view of ours.
Cedar knows neither quantifiers nor recursion, so agreements and ancestors are written out.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

from cedarpy import Decision, is_authorized_batch

from registry.authority.answer import Question
from registry.authority.facts import Delegation, Period
from tests.oracle.authority import LAW

_AGREEMENTS, _STEPS = 6, 4
_FINISHING = ("examine", "decide", "issue")
_DEFINITE = {frozenset({True}): "yes", frozenset({False}): "no"}
_BEST = ("yes", "undetermined", "no")

Entity = dict[str, Any]


def _day(day: str) -> int:
    return date.fromisoformat(day).toordinal()


# Policies. In them `it` stands for a delegation: the one that is asked about, or one above it.


def _any_agreement(it: str, day: str, more: str = "true") -> str:
    """Whether an agreement is in force on the day, of which more holds as well."""
    one = (
        "({it} has a{n} && {it}.a{n}.from <= context.{day} && context.{day} <= {it}.a{n}.to"
        " && {more})"
    )
    return (
        "("
        + " || ".join(
            one.format(it=it, n=n, day=day, more=more.format(a=f"{it}.a{n}"))
            for n in range(_AGREEMENTS)
        )
        + ")"
    )


def _gives(it: str) -> str:
    named = _any_agreement(it, "had", "{a}.acts.contains(context.act)")
    return f'({it}.rule == "yes" || {it}.ruleIfUnknown || ({it}.byAgreement && {named}))'


def _agreed(it: str, needs: str) -> str:
    return f"(!{it}.{needs} || {_any_agreement(it, 'had')})"


def _lawful(it: str) -> str:
    term = f"({_any_agreement(it, 'day', '{a}.term')} || {it}.termIfUnknown)"
    told = f"(({it} has announced && {it}.announced <= context.day) || {it}.announcedIfUnknown)"
    return (
        f'!({it}.entrusts && context.act == "coerce" && context.day >= {_day(LAW["L1"])})'
        f' && (!({it}.entrusts && context.act == "penalise"'
        f" && context.day >= {_day(LAW['L3'])}) || ({term} && {told}))"
    )


def _forbid_unless(name: str, condition: str, when: str = "true") -> str:
    return (
        f'@id("{name}")\nforbid (principal, action, resource)'
        f" when {{ {when} }} unless {{ {condition} }};\n"
    )


def policies() -> str:
    """All of them."""
    finishing = (
        'resource.state == "withdrawn" && resource.holder == principal && !principal.gone'
        " && context has accepted && context.accepted < resource.since"
        " && resource.since <= context.day && resource.held == principal"
        " && context.finishing && resource.formerFinishes"
    )
    found = [
        '@id("P1")\npermit (principal, action, resource) when'
        ' { resource.state == "conferred" && resource.holder == principal };\n',
        f'@id("P1 handover")\npermit (principal, action, resource) when {{ {finishing} }};\n',
        _forbid_unless("P3", _gives("resource")),
        _forbid_unless("P4", _agreed("resource", "ruleNeeds")),
        _forbid_unless("P5", _lawful("resource")),
        _forbid_unless("P6", "resource.basis || resource.basisIfUnknown", "resource.entrusts"),
        _forbid_unless("P7", "resource.scope"),
    ]
    below, loaded = "resource", "true"
    for step in range(_STEPS):
        it = f"{below}.above"
        own = " && ".join(
            [
                f'{it}.state == "conferred"',
                _agreed(it, "modeNeeds"),
                f"!({it}.entrusts && {below}.entrusts)",
                _gives(it),
                _agreed(it, "ruleNeeds"),
                _lawful(it),
            ]
        )
        found.append(_forbid_unless(f"P2 {step}", own, f"{loaded} && {below} has above"))
        unknown = f"{loaded} && {below} has elsewhere"
        found.append(_forbid_unless(f"P2 elsewhere {step}", f"{below}.elsewhere", unknown))
        loaded, below = f"{loaded} && {below} has above", it
    return "\n".join(found)


# Entities


class Facts:
    """What Cedar is told of a registry. `delegations`: by number, as they are recorded."""

    def __init__(self, conn: sqlite3.Connection, delegations: dict[int, Delegation]) -> None:
        self.delegations = delegations
        self.rules = {
            (instrument, mode, act, type_): rest
            for instrument, mode, act, type_, *rest in conn.execute(
                "SELECT instrument, mode, act, power_type, answer, by_agreement, needs_agreement"
                " FROM act_rule"
            )
        }
        self.names = dict(conn.execute("SELECT name, id FROM act"))
        self.ends = dict(
            conn.execute(
                "SELECT body, min(on_day) FROM body_event"
                " WHERE kind = 'zone' AND what <> 'renamed' GROUP BY body"
            )
        )

    def zone(self, name: str, day: str) -> Entity:
        """A zone on a day."""
        gone = name in self.ends and self.ends[name] <= day
        return _entity("Zone", f"{name} {day}", {"gone": gone})

    def asked(self, question: Question, delegation: Delegation) -> tuple[Entity, list[Entity]]:
        """The request, and the entities of a delegation and those above it; None: unknown."""
        day, accepted = question.day, question.accepted_on
        now = _period(delegation, day)
        had = day
        finishing = question.act in _FINISHING
        if accepted and finishing and now and now.state == "withdrawn" and accepted < now.from_on:
            before = _period(delegation, accepted)
            # A case that was accepted under the delegation is judged as of that day.
            if before and before.state == "conferred" and now.transition:
                had = accepted
        context = {
            "act": question.act,
            "day": _day(day),
            "had": _day(had),
            "finishing": finishing,
            **({"accepted": _day(accepted)} if accepted else {}),
        }
        entities = [*self._chain(question, delegation, had, 0)]
        first = entities[0]["attrs"]
        zone = _reference("Zone", f"{now.zone if now else delegation.zone} {day}")
        held = _period(delegation, accepted) if accepted else None
        first |= {
            "holder": zone,
            "state": now.state if now else "none",
            "since": _day(now.from_on) if now else 0,
            "held": _reference("Zone", f"{held.zone} {day}" if _conferred(held) else "nobody"),
            "formerFinishes": _finishes(now),
            "basis": bool(delegation.item.entrustment_basis),
            "basisIfUnknown": None if question.strict else True,
            "scope": _scope(_period(delegation, had) or _first(delegation)),
        }
        if delegation.item.entrustment_basis:
            first["basisIfUnknown"] = True
        request = {
            "principal": _reference("Zone", f"{question.zone} {day}")["__entity"],
            "action": {"type": "Action", "id": question.act},
            "context": context,
        }
        return request, entities

    def _chain(
        self, question: Question, delegation: Delegation, day: str, step: int
    ) -> Iterator[Entity]:
        assert step <= _STEPS
        period = _period(delegation, day)
        entity = _entity("Delegation", str(step), self._own(question, delegation, period))
        yield entity
        parent = delegation.parent
        if parent is None:
            return
        if parent.delegation is None:
            # Of an instrument that is not loaded it is unknown; else there is no such thing.
            entity["attrs"]["elsewhere"] = False if parent.loaded else None
            return
        entity["attrs"]["above"] = _reference("Delegation", str(step + 1))
        above = self.delegations[parent.delegation]
        yield from self._chain(question, above, day, step + 1)

    def _own(self, question: Question, delegation: Delegation, period: Period | None) -> Entity:
        """Attributes that one asked about and one above it have alike."""
        shown = period or _first(delegation)
        key = (shown.instrument, shown.mode, question.act) if shown else (0, "", "")
        rule = self.rules.get((*key, delegation.item.power_type)) or self.rules.get((*key, ""))
        answer, by_agreement, needs = rule or ("undetermined", 0, None)
        mode_needs = bool(shown and shown.needs_agreement)
        penalty = question.act == "penalise" and bool(shown and shown.entrusts)
        told = delegation.announced_on
        has_term = [a for a in delegation.agreements if a.has_term and _runs(a, question.day)]
        attributes: Entity = {
            "state": period.state if period else "none",
            "entrusts": bool(shown and shown.entrusts),
            "modeNeeds": mode_needs,
            "ruleNeeds": mode_needs if needs is None else bool(needs),
            "rule": answer,
            "ruleIfUnknown": None if answer == "undetermined" else False,
            "byAgreement": bool(by_agreement),
            "termIfUnknown": None if penalty and not has_term else False,
            "announcedIfUnknown": (
                None if penalty and not (told and told <= question.day) else False
            ),
        }
        if told:
            attributes["announced"] = _day(told)
        assert len(delegation.agreements) <= _AGREEMENTS
        for n, agreement in enumerate(delegation.agreements):
            attributes[f"a{n}"] = {
                "from": _day(agreement.from_on),
                "to": _day(agreement.to_on or "9999-12-31"),
                "term": agreement.has_term,
                "acts": sorted(self.names[name] for name in agreement.acts),
            }
        return attributes


def _runs(agreement: Any, day: str) -> bool:
    return bool(agreement.from_on <= day <= (agreement.to_on or "9999-12-31"))


def _period(delegation: Delegation, day: str) -> Period | None:
    return next(
        (p for p in delegation.periods if p.from_on <= day <= (p.to_on or "9999-12-31")), None
    )


def _first(delegation: Delegation) -> Period | None:
    return delegation.periods[0] if delegation.periods else None


def _conferred(period: Period | None) -> bool:
    return period is not None and period.state == "conferred"


def _finishes(period: Period | None) -> bool | None:
    if period is None or period.transition is None:
        return False
    return {"former-finishes": True, "successor-takes": False}.get(period.transition.what)


def _scope(period: Period | None) -> bool | None:
    """All of it, or a part of which it is said which; else unknown."""
    stated = period is not None and (
        period.scope == "全部" or (period.scope == "部分" and bool(period.remark))
    )
    return True if stated else None


def _entity(kind: str, name: str, attributes: Entity) -> Entity:
    return {"uid": {"type": kind, "id": name}, "attrs": attributes, "parents": []}


def _reference(kind: str, name: str) -> Entity:
    return {"__entity": {"type": kind, "id": name}}


# Answers


def ask(facts: Facts, questions: list[tuple[Question, list[Delegation]]]) -> list[str]:
    """Cedar's answers: definite where all completions of what is unknown agree; of several
    delegations the best one."""
    requests: list[dict[str, Any]] = []
    entities: list[Entity] = []
    places: list[list[range]] = []
    zones: dict[str, Entity] = {}
    for question, delegations in questions:
        zone = facts.zone(question.zone, question.day)
        zones[zone["uid"]["id"]] = zone
        places.append([])
        for delegation in delegations:
            first = len(requests)
            request, chain = facts.asked(question, delegation)
            for completed in _completions(chain):
                mark = f"{len(requests)}-"
                entities += _named(completed, mark)
                resource = {"type": "Delegation", "id": f"{mark}0"}
                requests.append({**request, "resource": resource})
            places[-1].append(range(first, len(requests)))
    results = is_authorized_batch(requests, policies(), [*zones.values(), *entities])
    allowed = []
    for result in results:
        assert not result.diagnostics.errors, result.diagnostics.errors
        allowed.append(result.decision == Decision.Allow)
    return [_best([{allowed[n] for n in place} for place in found]) for found in places]


def _best(found: list[set[bool]]) -> str:
    answers = {_DEFINITE.get(frozenset(values), "undetermined") for values in found}
    return next((answer for answer in _BEST if answer in answers), "no")


def _completions(chain: list[Entity]) -> Iterator[list[Entity]]:
    unknown = [(n, k) for n, e in enumerate(chain) for k, v in e["attrs"].items() if v is None]
    assert len(unknown) <= 10, unknown
    for values in product((True, False), repeat=len(unknown)):
        completed = [{**entity, "attrs": {**entity["attrs"]}} for entity in chain]
        for (n, name), value in zip(unknown, values, strict=True):
            completed[n]["attrs"][name] = value
        yield completed


def _named(chain: list[Entity], mark: str) -> list[Entity]:
    """The delegations of a chain under names of their own."""
    text = json.dumps(chain).replace(
        '{"type": "Delegation", "id": "', f'{{"type": "Delegation", "id": "{mark}'
    )
    return list(json.loads(text))
