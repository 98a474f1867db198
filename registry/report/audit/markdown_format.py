"""Markdown tables, for pasting into a document: the same report as the HTML page, and all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from registry.audit.finding import Audit, Finding
from registry.locale import _
from registry.locale.labels import (
    finding_kind_label,
    provenance_label,
    severity_label,
    status_label,
)
from registry.report.audit import RenderOptions
from registry.report.audit.report_model import (
    FINDING_KINDS,
    STATUS_ORDER,
    AuditReport,
    BodyGroup,
    FindingCounts,
    RuleGroup,
    overdue_text,
)

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~])")
_LINE_END: Final = re.compile(r"\s*(?:\r\n|[\r\n\v\f\x85\u2028\u2029])\s*")


def render(audit: Audit, options: RenderOptions) -> Iterator[str]:
    """The whole report, a paragraph at a time."""
    report = AuditReport(audit, options)
    yield f"# {_escape(report.title)}\n\n"
    if report.banner:
        yield f"> **{_escape(report.banner)}**\n\n"
    yield "".join(_fact(label, text) for label, text in report.facts)
    yield f"\n## {_('Summary')}\n\n{_escape(report.summary)}\n\n"
    for remark in report.remarks:
        yield f"**{_escape(remark)}**\n\n"
    yield from _counts(report)
    if report.body_groups:
        yield f"## {_('Findings by the body that owes them')}\n\n"
    for body in report.body_groups:
        yield f"### {_escape(body.title)}\n\n"
        for group in body.rules:
            yield from _group(body, group, report)
    yield from _every_subject(report)
    if report.banner:
        yield f"> **{_escape(report.banner)}**\n"


def _counts(report: AuditReport) -> Iterator[str]:
    if report.findings:
        counts = report.kind_counts
        headings = [_("Alarms"), *map(finding_kind_label, FINDING_KINDS)]
        alarms = report.status_counts["alarm"]
        yield table(headings, [[alarms, *(counts[kind] for kind in FINDING_KINDS)]], right=0)
        yield f"## {_('Alarms by the body that owes them')}\n\n"
        yield _finding_counts(report.counts_by_body, _("Owed by"))
        if report.shared_note:
            yield report.shared_note + "\n\n"
        yield f"## {_('Alarms by zone')}\n\n"
        yield _finding_counts(report.counts_by_zone, _("Zone"))
    yield from _most_overdue(report)
    yield f"## {_('Alarms by rule')}\n\n"
    headings = [
        _("Code"),
        _("Rule"),
        _("Severity"),
        _("Examined"),
        *map(status_label, STATUS_ORDER),
    ]
    rows = [
        [
            rule.header.code,
            rule.title,
            severity_label(rule.header.severity),
            rule.examined,
            *(rule.by_status[status] for status in STATUS_ORDER),
        ]
        for rule in report.counts_by_rule
    ]
    yield table(headings, rows, right=3)


def _finding_counts(counts: list[FindingCounts], heading: str) -> str:
    rows = [
        [one.name, one.alarms, *(one.by_kind[kind] for kind in FINDING_KINDS)] for one in counts
    ]
    return table([heading, _("Alarms"), *map(finding_kind_label, FINDING_KINDS)], rows, right=1)


def _most_overdue(report: AuditReport) -> Iterator[str]:
    findings, note = report.most_overdue
    if not findings:
        return
    headings = [_("Subject"), _("Item name"), _("Rule"), _("Owed by"), _("Due on"), _("Overdue")]
    rows = [
        [
            report.subject(f),
            f.item_name,
            f"{f.code} {report.title_of(f)}",
            report.body_names(f.owed_by),
            f.due_on,
            overdue_text(f),
        ]
        for f in findings
    ]
    yield f"## {_('Most overdue')}\n\n" + table(headings, rows)
    if note:
        yield note + "\n\n"


def _group(body: BodyGroup, group: RuleGroup, report: AuditReport) -> Iterator[str]:
    header = group.header
    yield (
        f"#### {header.code} {_escape(group.title)} `{header.name}`\n\n"
        + _fact(_("Severity"), finding_kind_label(group.kind))
        + _fact(_("Remedy"), group.remedy)
        + _fact(_("Clauses"), group.clauses)
    )
    if group.provenance:
        yield _fact(_("Provenance"), provenance_label(group.provenance))
    headings = [_("No."), _("Subject"), _("Item name")]
    headings += [] if body.is_zone else [_("Zone")]
    headings += [] if body.is_department else [_("Department")]
    headings += [_("Message"), _("Due on"), _("Overdue")]
    headings += [] if group.provenance else [_("Provenance")]
    rows = (
        _row(number, finding, body, group, report)
        for number, finding in enumerate(group.findings, 1)
    )
    yield "\n" + table(headings, rows)


def _fact(label: str, text: str) -> str:
    return "- " + _("{label}: {text}").format(label=label, text=_escape(text)) + "\n"


def _row(
    number: int, finding: Finding, body: BodyGroup, group: RuleGroup, report: AuditReport
) -> list[object]:
    row: list[object] = [number, report.subject(finding), finding.item_name]
    if not body.is_zone:
        row.append(report.body_name(finding.zone) if finding.zone else None)
    if not body.is_department:
        row.append(report.body_name(finding.department) if finding.department else None)
    waived = f"[{_('Waived')}] " if finding.waived else ""
    row += [waived + report.message(finding), finding.due_on, overdue_text(finding)]
    if not group.provenance:
        row.append(provenance_label(finding.provenance))
    return row


def _every_subject(report: AuditReport) -> Iterator[str]:
    for number, (header, title, subjects) in enumerate(report.subjects_by_rule):
        if not number:
            yield f"## {_('Every subject examined, by rule')}\n\n"
        yield f"### {header.code} {_escape(title)}\n\n"
        headings = [_("Status"), _("Subject"), _("Item name"), _("Due on")]
        rows = (
            [status_label(f.status), report.subject(f), f.item_name, f.due_on] for f in subjects
        )
        yield table(headings, rows)


def table(
    headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: int | None = None
) -> str:
    """A table; columns from `right` on stand on the right."""
    rule = ["---" if right is None or i < right else "---:" for i in range(len(headings))]
    lines = [_line(map(_escape, headings)), _line(rule)]
    lines += [_line(map(_cell, row)) for row in rows]
    return "".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else _escape(str(value))


def _escape(text: str) -> str:
    return _LINE_END.sub("<br>", _SPECIAL.sub(r"\\\1", text.strip()))
