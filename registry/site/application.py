"""Datasette, made to serve one published file. Importing this imports Datasette."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import datasette
from datasette.app import Datasette
from datasette.database import Database, WriteTask
from datasette.plugins import pm

from registry.locale import language
from registry.site import plugin
from registry.site.asgi import App, Scope, Send
from registry.site.context import DATABASE, SiteContext
from registry.site.language_choice import LanguageMiddleware
from registry.site.paging import current_page
from registry.site.published import connect_published
from registry.site.response_cache import CacheMiddleware, ResponseCache
from registry.site.views import OWN_VIEWS

_FOLDER: Final = Path(__file__).parent
_IGNORED_SUFFIXES: Final = (".pyc", ".po")
"""Files that Python makes anew by itself, and those that only translators read."""


@cache
def program_digest() -> str:
    """What pages depend on besides their data: our code and templates, messages, Datasette."""
    return digest_of_folders(_FOLDER.parent)


def digest_of_folders(*folders: Path) -> str:
    """One digest of Python, Datasette and every file in these folders, by name and content.

    Files of every kind count: one that is forgotten would leave old pages in browsers.
    """
    found = hashlib.sha256(f"{datasette.__version__} {sys.version_info}".encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in _IGNORED_SUFFIXES:
                content = path.read_bytes()
                name = path.relative_to(folder).as_posix()
                found.update(f"{name}\0{len(content)}\0".encode())
                found.update(content)
    return found.hexdigest()


class PublishedDatabase(Database):  # type: ignore[misc]  # Datasette has no types
    """A published file as a database of Datasette's: read-only, under any file name.

    Connections are opened at once, before the file can be replaced by another of its name.
    """

    def __init__(self, datasette: Datasette, path: Path) -> None:
        super().__init__(datasette, str(path), is_mutable=False)
        threads = datasette.setting("num_sql_threads")
        self._ready = [connect_published(path) for _n in range(threads)]
        self._all_file_connections.extend(self._ready)

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A connection that reads."""
        if self._ready:
            return self._ready.pop()
        conn = connect_published(Path(self.path))
        self._all_file_connections.append(conn)
        return conn

    async def execute(
        self, sql: str, params: Any = None, truncate: bool = False, **more: Any
    ) -> Any:
        """Run a query. The one that reads the rows of a page, which is the one that Datasette has
        truncated, gives those of the page that is asked for."""
        page = current_page.get() if truncate else None
        if page is None:
            return await self.run(sql, params, truncate, **more)
        return await page.read(
            lambda one, values, cut=True, /: self.run(one, values, cut, **more), sql, params or {}
        )

    async def run(self, sql: str, params: Any = None, truncate: bool = False, **more: Any) -> Any:
        """Run a query as it stands."""
        return await super().execute(sql, params, truncate, **more)


def _stoppable(write: Callable[[], None]) -> Callable[[], None]:
    """The endless loop of Datasette's writing thread, ended by a task that raises SystemExit."""

    def loop() -> None:
        with suppress(SystemExit):
            write()

    return loop


class HostedDatasette(Datasette):  # type: ignore[misc]
    """Datasette on one published file, and on nothing else, under a name that never changes.

    `routes`: pages besides Datasette's own. `cors`: whether anybody's pages may read the JSON.
    `allows_sql`: whether readers may run SQL of their own.
    """

    routes: Sequence[tuple[str, Callable[..., Any]]] = ()
    cors = False
    allows_sql = False
    database_class = PublishedDatabase

    def __init__(
        self, site: SiteContext, settings: Mapping[str, Any], cache: ResponseCache | None = None
    ) -> None:
        # Set first: hooks are called while Datasette is being made.
        self.site = site
        self.cache = cache or ResponseCache()
        if not pm.is_registered(plugin):
            pm.register(plugin)
            # Every handler of errors is asked, and Datasette's own prints what ours takes for a
            # visitor's mistake: ours calls it for the rest.
            pm.unregister(datasette.handle_exception)
        super().__init__(
            cors=self.cors,
            metadata=dict(site.metadata),
            settings=dict(settings),
            template_dir=str(_FOLDER / "templates"),
            static_mounts=[("static", str(_FOLDER / "static"))],
        )
        self.remove_database("_memory")  # which is there because no file was named
        self.add_database(self.database_class(self, site.file.path), name=DATABASE)
        # Held from now on: by its name another file may be found later.
        self._whole = site.file.path.open("rb")
        self._reading = Lock()
        notes = self.get_database("_internal")
        notes._execute_writes = _stoppable(notes._execute_writes)

    def prepare(self, conn: sqlite3.Connection) -> None:
        """Prepare a connection on which readers' queries run, after Datasette has."""

    def has_page(self, table: str, key: str) -> bool:
        """Whether a row of a table whose rows have pages of their own has one here."""
        return True

    def template_folders(self) -> Sequence[Path]:
        """Folders whose templates are found before those that both sites share."""
        return ()

    def template_globals(self) -> Mapping[str, Any]:
        """What templates may use besides what all published files' may."""
        return {}

    def metadata(
        self,
        key: str | None = None,
        database: str | None = None,
        table: str | None = None,
        fallback: bool = True,
    ) -> Any:
        """Datasette's look into the metadata: texts are in the language of the request."""
        self._metadata_local = self.site.metadata_in(language())
        return super().metadata(key, database, table, fallback)

    def file_size(self) -> int:
        """The bytes that the served file has."""
        with self._reading:
            return self._whole.seek(0, os.SEEK_END)

    def file_piece(self, start: int, size: int) -> bytes:
        """Some of the bytes of the file that is served, whichever file has its name by now."""
        with self._reading:
            self._whole.seek(start)
            return self._whole.read(size)

    @property
    def version(self) -> str:
        """What names everything that a page is made of, except its address and language."""
        about = json.dumps(self.site.metadata, sort_keys=True, default=str)
        parts = f"{self.site.file.digest} {program_digest()} {about} {self.site.language}"
        return hashlib.sha256(parts.encode("utf-8")).hexdigest()[:16]

    def app(self) -> LanguageMiddleware:
        """The ASGI application: from the outside in, language, cache, Datasette."""
        datasette_app = self._once_started(super().app())
        cached = CacheMiddleware(self.site, datasette_app, self.version, self.cache)
        return LanguageMiddleware(cached, self.site.language)

    def _once_started(self, app: App) -> App:
        """All requests wait for the start. Datasette lets those through that come beside the first,
        and then fails at their pages."""
        starting = asyncio.Lock()

        async def started(scope: Scope, receive: Any, send: Send) -> None:
            if not self._startup_invoked:
                async with starting:
                    await self.invoke_startup()
            await app(scope, receive, send)

        return started

    def _routes(self) -> list[tuple[Any, Any]]:
        """Datasette's routes, with our views in the place of its own."""
        return [(path, self._view(view)) for path, view in super()._routes()]

    def _view(self, view: Any) -> Any:
        own = OWN_VIEWS.get(getattr(view, "view_class", None))
        return own.as_view(self) if own else view

    def close(self) -> None:
        """Close the file and end all threads, once there are no more requests."""
        if self.executor is not None:
            self.executor.shutdown(wait=True)
        self.get_database(DATABASE).close()
        self._whole.close()
        # Datasette has no end for the thread that writes its notes about schemas.
        queue = self.get_database("_internal")._write_queue
        if queue is not None:
            queue.put(WriteTask(sys.exit, "", None))
