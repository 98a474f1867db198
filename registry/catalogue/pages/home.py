"""The first page: what this is, where to search, and the numbers."""

from __future__ import annotations

from typing import Any

from registry.locale import _, language
from registry.site.charts import Bar, bars
from registry.site.context import SiteContext
from registry.site.pages import Row, render_page, rows, table_address, zh
from registry.site.titles import places


async def home(datasette: Any, request: Any) -> Any:
    """The first page."""
    annexes = await rows(
        datasette,
        "SELECT a.*, i.number, (SELECT group_concat(DISTINCT mode) FROM items"
        "   WHERE items.instrument = a.instrument AND items.annex = a.annex) AS modes"
        " FROM annexes AS a JOIN instrument AS i ON i.id = a.instrument ORDER BY i.rowid, a.annex",
    )
    instruments = await rows(datasette, "SELECT * FROM instrument ORDER BY rowid")
    counts = await rows(
        datasette,
        "SELECT annex_role, mode, power_type, department, count(*) AS n FROM items"
        " GROUP BY 1, 2, 3, 4",
    )
    zones = await rows(
        datasette,
        "SELECT z.*, (SELECT count(*) FROM delegations AS d WHERE d.zone = z.id"
        "   AND d.state = '生效')"
        " AS n FROM zones AS z ORDER BY z.rowid",
    )
    departments = _departments(datasette.site, counts)
    return await render_page(
        datasette,
        request,
        "home",
        description=_(
            "Look up who accepts, examines and decides a matter in a zone, on what legal basis, "
            "and since when."
        ),
        place=zh(places(datasette.site.file, language())),
        instruments=instruments,
        annexes=annexes,
        zones=zones,
        departments=departments,
        charts=_charts(datasette, counts, zones, departments),
    )


def _departments(site: SiteContext, counts: list[Row]) -> list[Row]:
    """Every department that has items, those with the most first. Joint items count for each."""
    found = []
    for key, name in site.file.names["department"][1].items():
        n = sum(row["n"] for row in counts if name in (row["department"] or "").split("、"))
        if n:
            found.append({"id": key, "short_name": name, "n": n})
    return sorted(found, key=lambda row: -row["n"])


def _charts(datasette: Any, counts: list[Row], zones: list[Row], departments: list[Row]) -> Row:
    def chart(column: str, caption: str, head: str, role: str | None = None) -> Any:
        sums: dict[str, int] = {}
        for row in counts:
            if role in (None, row["annex_role"]):
                sums[row[column]] = sums.get(row[column], 0) + row["n"]
        ordered = sorted(sums.items(), key=lambda pair: -pair[1])
        entries = [
            Bar(zh(name), n, table_address(datasette, "items", **{column: name}))
            for name, n in ordered
        ]
        return bars(caption, (head, _("Number of items")), entries)

    path = datasette.urls.path
    return {
        "mode": chart("mode", _("Delegated items by mode"), _("Mode"), "delegated"),
        "power_type": chart("power_type", _("All items by type of power"), _("Type of power")),
        "zone": bars(
            _("Items in force in each zone"),
            (_("Development zone"), _("Number of items")),
            [
                Bar(
                    zh(zone["short_name"]),
                    zone["n"],
                    table_address(datasette, "delegations", zone=zone["id"], state="生效"),
                )
                for zone in zones
            ],
        ),
        "department": bars(
            _("All items by municipal department"),
            (_("Department"), _("Number of items")),
            [
                Bar(zh(row["short_name"]), row["n"], path(f"/department/{row['id']}"))
                for row in departments
            ],
        ),
    }
