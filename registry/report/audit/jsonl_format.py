"""JSON lines: a finding a line, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

from registry.audit.finding import Audit
from registry.report.audit import RenderOptions
from registry.report.audit.records import finding_record


def render(audit: Audit, options: RenderOptions) -> Iterator[str]:
    """A line for each finding, with the run and the day it was found on."""
    for finding in audit.findings:
        line = {"as_of": audit.as_of, "run": audit.run, **finding_record(finding, options)}
        yield json.dumps(line, ensure_ascii=False) + "\n"
