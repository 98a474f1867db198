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
from registry.report.audit import Context
from registry.report.audit.html_parts import (
    LANG,
    css_string,
    foreign,
    labels,
    script_hash,
    texts,
)
from registry.report.audit.report_model import FIRST_STATUSES, KINDS, Arrangement, overdue
from registry.report.audit.svg import bar, key

TEMPLATES: Final = Path(__file__).parent / "templates"

_OPEN: Final = 50
"""A group of more rows than these is folded until it is asked for, or printed."""

_BUFFERED: Final = 500


def render(audit: Audit, context: Context) -> Iterator[str]:
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
        overdue=overdue,
        n=_number,
        zh=foreign(context.language),
    )
    environment.globals.update(bar=bar, key=key)
    arrangement = Arrangement(audit, context)
    script = Markup(_source("audit.js"))
    values: dict[str, Any] = {
        "a": arrangement,
        "t": texts(),
        "labels": {name: css_string(text) for name, text in labels().items()},
        "lang": LANG[context.language],
        "kinds": KINDS,
        "statuses": FIRST_STATUSES,
        "open": _OPEN,
        "style": Markup(_source("audit.css")),
        "script": script,
        "script_hash": script_hash(script),
        "css": css_string,
        "longest": max((tally.alarms for tally in arrangement.bodies), default=0),
        "commonest": max((rule.counts["alarm"] for rule in arrangement.rules), default=0),
        "rows": sum(tally.counts.total() for tally in arrangement.bodies),
    }
    stream = environment.get_template("audit.html").stream(values)
    stream.enable_buffering(_BUFFERED)
    yield from stream


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _number(value: int) -> str:
    return f"{value:,}"
