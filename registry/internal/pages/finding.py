"""The page of one finding: what it is, how to mend it, and what each audit found."""

from __future__ import annotations

from typing import Any

from registry.internal.audience import Audience
from registry.internal.pages.common import (
    application_of,
    cited_clauses,
    downloads_of,
    render_internal_page,
)
from registry.site.pages import Row, not_found, path_parameter, rows

_HISTORY = """
  SELECT r.run, r.as_of, h.fingerprint, h.status, h.days_overdue, h.waived, h.owed_by, h.code,
         h.subject_id, h.zone, h.department, h.message_zh, h.message_en
  FROM runs AS r
  LEFT JOIN finding_history AS h ON h.run = r.run AND h.fingerprint = :id
  WHERE r.run >= (SELECT min(run) FROM finding_history WHERE fingerprint = :id)
  ORDER BY r.run DESC
"""

_CASES = "SELECT number FROM finding_cases WHERE fingerprint = :id ORDER BY position LIMIT 1000"


async def finding(datasette: Any, request: Any) -> Any:
    """The page of a finding that some stored audit had, also if the latest has it no more."""
    values = {"id": path_parameter(request, "id")}
    history = await rows(datasette, _HISTORY, values)
    if not history:
        raise not_found()
    current = await rows(datasette, "SELECT * FROM findings WHERE fingerprint = :id", values)
    last = next(row for row in history if row["fingerprint"])
    one = current[0] if current else last
    rules = await rows(datasette, "SELECT * FROM rules WHERE code = :code", {"code": one["code"]})
    application = await application_of(datasette, one)
    rule = {**rules[0], **(application or {})} if rules else None
    return await render_internal_page(
        datasette,
        request,
        "finding",
        one=one,
        current=current[0] if current else None,
        gone=None if current else _first_run_without(history),
        rule=rule,
        duty=await _duty(datasette, current[0]) if current else None,
        cases=await rows(datasette, _CASES, values),
        application=application,
        clauses=await cited_clauses(datasette, application) if application else [],
        history=history,
        answerable=_is_owed(current, datasette.audience),
        downloads=[
            entry
            for body in str(one["owed_by"]).split(";")
            for entry in await downloads_of(datasette, body)
        ],
    )


def _is_owed(current: list[Row], audience: Audience) -> bool:
    """Whether the audience owes what is still found, so that it can answer it online."""
    return bool(current) and audience.id in str(current[0]["owed_by"]).split(";")


def _first_run_without(history: list[Row]) -> Row:
    """The first audit after the last one that had the finding. `history`: latest first."""
    since = history[0]
    for row in history:
        if row["fingerprint"]:
            break
        since = row
    return since


async def _duty(datasette: Any, one: Row) -> Row | None:
    found = await rows(
        datasette,
        "SELECT * FROM duties WHERE instrument = :instrument AND id = :duty",
        {"instrument": one["instrument"], "duty": one["duty"]},
    )
    return found[0] if found else None
