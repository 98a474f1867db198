"""The seven premises of an answer, each with its reason: AUTHORITY, in strong Kleene logic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from registry.authority.answer import (
    Certainty,
    Fact,
    Ground,
    Premise,
    Question,
    Sentence,
    Value,
    conjunction,
)
from registry.authority.facts import Act, Agreement, Body, Delegation, Period, Rule
from registry.authority.law import Law
from registry.locale import N_, Language, labels

FINISHED: Final = ("examine", "decide", "issue")
"""Acts by which the former holder finishes a case that it had accepted."""

STATES: Final[Mapping[str, Mapping[Language, str]]] = {
    state: {"zh": state, "en": english} for state, english in labels.STATES.items()
}
"""State of a delegation → what it is called."""


class Case(NamedTuple):
    """What a question is about, and on which days its facts are looked up.

    `period`: that of the day on which the powers were had: of `powers_on`, which is the day of the
    question, or that on which a case was accepted that may still be finished. `finishing`: whether
    it is such a case: True, False, or None where the instrument does not say.
    """

    question: Question
    act: Act
    delegation: Delegation
    period: Period | None
    powers_on: str
    finishing: Value
    is_finishing: bool


Rules = Callable[[Delegation, Period | None, str], Rule | None]
"""Delegation, period, act → the rule for it."""
Delegations = Callable[[int], Delegation]


def conferred(case: Case, zones: Mapping[str, Body]) -> Premise:
    """P1: it is conferred on the zone on the day by an instrument in force. `zones`: by the names
    of the day."""
    item, day = case.delegation.item, case.question.day
    fact = Fact("delegation", case.delegation.reference, item.provenance)
    now = case.delegation.period_on(day)
    state = STATES[case.delegation.state_on(day)]
    where: Sentence | str = Sentence(
        N_("{number}, in its text") if item.in_text else N_("{number}, annex {annex} no. {seq}"),
        {"number": item.number, "annex": item.annex, "seq": item.seq},
    )
    values: dict[str, Any] = {"where": where, "state": state}
    basis: tuple[Ground, ...] = ()
    if now is None:
        text = N_("{where}: not yet in effect on the day")
    else:
        number = now.opened_by or item.number
        basis = (Ground("clause", now.clause, number),)
        if now.state == "conferred" and now.zone == case.question.zone:
            values |= {"mode": now.mode, "scope": _scope(now)}
            text = N_("{where}, {mode}, {scope}")
            return Premise("P1", True, Sentence(text, values), "text", basis, (fact,))
        if case.is_finishing and now.transition:
            basis = (Ground("clause", now.transition.clause, now.transition.number),)
            values["on"] = case.question.accepted_on
            text = _FINISHING[case.finishing]
            certainty: Certainty = "reading" if case.finishing is None else "text"
            return Premise("P1", case.finishing, Sentence(text, values), certainty, basis, (fact,))
        values |= {"number": number, "from": now.from_on}
        text = N_("{where}: {state} since {from} ({number})")
        if now.state == "conferred":
            values["holder"] = zones[now.zone].short_name
            text = N_("{where}: held by {holder} since {from}")
    return Premise("P1", False, Sentence(text, values), "text", basis, (fact,))


_FINISHING: Final[Mapping[Value, str]] = {
    True: N_(
        "{where}: withdrawn; the case was accepted on {on}, and the former holder finishes it"
    ),
    False: N_("{where}: withdrawn; cases that were accepted go to the successor"),
    None: N_(
        "{where}: withdrawn; what becomes of the case that was accepted on {on} is not stated"
    ),
}


def _scope(period: Period) -> str:
    return period.scope or "—"


def no_delegation(item: str) -> Premise:
    """P1 where the item was never conferred on the zone."""
    return Premise("P1", False, Sentence(N_("never conferred on it: {item}"), {"item": item}))


class _Above(NamedTuple):
    """Whether everything above a delegation carries it, the reason that decides, and its rows."""

    value: Value
    because: Sentence
    certainty: Certainty | None = "text"
    facts: tuple[Fact, ...] = ()


def derived(case: Case, delegations: Delegations, rules: Rules, laws: Mapping[str, Law]) -> Premise:
    """P2: what it derives from is in force and may do the act, and was not itself entrusted."""
    above = _above(case, delegations, rules, laws)
    return Premise("P2", above.value, above.because, above.certainty, (), above.facts)


def _above(case: Case, delegations: Delegations, rules: Rules, laws: Mapping[str, Law]) -> _Above:
    parent, period, day = case.delegation.parent, case.period, case.powers_on
    if parent is None:
        return _Above(True, Sentence(N_("the grantor's own power by law"), {}), "reading")
    values: dict[str, Any] = {"parent": parent.reference, "act": case.act.label}
    if not parent.loaded:
        text = N_("derives from {parent}, which this registry does not hold")
        return _Above(None, Sentence(text, values))
    if parent.delegation is None:
        text = N_("derives from {parent}, which its instrument does not confer")
        return _Above(False, Sentence(text, values))
    above = delegations(parent.delegation)
    facts: tuple[Fact, ...] = (Fact("delegation", above.reference, above.item.provenance),)
    state = above.state_on(day)
    held = above.period_on(day)
    if state != "生效":
        values["state"] = STATES[state]
        text = N_("derives from {parent}, which is {state}")
        return _Above(False, Sentence(text, values), facts=facts)
    if held is not None and held.entrusts and period is not None and period.entrusts:
        text = N_("derives from {parent}, which was itself entrusted and may not be entrusted on")
        return _Above(False, Sentence(text, values), facts=facts)
    there = case._replace(delegation=above, period=held)
    rule = rules(above, held, case.act.id)
    given = includes(there, rule)
    text = (
        N_("derives from {parent}, which does not include to {act}")
        if given.value is False
        else N_("derives from {parent}, of which it is not stated whether it includes to {act}")
    )
    own = [_Above(given.value, Sentence(text, values), given.certainty)]
    higher = _above(there, delegations, rules, laws)
    own.append(higher)
    for premise in (agreed(there, rule), lawful(there, laws)):
        why = Sentence(N_("derives from {parent}: {why}"), {**values, "why": premise.because})
        own.append(_Above(premise.value, why))
    facts += higher.facts
    value = conjunction(one.value for one in own)
    if value is True:  # the uppermost grantor's own power is a reading
        text = N_("derives from {parent}, in force")
        return _Above(True, Sentence(text, values), "reading", facts)
    return next(one for one in own if one.value is value)._replace(facts=facts)


def named_by(delegation: Delegation, act: Act, day: str) -> Agreement | None:
    """The agreement in force on the day whose powers name the act."""
    for agreement in delegation.agreements:
        if agreement.in_force(day) and act.name in agreement.acts:
            return agreement
    return None


def includes(case: Case, rule: Rule | None) -> Premise:
    """P3: the mode gives the act."""
    act = case.act
    mode = case.period.mode if case.period else "—"
    values: dict[str, Any] = {"mode": mode, "act": case.act.label}
    if rule is None:
        text = N_("it is not stated whether {mode} includes to {act}")
        return Premise("P3", None, Sentence(text, values), "reading")
    basis = (Ground("clause", rule.clause, rule.number),)
    certainty: Certainty = "text" if rule.basis == "text" else "reading"
    named = named_by(case.delegation, act, case.powers_on) if rule.by_agreement else None
    if named is not None:
        values["number"] = named.number
        text = N_("agreement {number} gives it among its powers")
        facts = (Fact("agreement", named.number, named.provenance),)
        return Premise("P3", True, Sentence(text, values), "text", basis, facts)
    value = {"yes": True, "no": False}.get(rule.answer)
    text = _INCLUDES[value]
    if value is None and rule.by_agreement:
        text = N_("undetermined, unless the powers of the agreement name it")
    return Premise("P3", value, Sentence(text, values), certainty, basis)


_INCLUDES: Final[Mapping[Value, str]] = {
    True: N_("{mode} includes to {act}"),
    False: N_("{mode} does not include to {act}"),
    None: N_("undetermined whether {mode} includes to {act}"),
}


def agreed(case: Case, rule: Rule | None) -> Premise:
    """P4: an agreement of the right parties is in force and covers the item."""
    needs = rule.needs_agreement if rule else bool(case.period and case.period.needs_agreement)
    if not needs:
        return Premise("P4", True, Sentence(N_("none is needed"), {}))
    day = case.powers_on
    basis = (Ground("clause", rule.clause, rule.number),) if rule else ()
    agreement = case.delegation.agreement_on(day)
    if agreement is not None:
        reason = Sentence(_RUNS[agreement.to_on is None], _run(agreement))
        fact = Fact("agreement", agreement.number, agreement.provenance)
        return Premise("P4", True, reason, "text", basis, (fact,))
    ended = [a for a in case.delegation.agreements if a.to_on is not None and a.to_on < day]
    coming = [a for a in case.delegation.agreements if a.from_on > day]
    if ended:
        last = max(ended, key=lambda a: (a.to_on or "", a.ended))
        values = {**_run(last), "ended": STATES[last.ended]}
        reason = Sentence(N_("{number}, {from} to {to}: {ended}"), values)
    elif coming:
        last = min(coming, key=lambda a: a.from_on)
        values = {**_run(last), "state": STATES["待签协议"]}
        reason = Sentence(N_("{state}: {number} is in force only from {from} on"), values)
    else:
        values = {"state": STATES["待签协议"]}
        reason = Sentence(N_("{state}: no agreement is recorded"), values)
        return Premise("P4", False, reason, "text", basis)
    fact = Fact("agreement", last.number, last.provenance)
    return Premise("P4", False, reason, "text", basis, (fact,))


_RUNS: Final = {
    True: N_("{number}, from {from} on, no end is set"),
    False: N_("{number}, {from} to {to}"),
}


def _run(agreement: Agreement) -> dict[str, str]:
    return {"number": agreement.number, "from": agreement.from_on, "to": agreement.to_on or ""}


def lawful(case: Case, laws: Mapping[str, Law]) -> Premise:
    """P5: no law in force on the day bars it."""
    day, act = case.question.day, case.question.act
    entrusts = bool(case.period and case.period.entrusts)
    coercion, penalty = laws.get("L1"), laws.get("L3")
    if entrusts and act == "coerce" and coercion and coercion.in_force(day):
        text = N_("compulsory measures may not be entrusted")
        return Premise("P5", False, Sentence(text, {}), "text", (coercion.ground,))
    if entrusts and act == "penalise" and penalty and penalty.in_force(day):
        term = any(a.in_force(day) and a.has_term for a in case.delegation.agreements)
        announced = case.delegation.announced_on
        if term and announced is not None and announced <= day:
            text = N_("entrusted in writing for a term, and published")
            return Premise("P5", True, Sentence(text, {}), "text", (penalty.ground,))
        text = N_("an entrusted penalty needs a term and publication; not both are recorded")
        return Premise("P5", None, Sentence(text, {}), "text", (penalty.ground,))
    return Premise("P5", True, Sentence(N_("none is known"), {}))


_ALLOWING: Final = {"行政许可": "L2", "行政处罚": "L3"}
"""Type of item → the article by which a law has to allow its entrustment; else L4."""


def allowed(case: Case, laws: Mapping[str, Law]) -> Premise:
    """P6: a law, regulation or rule allows this entrustment. Where none is recorded, a caveat."""
    if not (case.period and case.period.entrusts):
        return Premise("P6", True, Sentence(N_("not an entrustment"), {}))
    item = case.delegation.item
    law = laws.get(_ALLOWING.get(item.power_type, "L4"))
    basis = (law.ground,) if law else ()
    if item.entrustment_basis:
        reason = Sentence("{basis}", {"basis": item.entrustment_basis})
        fact = Fact("entrustment_basis", f"{item.instrument}:{item.id}", item.provenance)
        return Premise("P6", True, reason, "text", basis, (fact,))
    text = N_("no law, regulation or rule that allows it is recorded")
    return Premise("P6", None, Sentence(text, {}), None, basis, caveat=True)


def within_scope(case: Case) -> Premise:
    """P7: the scope. A part is a condition, in the remark's own words."""
    period = case.period
    scope = period.scope if period else None
    if scope == "全部":
        return Premise("P7", True, Sentence(N_("all of it"), {}))
    if scope is None:
        return Premise("P7", None, Sentence(N_("not stated"), {}))
    remark = period.remark if period else None
    if not remark:
        text = N_("a part, and which is not stated")
        return Premise("P7", None, Sentence(text, {}), "text")
    return Premise("P7", True, Sentence(N_("a part: {remark}"), {"remark": remark}), "text")
