"""The office's first page: how it all stands, on one screen."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final

from registry.internal.pages.common import (
    OPEN,
    OVERDUE,
    URGENCY,
    findings_address,
    localised,
    render_internal_page,
)
from registry.internal.pages.progress import longest_overdue, progress, with_rate
from registry.internal.pages.trend import trend_of
from registry.locale import N_, _
from registry.model.vocabulary import SEVERITIES
from registry.site.pages import Row, rows, table_address

_MAX_GROUPS: Final = 12
_MAX_DEADLINES: Final = 4
_MAX_LONGEST: Final = 3
_MAX_CHANGES: Final = 4
_SEVERITIES: Final = tuple(one for one in SEVERITIES if one != "info")

_OVERDUE: Final = f"""
  SELECT severity, sum({OVERDUE}) AS overdue, count(*) AS open, max(days_overdue) AS longest
  FROM findings WHERE {OPEN} GROUP BY severity
"""
_DELEGATED: Final = """
  SELECT i.id, i.name, count(*) AS applicable, sum(o.status = 'ok') AS met,
         sum(o.status = 'alarm') AS overdue, sum(o.status = 'pending') AS pending,
         sum(o.status = 'manual') AS unknown
  FROM items AS i JOIN obligations AS o ON o.item = i.id
  WHERE i.annex_role = 'delegated' AND o.status <> 'skip' GROUP BY i.id ORDER BY i.no
"""
_UNOWED: Final = """
  SELECT count(*) AS n FROM items AS i WHERE i.annex_role = 'delegated' AND NOT EXISTS
    (SELECT 1 FROM obligations AS o WHERE o.item = i.id AND o.status <> 'skip')
"""
_DUTIES: Final = "SELECT name_zh, name_en FROM duties ORDER BY rowid"
_BY_DUTY: Final = "SELECT * FROM progress_by_duty ORDER BY kind DESC, body"
_DEADLINES: Final = """
  SELECT o.due_on, d.name_zh, d.name_en, o.duty_name, count(*) AS n
  FROM obligations AS o JOIN duties AS d ON d.instrument = o.instrument AND d.id = o.duty
  WHERE o.status = 'pending' AND o.due_on IS NOT NULL
  GROUP BY o.due_on, d.name_zh, d.name_en ORDER BY o.due_on, n DESC, d.name_zh
"""
_CHANGES: Final = "SELECT change, count(*) AS n FROM run_changes GROUP BY change"
_CHANGE_NAMES: Final = {
    "new": N_("New"),
    "resolved": N_("Resolved"),
    "changed": N_("Changed"),
    "waived": N_("Newly waived"),
    "unevaluated": N_("Not evaluated by one of the two"),
}
_CHANGED: Final = f"""
  SELECT c.change, h.fingerprint, h.message_zh, h.message_en
  FROM run_changes AS c
  LEFT JOIN findings AS f ON f.fingerprint = c.fingerprint
  JOIN finding_history AS h ON h.fingerprint = c.fingerprint
   AND h.run = coalesce(f.run, c.since)
  WHERE c.change IN ('new', 'resolved', 'changed')
  ORDER BY CASE c.change WHEN 'new' THEN 0 WHEN 'changed' THEN 1 ELSE 2 END, {URGENCY}
  LIMIT {_MAX_CHANGES}
