"""The report of an audit, as the formats for reading show it: terminal, HTML, Markdown and XLSX.

Counts come first, then findings by the body that owes them and by rule, the gravest first. JSON,
JSON lines and CSV hold the findings themselves: see records.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from registry.audit.finding import Audit, Finding
from registry.audit.finding_builder import OFFICE
from registry.locale import _, list_separator
from registry.locale.labels import provenance_lines
from registry.model.rule_header import RuleHeader
from registry.model.vocabulary import SEVERITIES, STATUSES, Provenance, Severity, Status
from registry.report.audit import RenderOptions, changed_since_text

MOST_OVERDUE_ROWS: Final = 10
FINDING_KINDS: Final = (*SEVERITIES, "manual")
"""What findings are counted by: the severities of alarms, and checks by hand."""

STATUS_ORDER: Final[tuple[Status, ...]] = ("alarm", "manual", "pending", "ok", "skip")


@dataclass(frozen=True)
class FindingCounts:
    """How many findings of each of FINDING_KINDS a body or a zone has."""

    id: str
    name: str
    by_kind: Counter[str]

    @property
    def alarms(self) -> int:
        """Alarms of every severity."""
        return sum(self.by_kind[severity] for severity in SEVERITIES)


@dataclass(frozen=True)
class RuleCounts:
    """How many subjects a rule examined, and how many of them have which status."""

    header: RuleHeader
    title: str
    examined: int
    by_status: dict[Status, int]

    @property
    def has_findings(self) -> bool:
        """Whether the rule found anything."""
        return bool(self.by_status["alarm"] or self.by_status["manual"])


@dataclass(frozen=True)
class RuleGroup:
    """What one body owes by one rule, all of one of FINDING_KINDS, of one instrument, and of one
    duty where the rule checks several; the longest overdue first. `clauses`: what it rests on."""

    header: RuleHeader
    kind: str
    title: str
    remedy: str
    clauses: str
    findings: list[Finding]

    @property
    def id(self) -> str:
        """By what it is told from the body's other groups."""
        return "-".join(filter(None, _group_key(self.findings[0])))

    @property
    def provenance(self) -> Provenance | None:
        """The provenance that all findings have; None where they differ."""
        found = {finding.provenance for finding in self.findings}
        return found.pop() if len(found) == 1 else None


@dataclass(frozen=True)
class BodyGroup:
    """Findings that one body owes, the gravest rules first."""

    counts: FindingCounts
    is_zone: bool
    is_department: bool
    rules: list[RuleGroup]

    @property
    def findings(self) -> Iterator[Finding]:
        """All of them, in the report's order."""
        return (finding for group in self.rules for finding in group.findings)

    @property
    def title(self) -> str:
        """The body's name and how much it owes."""
        return _("{body}: {alarm:,} alarms, {manual:,} to be checked by hand").format(
            body=self.counts.name,
            alarm=self.counts.alarms,
            manual=self.counts.by_kind["manual"],
        )


