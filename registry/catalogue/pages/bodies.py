"""The pages of a zone and of a department: their items, their agreements."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from registry.catalogue.pages.acts import acts_of
from registry.catalogue.pages.services import contact_lines
from registry.locale import N_, _
from registry.locale.labels import value_label
from registry.site.charts import Bar, bars
from registry.site.pages import (
    Row,
    not_found,
    path_parameter,
    render_page,
    rows,
    table_address,
    term,
)

_HEADS: Final = {
    "mode": (N_("Items by mode"), N_("Mode")),
    "power_type": (N_("Items by type of power"), N_("Type of power")),
}
_IN_FORCE: Final = "生效"
_OF_DEPARTMENT: Final = "instr('、' || department || '、', '、' || :name || '、') > 0"


async def zone(datasette: Any, request: Any) -> Any:
    """The page of a zone."""
    key = path_parameter(request, "id")
    found = await rows(datasette, "SELECT * FROM zones WHERE id = :id", {"id": key})
    if not found:
        raise not_found()
    counts = await rows(
        datasette,
        "SELECT mode, power_type, state, count(*) AS n FROM delegations"
        " WHERE zone = :id GROUP BY 1, 2, 3 ORDER BY min(no)",
        {"id": key},
    )
    agreements = await rows(
        datasette, "SELECT * FROM agreements WHERE zone = :id ORDER BY rowid", {"id": key}
    )
    entrusted = await rows(
        datasette,
        "SELECT * FROM delegations WHERE zone = :id AND annex_role = 'delegated' ORDER BY no"
        " LIMIT 200",
        {"id": key},
    )
    contacts = await rows(datasette, "SELECT * FROM zone_contacts WHERE zone = :id", {"id": key})
    return await render_page(
        datasette,
        request,
        "body",
        description=str(found[0]["name"]),
        body=found[0],
        kind="zone",
        contact=contacts[0] if contacts else None,
        contact_lines=contact_lines(contacts[0]) if contacts else (),
        agreements=agreements,
        listed=[{**row, "acts": acts_of(row)} for row in entrusted],
        total=sum(row["n"] for row in counts if row["state"] == _IN_FORCE),
        others=_other_states(datasette, counts, key),
        address=table_address(datasette, "delegations", zone=key, state=_IN_FORCE),
        charts=[
            _chart(datasette, counts, "mode", "delegations", {"zone": key}),
            _chart(
                datasette,
                [row for row in counts if row["state"] == _IN_FORCE],
                "power_type",
                "delegations",
                {"zone": key, "state": _IN_FORCE},
            ),
        ],
    )


async def department(datasette: Any, request: Any) -> Any:
    """The page of a department."""
    key = path_parameter(request, "id")
    found = await rows(datasette, "SELECT * FROM departments WHERE id = :id", {"id": key})
    if not found:
        raise not_found()
    name = found[0]["short_name"]
    counts = await rows(
        datasette,
        "SELECT mode, power_type, max(department <> :name) AS joint, count(*) AS n FROM items"
        f" WHERE {_OF_DEPARTMENT} GROUP BY 1, 2 ORDER BY min(no)",
        {"name": name},
    )
    # Items of several departments name them all: only then is the name a part of the cell.
    joint = any(row["joint"] for row in counts)
    filters = {"department__contains" if joint else "department": name}
    agreements = await rows(
        datasette, "SELECT * FROM agreements WHERE department = :id ORDER BY rowid", {"id": key}
    )
    delegated = await rows(
        datasette,
        "SELECT *, id AS item, name AS item_name FROM items"
        f" WHERE {_OF_DEPARTMENT} AND annex_role = 'delegated' ORDER BY no LIMIT 200",
        {"name": name},
    )
    return await render_page(
        datasette,
        request,
        "body",
        description=str(found[0]["name"]),
        body=found[0],
        kind="department",
        agreements=agreements,
        listed=await _with_zones(datasette, delegated),
        total=sum(row["n"] for row in counts),
        others=[],
        address=table_address(datasette, "items", **filters),
        charts=[
            _chart(datasette, counts, column, "items", filters) for column in ("mode", "power_type")
        ],
    )


def _other_states(datasette: Any, counts: list[Row], zone: str) -> list[tuple[str, int, str]]:
    """The states besides in force, each with how many delegations are in it and where they are."""
    sums = Counter[str]()
    for row in counts:
        sums[row["state"]] += row["n"]
    return [
        (
            value_label("state", state) or state,
            n,
            table_address(datasette, "delegations", zone=zone, state=state),
        )
        for state, n in sums.most_common()
        if state != _IN_FORCE
    ]


async def _with_zones(datasette: Any, items: list[Row]) -> list[Row]:
    """Items with their delegations, and what the zone of each may do."""
    found = await rows(
        datasette, "SELECT * FROM delegations WHERE annex_role = 'delegated' ORDER BY no"
    )
    by_item: dict[str, list[Row]] = {}
    for row in found:
        by_item.setdefault(row["item"], []).append({**row, "acts": acts_of(row)})
    return [{**item, "delegations": by_item.get(item["item"], [])} for item in items]


def _chart(
    datasette: Any, counts: list[Row], column: str, table: str, filters: dict[str, str]
) -> Any:
    """Items by mode or by type of power, each bar with a link to them."""
    sums: dict[str, int] = {}
    for row in counts:
        sums[row[column]] = sums.get(row[column], 0) + row["n"]
    entries = [
        Bar(
            term(datasette.site, column, name),
            n,
            table_address(datasette, table, **filters, **{column: name}),
        )
        for name, n in sorted(sums.items(), key=lambda pair: -pair[1])
    ]
    caption, head = _HEADS[column]
    return bars(_(caption), (_(head), _("Number of items")), entries)
