"""Findings as records of plain values, for JSON, JSON lines and CSV."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from registry.audit.finding import FINDING_STATUSES, Audit, Finding
from registry.audit.grouping import NAMED
from registry.model.vocabulary import SEVERITIES
from registry.report.audit import RenderOptions

FINDING_FIELDS: Final = (
    *("code", "name", "severity", "status", "waived", "fingerprint", "subject_type"),
    *("subject_id", "item", "item_name", "zone", "department", "owed_by", "mode", "duty"),
    *("due_on", "days_overdue", "working_days_overdue", "message", "clauses", "remedy"),
    *("provenance", "instrument", "reference", "cases", "case_numbers"),
)


def finding_record(finding: Finding, options: RenderOptions) -> dict[str, Any]:
    """The finding's fields; owed_by and clauses are lists, texts in the options's language.

    `cases`: how many cases it stands for, null where it is none on cases; `case_numbers`: the first
    of their numbers.
    """
    rule = options.rules.header(finding)
    values = {name: getattr(finding, name, None) for name in FINDING_FIELDS}
    values["owed_by"] = list(finding.owed_by)
    values["message"] = getattr(finding.message, options.language)
    values["clauses"] = list(options.rules.of(finding))
    values["remedy"] = getattr(rule.remedy, options.language)
    values["cases"] = len(finding.cases) or None
    values["case_numbers"] = list(finding.cases[:NAMED])
    return values


def report_header(audit: Audit) -> dict[str, Any]:
    """What a JSON report begins with: all but its rules and findings.

    Provenance is null where it is not known: see `Audit.changed_since`.
    """
    known = not audit.changed_since
    return {
        "schema": 2,
        "as_of": audit.as_of,
        "run": audit.run,
        "instrument": audit.instrument,
        "provenance": audit.provenance if known else None,
        "unofficial_fields": audit.unofficial_fields._asdict() if known else None,
        "filters": audit.filters,
        "examined": audit.examined,
        "summary": finding_counts(audit),
    }


def finding_counts(audit: Audit) -> dict[str, dict[str, dict[str, int]]]:
    """Alarms and manual checks by severity, rule, department and zone."""
    findings = audit.open_findings
    by: dict[str, Counter[tuple[str | None, str]]] = {
        "by_severity": Counter((f.severity, f.status) for f in findings),
        "by_rule": Counter((f.code, f.status) for f in findings),
        "by_department": Counter((f.department, f.status) for f in findings if f.department),
        "by_zone": Counter((f.zone, f.status) for f in findings if f.zone),
    }
    result: dict[str, dict[str, dict[str, int]]] = {}
    for name, counted in by.items():
        keys = sorted({str(key) for key, _status in counted})
        if name == "by_severity":
            keys = list(SEVERITIES)
        result[name] = {
            key: {status: counted.get((key, status), 0) for status in FINDING_STATUSES}
            for key in keys
        }
    return result


def rule_result_records(audit: Audit) -> list[dict[str, Any]]:
    """How many subjects of each rule were examined, and with which result."""
    return [
        {"code": r.code, "name": r.name, "examined": r.examined} | dict(r.counts)
        for r in audit.results
    ]
