"""In whose name, with which seal, who answers in court, and who does it where the zone may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from registry.authority.answer import (
    Answer,
    AnswerValue,
    Condition,
    Premise,
    Sentence,
    Value,
)
from registry.authority.facts import Bodies, Body, Delegation, Rule
from registry.authority.premises import Case
from registry.locale import N_

Departments = Callable[[Delegation, str], tuple[Body, ...]]

_UNAUTHORISED: Final = N_(
    "undetermined: that a law authorises {zone} to act in its own name is not recorded"
)
_UNAPPROVED: Final = N_("undetermined: who approved {zone} is not recorded")


def responsibility(
    case: Case,
    rule: Rule | None,
    premises: tuple[Premise, ...],
    answer: AnswerValue,
    bodies: Bodies,
    departments_on: Departments,
) -> Answer:
    """The whole answer: what the premises give, and who bears what is done."""
    question, delegation = case.question, case.delegation
    zone = bodies.zones.get(question.zone)
    departments = departments_on(delegation, question.day)
    entrusts = bool(case.period and case.period.entrusts)
    return Answer(
        question,
        answer,
        premises,
        delegation,
        zone,
        departments,
        tuple(_conditions(case, rule)),
        tuple(_defects(case)) if entrusts else (),
        _body(rule.name_of, zone, departments) if rule else None,
        rule.seal if rule and rule.answer != "no" else None,
        _body(rule.respondent, zone, departments) if rule else None,
        _body(rule.answered_by, zone, departments) if rule else None,
        rule.contested if rule else None,
        () if answer == "yes" else departments,
    )


def _body(
    word: str | None, zone: Body | None, departments: tuple[Body, ...]
) -> str | Sentence | None:
    """The body that a word of a rule stands for."""
    zone_name = zone.name if zone else ""
    if word is None:
        return None
    if word == "department":
        return "、".join(body.short_name for body in departments) or None
    if word == "delegate":
        return zone_name
    if word == "delegate-if-authorised":
        authorised = zone is not None and zone.authorised_by
        return zone_name if authorised else Sentence(_UNAUTHORISED, {"zone": zone_name})
    if word == "zone-by-status":
        approved = zone is not None and zone.approved_by
        return zone_name if approved else Sentence(_UNAPPROVED, {"zone": zone_name})
    return word


def _conditions(case: Case, rule: Rule | None) -> list[Condition]:
    """What the act is tied to: the remark of a partial scope, the territory, and the rule's own."""
    found = []
    period = case.period
    if period is not None and period.scope == "部分" and period.remark:
        found.append(Condition(Sentence("{remark}", {"remark": period.remark})))
    if period is not None and period.territory:
        found.append(
            Condition(Sentence(N_("only in: {territory}"), {"territory": period.territory}))
        )
    if rule is not None and rule.condition is not None:
        met: Value = None
        if rule.condition_duty:
            done = case.delegation.proofs.get(rule.condition_duty)
            met = True if done is not None and done <= case.question.day else None
        text = Sentence("{condition}", {"condition": rule.condition})
        found.append(Condition(text, met, recorded=rule.condition_duty is not None))
    return found


def _defects(case: Case) -> list[Sentence]:
    """What the law asks of an entrustment, and authority does not hang on."""
    announced = case.delegation.announced_on
    if announced is None or announced > case.question.day:
        return [Sentence(N_("no announcement of the entrustment is recorded"), {})]
    return []
