"""A line through the audits: how many findings each had. Drawn on the server, as SVG.

It is hidden from screen readers, and whoever prefers numbers has them in the table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_WIDTH: Final = 320
_HEIGHT: Final = 130
_LEFT: Final = 24
_TOP: Final = 26
_BOTTOM: Final = 100
_LABELLED: Final = 6
"""As many points bear their number; of more, only the first, the last and the highest."""


@dataclass(frozen=True, slots=True)
class Point:
    """One audit. `label` stands below it."""

    label: str
    value: int


def trend(points: Sequence[Point]) -> Markup:
    """The chart; nothing where there is no audit to draw."""
    if not points:
        return Markup("")
    most = max(max(point.value for point in points), 1)
    step = (_WIDTH - 2 * _LEFT) / max(len(points) - 1, 1)
    places = [
        (
            round(_LEFT + step * n, 1) if len(points) > 1 else _WIDTH / 2,
            round(_BOTTOM - point.value / most * (_BOTTOM - _TOP), 1),
        )
        for n, point in enumerate(points)
    ]
    line = " ".join(f"{x},{y}" for x, y in places)
    marks = Markup("").join(
        Markup('<circle cx="{}" cy="{}" r="3.5"/>').format(*place) for place in places
    )
    return Markup(
        '<svg class="trend" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">'
        '<line class="ground" x1="{}" y1="{}" x2="{}" y2="{}"/>'
        '<polyline points="{}"/>{}{}</svg>'
    ).format(
        _WIDTH,
        _HEIGHT,
        *(_LEFT - 14, _BOTTOM, _WIDTH - _LEFT + 14, _BOTTOM),
        *(line, marks, _texts(points, places)),
    )


def _texts(points: Sequence[Point], places: Sequence[tuple[float, float]]) -> Markup:
    last = len(points) - 1
    highest = max(range(len(points)), key=lambda n: points[n].value)
    texts = []
    for n, (point, (x, y)) in enumerate(zip(points, places, strict=True)):
        if last < _LABELLED or n in (0, last, highest):
            texts.append(Markup('<text x="{}" y="{}">{}</text>').format(x, y - 8, point.value))
        if n in (0, last):
            anchor = "middle" if last == 0 else "start" if n == 0 else "end"
            edge = x if last == 0 else x - _LEFT + 4 if n == 0 else x + _LEFT - 4
            texts.append(
                Markup('<text class="day" x="{}" y="{}" text-anchor="{}">{}</text>').format(
                    edge, _BOTTOM + 20, anchor, point.label
                )
            )
    return Markup("").join(texts)
