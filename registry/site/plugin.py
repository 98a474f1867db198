"""The Datasette plugin. Its hooks act only on a `registry.site.application.HostedDatasette`."""

from __future__ import annotations

import errno
import sqlite3
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import pluggy
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from registry.locale import _, language, list_separator
from registry.locale.labels import body_kind_label, doubts_text, provenance_word, value_label
from registry.model.vocabulary import PROVENANCES
from registry.site.asgi import App, Message, Scope
from registry.site.compiled_templates import COMPILED
from registry.site.context import DATABASE, SiteContext
from registry.site.csp_hashes import InlineHashExtension
from registry.site.datasette_messages import translate_message
from registry.site.headers import site_headers, with_charset
from registry.site.language_choice import (
    SCOPE_KEY,
    language_headers,
    other_language,
    without_choice,
)
from registry.site.pages import encoded, whole_csv
from registry.site.search.full_text import match_expression
from registry.site.table_filters import TableFilters
from registry.site.template_patches import PatchDatasetteTemplates, table_rows

hookimpl = pluggy.HookimplMarker("datasette")

_CLOSED: Final = r"/(-/(?!static/|static-plugins/)|_internal|_memory|:memory:)"
_MAX_CELL_CHARACTERS: Final = 20_000
"""Longer ones are not ours: an agreement that covers a whole annex names its items in 13,000."""

_OF_THE_ADDRESS: Final = (sqlite3.Error, ValueError, LookupError, OverflowError, TypeError)
"""What Datasette's code raises for addresses that it did not foresee."""

_NO_NAME: Final = (errno.ENAMETOOLONG, errno.EINVAL, errno.ENOTDIR)
"""What systems say of names that no file can have, as addresses of static files may be."""

_FACETS: Final = ("_facet", "_facet_date", "_facet_array")
_facets: ContextVar[list[tuple[str, str]]] = ContextVar("facets")
"""Kind and column of each facet that the request under way asks for."""

_IGNORED: Final = ("_searchmode", "_fts_table", "_fts_pk")
_ROW_PAGES: Final = {
    "items": "item",
    "zones": "zone",
    "departments": "department",
    "instrument": "notice",
    "findings": "finding",
    "rules": "rule",
}
"""Table → where a row of it has a page of its own."""
_INTERNAL_KEYS: Final = {"fingerprint": "findings", "code": "rules"}
"""Column of keys → the table that they are of, in internal files."""
_NAMED_BY: Final[dict[tuple[str | None, str], tuple[str, str]]] = {
    ("items", "name"): ("items", "id"),
    ("delegations", "item_name"): ("items", "item"),
    ("obligations", "item_name"): ("items", "item"),
    ("findings", "item_name"): ("items", "item"),
    ("findings", "message_zh"): ("findings", "fingerprint"),
    ("findings", "message_en"): ("findings", "fingerprint"),
    ("finding_history", "message_zh"): ("findings", "fingerprint"),
    ("finding_history", "message_en"): ("findings", "fingerprint"),
    ("rules", "title_zh"): ("rules", "code"),
    ("rules", "title_en"): ("rules", "code"),
    ("zones", "name"): ("zones", "id"),
    ("departments", "name"): ("departments", "id"),
    ("instrument", "title"): ("instrument", "id"),
}
"""Column of names → the table that they are of, and the column beside them with its ids."""


def _site(datasette: Any) -> SiteContext | None:
    """The site that an instance of ours serves; None for anyone else's."""
    return getattr(datasette, "site", None)


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """Read queries as the index was written. `trylast`: Datasette registers its own before."""
    if _site(datasette) and database == DATABASE:
        conn.create_function("escape_fts", 1, match_expression, deterministic=True)
        datasette.prepare(conn)


@hookimpl(trylast=True)
def permission_allowed(datasette: Any, action: str, resource: Any) -> bool | None:
    """No SQL of a visitor's own where the site allows none, whatever the metadata says.

    `trylast`: the last word counts.
    """
    site = _site(datasette)
    if site is None:
        return None
    if action == "execute-sql":
        return bool(datasette.allows_sql and resource == DATABASE)
    if action in ("view-database-download", "permissions-debug", "debug-menu"):
        return False
    if action == "view-table" and resource[0] == DATABASE:
        _refuse_facets(site, resource[1])
        return None if site.shows(resource[1]) else False
    return None


