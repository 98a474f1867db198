"""The page of one item, at its permanent address: who does what, on what basis, since when."""

from __future__ import annotations

from typing import Any

from registry.catalogue.pages.division import divide
from registry.site.pages import (
    Row,
    departments_of,
    not_found,
    path_parameter,
    render_page,
    rows,
)

_ITEM = """
  SELECT i.*, a.title AS annex_title, n.number, n.title AS instrument_title, n.issued_on
  FROM items AS i
  JOIN annexes AS a ON a.instrument = i.instrument AND a.annex = i.annex
  JOIN instrument AS n ON n.id = i.instrument
  WHERE i.id = :id
"""
_DELEGATIONS = """
  SELECT d.*, a.signed_on, a.from_on, a.expires_on, a.terminated_on
  FROM delegations AS d LEFT JOIN agreements AS a ON a.number = d.agreement
  WHERE d.item = :id ORDER BY d.no
"""
_PUBLICATIONS = """
  SELECT * FROM deliverables
  WHERE instr(';' || covers || ';', ';' || :id || ';') > 0
     OR (covers = 'annex:' || :annex AND instrument = :instrument)
  ORDER BY duty, zone, done_on
"""
_RELATED = """
  SELECT id, name, no, parent FROM items
  WHERE parent = :id OR id = :parent
     OR (instrument = :instrument AND annex = :annex AND no IN (:no - 1, :no + 1))
  ORDER BY no
"""


async def item(datasette: Any, request: Any) -> Any:
    """The page."""
    key = path_parameter(request, "id")
    found = await rows(datasette, _ITEM, {"id": key})
    if not found:
        raise not_found()
    one = found[0]
    values = {name: one[name] for name in ("id", "annex", "instrument", "parent", "no")}
    delegations = await rows(datasette, _DELEGATIONS, values)
    related = await rows(datasette, _RELATED, values)
    publications = await rows(datasette, _PUBLICATIONS, values)
    as_of = datasette.site.file.as_of
    return await render_page(
        datasette,
        request,
        "item",
        item=one,
        delegations=[(row, divide(row, as_of)) for row in delegations],
        departments=departments_of(datasette.site, one["department"]),
        publications=publications,
        **_relatives(one, related),
    )


def _relatives(one: Row, related: list[Row]) -> dict[str, Any]:
    """Neighbours in the annex, the item it is a part of, and its parts."""
    by_place = {row["no"]: row for row in related}
    return {
        "before": by_place.get(one["no"] - 1),
        "after": by_place.get(one["no"] + 1),
        "parent": next((row for row in related if row["id"] == one["parent"]), None),
        "parts_of": [row for row in related if row["parent"] == one["id"]],
    }
