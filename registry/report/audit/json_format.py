"""JSON: one document, by DESIGN's contract. Keys are English in every language."""

from __future__ import annotations

import json
from collections.abc import Iterator

from registry.audit.finding import Audit
from registry.report.audit import Context
from registry.report.audit.fields import head, record, rule_records


def render(audit: Audit, context: Context) -> Iterator[str]:
    """The document, a finding a line, so that two of them can be compared."""
    opening = {**head(audit), "rules": rule_records(audit)}
    text = json.dumps(opening, ensure_ascii=False, indent=1)
    yield text.removesuffix("\n}") + ',\n "findings": ['
    separator = "\n  "
    for finding in audit.findings:
        yield separator + json.dumps(record(finding, context), ensure_ascii=False)
        separator = ",\n  "
    yield "]\n}\n"
