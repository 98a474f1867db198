"""The table for a terminal: a summary first, then findings grouped by who owes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from registry.audit.engine import OFFICE
from registry.audit.finding import Audit, Finding
from registry.locale import _, list_separator
from registry.locale.labels import provenance_lines, severity_label, status_label
from registry.model.vocabulary import SEVERITIES
from registry.report.audit import Context
from registry.report.terminal import bold, indent, table, wrap

_SHOWN_A_RULE: Final = 10
"""Findings of one rule and one body that are listed before a line says how many more there are."""

_MOST_OVERDUE: Final = 10


def render(audit: Audit, context: Context) -> Iterator[str]:
    """The whole report, a paragraph at a time."""
    yield from _head(audit, context)
    findings = audit.open_findings
    if findings:
        yield _by_severity(findings)
        yield _by_body(findings, context)
        yield _by_zone(findings, context)
        yield from _most_overdue(findings, context)
        yield from _by_owing_body(audit, context)
    if context.everything:
        yield from _every_row(audit, context)


def _head(audit: Audit, context: Context) -> Iterator[str]:
    title = _("Audit of {instrument} as of {as_of}").format(
        instrument=audit.instrument, as_of=audit.as_of
    )
    if audit.run is not None:
        title += _(" (run {run})").format(run=audit.run)
    yield bold(title, context.colour) + "\n"
    for line in provenance_lines(audit.provenance):
        yield wrap(line, context.width) + "\n"
    if audit.filters:
        yield _("Only: {filters}").format(filters=audit.filters) + "\n"
    counts: Counter[str] = Counter()
    for result in audit.results:
        counts.update(result.counts)
    yield (
        "\n"
        + wrap(
            _(
                "Examined {examined:,}: alarms {alarm:,}, to be checked by hand {manual:,}, "
                "not yet due {pending:,}, done {ok:,}; not applicable {skip:,}."
            ).format(examined=audit.examined, **{s: counts[s] for s in _COUNTED}),
            context.width,
        )
        + "\n"
    )
    if audit.examined == 0:
        yield _("Nothing was examined: this is no pass.") + "\n"
    elif not audit.open_findings:
        yield _("No findings.") + "\n"


_COUNTED: Final = ("ok", "pending", "alarm", "skip", "manual")


def _by_severity(findings: list[Finding]) -> str:
    counts = Counter((f.severity, f.status) for f in findings)
    rows = [
        (severity_label(severity), counts[severity, "alarm"], counts[severity, "manual"])
        for severity in SEVERITIES
    ]
    return "\n" + table(rows, (_("Severity"), status_label("alarm"), status_label("manual")))


def _by_body(findings: list[Finding], context: Context) -> str:
    counts = Counter((body, _kind(f)) for f in findings for body in f.owed_by)
    bodies = sorted(
        {body for body, _kind_of in counts},
        key=lambda body: (-sum(counts[body, s] for s in SEVERITIES[:3]), body),
    )
    kinds = (*SEVERITIES, "manual")
    rows = [
        (body_name(body, context), *(counts[body, kind] or "·" for kind in kinds))
        for body in bodies
    ]
    heads = (_("Owed by"), *(severity_label(s) for s in SEVERITIES), status_label("manual"))
    shared = any(len(f.owed_by) > 1 for f in findings)
    note = _("What several bodies owe together is counted under each of them.") if shared else ""
    return "\n" + table(rows, heads) + (wrap(note, context.width) + "\n" if note else "")


def _by_zone(findings: list[Finding], context: Context) -> str:
    counts = Counter((f.zone, _kind(f)) for f in findings)
    kinds = (*SEVERITIES, "manual")
    zones = sorted({zone for zone, _kind_of in counts if zone})
    rows = [
        (body_name(zone, context), *(counts[zone, kind] or "·" for kind in kinds)) for zone in zones
    ]
    without = (_("no zone"), *(counts[None, kind] or "·" for kind in kinds))
    if any(f.zone is None for f in findings):
        rows.append(without)
    heads = (_("Zone"), *(severity_label(s) for s in SEVERITIES), status_label("manual"))
    return "\n" + table(rows, heads)


def _most_overdue(findings: list[Finding], context: Context) -> Iterator[str]:
    overdue = [f for f in findings if f.days_overdue and f.severity != "info"]
    overdue.sort(key=lambda f: (-(f.days_overdue or 0), SEVERITIES.index(f.severity), f.code))
    if not overdue:
        return
    rows = [
        (
            f.days_overdue,
            f.code,
            f.subject_id,
            f.item_name or "",
            list_separator().join(body_name(body, context) for body in f.owed_by),
        )
        for f in overdue[:_MOST_OVERDUE]
    ]
    yield "\n" + bold(_("Most overdue"), context.colour) + "\n"
    heads = (_("Days overdue"), _("Code"), _("Subject"), _("Item name"), _("Owed by"))
    yield table(rows, heads, width=context.width)
    rest = sum(f.days_overdue == overdue[_MOST_OVERDUE - 1].days_overdue for f in overdue[10:])
    if rest:
        yield _("{n:,} more are as overdue as the last of these.").format(n=rest) + "\n"


def _by_owing_body(audit: Audit, context: Context) -> Iterator[str]:
    findings = audit.open_findings
    order = [*context.bodies, OFFICE]
    for body in order:
        own = [f for f in findings if body in f.owed_by]
        if not own:
            continue
        counted = Counter(f.status for f in own)
        title = _("{body}: {alarm:,} alarms, {manual:,} to be checked by hand").format(
            body=body_name(body, context), alarm=counted["alarm"], manual=counted["manual"]
        )
        yield "\n" + bold(title, context.colour) + "\n"
        own.sort(key=lambda f: (SEVERITIES.index(f.severity), f.code, -(f.days_overdue or 0)))
        for code, group in groupby(own, key=lambda f: f.code):
            yield from _rule_group(code, list(group), context)


def _rule_group(code: str, group: list[Finding], context: Context) -> Iterator[str]:
    rule = context.rules[code]
    title = _("{code} {name}: {title} ({severity}; {clauses}), {n:,}").format(
        code=code,
        name=rule.name,
        title=getattr(rule.title, context.language),
        severity=severity_label(rule.severity),
        clauses=list_separator().join(rule.clauses),
        n=len(group),
    )
    remedy = _("Remedy: {remedy}").format(remedy=getattr(rule.remedy, context.language))
    yield indent(wrap(title, context.width - 2), 2) + "\n"
    yield indent(wrap(remedy, context.width - 4), 4) + "\n"
    shown = group if context.everything else group[:_SHOWN_A_RULE]
    yield indent(table(_even([_row(f, context) for f in shown]), width=context.width - 4), 4)
    if len(shown) < len(group):
        more = _("… and {n:,} more: --all or --format csv lists them.").format(
            n=len(group) - len(shown)
        )
        yield indent(more, 4) + "\n"


def _row(finding: Finding, context: Context) -> tuple[str, ...]:
    waived = (_("waived"),) if finding.waived else ()
    if finding.due_on is None or finding.item_name is None:
        return (finding.subject_id, getattr(finding.message, context.language), *waived)
    if finding.days_overdue is None:
        overdue = ""
    elif finding.working_days_overdue is None:
        overdue = _("{days:,} days").format(days=finding.days_overdue)
    else:
        overdue = _("{days:,} days ({working:,} working)").format(
            days=finding.days_overdue, working=finding.working_days_overdue
        )
    return (finding.subject_id, finding.item_name, finding.due_on, overdue, *waived)


def _even(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows of one length: only some of a group may be waived."""
    width = max(map(len, rows))
    return [row + ("",) * (width - len(row)) for row in rows]


def _every_row(audit: Audit, context: Context) -> Iterator[str]:
    yield "\n" + bold(_("Every subject examined, by rule"), context.colour) + "\n"
    for code, group in groupby(audit.findings, key=lambda f: f.code):
        rule = context.rules[code]
        yield f"{code} {rule.name}: {getattr(rule.title, context.language)}\n"
        rows = [
            (status_label(f.status), f.subject_id, f.item_name or "", f.due_on or "") for f in group
        ]
        yield indent(table(rows), 2)


def _kind(finding: Finding) -> str:
    """The column that a finding is counted in: its severity, or `manual`."""
    return "manual" if finding.status == "manual" else finding.severity


def body_name(body: str, context: Context) -> str:
    """A body's name; the reform office's is a role, not a name."""
    return context.bodies.get(body) or _("reform office")
