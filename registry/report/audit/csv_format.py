"""CSV, for spreadsheets: headers in the user's language, lists joined by `;`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from registry.audit.finding import Audit
from registry.formulas import guarded
from registry.locale import N_, _
from registry.report.audit import RenderOptions
from registry.report.audit.records import FINDING_FIELDS, finding_record

HEADERS: Final = {
    "code": N_("Code"),
    "name": N_("Rule"),
    "severity": N_("Severity"),
    "status": N_("Status"),
    "waived": N_("Waived"),
    "fingerprint": N_("Fingerprint"),
    "subject_type": N_("Subject type"),
    "subject_id": N_("Subject"),
    "item": N_("Item"),
    "item_name": N_("Item name"),
    "zone": N_("Zone"),
    "department": N_("Department"),
    "owed_by": N_("Owed by"),
    "mode": N_("Mode"),
    "duty": N_("Duty"),
    "due_on": N_("Due on"),
    "days_overdue": N_("Days overdue"),
    "working_days_overdue": N_("Working days overdue"),
    "message": N_("Message"),
    "clauses": N_("Clauses"),
    "remedy": N_("Remedy"),
    "provenance": N_("Provenance"),
    "instrument": N_("Instrument"),
    "reference": N_("Reference"),
    "cases": N_("Cases"),
    "case_numbers": N_("Case numbers"),
}


def render(audit: Audit, options: RenderOptions) -> Iterator[str]:
    """A header and a line for each finding; CRLF as RFC 4180 has it, a byte-order mark if asked."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if options.bom:
        yield "\ufeff"
    writer.writerow([_(HEADERS[name]) for name in FINDING_FIELDS])
    for finding in audit.findings:
        writer.writerow([cell(value) for value in finding_record(finding, options).values()])
        if buffer.tell() > 1 << 16:
            yield _taken(buffer)
    yield _taken(buffer)


def cell(value: Any) -> Any:
    """A value as a cell; no text of it is a formula."""
    return guarded(";".join(value) if isinstance(value, list) else value)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
