"""From audit to audit: audits that found the same as one, and a chart over time with deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from registry import svg
from registry.locale import _
from registry.site.pages import Row, rows

_MAX_DEADLINES: Final = 3
_SMALLEST_SHARE: Final = 20
"""A deadline is drawn where at least every twentieth obligation is due by it."""

_BEFORE: Final = timedelta(days=31)
_AFTER: Final = timedelta(days=92)
"""How far from the audits a deadline is drawn: a farther one would press them together."""

_DEADLINES: Final = f"""
  SELECT due_on, count(*) AS n FROM obligations WHERE status <> 'skip' AND due_on IS NOT NULL
  GROUP BY due_on
  HAVING n * {_SMALLEST_SHARE} >= (SELECT count(*) FROM obligations WHERE status <> 'skip')
  ORDER BY n DESC, due_on
"""


class Trend(NamedTuple):
    """`groups`: audits of the same findings together, the latest first; `chart`: of all of them;
    `deadlines`: the days drawn in it."""

    groups: list[Row]
    chart: Markup
    deadlines: list[str]


async def trend_of(datasette: Any, most: int) -> Trend:
    """The trend of alarms in the audience's file, of the last `most` groups of audits."""
    runs = await rows(datasette, "SELECT * FROM runs ORDER BY run")
    groups = [_group(list(same)) for _first, same in groupby(runs, key=lambda row: row["same_as"])][
        -most:
    ]
    if not groups:
        return Trend([], Markup(""), [])
    values = [
        svg.DayValue(date.fromisoformat(day), group["alarms"])
        for group in groups
        for day in dict.fromkeys((group["from_day"], group["to_day"]))
    ]
    values.sort(key=lambda value: value.day)  # an audit may be as of an earlier day than the last
    deadlines = _near(await rows(datasette, _DEADLINES), values)
    marks = [
        svg.DayMark(day, _("deadline {day}").format(day=day) if n == 0 else "")
        for n, day in enumerate(deadlines)
    ]
    return Trend(groups[::-1], svg.day_chart(values, marks), [str(day) for day in deadlines])


def _near(found: Sequence[Row], values: Sequence[svg.DayValue]) -> list[date]:
    first, last = values[0].day - _BEFORE, values[-1].day + _AFTER
    days = (date.fromisoformat(row["due_on"]) for row in found)
    return [day for day in days if first <= day <= last][:_MAX_DEADLINES]


def _group(same: list[Row]) -> Row:
    """Audits that found the same, as one row: the last, with the first's number and days."""
    days = [row["as_of"] for row in same]
    return {
        **same[-1],
        "from_run": same[0]["run"],
        "from_day": min(days),
        "to_day": max(days),
        "times": len(same),
    }
