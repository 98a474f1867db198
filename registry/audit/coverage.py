"""Which clause is covered by what: rules, intake, or a reason why records can't tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from registry.audit.finding import Text
from registry.audit.law import LAW
from registry.audit.rule import Rule
from registry.model.instrument import Instrument


@dataclass(frozen=True)
class Coverage:
    """One clause. Of rules, at_intake and reason, at least one is filled."""

    clause: str
    heading: str
    text: Text
    rules: tuple[str, ...]
    at_intake: bool
    reason: Text | None

    @property
    def covered(self) -> bool:
        """Whether anything stands behind the clause."""
        return bool(self.rules) or self.at_intake or self.reason is not None


def coverage(instrument: Instrument, rules: Iterable[Rule]) -> list[Coverage]:
    """The clauses of an instrument, then the articles outside it."""
    citing: dict[str, list[str]] = {}
    for rule in rules:
        for clause in rule.header.clauses:
            citing.setdefault(clause, []).append(rule.code)
    found = [
        Coverage(
            clause.id,
            clause.heading,
            Text(clause.text, clause.summary),
            tuple(citing.get(clause.id, ())),
            clause.checked == "intake",
            Text(clause.reason.zh, clause.reason.en) if clause.reason else None,
        )
        for clause in instrument.clauses
    ]
    found += [
        Coverage(key, "", Text(cited, cited), tuple(citing.get(key, ())), False, None)
        for key, cited in LAW.items()
    ]
    return found
