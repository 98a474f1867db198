"""The list of rules, and the page of a rule: what it checks, its clauses, what it found."""

from __future__ import annotations

from typing import Any, Final

from registry.internal.pages.common import (
    URGENCY,
    cited_clauses,
    findings_address,
    render_internal_page,
    rule_applications,
)
from registry.site.pages import not_found, path_parameter, rows

_MAX_FINDINGS: Final = 50
_RULES: Final = """
  SELECT r.*, coalesce(sum(f.status = 'alarm'), 0) AS alarms,
         coalesce(sum(f.status = 'manual'), 0) AS by_hand
  FROM rules AS r LEFT JOIN findings AS f ON f.code = r.code GROUP BY r.code ORDER BY r.code
"""


async def rules(datasette: Any, request: Any) -> Any:
    """The list of rules, with the number of findings of each."""
    return await render_internal_page(
        datasette, request, "rules", rules=await rows(datasette, _RULES)
    )


async def rule(datasette: Any, request: Any) -> Any:
    """The page of a rule."""
    values = {"code": path_parameter(request, "id")}
    found = await rows(datasette, "SELECT * FROM rules WHERE code = :code", values)
    if not found:
        raise not_found()
    one = found[0]
    counted = await rows(datasette, "SELECT count(*) AS n FROM findings WHERE code = :code", values)
    applications = await rule_applications(datasette, one["code"])
    clauses = {
        (clause["instrument"], clause["id"]): clause
        for application in applications
        for clause in await cited_clauses(datasette, application)
    }
    return await render_internal_page(
        datasette,
        request,
        "rule",
        one=one,
        applications=applications,
        clauses=list(clauses.values()),
        findings=await rows(
            datasette,
            "SELECT * FROM findings AS f WHERE code = :code"
            f" ORDER BY {URGENCY} LIMIT {_MAX_FINDINGS}",
            values,
        ),
        total=counted[0]["n"],
        table=findings_address(datasette, code=one["code"]),
    )
