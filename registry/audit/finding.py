"""What an audit found."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from registry.model.vocabulary import Provenance, Severity, Status
from registry.store.provenance import NONE_UNOFFICIAL, UnofficialFields
from registry.store.references import full_reference

FINDING_STATUSES: Final[tuple[Status, ...]] = ("alarm", "manual")


class Text(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


class Finding(NamedTuple):
    """One subject that a rule examined, with its status; `owed_by`: ids of the bodies that owe it.

    days_overdue counts calendar days after due_on, up to the as-of date or the day on which a late
    paper came; working_days_overdue is None where the calendar does not reach. cases: numbers of
    the cases that it stands for, in order; empty where it is none on cases.
    """

    code: str
    name: str
    severity: Severity
    status: Status
    fingerprint: str
    instrument: str
    subject_type: str
    subject_id: str
    item: str | None
    item_name: str | None
    zone: str | None
    department: str | None
    owed_by: tuple[str, ...]
    mode: str | None
    duty: str | None
    due_on: str | None
    days_overdue: int | None
    working_days_overdue: int | None
    message: Text
    provenance: Provenance
    waived: bool = False
    cases: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """The subject with its instrument, as several instruments may number alike."""
        return full_reference(self.instrument, self.subject_id)


@dataclass(slots=True)
class RuleResult:
    """How many subjects of a rule have which status."""

    code: str
    name: str
    digest: str
    counts: dict[Status, int]

    @property
    def examined(self) -> int:
        """Subjects that the rule applies to."""
        return sum(n for status, n in self.counts.items() if status != "skip")


@dataclass
class Audit:
    """A whole audit. `findings`: alarms and manual checks, or every row where all are wanted.

    `not_applied`: codes of rules that rest on nothing in any instrument, and were not evaluated;
    `shared_subjects`: ids of subjects that several instruments have; `changed_since`: the data has
    changed since this stored audit, so `provenance` and `unofficial_fields` are not what it saw;
    `data_digest`: that of the data that was read.
    """

    as_of: str
    instrument: str
    provenance: dict[str, dict[Provenance, int]]
    results: list[RuleResult]
    findings: list[Finding] = field(default_factory=list)
    filters: str = ""
    run: int | None = None
    unofficial_fields: UnofficialFields = NONE_UNOFFICIAL
    not_applied: list[str] = field(default_factory=list)
    shared_subjects: frozenset[str] = frozenset()
    changed_since: bool = False
    data_digest: str = ""

    def subject(self, finding: Finding) -> str:
        """The subject of a finding as people read it: with its instrument where others have it."""
        shared = finding.subject_id in self.shared_subjects
        return finding.reference if shared else finding.subject_id

    @property
    def examined(self) -> int:
        """Subjects examined by all rules together."""
        return sum(result.examined for result in self.results)

    @property
    def open_findings(self) -> list[Finding]:
        """Findings proper: alarms and manual checks."""
        return [f for f in self.findings if f.status in FINDING_STATUSES]

    @property
    def demonstrates(self) -> bool:
        """Whether any row that the audit rests on is a demonstration."""
        if any(counts.get("demonstration") for counts in self.provenance.values()):
            return True
        return self.changed_since and any(f.provenance == "demonstration" for f in self.findings)


def fingerprint(
    instrument: str, code: str, subject_type: str, subject_id: str, discriminator: str
) -> str:
    """SHA-256 by which a finding is known again: never of text or order."""
    parts = (instrument, code, subject_type, subject_id, discriminator)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
