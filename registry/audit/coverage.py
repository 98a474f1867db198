"""Which clause is checked by what: duties, rules, intake, or a reason why records can't tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.audit.duty_rules import expand_duty_rules, taken_code
from registry.audit.finding import Text
from registry.audit.rule import Rule
from registry.locale import _
from registry.model.duty_check import CHECKS
from registry.model.instrument import Instrument
from registry.model.law import Law


@dataclass(frozen=True)
class DutyCoverage:
    """A duty that names a clause, and the rules that check it."""

    duty: str
    name: Text
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """One clause, or one article of a law. `rules`: codes of those that there are, besides the
    duties'; `unknown`: codes that it names and no rule has."""

    clause: str
    heading: str
    text: Text
    duties: tuple[DutyCoverage, ...]
    rules: tuple[str, ...]
    unknown: tuple[str, ...]
    at_intake: bool
    reason: Text | None

    @property
    def covered(self) -> bool:
        """Whether anything stands behind the clause."""
        return bool(self.duties or self.rules) or self.at_intake or self.reason is not None


def instrument_rules(rules: Iterable[Rule], instruments: Iterable[Instrument]) -> list[Rule]:
    """The rules as they are for the duties of instruments that are no registry's yet."""
    checks = [check for ins in instruments for duty in ins.duties for check in duty.checks(ins.id)]
    return expand_duty_rules(rules, checks)


def coverage(instrument: Instrument, rules: Iterable[Rule]) -> list[Coverage]:
    """The clauses of an instrument. `rules`: as they are for its duties (see instrument_rules)."""
    known = {rule.code: rule for rule in rules}
    duties = {
        duty.id: DutyCoverage(
            duty.id,
            Text(duty.name.zh, duty.name.en),
            tuple(_codes(known.values(), instrument.id, duty.id)),
        )
        for duty in instrument.duties
    }
    return [
        Coverage(
            clause.id,
            clause.heading,
            Text(clause.text, clause.summary),
            tuple(duties[duty.id] for duty in instrument.duties if clause.id in duty.clauses),
            tuple(code for code in clause.rules if code in known),
            tuple(c for c in clause.rules if c not in known and not c.startswith("X-")),
            clause.checked == "intake",
            Text(clause.reason.zh, clause.reason.en) if clause.reason else None,
        )
        for clause in instrument.clauses
    ]


def law_coverage(laws: Mapping[str, Law], rules: Iterable[Rule]) -> list[Coverage]:
    """The articles outside instruments, with the rules that rest on them."""
    rules = list(rules)
    return [
        Coverage(
            id_,
            law.citation,
            Text(law.in_short.zh, law.in_short.en),
            (),
            tuple(rule.code for rule in rules if id_ in rule.header.law),
            (),
            False,
            None,
        )
        for id_, law in laws.items()
    ]


def unchecked(instrument: Instrument, rules: Iterable[Rule]) -> Iterator[str]:
    """What of an instrument nothing checks, a sentence each, in the language in use.

    `rules`: the built-in ones, as their files are.
    """
    expanded = instrument_rules(rules, [instrument])
    for clause in coverage(instrument, expanded):
        place = {"number": instrument.number, "clause": clause.clause}
        for code in clause.unknown:
            yield _("{number}: clause {clause} names the rule {code}, which there is not").format(
                code=code, **place
            )
        if not clause.covered:
            yield _("{number}: neither a rule nor a duty checks clause {clause}").format(**place)
    for duty in instrument.duties:
        if not _codes(expanded, instrument.id, duty.id):
            yield _("{number}: no rule checks the duty {duty}").format(
                number=instrument.number, duty=duty.id
            )


def refuse_taken_codes(instrument: Instrument, codes: Collection[str], place: object) -> None:
    """Raise RuleError for a duty whose code is that of a rule which is none on duties.

    `codes`: those of the built-in rules that check no duties; `place`: the instrument's file.
    """
    for duty in instrument.duties:
        for check in duty.checks(instrument.id):
            if check.code in codes:
                raise taken_code(check.code, f"{place}: duties.{duty.id}.codes.{check.check}")


def _codes(rules: Iterable[Rule], instrument: str, duty: str) -> list[str]:
    """Codes of the rules that check a duty: of what is missing, then of what came late."""
    checking = [rule for rule in rules if (instrument, duty) in rule.duties]
    checking.sort(key=lambda rule: CHECKS.index(rule.header.check or CHECKS[0]))
    return [rule.code for rule in checking]
