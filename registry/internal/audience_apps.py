"""One publication of the internal site: an application and a file for each audience.

The office's file is what was published. The files of departments and zones are derived from it when
somebody of theirs first asks, and are gone when another publication takes its place.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, Final, Protocol

from registry.internal.audience import OFFICE, Audience
from registry.internal.projection import derive
from registry.internal.sql_limits import readers_sql
from registry.locale import _
from registry.site.context import SiteContext
from registry.site.errors import SiteError

AUDIENCE: Final = "registry.audience"
"""Under this name the scope of a request says who may see what; without it there is no answer."""

_MOST_AT_ONCE: Final = 2
"""Requests with SQL of readers' own that are answered at the same time."""


class Served(Protocol):
    """An application for one audience: `registry.internal.application.Internal`."""

    site: SiteContext
    audience: Audience

    def app(self) -> Any:
        """The ASGI application."""

    def close(self) -> None:
        """Let go of it."""


class House:
    """All applications of one publication. Raises SiteError where the file is none.

    `open_file` makes the application of a file.
    """

    def __init__(self, file: Path, open_file: Callable[[Path], Served]) -> None:
        self._open_file = open_file
        office = open_file(file)
        if not office.audience.is_office:
            office.close()
            raise SiteError(
                _("{path} is not the reform office's file, so it is not served.").format(path=file)
            )
        self.site = office.site
        self._served: dict[Audience, Served] = {OFFICE: office}
        self._apps: dict[Audience, Any] = {OFFICE: office.app()}
        self._locks: dict[Audience, asyncio.Lock] = {}
        self._turns: dict[Audience, asyncio.Lock] = {}
        self._slots = asyncio.Semaphore(_MOST_AT_ONCE)
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)

    def app(self) -> House:
        """The ASGI application: itself."""
        return self

    def close(self) -> None:
        """Let go of all files, and remove those that were derived."""
        for served in self._served.values():
            served.close()
        self._folder.cleanup()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Answer one request, from the file of whoever asks."""
        audience: Audience = scope[AUDIENCE]
        app = await self._app(audience)
        if readers_sql(scope.get("query_string", b"")) is None:
            await app(scope, receive, send)
            return
        # One at a time of each audience, so that its pages are answered meanwhile; and few of all,
        # so that memory suffices for their results.
        async with self._turns.setdefault(audience, asyncio.Lock()), self._slots:
            await app(scope, receive, send)

    async def _app(self, audience: Audience) -> Any:
        if audience not in self._apps:
            async with self._locks.setdefault(audience, asyncio.Lock()):
                if audience not in self._apps:
                    # In a thread: it copies the file, and others' requests go on meanwhile.
                    served = await asyncio.to_thread(self._derive, audience)
                    self._served[audience] = served
                    self._apps[audience] = served.app()
        return self._apps[audience]

    def _derive(self, audience: Audience) -> Served:
        target = Path(self._folder.name, f"{audience.kind}-{len(self._served)}.db")
        derive(self.site.file.path, audience, target)
        return self._open_file(target)
