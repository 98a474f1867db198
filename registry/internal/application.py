"""Datasette, made to serve one internal file, with SQL. Importing this imports Datasette."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import closing
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any, Final

from datasette.database import QueryInterrupted
from datasette.views.base import DatasetteError

from registry.catalogue.application import TEMPLATES as CATALOGUE_TEMPLATES
from registry.catalogue.pages.item import item
from registry.catalogue.pages.notice import notice
from registry.internal import request_context as asked
from registry.internal.audience import Audience
from registry.internal.current_user import who
from registry.internal.pages import ROUTES
from registry.internal.sql_limits import (
    LARGEST_OF_READERS,
    LARGEST_VALUE,
    TOO_LARGE,
    readers_sql,
    restrict,
    values_up_to,
)
from registry.locale import N_, Language, _
from registry.site.application import HostedDatasette, PublishedDatabase
from registry.site.context import DATABASE, SiteContext
from registry.site.published import connect_published, open_published
from registry.site.response_cache import ResponseCache
from registry.site.search.page import SEARCH_ROUTES
from registry.site.server import SETTINGS, read_metadata
from registry.store.connection import INTERNAL_ID

_FOLDER: Final = Path(__file__).parent
_SETTINGS: Final[dict[str, Any]] = {
    **SETTINGS,
    "default_allow_sql": True,
    "max_returned_rows": 2000,
    "num_sql_threads": 2,  # each audience has threads of its own
}


_PATIENCE: Final = 10  # times that a page waits for memory which another query has taken
_SLOW: Final = N_("The query took longer than is allowed here. Narrow it with a filter.")
_readers: ContextVar[str | None] = ContextVar("readers", default=None)
"""Of a request with SQL of a reader's own: the format of the answer; empty for a page."""


class InternalDatabase(PublishedDatabase):
    """An internal file. Counts the rows of what a reader asked in SQL, for the access log."""

    async def execute(self, sql: str, *arguments: Any, **more: Any) -> Any:
        """Run a query."""
        asking = asked.current.get()
        if asking is None or asking.sql is None or sql.strip() != asking.sql:
            return await self._execute(sql, *arguments, **more)
        # A reader's mistake is told to the reader, not to the operator.
        results = await self._execute(sql, *arguments, **{**more, "log_sql_errors": False})
        asking.rows = len(results.rows)
        return results

    async def _execute(self, sql: str, *arguments: Any, **more: Any) -> Any:
        """Run a query. Where memory is short, a reader's is too large, and a page's waits."""
        own = _readers.get()
        for attempt in range(_PATIENCE):
            try:
                return await super().execute(sql, *arguments, **more)
            except MemoryError:
                if own is not None or attempt == _PATIENCE - 1:
                    break
                await asyncio.sleep(0.1)
            except QueryInterrupted:
                if not own:
                    raise
                raise DatasetteError(_(_SLOW), title="SQL Interrupted", status=400) from None
            except sqlite3.DataError as error:
                if own is None:
                    raise
                raise _refusal(own, _(TOO_LARGE)) from error
            except sqlite3.DatabaseError as error:
                if own != "csv":
                    raise
                raise _refusal(own, str(error)) from error
        raise _refusal(own, _(TOO_LARGE))

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """Run a function with a connection, in a thread."""
        largest = LARGEST_VALUE if _readers.get() is None else LARGEST_OF_READERS

        def limited(conn: sqlite3.Connection) -> Any:
            with values_up_to(conn, largest):
                return fn(conn)

        return await super().execute_fn(limited)

    async def attached_databases(self) -> list[Any]:
        """None ever is; and SQLite's own list would tell where the file lies."""
        return []


class Internal(HostedDatasette):
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
        self, site: SiteContext, settings: Mapping[str, Any], audience: Audience, run: int
    ) -> None:
        self.audience = audience
        self.run = run
        # Pages name who is signed in, and each query is logged: nothing is given again.
        super().__init__(site, settings, ResponseCache(max_bytes=0))

    def prepare(self, conn: sqlite3.Connection) -> None:
        """Hold readers' SQL to reading this file, within limits."""
        restrict(conn)

    def has_page(self, table: str, key: str) -> bool:
        """A department or zone has the page of itself only."""
        bodies = table in ("departments", "zones")
        return not bodies or self.audience.is_office or key == self.audience.id

    def template_folders(self) -> Sequence[Path]:
        """Pages of the internal site."""
        return (_FOLDER / "templates", CATALOGUE_TEMPLATES)

    def template_globals(self) -> Mapping[str, Any]:
        """Who is signed in, for whom the file is, and the audit that it shows."""
        return {
            "who": partial(who, self.site),
            "internal_audience": self.audience,
            "internal_run": self.run,
        }

    def app(self) -> Any:
        """The ASGI application."""
        inner = super().app()

        async def noting(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                return await inner(scope, receive, send)
            own = readers_sql(scope.get("query_string", b""))
            self._note(scope, own)
            token = _readers.set(_format_of(scope) if own else None)
            try:
                await inner(scope, receive, send)
            finally:
                _readers.reset(token)

        return noting

    def _note(self, scope: Mapping[str, Any], own: str | None) -> None:
        """Tell the access log which SQL a request is about: a reader's own, or a ready query."""
        asking = asked.current.get()
        if asking is None:
            return
        name = scope["path"].removeprefix(f"/{DATABASE}/").partition(".")[0]
        ready = self.site.queries.get(name)
        if own:
            asking.sql = own
        elif ready is not None:
            asking.sql = str(ready["sql"]).strip()


def _format_of(scope: Mapping[str, Any]) -> str:
    query = scope.get("query_string", b"")
    for name in ("csv", "json"):
        if scope["path"].endswith(f".{name}") or f"_format={name}".encode() in query:
            return name
    return ""


def _refusal(own: str | None, text: str) -> Exception:
    """What Datasette tells the reader: of a CSV it would otherwise tell nothing but its end."""
    if own != "csv":
        return sqlite3.OperationalError(text)
    error: Exception = DatasetteError(text, status=400, title="Invalid SQL")
    return error


def make_internal(
    file: Path, metadata: Mapping[str, Any], *, language: Language = "zh"
) -> Internal:
    """A Datasette instance that serves the internal `file`, and nothing else.

    Raises SiteError for a file that is no internal projection.
    """
    published = open_published(file, INTERNAL_ID)
    about = merged(metadata, read_metadata(_FOLDER / "metadata.yml"))
    site = SiteContext(published, about, language, internal=True)
    return Internal(site, _SETTINGS, *audience_of(file))


def audience_of(file: Path) -> tuple[Audience, int]:
    """For whom an internal file says it is, and which audit it shows."""
    with closing(connect_published(file)) as conn:
        kind, id_, run = conn.execute("SELECT kind, id, run FROM audience").fetchone()
    return Audience(kind, id_), run


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both together; where both say something, what is `above` counts."""
    both = dict(below)
    for key, value in above.items():
        under = both.get(key)
        both[key] = (
            merged(under, value)
            if isinstance(value, Mapping) and isinstance(under, Mapping)
            else value
        )
    return both
