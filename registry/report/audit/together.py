"""The report of an audit of many registries together: every finding names its registry."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from registry.audit.finding import Audit
from registry.errors import error_text
from registry.locale import _
from registry.locale.labels import finding_kind_label, severity_label
from registry.model.vocabulary import SEVERITIES
from registry.report.audit import RenderOptions
from registry.report.audit.csv_format import HEADERS, cell
from registry.report.audit.records import (
    FINDING_FIELDS,
    finding_record,
    report_header,
    rule_result_records,
)
from registry.report.audit.report_model import FINDING_KINDS, AuditReport
from registry.report.audit.steps import first_steps
from registry.report.terminal import bold, in_severity, table, wrap

FIRST_STEPS: Final = 10
_FORM = Callable[[str, Sequence["Part"]], Iterator[str]]


@dataclass(frozen=True)
class Part:
    """The audit of one registry. `origin`: what its export states of itself, as JSON has it;
    `exported_on`: the day."""

    registry: str
    exported_on: str
    origin: Mapping[str, Any]
    audit: Audit
    options: RenderOptions


def render(form: str, as_of: str, parts: Sequence[Part]) -> Iterator[str]:
    """The report in one of FORMATS, piece by piece; at least one registry was audited."""
    return _FORMS[form](as_of, parts)


def _json(as_of: str, parts: Sequence[Part]) -> Iterator[str]:
    """One document; a finding a line."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    yield f'{{\n "schema": 2,\n "as_of": {encode(as_of)},\n "registries": ['
    for number, part in enumerate(parts):
        opening = {
            "registry": part.registry,
            **part.origin,
            **report_header(part.audit),
            "rules": rule_result_records(part.audit),
        }
        text = json.dumps(opening, ensure_ascii=False, indent=1)
        yield ("," if number else "") + "\n" + text.removesuffix("\n}") + ',\n "findings": ['
        for place, finding in enumerate(part.audit.findings):
            record = {"registry": part.registry, **finding_record(finding, part.options)}
            yield (",\n  " if place else "\n  ") + encode(record)
        yield "]\n}"
    yield "]\n}\n"


def _jsonl(as_of: str, parts: Sequence[Part]) -> Iterator[str]:
    """A line for each finding."""
    for part in parts:
        for finding in part.audit.findings:
            record = finding_record(finding, part.options)
            line = {"registry": part.registry, "as_of": as_of, **record}
            yield json.dumps(line, ensure_ascii=False) + "\n"


def _csv(as_of: str, parts: Sequence[Part]) -> Iterator[str]:
    """A header and a line for each finding."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if parts[0].options.bom:
        yield "\ufeff"
    writer.writerow([_("Registry"), *(_(HEADERS[name]) for name in FINDING_FIELDS)])
    for part in parts:
        for finding in part.audit.findings:
            record = finding_record(finding, part.options)
            writer.writerow([cell(part.registry), *map(cell, record.values())])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _table(as_of: str, parts: Sequence[Part]) -> Iterator[str]:
    """The report for a terminal: counts by registry and by rule, and what to do first."""
    options = parts[0].options
    reports = [AuditReport(part.audit, part.options) for part in parts]
    title = _("Audit of {n:,} registries together, as of {as_of}").format(n=len(parts), as_of=as_of)
    yield wrap(bold(title, options.colour), options.width) + "\n"
    for part, report in zip(parts, reports, strict=True):
        for line in report.provenance:
            yield wrap(error_text(line, place=part.registry), options.width) + "\n"
    yield "\n" + _by_registry(parts)
    yield from _by_rule(parts)
    yield from _first_steps(parts, reports)
    yield "\n" + wrap(_("--format csv or json lists every finding."), options.width) + "\n"


def _by_registry(parts: Sequence[Part]) -> str:
    rows: list[tuple[Any, ...]] = []
    total: Counter[str] = Counter()
    for part in parts:
        kinds = _kinds(part.audit)
        total.update(kinds)
        rows.append((part.registry, part.exported_on, part.audit.examined, *_counted(kinds)))
    if len(parts) > 1:
        examined = sum(part.audit.examined for part in parts)
        rows.append((_("Together"), "", examined, *_counted(total)))
    headings = (
        *(_("Registry"), _("Exported"), _("Examined")),
        *map(finding_kind_label, FINDING_KINDS),
    )
    return table(rows, headings, width=parts[0].options.width)


def _kinds(audit: Audit) -> Counter[str]:
    """Findings by severity; what has to be checked by hand counts apart."""
    return Counter("manual" if f.status == "manual" else f.severity for f in audit.open_findings)


def _counted(kinds: Counter[str]) -> Iterator[Any]:
    return (kinds[kind] or "·" for kind in FINDING_KINDS)


def _by_rule(parts: Sequence[Part]) -> Iterator[str]:
    """Alarms by rule, the gravest first, and in how many registries."""
    counts: Counter[tuple[int, str, str]] = Counter()
    where: dict[tuple[int, str, str], set[str]] = {}
    options = parts[0].options
    for part in parts:
        for finding in part.audit.findings:
            if finding.status != "alarm":
                continue
            header = part.options.rules.header(finding)
            title = getattr(header.title, options.language)
            key = (SEVERITIES.index(finding.severity), finding.code, title)
            counts[key] += 1
            where.setdefault(key, set()).add(part.registry)
    if not counts:
        return
    rows = [
        (
            in_severity(SEVERITIES[key[0]], severity_label(SEVERITIES[key[0]]), options.colour),
            *(key[1], key[2], n, len(where[key])),
        )
        for key, n in sorted(counts.items(), key=lambda one: (one[0][0], -one[1], one[0]))
    ]
    headings = (_("Severity"), _("Code"), _("Rule"), _("Findings"), _("Registries"))
    yield "\n" + table(rows, headings, width=options.width)


def _first_steps(parts: Sequence[Part], reports: Sequence[AuditReport]) -> Iterator[str]:
    """What to do first, of all registries."""
    options = parts[0].options
    steps = [
        (part.registry, step)
        for part, report in zip(parts, reports, strict=True)
        for step in first_steps(report)
    ]
    if not steps:
        return
    steps.sort(key=lambda one: one[1].rank)
    rows = [
        (
            in_severity(step.severity, severity_label(step.severity), options.colour),
            *(registry, step.title, step.owed_by, len(step.findings), step.days_overdue or "·"),
        )
        for registry, step in steps[:FIRST_STEPS]
    ]
    headings = (
        *(_("Severity"), _("Registry"), _("Step")),
        *(_("Owed by"), _("Findings"), _("Days overdue")),
    )
    yield "\n" + bold(_("What to do first"), options.colour) + "\n"
    yield table(rows, headings, width=options.width)


_FORMS: Final[dict[str, _FORM]] = {"table": _table, "json": _json, "jsonl": _jsonl, "csv": _csv}
FORMATS: Final = tuple(_FORMS)
