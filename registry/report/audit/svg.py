"""Bars as inline SVG: widths in percent, so that they fit any screen and any sheet of paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from registry.locale.labels import finding_kind_label
from registry.model.vocabulary import SEVERITIES

if TYPE_CHECKING:
    from markupsafe import Markup

FILL: Final = {"high": "#7f1d1d", "medium": "#d97706", "low": "#5b9bd5", "info": "#cbd5e1"}
"""From dark to light, so that they are told apart without colour too."""

_WRITTEN: Final = {"high": "#ffffff", "medium": "#1b1b1b", "low": "#1b1b1b", "info": "#1b1b1b"}
_HEIGHT: Final = 18
_WIDEST_LABEL: Final = 9
"""Percent of the bar below which a segment bears no number: the table beside it does."""


def bar(counts: Mapping[str, int], longest: int) -> Markup:
    """A bar stacked by severity; `longest`: the count that fills the whole width."""
    from markupsafe import Markup, escape

    total = sum(counts.get(severity, 0) for severity in SEVERITIES)
    said = ", ".join(f"{finding_kind_label(s)} {counts[s]:,}" for s in SEVERITIES if counts.get(s))
    parts, left = [], 0.0
    for severity in SEVERITIES:
        count = counts.get(severity, 0)
        if not count:
            continue
        width = 100 * count / longest
        parts.append(
            f'<rect x="{left:.2f}%" width="{width:.2f}%" height="{_HEIGHT}"'
            f' fill="{FILL[severity]}" stroke="#ffffff"/>'
        )
        if width >= _WIDEST_LABEL:
            parts.append(
                f'<text x="{left + width / 2:.2f}%" y="13" text-anchor="middle"'
                f' fill="{_WRITTEN[severity]}">{count:,}</text>'
            )
        left += width
    return Markup(
        f'<svg class="bar" width="100%" height="{_HEIGHT}" role="img"'
        f' aria-label="{escape(said or total)}" focusable="false">{"".join(parts)}</svg>'
    )


def key() -> Markup:
    """What each colour means."""
    from markupsafe import Markup, escape

    parts = (
        f'<li><svg width="14" height="14" aria-hidden="true" focusable="false">'
        f'<rect width="14" height="14" fill="{FILL[severity]}"/></svg>'
        f" {escape(finding_kind_label(severity))}</li>"
        for severity in SEVERITIES
    )
    return Markup('<ul class="key">' + "".join(parts) + "</ul>")
