"""Bar charts as tables: beside every bar stand its name and its number, as text.

The bars are of one colour, so that nobody has to tell colours apart, and hidden from screen
readers, which read the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from registry import svg


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `label` may be markup; `href` leads to what was counted."""

    label: str | Markup
    value: int
    href: str


def bars(caption: str, heads: tuple[str, str], entries: Sequence[Bar]) -> Markup:
    """The chart. `heads`: the headings of the column of names and of the column of numbers."""
    greatest = max((bar.value for bar in entries), default=0)
    lines = Markup("").join(_line(bar, greatest) for bar in entries)
    return Markup(
        '<table class="bars"><caption>{}</caption>'
        '<thead><tr><th scope="col">{}</th><td></td><th scope="col">{}</th></tr></thead>'
        "<tbody>{}</tbody></table>"
    ).format(caption, *heads, lines)


def _line(bar: Bar, greatest: int) -> Markup:
    return Markup(
        '<tr><th scope="row"><a href="{}">{}</a></th><td class="bar">{}</td><td>{}</td></tr>'
    ).format(bar.href, bar.label, svg.bar(bar.value, greatest), f"{bar.value:,}")
