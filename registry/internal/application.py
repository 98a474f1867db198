"""Datasette, made to serve one internal file, with SQL. Importing this imports Datasette."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import closing
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from datasette.database import QueryInterrupted, Results
from datasette.utils import tilde_decode
from datasette.views.base import DatasetteError

from registry.catalogue.application import TEMPLATES as CATALOGUE_TEMPLATES
from registry.catalogue.pages.item import item
from registry.catalogue.pages.notice import notice
from registry.internal.audience import Audience
from registry.internal.current_user import current_user, inbox_waiting
from registry.internal.pages import ROUTES
from registry.internal.pages.sql import SQL_PATH, is_select, read_schema, schema_help
from registry.internal.projection import SCHEMAS
from registry.internal.query_places import TooManyQueries
from registry.internal.request_context import current_request
from registry.internal.sql_child import identity
from registry.internal.sql_limits import (
    TOO_LARGE,
    custom_parts,
    custom_sql,
    restrict_connection,
)
from registry.internal.sql_mistakes import Mistake, Schema, explain
from registry.internal.sql_process import (
    Answer,
    FileReplaced,
    Query,
    QueryRunner,
    QueryStopped,
)
from registry.locale import N_, Language, _
from registry.site.application import HostedDatasette, PublishedDatabase
from registry.site.context import DATABASE, SiteContext
from registry.site.errors import SiteError
from registry.site.language_choice import PARAMETER
from registry.site.pages import zh
from registry.site.paging import WholeQuery, current_page
from registry.site.published import connect_published, open_published, refuse_outdated
from registry.site.response_cache import ResponseCache
from registry.site.search.page import SEARCH_ROUTES
from registry.site.server import SETTINGS, read_metadata
from registry.site.titles import with_titles
from registry.store.bodies import AmbiguousBodies, refuse_ambiguous_ids
from registry.store.connection import INTERNAL_ID

_FOLDER: Final = Path(__file__).parent
_SETTINGS: Final[dict[str, Any]] = {
    **SETTINGS,
    "default_allow_sql": True,
    "max_returned_rows": 2000,
    "num_sql_threads": 2,  # each audience has threads of its own
}

_SLOW: Final = N_("The query took longer than is allowed here. Narrow it with a filter.")
_BUSY: Final = N_("Many queries are running just now. Try again in a few seconds.")


@dataclass
class CustomSql:
    """SQL that a request brings along; `form`: "csv", "json", or "" for a page; `is_query`: for the
    page of a query, which shows `mistake`: why it could not be run. `parts`: the pieces of which
    `text` is put together."""

    text: str
    form: str
    is_query: bool
    parts: Sequence[str] = ()
    mistake: Mistake | None = None

    def is_in(self, sql: str) -> bool:
        """Whether a query that is to be run holds what the reader wrote."""
        return any(part in sql for part in self.parts)


_custom_sql: ContextVar[CustomSql | None] = ContextVar("custom_sql", default=None)
"""None where a request has no custom SQL."""


class AnsweredResults(Results):  # type: ignore[misc]  # Datasette has no types
    """Results of a query that ran apart. `total`: how many rows there are in all parts."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.rows, answer.cut, [(name,) for name in answer.columns])
        self.total = answer.total
        self.parts = answer.parts


