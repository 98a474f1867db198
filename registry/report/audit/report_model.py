"""How a report is arranged: counts first, then findings by the body that owes them and by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from registry.audit.engine import OFFICE
from registry.audit.finding import Audit, Finding
from registry.audit.rule import RuleHeader
from registry.locale import _, list_separator
from registry.locale.labels import provenance_lines
from registry.model.vocabulary import SEVERITIES, STATUSES, Provenance, Status
from registry.report.audit import Context

MOST_OVERDUE: Final = 10
KINDS: Final = (*SEVERITIES, "manual")
"""What findings are counted by: the severities of alarms, and checks by hand."""

FIRST_STATUSES: Final[tuple[Status, ...]] = ("alarm", "manual", "pending", "ok", "skip")


@dataclass(frozen=True)
class Tally:
    """Findings of one body, or zone: how many of each of KINDS."""

    id: str
    name: str
    counts: Counter[str]

    @property
    def alarms(self) -> int:
        """Alarms of every severity."""
        return sum(self.counts[severity] for severity in SEVERITIES)


@dataclass(frozen=True)
class RuleTally:
    """Subjects of one rule: how many were examined, and how many have which status."""

    header: RuleHeader
    title: str
    examined: int
    counts: dict[Status, int]

    @property
    def found(self) -> bool:
        """Whether the rule found anything."""
        return bool(self.counts["alarm"] or self.counts["manual"])


@dataclass(frozen=True)
class RuleGroup:
    """Findings of one rule and of one of KINDS that one body owes."""

    header: RuleHeader
    kind: str
    title: str
    remedy: str
    findings: list[Finding]

    @property
    def provenance(self) -> Provenance | None:
        """The provenance that all of them have; None where they differ."""
        found = {finding.provenance for finding in self.findings}
        return found.pop() if len(found) == 1 else None


@dataclass(frozen=True)
class BodyGroup:
    """Findings that one body owes, the gravest rules first."""

    tally: Tally
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
            body=self.tally.name, alarm=self.tally.alarms, manual=self.tally.counts["manual"]
        )


class Arrangement:
    """An audit, arranged for reading."""

    def __init__(self, audit: Audit, context: Context) -> None:
        self.audit = audit
        self.context = context
        self.findings = audit.open_findings
        self.groups = list(self._groups())
        self.statuses: Counter[Status] = Counter(dict.fromkeys(STATUSES, 0))
        for result in audit.results:
            self.statuses.update(result.counts)

    def name(self, body: str) -> str:
        """A body's name; the reform office's is a role, not a name."""
        return self.context.bodies.get(body) or (_("reform office") if body == OFFICE else body)

    def names(self, bodies: Iterable[str]) -> str:
        """Names of several bodies."""
        return list_separator().join(self.name(body) for body in bodies)

    def message(self, finding: Finding) -> str:
        """What the rule says of the finding."""
        return str(getattr(finding.message, self.context.language))

    def rule_title(self, code: str) -> str:
        """A rule's title."""
        return str(getattr(self.context.rules[code].title, self.context.language))

    @property
    def separator(self) -> str:
        """What stands between the members of a list."""
        return list_separator()

    @property
    def title(self) -> str:
        """The report's title."""
        return _("{instrument}: audit report").format(instrument=self.audit.instrument)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the report rests on: label and text."""
        facts = [
            (_("Notice"), self.audit.instrument),
            (_("As of"), long_date(self.audit.as_of)),
        ]
        if self.audit.run is not None:
            facts.append((_("Audit run"), str(self.audit.run)))
        if self.audit.filters:
            facts.append((_("Range"), self.audit.filters))
        provenance = "; " if self.context.language == "en" else "；"
        facts.append((_("Provenance"), provenance.join(provenance_lines(self.audit.provenance))))
        return facts

    @property
    def banner(self) -> str:
        """What must be seen on every page of a report that rests on demonstration rows."""
        return _("Demonstration data, not an official paper") if self.audit.demonstrates else ""

    @property
    def outcome(self) -> str:
        """The audit in one sentence."""
        return _(
            "Examined {examined:,}: alarms {alarm:,}, to be checked by hand {manual:,}, "
            "not yet due {pending:,}, done {ok:,}; not applicable {skip:,}."
        ).format(examined=self.audit.examined, **{str(s): self.statuses[s] for s in STATUSES})

    @property
    def remarks(self) -> list[str]:
        """What has to be said of the counts."""
        remarks = []
        if self.audit.examined == 0:
            remarks.append(_("Nothing was examined: this is no pass."))
        elif not self.findings:
            remarks.append(_("No findings."))
        waived = sum(finding.waived for finding in self.findings)
        if waived:
            remarks.append(_("{n:,} of the findings are waived; they are marked.").format(n=waived))
        return remarks

    @property
    def shared_note(self) -> str:
        """That some findings are counted under several bodies, where it is so."""
        if not any(len(finding.owed_by) > 1 for finding in self.findings):
            return ""
        return _("What several bodies owe together is counted under each of them.")

    @property
    def severities(self) -> Counter[str]:
        """Findings by kind: the severities of alarms, and checks by hand."""
        return Counter(kind(finding) for finding in self.findings)

    @property
    def bodies(self) -> list[Tally]:
        """What each body owes, the most first."""
        tallies = [group.tally for group in self.groups]
        return sorted(tallies, key=lambda t: [-t.counts[k] for k in KINDS])

    @property
    def zones(self) -> list[Tally]:
        """Findings by zone; those that concern none come last."""
        tallies = self._tallies(lambda f: [f.zone or ""])
        result = [Tally(z, self.name(z), n) for z, n in sorted(tallies.items()) if z]
        if "" in tallies:
            result.append(Tally("", _("no zone"), tallies[""]))
        return result

    @property
    def rules(self) -> list[RuleTally]:
        """Every rule that ran; those that found the most first."""
        rules = []
        for result in self.audit.results:
            header = self.context.rules[result.code]
            counts: dict[Status, int] = {s: result.counts.get(s, 0) for s in STATUSES}
            rules.append(RuleTally(header, self.rule_title(result.code), result.examined, counts))
        rules.sort(
            key=lambda r: (
                not r.counts["alarm"],
                SEVERITIES.index(r.header.severity),
                -r.counts["alarm"],
                -r.counts["manual"],
                r.header.code,
            )
        )
        return rules

    @property
    def most_overdue(self) -> tuple[list[Finding], str]:
        """The findings that are overdue for longest, and a note of how many are as overdue."""
        overdue = [f for f in self.findings if f.days_overdue and f.severity != "info"]
        overdue.sort(key=lambda f: (-(f.days_overdue or 0), SEVERITIES.index(f.severity), f.code))
        shown = overdue[:MOST_OVERDUE]
        rest = sum(f.days_overdue == shown[-1].days_overdue for f in overdue[MOST_OVERDUE:])
        note = _("{n:,} more are as overdue as the last of these.").format(n=rest) if rest else ""
        return shown, note

    @property
    def every_subject(self) -> Iterator[tuple[RuleHeader, str, list[Finding]]]:
        """Every subject examined, by rule, where the user asked for all rows."""
        if self.context.everything:
            for code, group in groupby(self.audit.findings, key=lambda f: f.code):
                yield self.context.rules[code], self.rule_title(code), list(group)

    def _tallies(self, keys: Callable[[Finding], Iterable[str]]) -> dict[str, Counter[str]]:
        tallies: dict[str, Counter[str]] = {}
        for finding in self.findings:
            for key in keys(finding):
                tallies.setdefault(key, Counter())[kind(finding)] += 1
        return tallies

    def _groups(self) -> Iterator[BodyGroup]:
        owed: dict[str, list[Finding]] = {}
        for finding in self.findings:
            for body in finding.owed_by:
                owed.setdefault(body, []).append(finding)
        zones = {f.zone for f in self.audit.findings}
        order = dict.fromkeys([*self.context.bodies, OFFICE, *sorted(owed)])
        for body in (body for body in order if body in owed):
            own = sorted(owed[body], key=_grave_first)
            tally = Tally(body, self.name(body), Counter(kind(f) for f in own))
            known = body in self.context.bodies
            groups = [
                self._rule_group(code, kind_of, list(group))
                for (code, kind_of), group in groupby(own, key=lambda f: (f.code, kind(f)))
            ]
            yield BodyGroup(tally, body in zones, known and body not in zones, groups)

    def _rule_group(self, code: str, kind_of: str, findings: list[Finding]) -> RuleGroup:
        header = self.context.rules[code]
        remedy = str(getattr(header.remedy, self.context.language))
        return RuleGroup(header, kind_of, self.rule_title(code), remedy, findings)


def _grave_first(finding: Finding) -> tuple[int, str, str, int]:
    severity = SEVERITIES.index(finding.severity)
    return severity, finding.code, kind(finding), -(finding.days_overdue or 0)


def kind(finding: Finding) -> str:
    """What a finding is counted as: an alarm's severity, or `manual`."""
    return "manual" if finding.status == "manual" else finding.severity


def overdue(finding: Finding) -> str:
    """For how long a finding is overdue, in words."""
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
