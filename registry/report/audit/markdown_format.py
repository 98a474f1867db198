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
from registry.report.audit import Context
from registry.report.audit.report_model import (
    FIRST_STATUSES,
    KINDS,
    Arrangement,
    BodyGroup,
    RuleGroup,
    Tally,
    overdue,
)

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|#~])")
_LINE_END: Final = re.compile(r"\s*(?:\r\n|[\r\n\v\f\x85\u2028\u2029])\s*")


def render(audit: Audit, context: Context) -> Iterator[str]:
    """The whole report, a paragraph at a time."""
    report = Arrangement(audit, context)
    yield f"# {_escape(report.title)}\n\n"
    if report.banner:
        yield f"> **{_escape(report.banner)}**\n\n"
    yield "".join(_fact(label, text) for label, text in report.facts)
    yield f"\n## {_('Summary')}\n\n{_escape(report.outcome)}\n\n"
    for remark in report.remarks:
        yield f"**{_escape(remark)}**\n\n"
    yield from _counts(report)
    if report.groups:
        yield f"## {_('Findings by the body that owes them')}\n\n"
    for body in report.groups:
        yield f"### {_escape(body.title)}\n\n"
        for group in body.rules:
            yield from _group(body, group, report)
    yield from _every_subject(report)
    if report.banner:
        yield f"> **{_escape(report.banner)}**\n"


def _counts(report: Arrangement) -> Iterator[str]:
    if report.findings:
        counts = report.severities
        heads = [_("Alarms"), *map(finding_kind_label, KINDS)]
        alarms = report.statuses["alarm"]
        yield table(heads, [[alarms, *(counts[kind] for kind in KINDS)]], right=0)
        yield f"## {_('Alarms by the body that owes them')}\n\n"
        yield _tallies(report.bodies, _("Owed by"))
        if report.shared_note:
            yield report.shared_note + "\n\n"
        yield f"## {_('Alarms by zone')}\n\n"
        yield _tallies(report.zones, _("Zone"))
    yield from _most_overdue(report)
    yield f"## {_('Alarms by rule')}\n\n"
    heads = [_("Code"), _("Rule"), _("Severity"), _("Examined"), *map(status_label, FIRST_STATUSES)]
    rows = [
        [
            rule.header.code,
            rule.title,
            severity_label(rule.header.severity),
            rule.examined,
            *(rule.counts[status] for status in FIRST_STATUSES),
        ]
        for rule in report.rules
    ]
    yield table(heads, rows, right=3)


def _tallies(tallies: list[Tally], heading: str) -> str:
    rows = [[t.name, t.alarms, *(t.counts[kind] for kind in KINDS)] for t in tallies]
    return table([heading, _("Alarms"), *map(finding_kind_label, KINDS)], rows, right=1)


def _most_overdue(report: Arrangement) -> Iterator[str]:
    findings, note = report.most_overdue
    if not findings:
        return
    heads = [_("Subject"), _("Item name"), _("Rule"), _("Owed by"), _("Due on"), _("Overdue")]
    rows = [
        [
            f.subject_id,
            f.item_name,
            f"{f.code} {report.rule_title(f.code)}",
            report.names(f.owed_by),
            f.due_on,
            overdue(f),
        ]
        for f in findings
    ]
    yield f"## {_('Most overdue')}\n\n" + table(heads, rows)
    if note:
        yield note + "\n\n"


def _group(body: BodyGroup, group: RuleGroup, report: Arrangement) -> Iterator[str]:
    header = group.header
    yield (
        f"#### {header.code} {_escape(group.title)} `{header.name}`\n\n"
        + _fact(_("Severity"), finding_kind_label(group.kind))
        + _fact(_("Remedy"), group.remedy)
        + _fact(_("Clauses"), report.separator.join(header.clauses))
    )
    if group.provenance:
        yield _fact(_("Provenance"), provenance_label(group.provenance))
    heads = [_("No."), _("Subject"), _("Item name")]
    heads += [] if body.is_zone else [_("Zone")]
    heads += [] if body.is_department else [_("Department")]
    heads += [_("Message"), _("Due on"), _("Overdue")]
    heads += [] if group.provenance else [_("Provenance")]
    rows = (
        _row(number, finding, body, group, report)
        for number, finding in enumerate(group.findings, 1)
    )
    yield "\n" + table(heads, rows)


def _fact(label: str, text: str) -> str:
    return "- " + _("{label}: {text}").format(label=label, text=_escape(text)) + "\n"


def _row(
    number: int, finding: Finding, body: BodyGroup, group: RuleGroup, report: Arrangement
) -> list[object]:
    row: list[object] = [number, finding.subject_id, finding.item_name]
    if not body.is_zone:
        row.append(report.name(finding.zone) if finding.zone else None)
    if not body.is_department:
        row.append(report.name(finding.department) if finding.department else None)
    waived = f"[{_('Waived')}] " if finding.waived else ""
    row += [waived + report.message(finding), finding.due_on, overdue(finding)]
    if not group.provenance:
        row.append(provenance_label(finding.provenance))
    return row


def _every_subject(report: Arrangement) -> Iterator[str]:
    for number, (header, title, subjects) in enumerate(report.every_subject):
        if not number:
            yield f"## {_('Every subject examined, by rule')}\n\n"
        yield f"### {header.code} {_escape(title)}\n\n"
        heads = [_("Status"), _("Subject"), _("Item name"), _("Due on")]
        rows = ([status_label(f.status), f.subject_id, f.item_name, f.due_on] for f in subjects)
        yield table(heads, rows)


def table(
    heads: Sequence[str], rows: Iterable[Sequence[object]], *, right: int | None = None
) -> str:
    """A table; columns from `right` on stand on the right."""
    rule = ["---" if right is None or i < right else "---:" for i in range(len(heads))]
    lines = [_line(map(_escape, heads)), _line(rule)]
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