class InternalDatabase(PublishedDatabase):
    """An internal file. Runs readers' SQL apart, and counts the rows of the query that the access
    log names."""

    def __init__(self, datasette: InternalDatasette, path: Path) -> None:
        super().__init__(datasette, path)
        self._identity = identity(path)
        self._copy: tempfile.TemporaryDirectory[str] | None = None

    async def execute(self, sql: str, *arguments: Any, **more: Any) -> Any:
        """Run a query."""
        request = current_request.get()
        if request is None or request.sql is None or sql.strip() != request.sql:
            return await self._execute(sql, *arguments, **more)
        # A user's mistake is shown to the user, and not printed for the operator.
        results = await self._execute(sql, *arguments, **{**more, "log_sql_errors": False})
        request.rows = getattr(results, "total", len(results.rows))
        return results

    async def _execute(self, sql: str, *arguments: Any, **more: Any) -> Any:
        """Run a query. What custom SQL fails of is told in words."""
        custom = _custom_sql.get()
        try:
            return await super().execute(sql, *arguments, **more)
        except (MemoryError, sqlite3.DataError) as error:
            if custom is None and isinstance(error, sqlite3.DataError):
                raise
            raise _query_error(custom, _(TOO_LARGE)) from error
        except QueryInterrupted:
            if custom is None or not (custom.form or custom.is_query):
                raise
            raise _stopped(custom, Mistake(_(_SLOW)), "SQL Interrupted", 400) from None
        except TooManyQueries:
            raise _stopped(custom, Mistake(_(_BUSY)), "Busy", 503) from None
        except (sqlite3.DatabaseError, sqlite3.Warning, UnicodeDecodeError, ValueError) as error:
            # Text can't be decoded where a message quotes bytes that the query made.
            if custom is None:
                raise
            custom.mistake = explain(custom.text, str(error), self.ds.schema)
            raise _query_error(custom, custom.mistake.text) from error

    async def run(self, sql: str, params: Any = None, truncate: bool = False, **more: Any) -> Any:
        """Run a query as it stands: what a reader wrote in a process of its own."""
        custom = _custom_sql.get()
        if custom is None or not custom.is_in(sql) or isinstance(params, (list, tuple)):
            return await super().run(sql, params, truncate, **more)
        if not params and sql in [f"explain {part.rstrip(';')}" for part in custom.parts]:
            return Results([], False, [("opcode",), ("p4",)])  # parameters are looked for: none
        most = None
        if truncate:
            most = self.ds.max_returned_rows + (self.ds.max_returned_rows == more.get("page_size"))
        limit = self.ds.sql_time_limit_ms
        query = Query(
            sql,
            dict(params or {}),
            most,
            min(more.get("custom_time_limit") or limit, limit) / 1000,
            for_file=isinstance(current_page.get(), WholeQuery),
        )
        request = current_request.get()
        user = request.user if request else ""
        try:
            try:
                answer = await self.ds.runner.run(user, *self._readable(), query)
            except FileReplaced:
                answer = await self.ds.runner.run(user, *self._readable(anew=True), query)
        except QueryStopped as stopped:
            raise QueryInterrupted(stopped, sql, params) from None
        return AnsweredResults(answer)

    def _readable(self, *, anew: bool = False) -> tuple[Path, tuple[int, ...]]:
        """A path at which the file that is served can be opened, and what tells it.

        `anew`: another has its name by now.
        """
        if anew and self._copy is None:
            self._copy = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
            Path(self._copy.name, "served.db").write_bytes(self.ds.whole_file())
        if self._copy is None:
            return Path(self.path), self._identity
        path = Path(self._copy.name, "served.db")
        return path, identity(path)

    def close(self) -> None:
        """Close the file."""
        super().close()
        if self._copy is not None:
            self._copy.cleanup()

    async def attached_databases(self) -> list[Any]:
        """None ever is; and SQLite's own list would disclose the path of the file."""
        return []


