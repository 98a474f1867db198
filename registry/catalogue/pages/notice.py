"""The notice: what it says, what it asks for until when, and how the days are counted."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from registry.locale import N_, _, language
from registry.site.pages import Row, not_found, path_parameter, render_page, rows

_NUMERALS: Final = "一二三四五六七八九十"
WEEKDAYS: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar. `kind`: work, off (a day off), makeup, holiday, or outside."""

    number: int
    kind: str
    ordinal: int | None = None
    mark: str = ""


async def notice(datasette: Any, request: Any) -> Any:
    """The page of an instrument; where there are several and none is named, the list of them."""
    instruments = await rows(datasette, "SELECT * FROM instrument ORDER BY rowid")
    key = path_parameter(request, "id") if request.url_vars.get("id") else None
    if key is None and len(instruments) > 1:
        return await render_page(datasette, request, "notices", instruments=instruments)
    chosen = [one for one in instruments if key in (None, one["id"])]
    if not chosen:
        raise not_found()
    one = chosen[0]
    values = {"id": one["id"]}
    clauses = await rows(datasette, "SELECT * FROM clauses WHERE instrument = :id", values)
    duties = await rows(
        datasette, "SELECT * FROM duties WHERE instrument = :id ORDER BY rowid", values
    )
    days = await rows(
        datasette, "SELECT * FROM workdays WHERE instrument = :id ORDER BY date", values
    )
    annexes = await rows(
        datasette, "SELECT * FROM annexes WHERE instrument = :id ORDER BY annex", values
    )
    deadlines = {duty["due_on"] for duty in duties if duty["due_on"]}
    return await render_page(
        datasette,
        request,
        "notice",
        description=f"{one['number']} {one['title']}",
        instrument=one,
        annexes=annexes,
        clauses=_in_order(clauses),
        duties=duties,
        deadlines=sorted(deadlines),
        longest=days[-1]["ordinal"] if days else 0,
        months=list(_months(days, one["issued_on"], deadlines)),
        weekdays=[_(day) for day in WEEKDAYS],
        sources=sorted({day["source"] for day in days}),
    )


def _in_order(clauses: list[Row]) -> list[tuple[str, list[Row]]]:
    """Clauses under their headings, as these stand in the text: 一, 二（一）, 二（二）, …"""

    def place(row: Row) -> list[int]:
        return [_NUMERALS.index(c) for c in row["heading"] if c in _NUMERALS]

    ordered = sorted(clauses, key=lambda row: (place(row), row["id"]))
    return [(h, list(under)) for h, under in groupby(ordered, key=lambda row: str(row["heading"]))]


def _months(
    days: list[Row], issued_on: str, deadlines: set[str]
) -> Iterable[tuple[str, list[list[Day | None]]]]:
    """Title and weeks, Monday first, of each month that the days touch."""
    known = {row["date"]: row for row in days}
    for year, month in sorted({(int(day[:4]), int(day[5:7])) for day in known}):
        weeks = []
        for week in calendar.Calendar().monthdatescalendar(year, month):
            cells = [
                _day(d, known, issued_on, deadlines) if d.month == month else None for d in week
            ]
            weeks.append(cells)
        title = f"{year}年{month}月" if language() == "zh" else f"{year}-{month:02}"
        yield title, weeks


def _day(day: date, known: dict[str, Row], issued_on: str, deadlines: set[str]) -> Day:
    key = day.isoformat()
    if key not in known:
        return Day(day.day, "outside")
    weekend = day.weekday() >= 5
    if known[key]["is_workday"]:
        kind = "makeup" if weekend else "work"
    else:
        kind = "off" if weekend else "holiday"
    mark = "issued" if key == issued_on else "due" if key in deadlines else ""
    counts = known[key]["is_workday"] and key != issued_on
    return Day(day.day, kind, known[key]["ordinal"] if counts else None, mark)
