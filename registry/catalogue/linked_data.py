"""JSON-LD of an item's page after schema.org: the service that each zone gives, for search engines.

Only what is official is told: a machine sees no badge.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from markupsafe import Markup

from registry.site.pages import Row
from registry.text import without_office

_PERMIT: Final = "行政许可"
_ACTS: Final = ("receive", "accept", "examine", "decide", "issue", "implement")
_MAY: Final = "可以"
_CONSULT, _COMPLAIN = "咨询", "投诉"


def linked_data(
    item: Row,
    delegations: Sequence[Row],
    address: str,
    home: str,
    services: Iterable[Row] = (),
    contacts: Iterable[Row] = (),
) -> Markup | None:
    """The script element of the page at `address`; None where nothing official is to be told.

    `home`: the address of the site; `services`, `contacts`: what is recorded of the item in each
    zone, and of each zone as a whole.
    """
    if item["provenance"] != "official" or item["unofficial_fields"]:
        return None
    known = [row for row in (*services, *contacts) if row["provenance"] == "official"]
    told = [
        _service(item, row, address, home, [one for one in known if one["zone"] == row["zone"]])
        for row in delegations
        if row["answer_provenance"] == "official" and any(row[act] == _MAY for act in _ACTS)
    ]
    if not told:
        return None
    text = json.dumps({"@context": "https://schema.org", "@graph": told}, ensure_ascii=False)
    # Nothing in it may end the element, or begin a comment.
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))


def _service(item: Row, row: Row, address: str, home: str, known: Sequence[Row]) -> dict[str, Any]:
    area = {"@type": "AdministrativeArea", "name": without_office(row["zone_name"])}
    service: dict[str, Any] = {
        "@type": "GovernmentService",
        "@id": f"{address}#{row['zone']}",
        "name": item["name"],
        "serviceType": item["power_type"],
        "identifier": _identifiers(item),
        "description": row["answer_zh"],
        "url": address,
        "provider": {
            "@type": "GovernmentOrganization",
            "name": row["zone_name"],
            "url": f"{home.rstrip('/')}/zone/{row['zone']}",
        },
        "areaServed": area,
    }
    if item["power_type"] == _PERMIT:
        service["serviceOutput"] = {
            "@type": "GovernmentPermit",
            "name": item["name"],
            "validIn": area,
        }
    if channel := _channel(known):
        service["availableChannel"] = {"@type": "ServiceChannel", **channel}
    return service


def _channel(known: Sequence[Row]) -> dict[str, Any]:
    """Where to go and whom to ring; what is recorded of the item comes before the zone's own."""

    def first(name: str) -> Any:
        return next((row[name] for row in known if row[name]), None)

    phones = {_CONSULT: first("consult_phone"), _COMPLAIN: first("complaint_phone")}
    stated = {
        "serviceUrl": first("apply_url") or first("guide_url"),
        "servicePhone": [
            {"@type": "ContactPoint", "contactType": kind, "telephone": number}
            for kind, number in phones.items()
            if number
        ],
        "serviceLocation": {"@type": "Place", "address": address}
        if (address := first("address"))
        else None,
    }
    return {name: value for name, value in stated.items() if value}


def _identifiers(item: Row) -> list[dict[str, str]]:
    named = {
        "reference": item["reference"],
        "基本编码": item["basic_code"],
        "实施编码": item["implementation_code"],
    }
    return [
        {"@type": "PropertyValue", "propertyID": name, "value": value}
        for name, value in named.items()
        if value
    ]
