"""A body's findings, sorted into what it owes still, what came late, and what else there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from registry.audit.finding import Finding
from registry.audit.rule_book import RuleBook

Kind = Literal["督办单", "工作提示函"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
URGENT_SEVERITIES: Final = frozenset({"high", "medium"})
"""Severities whose overdue alarms make a letter a 督办单."""


@dataclass(frozen=True, slots=True)
class FindingGroups:
    """A body's open findings: overdue ones, others, and what was done too late: it is done, and
    only told."""

    overdue: list[Finding]
    other: list[Finding]
    late: list[Finding]

    @property
    def demanded(self) -> list[Finding]:
        """What the body is asked to do, in the order of the letter."""
        return [*self.overdue, *self.other]

    @property
    def all(self) -> list[Finding]:
        """Every finding, in the order of the letter."""
        return [*self.demanded, *self.late]

    @property
    def kind(self) -> Kind:
        """督办单 where something of weight is overdue, else 工作提示函."""
        pressing = any(f.severity in URGENT_SEVERITIES for f in self.overdue)
        return "督办单" if pressing else "工作提示函"


def group_findings(findings: Iterable[Finding], rules: RuleBook) -> FindingGroups:
    """Sort a body's findings into groups."""
    groups = FindingGroups([], [], [])
    for finding in findings:
        if rules.is_late(finding):
            groups.late.append(finding)
        elif finding.days_overdue and finding.severity != "info":
            groups.overdue.append(finding)
        else:
            groups.other.append(finding)
    return groups
