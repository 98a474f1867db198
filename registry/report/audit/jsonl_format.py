"""JSON lines: a finding a line, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

from registry.audit.finding import Audit
from registry.report.audit import Context
from registry.report.audit.fields import record


def render(audit: Audit, context: Context) -> Iterator[str]:
    """A line for each finding, with the run and the day it was found on."""
    for finding in audit.findings:
        line = {"as_of": audit.as_of, "run": audit.run, **record(finding, context)}
        yield json.dumps(line, ensure_ascii=False) + "\n"
