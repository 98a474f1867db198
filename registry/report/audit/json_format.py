"""JSON: one document. Keys are English in every language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Final

from registry.audit.finding import Audit
from registry.report.audit import RenderOptions
from registry.report.audit.records import finding_record, report_header, rule_result_records

_AT_ONCE: Final = 1_000


def render(audit: Audit, options: RenderOptions) -> Iterator[str]:
    """The document, a finding a line, so that two of them can be compared."""
    opening = {**report_header(audit), "rules": rule_result_records(audit)}
    text = json.dumps(opening, ensure_ascii=False, indent=1)
    yield text.removesuffix("\n}") + ',\n "findings": ['
    encode = json.JSONEncoder(ensure_ascii=False).encode
    separator = "\n  "
    findings = iter(audit.findings)
    # Each part is flushed where it is written to a terminal or a pipe.
    while part := [encode(finding_record(one, options)) for one in islice(findings, _AT_ONCE)]:
        yield separator + ",\n  ".join(part)
        separator = ",\n  "
    yield "]\n}\n"
