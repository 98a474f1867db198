"""Progress: rates of completion, what is overdue, next deadlines. A body's first page."""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

from registry import svg
from registry.internal.pages.common import (
    OPEN,
    OVERDUE,
    TO_EXPLAIN,
    URGENCY,
    downloads_of,
    findings_address,
    render_internal_page,
)
from registry.internal.pages.trend import trend_of
from registry.locale import N_, _
from registry.locale.labels import severity_label
from registry.model.vocabulary import SEVERITIES
from registry.site.charts import Bar, bars
from registry.site.pages import Row, rows, table_address

_MAX_RUNS: Final = 12
_MAX_ROWS: Final = 10
_AGES: Final = (
    (N_("up to 5 working days"), {"working_days_overdue__lte": 5}, "<= 5"),
    (
        N_("6–10 working days"),
        {"working_days_overdue__gte": 6, "working_days_overdue__lte": 10},
        "BETWEEN 6 AND 10",
    ),
    (
        N_("11–20 working days"),
        {"working_days_overdue__gte": 11, "working_days_overdue__lte": 20},
        "BETWEEN 11 AND 20",
    ),
    (N_("over 20 working days"), {"working_days_overdue__gt": 20}, "> 20"),
    (N_("working days not known"), {"working_days_overdue__isnull": 1}, "IS NULL"),
)
"""Ages of overdue findings: name, filters of the table, and the same as a condition in SQL."""
_STILL_OPEN: Final = {"status": "alarm", "severity__not": "info", "waived": 0}
_DEADLINES: Final = """
  SELECT o.due_on, o.duty, d.name_zh, d.name_en, o.zone, o.owed_by, count(*) AS n,
         CASE WHEN instr(o.owed_by, 'department') > 0 THEN o.department END AS owing
  FROM obligations AS o JOIN duties AS d ON d.instrument = o.instrument AND d.id = o.duty
  WHERE o.status = 'pending' AND o.due_on IS NOT NULL {owed}
  GROUP BY o.due_on, o.duty, o.zone, o.owed_by, owing ORDER BY o.due_on, n DESC, o.duty, o.zone
"""
OWED_BY: Final = {
    "": "",
    "office": "",
    "zone": (" AND o.zone = :body AND instr(';' || o.owed_by || ';', ';zone;') > 0"),
    "department": (
        " AND instr('、' || o.department || '、', '、' || :name || '、') > 0"
        " AND instr(';' || o.owed_by || ';', ';department;') > 0"
    ),
}
"""Kind of body → condition for the obligations `o` that it owes."""


async def progress(datasette: Any, request: Any) -> Any:
    """The page."""
    audience = datasette.audience
    standings = await rows(datasette, "SELECT * FROM progress ORDER BY rowid")
    whose = ("overall", "") if audience.is_office else (audience.kind, audience.id)
    own = [row for row in standings if (row["kind"], row["id"]) == whose]
    deadlines = await next_deadlines(datasette, audience.kind, audience.id)
    owes = "" if audience.is_office else " AND fingerprint IN " + OF_BODY
    values = {"body": audience.id}
    letters = {row["body"] for row in await rows(datasette, _LETTERS)}
    return await render_internal_page(
        datasette,
        request,
        "progress",
        overall=own[0] if own else None,
        groups=[
            (kind, [with_rate(row) for row in standings if row["kind"] == kind])
            for kind in ("instrument", "zone", "department", "duty")
            if audience.is_office
        ],
        ages=await _ages(datasette, owes, values),
        severities=await _severities(datasette, owes, values),
        trend=await trend_of(datasette, _MAX_RUNS),
        deadlines=deadlines[:_MAX_ROWS],
        deadlines_left=sum(row["n"] for row in deadlines[_MAX_ROWS:]),
        pending=table_address(datasette, "obligations", status="pending", _sort="due_on"),
        overdue=await longest_overdue(datasette, _MAX_ROWS, owes, values),
        letters=letters,
        owed=await _counts_to_do(datasette, audience),
        downloads=[] if audience.is_office else await downloads_of(datasette, audience.id),
    )


