"""What to do about an audit's findings: a step for each paper that settles several of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from registry.audit.finding import Finding
from registry.model.vocabulary import SEVERITIES, Severity
from registry.report.audit.report_model import AuditReport


@dataclass(frozen=True)
class Step:
    """One thing to do, which settles all of its findings: they are of one rule and one duty, and
    the same bodies owe them."""

    severity: Severity
    title: str
    owed_by: str
    findings: list[Finding]

    @property
    def days_overdue(self) -> int:
        """Days for which the longest of them is overdue; 0 where none is."""
        return max(finding.days_overdue or 0 for finding in self.findings)

    @property
    def rank(self) -> tuple[int, int, int]:
        """Its place among others: the gravest first, the longest overdue, what settles the most."""
        return SEVERITIES.index(self.severity), -self.days_overdue, -len(self.findings)


def first_steps(report: AuditReport) -> list[Step]:
    """What to do, the gravest first, then the longest overdue, then what settles the most.

    Waived alarms are left out, and what has to be checked by hand.
    """
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for finding in report.findings:
        if finding.status == "alarm" and not finding.waived:
            key = (finding.severity, finding.code, finding.duty, finding.instrument)
            alike.setdefault((*key, finding.owed_by), []).append(finding)
    steps = [
        Step(one.severity, report.title_of(one), report.body_names(one.owed_by), findings)
        for findings in alike.values()
        for one in findings[:1]
    ]
    steps.sort(key=lambda step: step.rank)
    return steps


def by_hand(report: AuditReport) -> list[tuple[int, str, str]]:
    """How many findings have to be checked by hand, by rule: number, code and title."""
    counts = Counter(
        (finding.code, report.title_of(finding))
        for finding in report.findings
        if finding.status == "manual"
    )
    return [(n, code, title) for (code, title), n in counts.most_common()]
