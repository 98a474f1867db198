"""The help page for SQL: a form, queries to copy and change, tables and their columns."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from registry.catalogue.pages.data import tables_of
from registry.internal.pages.common import render_internal_page
from registry.internal.sql_limits import MAX_RESULT_BYTES
from registry.site.context import DATABASE
from registry.site.pages import rows

_HIDDEN_TABLES: Final[tuple[str, ...]] = ("audience", "downloads")
_MAIN_TABLES: Final[tuple[str, ...]] = (
    *("findings", "finding_bodies", "finding_cases", "obligations", "rules", "progress", "runs"),
    *("finding_history", "agreement_terms", "guidance_requests"),
)
"""Tables that are queried most; the others follow in the order of the metadata."""


async def sql_page(datasette: Any, request: Any) -> Any:
    """The page."""
    site = datasette.site
    named = [name for name in tables_of(site) if name not in _HIDDEN_TABLES]
    tables = [name for name in _MAIN_TABLES if name in named]
    tables += [name for name in named if name not in tables]
    columns = {
        name: [row["name"] for row in await rows(datasette, _COLUMNS, {"table": name})]
        for name in tables
    }
    editor = datasette.urls.database(DATABASE)
    return await render_internal_page(
        datasette,
        request,
        "sql",
        editor=editor,
        queries=[
            (name, query, f"{editor}?{urlencode({'sql': query['sql']})}")
            for name, query in sorted(site.queries.items(), key=_is_public)
        ],
        tables=[
            (
                name,
                site.tables.get(name) or {},
                [(one, (site.tables.get(name) or {}).get("columns", {}).get(one)) for one in names],
            )
            for name, names in columns.items()
        ],
        seconds=datasette.setting("sql_time_limit_ms") / 1000,
        most=datasette.setting("max_returned_rows"),
        megabytes=MAX_RESULT_BYTES // 1_000_000,
    )


def _is_public(entry: tuple[str, Any]) -> bool:
    """Whether a canned query reads public tables only: those come last."""
    return not any(f"FROM {table}" in entry[1]["sql"] for table in _MAIN_TABLES)


_COLUMNS: Final = "SELECT name FROM pragma_table_info(:table)"