class AuditReport:
    """All that a report for reading says of an audit, in the language of its options."""

    def __init__(self, audit: Audit, options: RenderOptions) -> None:
        self.audit = audit
        self.options = options
        self.findings = audit.open_findings
        self.body_groups = list(self._body_groups())
        self.status_counts: Counter[Status] = Counter(dict.fromkeys(STATUSES, 0))
        for result in audit.results:
            self.status_counts.update(result.counts)

    def body_name(self, body: str) -> str:
        """A body's name; the reform office's is a role, not a name."""
        return self.options.bodies.get(body) or (_("reform office") if body == OFFICE else body)

    def body_names(self, bodies: Iterable[str]) -> str:
        """Names of several bodies."""
        return list_separator().join(self.body_name(body) for body in bodies)

    def subject(self, finding: Finding) -> str:
        """What a finding was found in, by its id, or its reference where others have the id."""
        return self.audit.subject(finding)

    def message(self, finding: Finding) -> str:
        """The finding's message."""
        return str(getattr(finding.message, self.options.language))

    def remedy(self, finding: Finding) -> str:
        """What its rule demands to mend a finding."""
        return str(getattr(self.options.rules.header(finding).remedy, self.options.language))

    def title_of(self, finding: Finding) -> str:
        """The title of a finding's rule."""
        return str(getattr(self.options.rules.header(finding).title, self.options.language))

    def rule_title(self, code: str) -> str:
        """A rule's title."""
        return str(getattr(self.options.rules.rules[code].header.title, self.options.language))

    def clauses(self, finding: Finding) -> str:
        """What a finding rests on: headings of clauses with their ids, articles of laws."""
        return self.options.rules.places(finding, self.separator)

    @property
    def separator(self) -> str:
        """The separator of lists."""
        return list_separator()

    @property
    def title(self) -> str:
        """The report's title."""
        return _("{instrument}: audit report").format(instrument=self.audit.instrument)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Notice, day, run, filters and provenance: label and text of each."""
        facts = [
            (_("Notice"), self.audit.instrument),
            (_("As of"), long_date(self.audit.as_of)),
        ]
        if self.audit.run is not None:
            facts.append((_("Audit run"), str(self.audit.run)))
        if self.audit.filters:
            facts.append((_("Range"), self.audit.filters))
        separator = "; " if self.options.language == "en" else "；"
        facts.append((_("Provenance"), separator.join(self.provenance)))
        return facts

    @property
    def provenance(self) -> list[str]:
        """A line for each provenance of the rows that were examined; or that it is not known."""
        if self.audit.changed_since:
            return [changed_since_text()]
        return list(provenance_lines(self.audit.provenance, self.audit.unofficial_fields))

    @property
    def banner(self) -> str:
        """The warning that every page bears where there are demonstration rows; else empty."""
        return _("Demonstration data, not an official paper") if self.audit.demonstrates else ""

    @property
    def summary(self) -> str:
        """The audit in one sentence."""
        return _(
            "Examined {examined:,}: alarms {alarm:,}, to be checked by hand {manual:,}, "
            "not yet due {pending:,}, done {ok:,}; not applicable {skip:,}."
        ).format(examined=self.audit.examined, **{str(s): self.status_counts[s] for s in STATUSES})

    @property
    def nothing_found(self) -> str:
        """That nothing was found, or nothing was examined; empty where there are findings."""
        if self.audit.examined == 0:
            return _("Nothing was examined: this is no pass.")
        return "" if self.findings else _("No findings.")

    @property
    def remarks(self) -> list[str]:
        """Remarks on the counts."""
        remarks = [self.nothing_found] if self.nothing_found else []
        waived = sum(finding.waived for finding in self.findings)
        if waived:
            remarks.append(_("{n:,} of the findings are waived; they are marked.").format(n=waived))
        return remarks + ([self.cases_note] if self.cases_note else [])

    @property
    def cases_note(self) -> str:
        """How many cases the findings on cases stand for; empty where there are none."""
        # Rules on permissions group their holders in the same way.
        on_cases = [
            finding
            for finding in self.findings
            if finding.cases and (self.options.rules.header(finding).per or finding.duty)
        ]
        if not on_cases:
            return ""
        return _(
            "Cases are examined one by one, and found by delegation and month: "
            "{findings:,} findings on {cases:,} cases."
        ).format(findings=len(on_cases), cases=sum(len(finding.cases) for finding in on_cases))

    @property
    def shared_note(self) -> str:
        """That findings are counted under each of several bodies; empty where none are."""
        if not any(len(finding.owed_by) > 1 for finding in self.findings):
            return ""
        return _("What several bodies owe together is counted under each of them.")

    @property
    def kind_counts(self) -> Counter[str]:
        """How many findings there are of each of FINDING_KINDS."""
        return Counter(finding_kind(finding) for finding in self.findings)

    @property
    def severity_counts(self) -> Counter[tuple[Severity, Status]]:
        """How many findings there are of each severity and status, alarm or manual."""
        return Counter((finding.severity, finding.status) for finding in self.findings)

    @property
    def counts_by_body(self) -> list[FindingCounts]:
        """What each body owes; those with the most of the gravest findings first."""
        counts = [group.counts for group in self.body_groups]
        return sorted(counts, key=lambda one: [-one.by_kind[kind] for kind in FINDING_KINDS])

    @property
    def counts_by_zone(self) -> list[FindingCounts]:
        """Findings by zone; those that concern none come last."""
        kinds: dict[str, Counter[str]] = {}
        for finding in self.findings:
            kinds.setdefault(finding.zone or "", Counter())[finding_kind(finding)] += 1
        no_zone = kinds.pop("", None)
        result = [FindingCounts(z, self.body_name(z), n) for z, n in sorted(kinds.items())]
        if no_zone:
            result.append(FindingCounts("", _("no zone"), no_zone))
        return result

    @property
    def counts_by_rule(self) -> list[RuleCounts]:
        """Every rule that ran; those that found the most first."""
        rules = []
        for result in self.audit.results:
            header = self.options.rules.rules[result.code].header
            counts: dict[Status, int] = {s: result.counts.get(s, 0) for s in STATUSES}
            rules.append(RuleCounts(header, self.rule_title(result.code), result.examined, counts))
        rules.sort(
            key=lambda r: (
                not r.by_status["alarm"],
                SEVERITIES.index(r.header.severity),
                -r.by_status["alarm"],
                -r.by_status["manual"],
                r.header.code,
            )
        )
        return rules

    @property
    def most_overdue(self) -> tuple[list[Finding], str]:
        """The findings overdue for longest, and a note of how many more are as overdue, or ""."""
        overdue = [f for f in self.findings if f.days_overdue and f.severity != "info"]
        overdue.sort(key=lambda f: (-(f.days_overdue or 0), SEVERITIES.index(f.severity), f.code))
        shown = overdue[:MOST_OVERDUE_ROWS]
        rest = sum(f.days_overdue == shown[-1].days_overdue for f in overdue[MOST_OVERDUE_ROWS:])
        note = _("{n:,} more are as overdue as the last of these.").format(n=rest) if rest else ""
        return shown, note

    @property
    def subjects_by_rule(self) -> Iterator[tuple[RuleHeader, str, list[Finding]]]:
        """Every subject examined, by rule, where the user asked for all rows."""
        if self.options.everything:
            for code, group in groupby(self.audit.findings, key=lambda f: f.code):
                yield self.options.rules.rules[code].header, self.rule_title(code), list(group)

    def _rule_group(self, findings: list[Finding], kind: str) -> RuleGroup:
        one = findings[0]
        return RuleGroup(
            self.options.rules.header(one),
            kind,
            self.title_of(one),
            self.remedy(one),
            self.clauses(one),
            findings,
        )

    def _body_groups(self) -> Iterator[BodyGroup]:
        owed: dict[str, list[Finding]] = {}
        for finding in self.findings:
            for body in finding.owed_by:
                owed.setdefault(body, []).append(finding)
        zones = {finding.zone for finding in self.audit.findings}
        order = dict.fromkeys([*self.options.bodies, OFFICE, *sorted(owed)])
        for body in (body for body in order if body in owed):
            own = sorted(owed[body], key=_grave_first)
            counts = FindingCounts(body, self.body_name(body), Counter(map(finding_kind, own)))
            known = body in self.options.bodies
            groups = [
                self._rule_group([*group], kind)
                for (_code, kind, *_duty), group in groupby(own, key=_group_key)
            ]
            yield BodyGroup(counts, body in zones, known and body not in zones, groups)


def _grave_first(finding: Finding) -> tuple[int, tuple[str, ...], int]:
    severity = SEVERITIES.index(finding.severity)
    return severity, _group_key(finding), -(finding.days_overdue or 0)


def _group_key(finding: Finding) -> tuple[str, ...]:
    """What findings of a group share; an instrument has its own clauses, a duty its own words."""
    return finding.code, finding_kind(finding), finding.instrument, finding.duty or ""


def finding_kind(finding: Finding) -> str:
    """What a finding is counted as: an alarm's severity, or `manual`."""
    return "manual" if finding.status == "manual" else finding.severity


def overdue_text(finding: Finding) -> str:
    """For how many days a finding is overdue, as a text; empty where it has no due date."""
    if finding.days_overdue is None:
        return ""
    if finding.working_days_overdue is None:
        return _("{days:,} days").format(days=finding.days_overdue)
    return _("{days:,} days ({working:,} working)").format(
        days=finding.days_overdue, working=finding.working_days_overdue
    )


def long_date(iso: str) -> str:
    """A date as a text of the language writes it: 2021年6月30日."""
    year, month, day = iso.split("-")
    return _("{year}-{month:02}-{day:02}").format(year=year, month=int(month), day=int(day))