class InternalDatasette(HostedDatasette):
    """The application for one audience, on a file that holds what that audience may see."""

    routes: Sequence[tuple[str, Callable[..., Any]]] = (
        *ROUTES,
        (r"^/item/(?P<id>[^/]+)$", item),
        (r"^/notice(?:/(?P<id>[^/]+))?$", notice),
        *SEARCH_ROUTES,
    )
    allows_sql = True
    database_class = InternalDatabase

    def __init__(
        self,
        site: SiteContext,
        settings: Mapping[str, Any],
        audience: Audience,
        run: int,
        runner: QueryRunner | None = None,
    ) -> None:
        self.audience = audience
        self.run = run
        self._own_runner = runner is None
        self.runner = runner or QueryRunner()
        # Pages name who is signed in, and each query is logged: nothing is served from cache.
        super().__init__(site, settings, ResponseCache(max_bytes=0))

    def prepare(self, conn: sqlite3.Connection) -> None:
        """Let SQL only read this file, within limits."""
        restrict_connection(conn)

    def close(self) -> None:
        """Close the file and end all threads, once there are no more requests."""
        super().close()
        if self._own_runner:
            self.runner.close()

    @cached_property
    def schema(self) -> Schema:
        """The tables that queries read, for what is said of their mistakes."""
        return read_schema(self.site)

    def has_page(self, table: str, key: str) -> bool:
        """A department or zone sees no page of another body."""
        if table not in ("departments", "zones") or self.audience.is_office:
            return True
        return (table, key) == (f"{self.audience.kind}s", self.audience.id)

    def template_folders(self) -> Sequence[Path]:
        """Pages of the internal site."""
        return (_FOLDER / "templates", CATALOGUE_TEMPLATES)

    def template_globals(self) -> Mapping[str, Any]:
        """The signed-in user; audience of the file, and number of the audit that it shows; how many
        submissions wait for the office; what the page of a query tells of it."""
        return {
            "current_user": partial(current_user, self.site),
            "internal_audience": self.audience,
            "internal_run": self.run,
            "zh": zh,
            "sql_mistake": _sql_mistake,
            "sql_tables": partial(schema_help, self),
            "inbox_waiting": inbox_waiting,
        }

    def app(self) -> Any:
        """The ASGI application. Notes what SQL a request brings along, for limits and log."""
        inner = super().app()

        async def note_sql(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                return await inner(scope, receive, send)
            custom = custom_sql(scope.get("query_string", b""))
            self._note_logged_sql(scope, custom)
            if custom and _is_query_page(scope) and not is_select(custom):
                # Datasette would show an error without the text: the SQL page keeps it.
                scope, custom = _asking_for_sql_page(scope, custom), None
            parts = custom_parts(scope.get("query_string", b""))
            token = _custom_sql.set(
                CustomSql(custom, _format_of(scope), _is_query_page(scope), parts)
                if custom
                else None
            )
            try:
                await inner(scope, receive, send)
            finally:
                _custom_sql.reset(token)

        return note_sql

    def _note_logged_sql(self, scope: Mapping[str, Any], custom: str | None) -> None:
        """Note the SQL that the access log shall name: custom SQL, or that of a canned query."""
        request = current_request.get()
        if request is None:
            return
        name = tilde_decode(scope["path"].rpartition("/")[2].partition(".")[0])
        canned = self.site.queries.get(name)
        if canned is not None and custom:
            request.sql = f"{str(canned['sql']).strip()} -- {custom}"
        elif custom:
            request.sql = custom
        elif canned is not None:
            request.sql = str(canned["sql"]).strip()


def _format_of(scope: Mapping[str, Any]) -> str:
    query = scope.get("query_string", b"")
    for name in ("csv", "json"):
        if scope["path"].endswith(f".{name}") or f"_format={name}".encode() in query:
            return name
    return ""


def _is_query_page(scope: Mapping[str, Any]) -> bool:
    """Whether a request is for a page with the result of a query of the user's."""
    return scope["path"] == f"/{DATABASE}" and not _format_of(scope)


def _asking_for_sql_page(scope: Mapping[str, Any], text: str) -> dict[str, Any]:
    """A request for the SQL page with this text, in the language that `scope` asks for."""
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get(PARAMETER, [])[:1]
    query = urlencode({"text": text, **({PARAMETER: asked[0]} if asked else {})})
    path = {"path": SQL_PATH, "raw_path": SQL_PATH.encode("ascii")}
    return {**scope, **path, "query_string": query.encode("ascii")}


def _sql_mistake() -> Mistake | None:
    """Why the SQL of the request could not be run; None where it could, or there is none."""
    custom = _custom_sql.get()
    return custom.mistake if custom else None


def _stopped(custom: CustomSql | None, mistake: Mistake, title: str, status: int) -> Exception:
    """An error about a query that was not run to its end: on its page, or instead of it."""
    if custom is not None and custom.is_query:
        custom.mistake = mistake
        return _query_error(custom, mistake.text)
    error: Exception = DatasetteError(mistake.text, title=title, status=status)
    return error


def _query_error(custom: CustomSql | None, text: str) -> Exception:
    """An error that Datasette shows to the user; a CSV would otherwise just end."""
    if custom is None or custom.form != "csv":
        return sqlite3.OperationalError(text)
    error: Exception = DatasetteError(text, status=400, title="Invalid SQL")
    return error


def make_internal(
    file: Path,
    metadata: Mapping[str, Any],
    *,
    language: Language = "zh",
    runner: QueryRunner | None = None,
) -> InternalDatasette:
    """A Datasette instance that serves the internal `file`, and nothing else.

    `runner`: what runs readers' queries, where several share it. Raises SiteError for a file that
    is no internal projection.
    """
    published = open_published(file, INTERNAL_ID)
    refuse_outdated(published, SCHEMAS)
    about = merge_metadata(metadata, read_metadata(_FOLDER / "metadata.yml"))
    titled = with_titles(about, published, internal=True)
    site = SiteContext(published, titled, language, internal=True)
    return InternalDatasette(site, _SETTINGS, *audience_of(file), runner)


def audience_of(file: Path) -> tuple[Audience, int]:
    """The audience that an internal file names, and the number of the audit that it shows.

    Raises SiteError where an id in it stands for two bodies.
    """
    with closing(connect_published(file)) as conn:
        try:
            refuse_ambiguous_ids(conn, "zones", "departments")
        except AmbiguousBodies as error:
            raise SiteError(error.problem, error.remedy, str(file)) from error
        kind, id_, run = conn.execute("SELECT kind, id, run FROM audience").fetchone()
    return Audience(kind, id_), run


def merge_metadata(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Both together, mappings key by key; for other values `override` counts."""
    merged = dict(base)
    for key, value in override.items():
        old = merged.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            merged[key] = merge_metadata(old, value)
        else:
            merged[key] = value
    return merged
