"""Charts as inline SVG, drawn on the server: bars, stacked bars, layered bars, charts over time.

They have neither style attributes nor scripts, so that a strict content security policy lets them
pass. All but stacked bars are hidden from screen readers: the numbers stand beside them as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
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
_CHART_WIDTH: Final = 420
_CHART_HEIGHT: Final = 150
_MARGIN: Final = 24
_LABEL_LINE: Final = 12
_TOP: Final = 40
_BOTTOM: Final = 126
_EDGE: Final = 60
"""A text nearer to the chart's edge than this begins, or ends, at its place."""

_NEAREST_LABELS: Final = 34
"""Numbers nearer to each other than this would overlap."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a stacked bar; `fill` and `text_fill` are its colour and that of its number."""

    label: str
    count: int
    fill: str
    text_fill: str


@dataclass(frozen=True, slots=True)
class DayValue:
    """A value of a day, for a chart over time."""

    day: date
    value: int


@dataclass(frozen=True, slots=True)
class DayMark:
    """A day that is marked in a chart over time, with what stands at it."""

    day: date
    label: str


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


def day_chart(values: Sequence[DayValue], deadlines: Sequence[DayMark] = ()) -> Markup:
    """A line through values, placed by their days; each deadline is a line across.

    `values`: the earliest first, any number of a day. Nothing where there are none.
    """
    if not values:
        return Markup("")
    days = [*(one.day for one in values), *(one.day for one in deadlines)]
    first, span = min(days), (max(days) - min(days)).days
    greatest = max(max(one.value for one in values), 1)

    def _across(day: date) -> float:
        share = (day - first).days / span if span else 0.5
        return round(_MARGIN + share * (_CHART_WIDTH - 2 * _MARGIN), 1)

    places = [
        (_across(one.day), round(_BOTTOM - one.value / greatest * (_BOTTOM - _TOP), 1))
        for one in values
    ]
    left, right = _MARGIN - 14, _CHART_WIDTH - _MARGIN + 14
    return element(
        "svg",
        element("line", class_="ground", x1=left, y1=_BOTTOM, x2=right, y2=_BOTTOM),
        *(_deadline(_across(one.day), one.label) for one in deadlines),
        element("polyline", points=" ".join(f"{x},{y}" for x, y in places)),
        *(element("circle", cx=x, cy=y, r="3.5") for x, y in places),
        *_value_texts(values, places),
        *(_edge_text(day, _across(day), span) for day in dict.fromkeys((first, max(days)))),
        class_="trend",
        viewBox=f"0 0 {_CHART_WIDTH} {_CHART_HEIGHT}",
        aria_hidden="true",
        focusable="false",
    )


def _deadline(x: float, label: str) -> Markup:
    return element(
        "g",
        element("line", class_="deadline", x1=x, y1=_LABEL_LINE + 4, x2=x, y2=_BOTTOM),
        element("text", label, class_="deadline", x=x, y=_LABEL_LINE, text_anchor=_anchor(x)),
    )


def _anchor(x: float) -> str:
    """How a text at `x` is aligned, so that it stays within the chart."""
    if x < _EDGE:
        return "start"
    return "end" if x > _CHART_WIDTH - _EDGE else "middle"


def _edge_text(day: date, x: float, span: int) -> Markup:
    anchor = _anchor(x) if span else "middle"
    return element("text", day.isoformat(), class_="day", x=x, y=_BOTTOM + 18, text_anchor=anchor)


def _value_texts(
    values: Sequence[DayValue], places: Sequence[tuple[float, float]]
) -> Iterable[Markup]:
    """The last number, the first and the highest, and others while there is room between them."""
    highest = max(range(len(values)), key=lambda n: values[n].value)
    taken: list[float] = []
    for n in dict.fromkeys((len(values) - 1, highest, 0, *range(len(values)))):
        x, y = places[n]
        if all(abs(x - other) >= _NEAREST_LABELS for other in taken):
            taken.append(x)
            yield element("text", f"{values[n].value:,}", x=x, y=y - 8)
