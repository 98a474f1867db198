"""The page of one item, at its permanent address: who does what, on what basis, since when."""

from __future__ import annotations

from typing import Any, Final

from registry.catalogue.linked_data import linked_data
from registry.catalogue.pages.acts import shown_acts
from registry.catalogue.pages.changes import described
from registry.catalogue.pages.qr_code import qr_code
from registry.catalogue.pages.services import services_of
from registry.locale import N_, _, language
from registry.site.pages import (
    Row,
    departments_of,
    encoded,
    not_found,
    path_parameter,
    render_page,
    rows,
)
from registry.store.lookups import changed_terms

MAX_ZONES: Final = 40
"""Zones that the page tells of; of more, these and a link to all."""

_ITEM: Final = """
  SELECT i.*, a.title AS annex_title, a.in_text, n.number, n.title AS instrument_title, n.issued_on
  FROM items AS i
  JOIN annexes AS a ON a.instrument = i.instrument AND a.annex = i.annex
  JOIN instrument AS n ON n.id = i.instrument
  WHERE i.id = :id OR i.reference = :id
"""
_SAME_NUMBER: Final = """
  SELECT i.id, i.name, n.number FROM items AS i JOIN instrument AS n ON n.id = i.instrument
  WHERE i.reference = i.instrument || ':' || :id ORDER BY i.no
"""
_DELEGATIONS: Final = """
  SELECT d.*, a.signed_on, a.from_on, a.expires_on, a.terminated_on, a.doubts,
         w.answer_zh, w.answer_en, w.provenance AS answer_provenance
  FROM delegations AS d JOIN answers AS w ON w.delegation = d.id
  LEFT JOIN agreements AS a ON a.number = d.agreement
  WHERE d.item = :id ORDER BY d.no LIMIT :most
"""
_COUNT: Final = "SELECT count(*) AS n FROM delegations WHERE item = :id"
_PUBLICATIONS: Final = """
  SELECT * FROM deliverables
  WHERE instr(';' || covers || ';', ';' || :id || ';') > 0
     OR (covers = 'annex:' || :annex AND instrument = :instrument)
  ORDER BY duty, zone, done_on
"""
_RELATED: Final = """
  SELECT id, name, no, parent FROM items
  WHERE parent = :id OR id = :parent
     OR (instrument = :instrument AND annex = :annex AND no IN (:no - 1, :no + 1))
  ORDER BY no
"""
_SERVICES: Final = "SELECT * FROM services WHERE item = :id"
_CONTACTS: Final = """
  SELECT * FROM zone_contacts WHERE zone IN (SELECT zone FROM delegations WHERE item = :id)
"""
_CHANGES: Final = """
  SELECT * FROM changes WHERE instr(';' || covers || ';', ';' || :id || ';') > 0 ORDER BY id DESC
"""
_TERMS: Final = {
    "mode": N_("Mode"),
    "scope": N_("Scope"),
    "remark": N_("Remark"),
    "territory": N_("Territory"),
}


async def item(datasette: Any, request: Any) -> Any:
    """The page. `id`: an item's id, or reference; of several items of that id, a list of them."""
    key = path_parameter(request, "id")
    found = await rows(datasette, _ITEM, {"id": key})
    if not found:
        return await _same_number(datasette, request, key)
    one = found[0]
    values = {name: one[name] for name in ("id", "annex", "instrument", "parent", "no")}
    delegations = await rows(datasette, _DELEGATIONS, {"id": one["id"], "most": MAX_ZONES})
    (counted,) = await rows(datasette, _COUNT, values)
    related = await rows(datasette, _RELATED, values)
    publications = await rows(datasette, _PUBLICATIONS, values)
    changes = await rows(datasette, _CHANGES, values)
    services = await rows(datasette, _SERVICES, values)
    contacts = await rows(datasette, _CONTACTS, values)
    address = datasette.absolute_url(request, datasette.urls.path(f"/item/{encoded(one['id'])}"))
    return await render_page(
        datasette,
        request,
        "item",
        item=one,
        canonical_path=f"/item/{encoded(one['id'])}",
        description=" ".join(dict.fromkeys(row[f"answer_{language()}"] for row in delegations)),
        linked_data=_linked_data(datasette, request, one, delegations, services, contacts),
        delegations=delegations,
        total=counted["n"],
        answers={row[f"answer_{language()}"]: row for row in delegations},
        acts=shown_acts(delegations),
        changed=[(row, terms) for row in delegations if (terms := _changed(one, row))],
        departments=departments_of(datasette.site, one["department"]),
        publications=publications,
        services=services_of(delegations, services, contacts),
        changes=[described(datasette.site, row) for row in changes],
        address=address,
        qr_code=qr_code(address),
        **_relatives(one, related),
    )


async def _same_number(datasette: Any, request: Any, id: str) -> Any:
    """The items of several instruments that have one id, to choose from: 300 Multiple Choices."""
    found = await rows(datasette, _SAME_NUMBER, {"id": id})
    if not found:
        raise not_found()
    response = await render_page(datasette, request, "items_of_id", id=id, items=found)
    response.status = 300
    return response


def _linked_data(
    datasette: Any,
    request: Any,
    one: Row,
    delegations: list[Row],
    services: list[Row],
    contacts: list[Row],
) -> Any:
    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, datasette.urls.path(path)))

    page, home = absolute(f"/item/{encoded(one['id'])}"), absolute("/")
    return linked_data(one, delegations, page, home, services, contacts)


def _changed(one: Row, delegation: Row) -> list[tuple[str, str]]:
    """What later instruments made otherwise for one zone than the list has it: label, value."""
    return [(_(_TERMS[name]), now or "—") for name, now in changed_terms(one, delegation)]


def _relatives(one: Row, related: list[Row]) -> dict[str, Any]:
    """Neighbours in the annex, the item it is a part of, and its parts."""
    by_place = {row["no"]: row for row in related}
    return {
        "before": by_place.get(one["no"] - 1),
        "after": by_place.get(one["no"] + 1),
        "parent": next((row for row in related if row["id"] == one["parent"]), None),
        "parts_of": [row for row in related if row["parent"] == one["id"]],
    }
