"""Charts as inline SVG, drawn on the server: bars, stacked bars, layered bars, line charts.

They have neither style attributes nor scripts, so that a strict content security policy lets them
pass. All but stacked bars are hidden from screen readers: the numbers stand beside them as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_BAR_WIDTH: Final = 200
_BAR_HEIGHT: Final = 10
_NARROWEST_BAR: Final = 1.5
"""The width of a bar that stands for something, however little."""

_LAYERS_WIDTH: Final = 100
_LAYERS_HEIGHT: Final = 8
_STACK_HEIGHT: Final = 18
_NARROWEST_LABELLED: Final = 9
"""Percent of a stacked bar below which a segment bears no number: the table beside it does."""

_SWATCH: Final = 14
_CHART_WIDTH: Final = 320
_CHART_HEIGHT: Final = 130
_MARGIN: Final = 24
_TOP: Final = 26
_BOTTOM: Final = 100
_LABELLED_POINTS: Final = 6
"""As many points bear their number; of more, only the first, the last and the highest."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a stacked bar; `fill` and `text_fill` are its colour and that of its number."""

    label: str
    count: int
    fill: str
    text_fill: str


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a line chart; `label` stands below it."""

    label: str
    value: int


def element(tag: str, *children: str, **attributes: object) -> Markup:
    """An element; `class_` gives `class`, `aria_hidden` gives `aria-hidden`. All is escaped."""
    written = Markup("").join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), value)
        for name, value in attributes.items()
    )
    if not children:
        return Markup("<{}{}/>").format(tag, written)
    return Markup("<{0}{1}>{2}</{0}>").format(tag, written, Markup("").join(children))


def bar_width(value: int, greatest: int) -> float:
    """The width of a bar, of 200, where `greatest` fills it."""
    if value <= 0 or greatest <= 0:
        return 0
    return max(_NARROWEST_BAR, round(value / greatest * _BAR_WIDTH, 1))


def bar(value: int, greatest: int, *, background: bool = False) -> Markup:
    """A bar of one colour; with `background`, on a bar of the whole width, of the class `all`."""
    rectangles = [element("rect", width=bar_width(value, greatest), height=_BAR_HEIGHT)]
    if background:
        rectangles.insert(0, element("rect", class_="all", width=_BAR_WIDTH, height=_BAR_HEIGHT))
    return element(
        "svg",
        *rectangles,
        viewBox=f"0 0 {_BAR_WIDTH} {_BAR_HEIGHT}",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
    )


def layered_bar(layers: Iterable[tuple[str, float]]) -> Markup:
    """Rectangles over each other, the last on top: class and width in percent of each."""
    return element(
        "svg",
        *(
            element("rect", class_=name, width=width, height=_LAYERS_HEIGHT)
            for name, width in layers
        ),
        viewBox=f"0 0 {_LAYERS_WIDTH} {_LAYERS_HEIGHT}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def stacked_bar(segments: Iterable[Segment], longest: int) -> Markup:
    """Segments side by side, labelled for screen readers; `longest`: the count of a whole bar.

    Widths are in percent, so that the bar fits any screen and any sheet of paper.
    """
    present = [segment for segment in segments if segment.count]
    parts, left = [], 0.0
    for segment in present:
        width = 100 * segment.count / longest
        parts.append(
            element(
                "rect",
                x=f"{left:.2f}%",
                width=f"{width:.2f}%",
                height=_STACK_HEIGHT,
                fill=segment.fill,
                stroke="#ffffff",
            )
        )
        if width >= _NARROWEST_LABELLED:
            parts.append(
                element(
                    "text",
                    f"{segment.count:,}",
                    x=f"{left + width / 2:.2f}%",
                    y=13,
                    text_anchor="middle",
                    fill=segment.text_fill,
                )
            )
        left += width
    label = ", ".join(f"{segment.label} {segment.count:,}" for segment in present)
    return element(
        "svg",
        Markup("").join(parts),
        class_="bar",
        width="100%",
        height=_STACK_HEIGHT,
        role="img",
        aria_label=label or 0,
        focusable="false",
    )


def swatch(fill: str) -> Markup:
    """A square of a colour, for the key of a chart."""
    square = element("rect", width=_SWATCH, height=_SWATCH, fill=fill)
    return element(
        "svg",
        square,
        width=_SWATCH,
        height=_SWATCH,
        aria_hidden="true",
        focusable="false",
    )


def class_swatch(name: str) -> Markup:
    """A square coloured by the style sheet, by the class `name`; for the key of a chart."""
    square = element("rect", class_=name, width=1, height=1)
    return element("svg", square, viewBox="0 0 1 1", aria_hidden="true")


def line_chart(points: Sequence[Point]) -> Markup:
    """A line through the points, from left to right; nothing where there are none."""
    if not points:
        return Markup("")
    greatest = max(max(point.value for point in points), 1)
    step = (_CHART_WIDTH - 2 * _MARGIN) / max(len(points) - 1, 1)
    places = [
        (
            round(_MARGIN + step * n, 1) if len(points) > 1 else _CHART_WIDTH / 2,
            round(_BOTTOM - point.value / greatest * (_BOTTOM - _TOP), 1),
        )
        for n, point in enumerate(points)
    ]
    left, right = _MARGIN - 14, _CHART_WIDTH - _MARGIN + 14
    return element(
        "svg",
        element("line", class_="ground", x1=left, y1=_BOTTOM, x2=right, y2=_BOTTOM),
        element("polyline", points=" ".join(f"{x},{y}" for x, y in places)),
        *(element("circle", cx=x, cy=y, r="3.5") for x, y in places),
        *_point_texts(points, places),
        class_="trend",
        viewBox=f"0 0 {_CHART_WIDTH} {_CHART_HEIGHT}",
        aria_hidden="true",
        focusable="false",
    )


def _point_texts(
    points: Sequence[Point], places: Sequence[tuple[float, float]]
) -> Iterable[Markup]:
    last = len(points) - 1
    highest = max(range(len(points)), key=lambda n: points[n].value)
    for n, (point, (x, y)) in enumerate(zip(points, places, strict=True)):
        if last < _LABELLED_POINTS or n in (0, last, highest):
            yield element("text", str(point.value), x=x, y=y - 8)
        if n in (0, last):
            anchor = "middle" if last == 0 else "start" if n == 0 else "end"
            edge = x if last == 0 else x - _MARGIN + 4 if n == 0 else x + _MARGIN - 4
            yield element(
                "text",
                point.label,
                class_="day",
                x=edge,
                y=_BOTTOM + 20,
                text_anchor=anchor,
            )