"""


async def home(datasette: Any, request: Any) -> Any:
    """The page; a department or zone has its progress here."""
    if not datasette.audience.is_office:
        return await progress(datasette, request)
    overall = await rows(datasette, "SELECT * FROM progress WHERE kind = 'overall'")
    deadlines = await rows(datasette, _DEADLINES)
    named = [(row["name_zh"], row["name_en"]) for row in await rows(datasette, _DUTIES)]
    by_duty = await rows(datasette, _BY_DUTY)
    duties, matrix = _matrix(by_duty, list(dict.fromkeys(named)), datasette.site.file.names)
    counted = {row["change"]: row["n"] for row in await rows(datasette, _CHANGES)}
    papers = await rows(datasette, "SELECT DISTINCT kind FROM downloads")
    return await render_internal_page(
        datasette,
        request,
        "chief",
        overdue=await _overdue(datasette),
        overall=with_rate(overall[0]),
        delegated=_delegated(await rows(datasette, _DELEGATED)),
        unowed=(await rows(datasette, _UNOWED))[0]["n"],
        duties=duties,
        matrix=matrix,
        cell_address=lambda row, status: _cell_address(datasette, row, status),
        trend=await trend_of(datasette, _MAX_GROUPS),
        changes=[
            {"change": change, "name": _(name), "n": counted.get(change, 0)}
            for change, name in _CHANGE_NAMES.items()
            if change in ("new", "resolved", "changed") or counted.get(change)
        ],
        changed=await rows(datasette, _CHANGED),
        deadlines=deadlines[:_MAX_DEADLINES],
        deadlines_left=sum(row["n"] for row in deadlines[_MAX_DEADLINES:]),
        pending=table_address(datasette, "obligations", status="pending", _sort="due_on"),
        longest=await longest_overdue(datasette, _MAX_LONGEST),
        papers={row["kind"] for row in papers},
    )


async def _overdue(datasette: Any) -> list[Row]:
    """What is overdue of each severity, the gravest first, also where nothing is."""
    found = {row["severity"]: row for row in await rows(datasette, _OVERDUE)}
    return [
        {
            "severity": one,
            **{
                name: (found.get(one) or {}).get(name) or 0
                for name in ("overdue", "open", "longest")
            },
            "address": findings_address(
                datasette, status="alarm", severity=one, waived=0, days_overdue__gt=0
            ),
        }
        for one in _SEVERITIES
    ]


def _delegated(items: list[Row]) -> Row:
    """The delegated items, each with its state, and how many are in which."""
    for item in items:
        item["state"] = _state(item)
    totals = {name: sum(item[name] for item in items) for name in ("applicable", "met")}
    return {
        "items": items,
        **totals,
        **{
            state: sum(item["state"] == state for item in items)
            for state in ("done", "overdue", "pending", "unknown")
        },
    }


def _state(counts: Row) -> str:
    """The state of what is owed together: one overdue is overdue, one to come not yet due."""
    for state in ("overdue", "unknown", "pending"):
        if counts[state]:
            return state
    return "done"


def _matrix(
    cells: list[Row], named: list[tuple[str, str]], names: Any
) -> tuple[list[Row], list[Row]]:
    """The duties, and for each body its cells by duty: the most overdue first.

    `named`: the names of all duties, in their order; `names`: of the bodies.
    """
    owed = {(row["duty_zh"], row["duty_en"]) for row in cells}
    duties = [duty for duty in named if duty in owed]
    lines = []
    for (kind, body), under in groupby(cells, key=lambda row: (row["kind"], row["body"])):
        by_duty = {(row["duty_zh"], row["duty_en"]): {**row, "state": _state(row)} for row in under}
        overdue = sum(row["overdue"] for row in by_duty.values())
        name = names[kind][1].get(body, body)
        lines.append(
            {
                **{"kind": kind, "body": body, "name": name, "overdue": overdue},
                "cells": [by_duty.get(duty) for duty in duties],
            }
        )
    lines.sort(key=lambda line: -line["overdue"])  # zones, then departments, where they are equal
    heads = [{"name_zh": zh, "name_en": en} for zh, en in duties]
    return [{**head, "name": localised(head, "name")} for head in heads], lines


def _cell_address(datasette: Any, row: Row, status: str) -> str:
    """The obligations that a cell of the matrix counts."""
    filters = {"status": status, "duty_name": row["duty_zh"], "owed_by__contains": row["kind"]}
    if row["kind"] == "zone":
        filters["zone"] = row["body"]
    else:
        names = datasette.site.file.names["department"][1]
        filters["department__contains"] = names.get(row["body"], row["body"])
    return table_address(datasette, "obligations", **filters)
