"""Bar charts that are tables: every bar has its name and its number beside it, in text.

The bars are SVG, drawn on the server, without a style attribute or a script. They are of one
colour, so that nobody has to tell colours apart, and hidden from screen readers, which read the
table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_WIDTH: Final = 200
_LEAST: Final = 1.5
"""The width of a bar that stands for something, however little."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `label` may be markup; `href` leads to what was counted."""

    label: str | Markup
    value: int
    href: str


def width(value: int, most: int) -> float:
    """How wide a bar is drawn."""
    if value <= 0 or most <= 0:
        return 0
    return max(_LEAST, round(value / most * _WIDTH, 1))


def bars(caption: str, heads: tuple[str, str], entries: Sequence[Bar]) -> Markup:
    """The chart. `heads`: what the names are, and what the numbers count."""
    most = max((bar.value for bar in entries), default=0)
    lines = Markup("").join(_line(bar, most) for bar in entries)
    return Markup(
        '<table class="bars"><caption>{}</caption>'
        '<thead><tr><th scope="col">{}</th><td></td><th scope="col">{}</th></tr></thead>'
        "<tbody>{}</tbody></table>"
    ).format(caption, *heads, lines)


def _line(bar: Bar, most: int) -> Markup:
    drawn = Markup(
        '<svg viewBox="0 0 {} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect width="{}" height="10"/></svg>'
    ).format(_WIDTH, width(bar.value, most))
    return Markup(
        '<tr><th scope="row"><a href="{}">{}</a></th><td class="bar">{}</td><td>{}</td></tr>'
    ).format(bar.href, bar.label, drawn, f"{bar.value:,}")
