"""HTML: one file that asks nothing of any network, for reading, filtering and printing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from registry.audit.finding import Audit
from registry.locale.labels import (
    finding_kind_label,
    provenance_label,
    severity_label,
    status_label,
)
from registry.report.audit import RenderOptions
from registry.report.audit.html_helpers import (
    LANG,
    cell_labels,
    css_string,
    mark_chinese,
    page_texts,
    script_hash,
    severity_bar,
    severity_key,
)
from registry.report.audit.report_model import (
    FINDING_KINDS,
    STATUS_ORDER,
    AuditReport,
    overdue_text,
)

TEMPLATES: Final = Path(__file__).parent / "templates"

_UNFOLDED_ROWS: Final = 50
"""A group of more rows than these is folded until it is asked for, or printed."""

_BUFFERED: Final = 500


def render(audit: Audit, options: RenderOptions) -> Iterator[str]:
    """The whole page, piece by piece."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(
        severity=severity_label,
        status=status_label,
        kind=finding_kind_label,
        provenance=provenance_label,
        overdue=overdue_text,
        n=_number,
        zh=mark_chinese(options.language),
    )
    environment.globals.update(bar=severity_bar, key=severity_key)
    report = AuditReport(audit, options)
    script = Markup(_source("audit.js"))
    values: dict[str, Any] = {
        "report": report,
        "text": page_texts(),
        "cell_labels": {name: css_string(text) for name, text in cell_labels().items()},
        "lang": LANG[options.language],
        "kinds": FINDING_KINDS,
        "statuses": STATUS_ORDER,
        "unfolded_rows": _UNFOLDED_ROWS,
        "style": Markup(_source("audit.css")),
        "script": script,
        "script_hash": script_hash(script),
        "css": css_string,
        "most_alarms_of_body": max((one.alarms for one in report.counts_by_body), default=0),
        "most_alarms_of_rule": max(
            (rule.by_status["alarm"] for rule in report.counts_by_rule), default=0
        ),
        "rows": sum(one.by_kind.total() for one in report.counts_by_body),
    }
    stream = environment.get_template("audit.html").stream(values)
    stream.enable_buffering(_BUFFERED)
    yield from stream


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _number(value: int) -> str:
    return f"{value:,}"