OF_BODY: Final = "(SELECT fingerprint FROM finding_bodies WHERE body = :body)"
_LETTERS: Final = "SELECT body FROM downloads WHERE kind = 'letter'"


async def longest_overdue(
    datasette: Any, most: int, owes: str = "", values: Row | None = None
) -> list[Row]:
    """What is overdue longest. `owes`: a condition for the findings, with `values`."""
    return await rows(
        datasette,
        f"SELECT * FROM findings AS f WHERE {OVERDUE}{owes}"
        f" ORDER BY days_overdue DESC, {URGENCY} LIMIT {most:d}",
        values,
    )


async def next_deadlines(datasette: Any, kind: str, body: str | None) -> list[Row]:
    """Pending obligations, the soonest first: a row for each day, duty, zone and debtor."""
    names = datasette.site.file.names
    name = names["department"][1].get(body, "") if kind == "department" else ""
    return await rows(
        datasette, _DEADLINES.format(owed=OWED_BY[kind]), {"body": body, "name": name}
    )


def with_rate(row: Row) -> Row:
    """A row of the table progress, with its rates and a bar of its completion rate."""
    owed = row["applicable"]
    rate = row["met"] / owed if owed else None
    return {
        **row,
        "rate": rate,
        "on_time_rate": row["on_time"] / owed if owed else None,
        "bar": svg.bar(row["met"], owed, background=True),
    }


async def _ages(datasette: Any, owes: str, values: Row) -> Markup | None:
    columns = ", ".join(
        f"coalesce(sum(working_days_overdue {sql}), 0) AS age_{n}"
        if sql != "IS NULL"
        else f"coalesce(sum(working_days_overdue IS NULL), 0) AS age_{n}"
        for n, (_name, _filters, sql) in enumerate(_AGES)
    )
    counted = await rows(datasette, f"SELECT {columns} FROM findings WHERE {OVERDUE}{owes}", values)
    if not any(counted[0].values()):
        return None
    entries = [
        Bar(
            _(name),
            counted[0][f"age_{n}"],
            findings_address(
                datasette, **_STILL_OPEN, days_overdue__gt=0, **filters, **_owed_filter(values)
            ),
        )
        for n, (name, filters, _sql) in enumerate(_AGES)
        if counted[0][f"age_{n}"] or n < len(_AGES) - 1
    ]
    return bars(_("Overdue, by working days"), (_("Overdue by"), _("Findings")), entries)


async def _severities(datasette: Any, owes: str, values: Row) -> Markup | None:
    counted = await rows(
        datasette,
        "SELECT severity, count(*) AS n FROM findings"
        f" WHERE status = 'alarm' AND waived = 0{owes} GROUP BY 1",
        values,
    )
    numbers = {row["severity"]: row["n"] for row in counted}
    if not numbers:
        return None
    entries = [
        Bar(
            severity_label(one),
            numbers.get(one, 0),
            findings_address(
                datasette, status="alarm", waived=0, severity=one, **_owed_filter(values)
            ),
        )
        for one in SEVERITIES
    ]
    return bars(_("Alarms by severity"), (_("Severity"), _("Findings")), entries)


def _owed_filter(values: Row) -> dict[str, str]:
    return {"owed_by__contains": values["body"]} if values["body"] else {}


async def _counts_to_do(datasette: Any, audience: Any) -> Row:
    """How many findings the audience has to mend, to explain, and to check by hand."""
    counted = await rows(
        datasette,
        f"SELECT coalesce(sum({OPEN}), 0) AS mend,"
        f" coalesce(sum({TO_EXPLAIN}), 0) AS explain,"
        " coalesce(sum(status = 'manual'), 0) AS manual"
        f" FROM findings WHERE fingerprint IN {OF_BODY}",
        {"body": audience.id or "office"},
    )
    return counted[0]
