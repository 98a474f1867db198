"""Progress as one self-contained page in the language in use; printed, it fits one A4 sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from registry.audit.progress import Progress, RankedEntry
from registry.locale import _, language
from registry.report.progress.wording import headline, heads, notes, row, title

_SHEET: Final = 29
"""Rows that an A4 sheet takes at full size; for more, print gets denser."""


def render(found: Progress) -> Iterator[str]:
    """The page."""
    environment = Environment(
        loader=PackageLoader("registry.report.progress"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups = [_group(group, standings) for group, standings in found.groups if standings]
    rows = sum(len(group["rows"]) for group in groups)
    yield environment.get_template("progress.html").render(
        language={"zh": "zh-CN", "en": "en"}[language()],
        title=title(found),
        warning=_("Demonstration data, not an official paper.") if found.demonstrates else "",
        headline=headline(found)
        if found.overall.applicable
        else _("Nothing was examined: this is no pass."),
        groups=groups,
        notes=notes(found) if groups else [],
        key=(_("met on time"), _("met late"), _("not met")),
        density=f"{min(1.0, _SHEET / max(rows, 1)):.2f}",
    )


def _group(group: str, standings: list[RankedEntry]) -> dict[str, Any]:
    names = heads(group)
    return {
        "heads": names,
        "name": names[1],
        "rows": [
            {
                "cells": row(standing),
                "on_time": round((standing.counts.on_time_rate or 0) * 100, 2),
                "met": round((standing.counts.rate or 0) * 100, 2),
            }
            for standing in standings
        ],
    }
