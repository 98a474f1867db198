"""The page of the data: whole tables, the file itself, and addresses for programs."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import Any, Final

from registry.formulas import guarded_row
from registry.locale import _
from registry.site.context import DATABASE, SiteContext
from registry.site.pages import not_found, render_page, rows

_PIECE_ROWS: Final = 500
_PIECE_BYTES: Final = 65_536
_EXAMPLE: Final = (
    "SELECT i.id, i.mode, d.zone FROM items AS i JOIN delegations AS d ON d.item = i.id"
    " ORDER BY i.no, d.no LIMIT 1"
)
"""An item, its mode and a zone of it, by which addresses are shown."""


def _about() -> str:
    return _("Everything that these pages show, to take with you. Data as of {day}.")


def tables_of(site: SiteContext) -> list[str]:
    """The tables, in the order in which the metadata names them."""
    named = [name for name in site.tables if site.shows(name)]
    return named + [name for name in site.file.tables if name not in named]


async def data(datasette: Any, request: Any) -> Any:
    """The page."""
    site: SiteContext = datasette.site
    tables = tables_of(site)
    sql = " UNION ALL ".join(f"SELECT '{t}' AS name, count(*) AS n FROM [{t}]" for t in tables)
    counts = {row["name"]: row["n"] for row in await rows(datasette, sql)}
    example = await rows(datasette, _EXAMPLE)
    return await render_page(
        datasette,
        request,
        "data",
        description=_(
            "Everything that these pages show, to take with you. Data as of {day}."
        ).format(day=site.file.as_of),
        example=example[0] if example else None,
        tables=[(name, site.tables.get(name) or {}, counts[name]) for name in tables],
        size=datasette.file_size(),
        sha256=site.file.digest,
        log=(await rows(datasette, "SELECT * FROM log_head"))[0],
        origin=datasette.absolute_url(request, datasette.urls.instance()).rstrip("/"),
    )


async def table_csv(datasette: Any, request: Any) -> Any:
    """A whole table as CSV. `bom=1`: Excel then knows its encoding; `names=zh`: Chinese heads."""
    from datasette.utils.asgi import AsgiStream

    site: SiteContext = datasette.site
    table = request.url_vars["table"]
    if not site.shows(table):
        raise not_found()
    found = await datasette.get_database("catalogue").execute(
        f"SELECT * FROM [{table}] ORDER BY rowid"
    )
    heads = list(found.columns)
    if request.args.get("names") == "zh":
        catalogue = (site.metadata_in("zh").get("databases") or {}).get(DATABASE) or {}
        described = ((catalogue.get("tables") or {}).get(table) or {}).get("columns") or {}
        heads = [str(described.get(head, head)).partition("：")[0] for head in heads]
    mark = "\ufeff" if request.args.get("bom") == "1" else ""

    async def write(to: Any) -> None:
        await to.write(mark + _lines([heads]))
        for start in range(0, len(found.rows), _PIECE_ROWS):
            await to.write(_lines(found.rows[start : start + _PIECE_ROWS]))

    return AsgiStream(
        write,
        headers={
            "content-disposition": f'attachment; filename="{table}.csv"',
            "access-control-allow-origin": "*",
        },
        content_type="text/csv; charset=utf-8",
    )


def _lines(found: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(map(guarded_row, found))
    return text.getvalue()


async def file(datasette: Any, request: Any) -> Any:
    """The published file itself, which is public by construction; never what its name leads to by
    now. Piece by piece: whoever reads slowly has no whole copy kept for it."""
    from datasette.utils.asgi import AsgiStream

    size = datasette.file_size()

    async def write(to: Any) -> None:
        run = asyncio.get_running_loop().run_in_executor
        for start in range(0, size, _PIECE_BYTES):
            piece = await run(None, datasette.file_piece, start, _PIECE_BYTES)
            await to.send({"type": "http.response.body", "body": piece, "more_body": True})

    return AsgiStream(
        write,
        headers={
            "content-disposition": 'attachment; filename="catalogue.db"',
            "content-length": str(size),
        },
        content_type="application/vnd.sqlite3",
    )
