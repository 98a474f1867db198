"""JSON, schema 1: see docs/evaluation.md."""

from __future__ import annotations

import json
from collections.abc import Iterator

from registry.authority.evaluation import Evaluation
from registry.report.evaluation import RenderOptions
from registry.report.evaluation.records import evaluation_record


def render(evaluation: Evaluation, options: RenderOptions) -> Iterator[str]:
    """One object."""
    record = evaluation_record(evaluation, options.by)
    yield json.dumps(record, ensure_ascii=False, indent=1) + "\n"
