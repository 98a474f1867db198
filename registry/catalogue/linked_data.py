"""JSON-LD of an item's page after schema.org: the service that each zone gives, for search engines.

Only what is official is told: a machine sees no badge.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from markupsafe import Markup

from registry.site.pages import Row
from registry.text import without_office

_PERMIT: Final = "行政许可"
_ACTS: Final = ("receive", "accept", "examine", "decide", "issue", "implement")
_MAY: Final = "可以"
"""What a zone's name says of its office, and not of the area."""


def linked_data(item: Row, delegations: Sequence[Row], address: str, home: str) -> Markup | None:
    """The script element of the page at `address`; None where nothing official is to be told.

    `home`: the address of the site.
    """
    if item["provenance"] != "official" or item["unofficial_fields"]:
        return None
    services = [
        _service(item, row, address, home)
        for row in delegations
        if row["answer_provenance"] == "official" and any(row[act] == _MAY for act in _ACTS)
    ]
    if not services:
        return None
    text = json.dumps({"@context": "https://schema.org", "@graph": services}, ensure_ascii=False)
    # Nothing in it may end the element, or begin a comment.
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))


def _service(item: Row, row: Row, address: str, home: str) -> dict[str, Any]:
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
    return service


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
