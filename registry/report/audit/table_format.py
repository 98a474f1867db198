"""The report for a terminal: what to do first, counts, then findings by the body that owes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.audit.finding import Audit, Finding
from registry.locale import _, labelled
from registry.locale.labels import finding_kind_label, severity_label, status_label
from registry.model.vocabulary import SEVERITIES
from registry.report.audit import RenderOptions
from registry.report.audit.report_model import (
    FINDING_KINDS,
    AuditReport,
    FindingCounts,
    RuleGroup,
    overdue_text,
)
from registry.report.audit.steps import by_hand, first_steps
from registry.report.terminal import bold, in_severity, indent, table, wrap

_FIRST_STEPS: Final = 10
_ROWS_PER_RULE: Final = 10
"""Findings of one rule and one body that are listed before a line says how many more there are."""


def render(audit: Audit, options: RenderOptions) -> Iterator[str]:
    """The whole report, a paragraph at a time."""
    report = AuditReport(audit, options)
    yield from _header(report)
    if report.findings:
        yield _by_severity(report)
        yield from _first_steps(report)
        note = report.shared_note
        yield _by_kind(_("Owed by"), report.counts_by_body, report)
        yield wrap(note, options.width) + "\n" if note else ""
        yield _by_kind(_("Zone"), report.counts_by_zone, report)
        for body in report.body_groups:
            groups = [group for group in body.rules if group.kind != "manual"]
            if groups:
                yield "\n" + wrap(bold(body.title, options.colour), options.width) + "\n"
            for group in groups:
                yield from _rule_group(group, report)
        yield from _by_hand(report)
    yield from _every_subject(report)


def _header(report: AuditReport) -> Iterator[str]:
    audit, options = report.audit, report.options
    title = _("Audit of {instrument} as of {as_of}").format(
        instrument=audit.instrument, as_of=audit.as_of
    )
    if audit.run is not None:
        title += _(" (run {run})").format(run=audit.run)
    yield wrap(bold(title, options.colour), options.width) + "\n"
    for line in report.provenance:
        yield wrap(line, options.width) + "\n"
    if audit.filters:
        yield _("Only: {filters}").format(filters=audit.filters) + "\n"
    yield "\n" + wrap(report.summary, options.width) + "\n"
    if options.news:
        yield wrap(options.news, options.width) + "\n"
    if report.nothing_found:
        yield report.nothing_found + "\n"
    if report.cases_note:
        yield wrap(report.cases_note, options.width) + "\n"


def _by_severity(report: AuditReport) -> str:
    counts = report.severity_counts
    rows = [
        (
            in_severity(severity, severity_label(severity), report.options.colour),
            counts[severity, "alarm"],
            counts[severity, "manual"],
        )
        for severity in SEVERITIES
    ]
    headings = (_("Severity"), status_label("alarm"), status_label("manual"))
    return "\n" + table(rows, headings, width=report.options.width)


def _first_steps(report: AuditReport) -> Iterator[str]:
    """What to do first: a line for each paper that settles several findings."""
    steps, options = first_steps(report), report.options
    if not steps:
        return
    rows = [
        (
            in_severity(step.severity, severity_label(step.severity), options.colour),
            step.title,
            step.owed_by,
            len(step.findings),
            step.days_overdue or "·",
        )
        for step in steps[:_FIRST_STEPS]
    ]
    yield "\n" + bold(_("What to do first"), options.colour) + "\n"
    headings = (_("Severity"), _("Step"), _("Owed by"), _("Findings"), _("Days overdue"))
    yield table(rows, headings, width=options.width)
    if len(steps) > _FIRST_STEPS:
        rest = sum(len(step.findings) for step in steps[_FIRST_STEPS:])
        more = _("{n:,} more steps settle {findings:,} findings; they stand below.").format(
            n=len(steps) - _FIRST_STEPS, findings=rest
        )
        yield wrap(more, options.width) + "\n"


def _by_kind(heading: str, counts: list[FindingCounts], report: AuditReport) -> str:
    """A line for each body or zone, with its findings of each kind."""
    rows = [(one.name, *(one.by_kind[kind] or "·" for kind in FINDING_KINDS)) for one in counts]
    headings = (heading, *map(finding_kind_label, FINDING_KINDS))
    return "\n" + table(rows, headings, width=report.options.width)


def _by_hand(report: AuditReport) -> Iterator[str]:
    """What nothing recorded decides: counted by its reason, and listed only on request."""
    rows, options = by_hand(report), report.options
    if not rows:
        return
    yield "\n" + bold(_("To be checked by hand"), options.colour) + "\n"
    yield indent(table(rows, width=options.width - 2), 2)
    yield indent(wrap(_("--all or --format csv lists them."), options.width - 2), 2) + "\n"


def _rule_group(group: RuleGroup, report: AuditReport) -> Iterator[str]:
    header, width = group.header, report.options.width
    title = _("{code} {name}: {title} ({severity}; {clauses}), {n:,}").format(
        code=header.code,
        name=header.name,
        title=group.title,
        severity=in_severity(
            header.severity, severity_label(header.severity), report.options.colour
        ),
        clauses=group.clauses,
        n=len(group.findings),
    )
    remedy = _("Remedy: {remedy}").format(remedy=group.remedy)
    yield indent(wrap(title, width - 2), 2) + "\n"
    yield indent(wrap(remedy, width - 4), 4) + "\n"
    shown = group.findings if report.options.everything else group.findings[:_ROWS_PER_RULE]
    rows = _padded([_row(finding, report) for finding in shown])
    yield indent(table(rows, width=width - 4), 4)
    if len(shown) < len(group.findings):
        more = _("… and {n:,} more: --all or --format csv lists them.").format(
            n=len(group.findings) - len(shown)
        )
        yield indent(more, 4) + "\n"


def _row(finding: Finding, report: AuditReport) -> tuple[str, ...]:
    waived = (_("waived"),) if finding.waived else ()
    if finding.due_on is None or finding.item_name is None or finding.cases:
        return (report.subject(finding), report.message(finding), *waived)
    overdue = overdue_text(finding)
    return (report.subject(finding), finding.item_name, finding.due_on, overdue, *waived)


def _padded(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows of one length: only some of a group may be waived."""
    width = max(map(len, rows))
    return [row + ("",) * (width - len(row)) for row in rows]


def _every_subject(report: AuditReport) -> Iterator[str]:
    options = report.options
    if options.everything:
        yield "\n" + bold(_("Every subject examined, by rule"), options.colour) + "\n"
    for header, title, subjects in report.subjects_by_rule:
        yield labelled(f"{header.code} {header.name}", title) + "\n"
        rows = [
            (status_label(f.status), report.subject(f), f.item_name or "", f.due_on or "")
            for f in subjects
        ]
        yield indent(table(rows, width=options.width - 2), 2) if rows else ""
