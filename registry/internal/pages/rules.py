"""The pages of the rules: what each looks for, on which clause it rests, and what it found."""

from __future__ import annotations

from typing import Any, Final

from registry.internal.pages.reading import URGENCY, fill, findings_address, rule_clauses
from registry.site.pages import not_found, path_parameter, rows

_MOST: Final = 50
_ALL: Final = """
  SELECT r.*, coalesce(sum(f.status = 'alarm'), 0) AS alarms,
         coalesce(sum(f.status = 'manual'), 0) AS by_hand
  FROM rules AS r LEFT JOIN findings AS f ON f.code = r.code GROUP BY r.code ORDER BY r.code
"""


async def rules(datasette: Any, request: Any) -> Any:
    """All rules, with what each found."""
    return await fill(datasette, request, "rules", rules=await rows(datasette, _ALL))


async def rule(datasette: Any, request: Any) -> Any:
    """One rule."""
    values = {"code": path_parameter(request, "id")}
    found = await rows(datasette, "SELECT * FROM rules WHERE code = :code", values)
    if not found:
        raise not_found()
    one = found[0]
    counted = await rows(datasette, "SELECT count(*) AS n FROM findings WHERE code = :code", values)
    return await fill(
        datasette,
        request,
        "rule",
        one=one,
        clauses=await rule_clauses(datasette, one["clauses"]),
        findings=await rows(
            datasette,
            f"SELECT * FROM findings AS f WHERE code = :code ORDER BY {URGENCY} LIMIT {_MOST}",
            values,
        ),
        total=counted[0]["n"],
        table=findings_address(datasette, code=one["code"]),
    )