def _refuse_facets(site: SiteContext, table: str) -> None:
    """Raise BadRequest for facets of a table that would fail: no column of ours holds lists.

    If one fails under way, Datasette leaves the others begun and never awaited.
    """
    from datasette.utils.asgi import BadRequest

    columns = {name.casefold() for name in site.file.columns.get(table, ())}
    for kind, column in _facets.get([]) if columns else ():
        if kind == "_facet_array" or column.casefold() not in columns:
            raise BadRequest(_("This address can't be understood."))


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """Add our pages, and close those that show the machine, not the data: paths, versions."""
    from datasette.utils.asgi import NotFound

    async def closed() -> None:
        raise NotFound("404")

    return [(_CLOSED, closed), *datasette.routes] if _site(datasette) else []


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """An address that nothing can be made of is the visitor's mistake, not the server's."""
    from datasette.database import QueryInterrupted
    from datasette.handle_exception import handle_exception as datasettes_own
    from datasette.utils.asgi import BadRequest, Base400, NotFound, Response
    from datasette.views.base import DatasetteError

    if not _site(datasette):
        return datasettes_own(datasette, request, exception)
    if isinstance(exception, QueryInterrupted):  # as in a CSV
        interrupted = DatasetteError("interrupted", title="SQL Interrupted", status=400)
        return datasettes_own(datasette, request, interrupted)
    # Datasette's own pages read tables, keys and forms of data from the path as well.
    is_read = request.query_string or request.path.startswith(f"/{DATABASE}")
    if is_read and isinstance(exception, DatasetteError) and exception.status == 500:
        return datasettes_own(datasette, request, BadRequest(exception.message))
    if is_read and isinstance(exception, _OF_THE_ADDRESS):
        return datasettes_own(
            datasette, request, BadRequest(_("This address can't be understood."))
        )
    if isinstance(exception, OSError) and exception.errno in _NO_NAME:
        return datasettes_own(datasette, request, NotFound("404"))
    if request.path.endswith(".json") and not isinstance(exception, Base400 | DatasetteError):
        # Datasette would say in the answer what went wrong inside.
        traceback.print_exception(exception)
        said = {"ok": False, "error": translate_message("", 500), "status": 500, "title": None}
        return Response.json(said, status=500)
    return datasettes_own(datasette, request, exception)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Add our headers to every response, and clean query strings. Inside `LanguageMiddleware`."""

    def wrap(app: App) -> App:
        """The application, wrapped."""
        site = _site(datasette)
        if site is None:
            return app

        async def wrapped(scope: Scope, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return

            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    added = site_headers(site)
                    added += language_headers(scope[SCOPE_KEY], scope, message)
                    headers = with_charset(message.get("headers", []))
                    message = {**message, "headers": [*headers, *added]}
                await send(message)

            query_string = clean_query_string(
                without_choice(scope.get("query_string", b"")), of_table=_is_of_table(site, scope)
            )
            pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
            _facets.set([pair for pair in pairs if pair[0] in _FACETS])
            cleaned = {**scope, "query_string": query_string}
            await app(cleaned, receive, send_with_headers)

        return wrapped

    return wrap


def _is_of_table(site: SiteContext, scope: Scope) -> bool:
    """Whether a request is for the rows of a table, in whatever form."""
    folder, _slash, name = str(scope.get("path", "")).strip("/").rpartition("/")
    return folder.rpartition("/")[2] == DATABASE and site.shows(name.partition(".")[0])


def clean_query_string(query_string: bytes, *, of_table: bool = False) -> bytes:
    """A query string without what changes the search to one that can't work here.

    The index is no raw text, so raw expressions, and other indexes, find nothing that is meant.
    A search for nothing is no search; nor, `of_table`, is a select of which nothing was chosen.
    """
    pairs = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    kept = [
        (key, value)
        for key, value in pairs
        if key not in _IGNORED
        and (
            value.strip()
            or not (key.startswith("_search") or (of_table and not key.startswith("_")))
        )
    ]
    return query_string if kept == pairs else urlencode(kept).encode("ascii")


@hookimpl
def render_cell(row: Any, column: str, value: Any, table: str | None, datasette: Any) -> Any:
    """Words for codes, and names for references. None: as Datasette would have it."""
    site = _site(datasette)
    if site is None:
        return None
    if isinstance(value, dict):  # a reference, on the page of a table
        value = value["value"]
    if column.endswith("provenance") and value in PROVENANCES:
        return provenance_word(value)
    word = value_label(column, value)
    if word is not None or not isinstance(value, str) or not value:
        return word
    if column == "doubts":
        return doubts_text(value)
    if len(value) > _MAX_CELL_CHARACTERS:
        return None
    if column in ("item", "parent"):
        return _link(datasette, "items", value, value)
    if named := _NAMED_BY.get((table, column)):
        # A query may give names without the column that says whose they are.
        key = row[named[1]] if named[1] in row.keys() else None  # noqa: SIM118 (a Row)
        key = key["value"] if isinstance(key, dict) else key
        return _link(datasette, named[0], key, value) if key else None
    if column == "agreement":
        return _link(datasette, "agreements", value, value)
    if site.internal and column in _INTERNAL_KEYS:
        return _link(datasette, _INTERNAL_KEYS[column], value, value[:12])
    if column == "owed_by":
        bodies = (_body(datasette, site, body) for body in value.split(";"))
        return Markup("<span>{}</span>").format(Markup(list_separator()).join(bodies))
    if site.internal and column == "body":
        return _body(datasette, site, value)
    if column == "covers" and not value.startswith("annex:"):
        items = (_link(datasette, "items", item, item) for item in value.split(";"))
        return Markup("、").join(items)
    other, names = site.file.names.get(column, ("", {}))
    if value in names:
        return _link(datasette, other, value, site.value_name(column, value))
    name = site.value_name(column, value)
    return name if name != value else None


def _body(datasette: Any, site: SiteContext, body: str) -> Markup:
    """A body, or a kind of body, that owes something."""
    for column in ("department", "zone"):
        table, names = site.file.names[column]
        if body in names:
            return _link(datasette, table, body, names[body])
    return Markup("{}").format(body_kind_label(body) or body)


def _link(datasette: Any, table: str, key: str, text: str) -> Markup:
    is_page = table in _ROW_PAGES and datasette.has_page(table, key)
    return _linked(datasette.setting("base_url"), table, key, text, is_page)


@lru_cache(maxsize=8192)
def _linked(base: str, table: str, key: str, text: str, is_page: bool) -> Markup:
    page = _ROW_PAGES[table] if is_page else f"{DATABASE}/{table}"
    return Markup('<a href="{}">{}</a>').format(f"{base}{page}/{encoded(key)}", text)


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Give templates our functions and texts. Global, so that pages of errors have them too."""
    site = _site(datasette)
    if site is None:
        return
    env.add_extension(PatchDatasetteTemplates)
    env.add_extension(InlineHashExtension)
    folders = [FileSystemLoader(folder) for folder in datasette.template_folders()]
    env.loader = ChoiceLoader([*folders, env.loader])
    env.bytecode_cache = COMPILED
    env.globals.update(
        {
            "_": _,
            "page_language": lambda: "zh-CN" if language() == "zh" else "en",
            "other_language": other_language,
            "translate_message": translate_message,
            "site": site,
            "table_rows": table_rows,
            "table_filters": TableFilters(datasette),
            "whole_csv": whole_csv,
            **datasette.template_globals(),
            **{
                name: getattr(site, name)
                for name in (
                    *("label", "table_title", "breadcrumb", "row_title", "row_count", "row_range"),
                    *("describe_filters", "describe_sort", "comparison", "query_time", "labels"),
                    *("facet_kind", "facet_word"),
                )
            },
        }
    )
