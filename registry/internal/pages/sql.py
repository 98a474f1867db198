"""The page for SQL: a form, saved queries, queries to copy and change, tables and columns."""

from __future__ import annotations

from contextlib import closing
from typing import Any, Final
from urllib.parse import urlencode

from registry.catalogue.pages.data import tables_of
from registry.internal.errors import PrivateFileError
from registry.internal.pages.common import render_internal_page
from registry.internal.request_context import current_request
from registry.internal.saved_queries import MAX_NAME, MAX_QUERIES, SavedQueries
from registry.internal.sql_limits import MAX_RESULT_BYTES
from registry.internal.sql_mistakes import Schema, not_select
from registry.internal.sql_process import MAX_FILE_BYTES
from registry.locale import N_, _
from registry.site.context import DATABASE, SiteContext
from registry.site.pages import not_found, path_parameter
from registry.site.published import connect_published

SQL_PATH: Final = "/sql"
"""The address of the page."""

_HIDDEN_TABLES: Final[tuple[str, ...]] = ("audience", "downloads")
_MAIN_TABLES: Final[tuple[str, ...]] = (
    *("findings", "finding_bodies", "finding_cases", "obligations", "rules", "progress", "runs"),
    *("progress_by_duty", "run_changes"),
    *("finding_history", "agreement_terms", "guidance_requests"),
)
"""Tables that are queried most; the others follow in the order of the metadata."""

_PROBLEMS: Final = {
    "name": N_("A name has 1 to {n} characters."),
    "taken": N_("You have another query of that name."),
    "full": N_("You keep {queries} queries already: delete one first."),
    "long": N_("The query is too long to be kept."),
    "empty": N_("There is no query to keep."),
    "unreadable": N_("Saved queries can't be used just now. Tell whoever runs this site."),
}
_COLUMNS: Final = "SELECT name FROM pragma_table_info(?)"


async def sql_page(datasette: Any, request: Any) -> Any:
    """The page; with `text` in the field, which is a query to begin with, or one that is none."""
    text = str(request.args.get("text") or "")
    mistake = not_select(text) if text.strip() and not is_select(text) else None
    return await _page(datasette, request, text, mistake=mistake)


async def saved_query(datasette: Any, request: Any) -> Any:
    """The page with a saved query in the field: the address by which it is shared."""
    queries = _saved()
    try:
        query = queries.get(path_parameter(request, "id")) if queries else None
    except PrivateFileError:
        query = None
    if query is None:
        raise not_found()
    return await _page(datasette, request, query.sql, shared=query)


async def _page(datasette: Any, request: Any, text: str, **more: Any) -> Any:
    site, context, queries = datasette.site, current_request.get(), _saved()
    editor = datasette.urls.database(DATABASE)
    problem = _PROBLEMS.get(str(request.args.get("problem") or ""))
    try:
        own = queries.of(context.user) if context and queries else []
    except PrivateFileError:  # whoever runs the site is told of it when somebody saves
        own, problem = [], _PROBLEMS["unreadable"]
    response = await render_internal_page(
        datasette,
        request,
        "sql",
        editor=editor,
        text=text,
        saved=[(one, f"{editor}?{urlencode({'sql': one.sql})}") for one in own],
        can_save=queries is not None,
        max_name=MAX_NAME,
        problem=_(problem).format(n=MAX_NAME, queries=MAX_QUERIES) if problem else "",
        queries=[
            (name, query, f"{editor}?{urlencode({'sql': query['sql']})}")
            for name, query in sorted(site.queries.items(), key=_is_public)
        ],
        seconds=datasette.setting("sql_time_limit_ms") / 1000,
        most=datasette.setting("max_returned_rows"),
        megabytes=MAX_RESULT_BYTES // 1_000_000,
        file_megabytes=MAX_FILE_BYTES // 1_000_000,
        **{"mistake": None, "shared": None, **more},
    )
    if more.get("mistake"):
        response.status = 400
    return response


def is_select(sql: str) -> bool:
    """Whether Datasette takes a text for a query that only reads."""
    from datasette.utils import InvalidSql, validate_sql_select

    try:
        validate_sql_select(sql)
    except InvalidSql:
        return False
    return True


def read_schema(site: SiteContext) -> Schema:
    """The tables that may be queried, their columns, and the Chinese names of both."""
    tables = (site.metadata_in("zh").get("databases") or {}).get(DATABASE, {}).get("tables") or {}
    with closing(connect_published(site.file.path)) as conn:
        columns = {
            name: [column for (column,) in conn.execute(_COLUMNS, (name,))]
            for name in _listed(site)
        }
    called: dict[str, list[str]] = {}
    for name in columns:
        for column, meaning in ((tables.get(name) or {}).get("columns") or {}).items():
            ids = called.setdefault(str(meaning).partition("：")[0], [])
            ids.extend([column] * (column not in ids))
    titles = {str((tables.get(name) or {}).get("title") or name): name for name in columns}
    return Schema(columns, titles, called)


def schema_help(datasette: Any) -> list[tuple[str, Any, list[tuple[str, Any]], str]]:
    """Of each table: its name, what the metadata says, its columns with what they mean, and the
    address of a query that begins with all of them."""
    found = []
    for name, columns in datasette.schema.tables.items():
        about = datasette.site.tables.get(name) or {}
        sql = f"SELECT {', '.join(columns)}\nFROM {name}\nLIMIT 100"
        address = f"{datasette.urls.path(SQL_PATH)}?{urlencode({'text': sql})}"
        meanings = about.get("columns") or {}
        found.append((name, about, [(one, meanings.get(one)) for one in columns], address))
    return found


def _listed(site: SiteContext) -> list[str]:
    named = [name for name in tables_of(site) if name not in _HIDDEN_TABLES]
    tables = [name for name in _MAIN_TABLES if name in named]
    return tables + [name for name in named if name not in tables]


def _saved() -> SavedQueries | None:
    context = current_request.get()
    return context.queries if context else None


def _is_public(entry: tuple[str, Any]) -> bool:
    """Whether a canned query reads public tables only: those come last."""
    return not any(f"FROM {table}" in entry[1]["sql"] for table in _MAIN_TABLES)
