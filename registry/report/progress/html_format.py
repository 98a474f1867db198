"""Progress as one self-contained page in the language in use; printed, it fits one A4 sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from registry import svg
from registry.audit.progress import ObligationCounts, Progress, RankedEntry
from registry.locale import _, language
from registry.report.progress import RenderOptions
from registry.report.progress.wording import headings, headlines, notes, row, title

_SHEET: Final = 24
"""Rows that an A4 sheet takes at full size; for more, print gets denser."""


def render(progress: Progress, options: RenderOptions) -> Iterator[str]:
    """The page."""
    environment = Environment(
        loader=PackageLoader("registry.report.progress"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups = [_group(group, standings) for group, standings in progress.groups if standings]
    rows = sum(len(group["rows"]) for group in groups)
    yield environment.get_template("progress.html").render(
        language={"zh": "zh-CN", "en": "en"}[language()],
        title=title(progress),
        warning=_("Demonstration data, not an official paper.") if progress.demonstrates else "",
        headlines=headlines(progress)
        if progress.overall.applicable
        else [_("Nothing was examined: this is no pass.")],
        groups=groups,
        notes=notes(progress) if groups else [],
        key=(_("met on time"), _("met late"), _("not met")),
        swatch=svg.class_swatch,
        density=f"{min(1.0, _SHEET / max(rows, 1)):.2f}",
    )


def _group(group: str, standings: list[RankedEntry]) -> dict[str, Any]:
    names = headings(group)
    return {
        "headings": names,
        "name": names[1],
        "rows": [
            {
                "cells": row(standing),
                "bar": _bar(standing.counts),
            }
            for standing in standings
        ],
    }


def _bar(counts: ObligationCounts) -> Markup:
    """A bar of what is met on time, on what is met, on all that is owed."""
    met, on_time = (round((rate or 0) * 100, 2) for rate in (counts.rate, counts.on_time_rate))
    return svg.layered_bar([("not", 100), ("late", met), ("on", on_time)])
