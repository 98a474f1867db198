"""The pages of a department and of a zone: what it owes, the most urgent first."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final

from registry.internal.pages.common import (
    OPEN,
    TO_EXPLAIN,
    URGENCY,
    can_see_body,
    downloads_of,
    findings_address,
    render_internal_page,
)
from registry.internal.pages.progress import OF_BODY, next_deadlines, with_rate
from registry.internal.pages.submissions import waiting_for
from registry.locale import _
from registry.site.pages import Row, not_found, path_parameter, rows, table_address

_MAX_FINDINGS: Final = 200
_MAX_FINDINGS_OF_OTHERS: Final = 50
_OWED: Final = f"""
  SELECT f.*, r.remedy_zh, r.remedy_en, r.title_zh, r.title_en, r.clauses
  FROM findings AS f JOIN rule_applications AS r
    ON r.code = f.code AND r.instrument = f.instrument AND r.duty = coalesce(f.duty, '')
  WHERE f.status = 'alarm' AND f.fingerprint IN {OF_BODY}
  ORDER BY {URGENCY} LIMIT {_MAX_FINDINGS}
"""
_COUNTS: Final = f"""
  SELECT sum({OPEN}) AS mend,
         sum({TO_EXPLAIN}) AS explain,
         sum(status = 'alarm' AND waived = 1) AS waived,
         sum(status = 'manual') AS manual
  FROM findings WHERE fingerprint IN {OF_BODY}
"""
_BY_HAND: Final = f"""
  SELECT r.code, r.title_zh, r.title_en, r.remedy_zh, r.remedy_en, count(*) AS n
  FROM findings AS f JOIN rules AS r ON r.code = f.code
  WHERE f.status = 'manual' AND f.fingerprint IN {OF_BODY} GROUP BY r.code ORDER BY r.code
"""
_OF_OTHERS: Final = f"""
  SELECT f.* FROM findings AS f
  WHERE f.status = 'alarm' AND f.{{column}} = :body AND f.fingerprint NOT IN {OF_BODY}
  ORDER BY {URGENCY} LIMIT {_MAX_FINDINGS_OF_OTHERS}
"""


async def department(datasette: Any, request: Any) -> Any:
    """The page of a department."""
    return await _page(datasette, request, "department")


async def zone(datasette: Any, request: Any) -> Any:
    """The page of a zone."""
    return await _page(datasette, request, "zone")


async def _page(datasette: Any, request: Any, kind: str) -> Any:
    key = path_parameter(request, "id")
    found = await rows(datasette, f"SELECT * FROM {kind}s WHERE id = :id", {"id": key})
    if not found:
        raise not_found()
    if not can_see_body(datasette.audience, kind, key):
        raise _other_body()
    is_own = (datasette.audience.kind, datasette.audience.id) == (kind, key)
    values = {"body": key}
    owed = await rows(datasette, _OWED, values)
    standing = await rows(
        datasette,
        "SELECT * FROM progress WHERE kind = :kind AND id = :id",
        {"kind": kind, "id": key},
    )
    counts = (await rows(datasette, _COUNTS, values))[0]
    return await render_internal_page(
        datasette,
        request,
        "body",
        one=found[0],
        kind=kind,
        standing=with_rate(standing[0]) if standing else None,
        counts={name: n or 0 for name, n in counts.items()},
        groups=_grouped(owed),
        shown=len(owed),
        by_hand=[
            {
                **row,
                "address": findings_address(
                    datasette, code=row["code"], status="manual", owed_by__contains=key
                ),
            }
            for row in await rows(datasette, _BY_HAND, values)
        ],
        pending=await next_deadlines(datasette, kind, key),
        pending_address=table_address(
            datasette, "obligations", **_pending_filter(found[0], kind), status="pending"
        ),
        of_others=await rows(datasette, _OF_OTHERS.format(column=kind), values),
        table=findings_address(datasette, owed_by__contains=key),
        downloads=await downloads_of(datasette, key),
        is_own=is_own,
        waiting=await waiting_for(datasette.audience) if is_own else {},
    )


def _other_body() -> Exception:
    """404 for the page of another body, of which nothing is in the file."""
    from datasette.utils.asgi import NotFound

    error: Exception = NotFound(_("You can see the page of your own unit only."))
    return error


def _grouped(owed: list[Row]) -> list[tuple[str, list[Row]]]:
    """Findings by their severity; waived ones last, as a group of their own."""

    def group(row: Row) -> str:
        return "waived" if row["waived"] else str(row["severity"])

    return [(name, list(under)) for name, under in groupby(owed, key=group)]


def _pending_filter(one: Row, kind: str) -> dict[str, str]:
    """Which obligations the body owes, as parameters of the table's address."""
    if kind == "zone":
        return {"zone": one["id"], "owed_by__contains": "zone"}
    return {"department__contains": one["short_name"], "owed_by__contains": "department"}
