"""The first page: what this is, where to search, and the numbers."""

from __future__ import annotations

from typing import Any, Final

from registry.catalogue.pages.changes import latest_changes
from registry.catalogue.pages.matrix import legend, matrices
from registry.locale import _, language
from registry.site.charts import Bar, bars
from registry.site.context import SiteContext
from registry.site.pages import Row, named, render_page, rows, table_address, term, zh
from registry.site.titles import places

LATEST: Final = 5
"""Changes that the page tells."""


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
    zones = await rows(datasette, "SELECT * FROM zones ORDER BY rowid")
    departments = _departments(datasette.site, counts)
    latest, _total = await latest_changes(datasette, LATEST)
    return await render_page(
        datasette,
        request,
        "home",
        matrices=await matrices(datasette),
        legend=legend(),
        latest=latest,
        description=_(
            "Look up who accepts, examines and decides a matter in a zone, on what legal basis, "
            "and since when."
        ),
        place=zh(places(datasette.site.file, language())),
        instruments=instruments,
        annexes=annexes,
        zones=zones,
        departments=departments,
        charts=_charts(datasette, counts, departments),
        official=_official(datasette.site),
    )


def _departments(site: SiteContext, counts: list[Row]) -> list[Row]:
    """Every department that has items, those with the most first. Joint items count for each."""
    found = []
    for key, name in site.file.names["department"][1].items():
        n = sum(row["n"] for row in counts if name in (row["department"] or "").split("、"))
        if n:
            found.append({"id": key, "short_name": name, "n": n})
    return sorted(found, key=lambda row: -row["n"])


def _official(site: SiteContext) -> list[str]:
    """Where the rows of instruments that are official come from, as the instruments say."""
    known = [
        (one.source_en if language() == "en" else None) or one.source
        for one in site.file.instruments
        if one.provenance == "official"
    ]
    return list(dict.fromkeys(known))


def _charts(datasette: Any, counts: list[Row], departments: list[Row]) -> Row:
    def chart(column: str, caption: str, head: str) -> Any:
        sums: dict[str, int] = {}
        for row in counts:
            sums[row[column]] = sums.get(row[column], 0) + row["n"]
        ordered = sorted(sums.items(), key=lambda pair: -pair[1])
        entries = [
            Bar(
                term(datasette.site, column, name),
                n,
                table_address(datasette, "items", **{column: name}),
            )
            for name, n in ordered
        ]
        return bars(caption, (head, _("Number of items")), entries)

    path = datasette.urls.path
    return {
        "power_type": chart("power_type", _("All items by type of power"), _("Type of power")),
        "department": bars(
            _("All items by municipal department"),
            (_("Department"), _("Number of items")),
            [
                Bar(
                    named(datasette.site, "department", row["id"], row["short_name"]),
                    row["n"],
                    path(f"/department/{row['id']}"),
                )
                for row in departments
            ],
        ),
    }
