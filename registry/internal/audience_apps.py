"""One publication of the internal site: for each audience a file and an application on it.

The office's file is what was published. The file of a department or zone is derived from it at the
first request of somebody there, and removed when the publication is closed.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any, Protocol

from registry.internal.audience import AUDIENCE, OFFICE, Audience
from registry.internal.projection import derive
from registry.locale import _
from registry.site.context import SiteContext
from registry.site.errors import SiteError


class AudienceApp(Protocol):
    """An application for one audience: `registry.internal.application.InternalDatasette`."""

    site: SiteContext
    audience: Audience

    def app(self) -> Any:
        """The ASGI application."""

    def close(self) -> None:
        """Close its file and end its threads."""


class AudienceApps:
    """The ASGI application of one publication: hands each request to the app of its audience.

    `file`: the office's. `open_app` makes the application on a file. Raises SiteError where
    `file` is not the office's.
    """

    def __init__(self, file: Path, open_app: Callable[[Path], AudienceApp]) -> None:
        self._open_app = open_app
        office = open_app(file)
        if not office.audience.is_office:
            office.close()
            raise SiteError(
                _("{path} is not the reform office's file, so it is not served.").format(path=file)
            )
        self.site = office.site
        self._opened: dict[Audience, AudienceApp] = {OFFICE: office}
        self._asgi_apps: dict[Audience, Any] = {OFFICE: office.app()}
        self._opening: dict[Audience, asyncio.Lock] = {}
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)

    def app(self) -> AudienceApps:
        """The ASGI application: itself."""
        return self

    def close(self) -> None:
        """Close all files, and remove the derived ones."""
        for opened in self._opened.values():
            opened.close()
        self._folder.cleanup()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Answer one request, from the file of its audience. Raises KeyError if it has none."""
        if scope["type"] == "lifespan":
            await _complete_lifespan(receive, send)
            return
        audience: Audience = scope[AUDIENCE]
        app = await self._asgi_app(audience)
        await app(scope, receive, send)

    async def _asgi_app(self, audience: Audience) -> Any:
        if audience not in self._asgi_apps:
            async with self._opening.setdefault(audience, asyncio.Lock()):
                if audience not in self._asgi_apps:
                    # In a thread: it copies the file, and others' requests go on meanwhile.
                    opened = await asyncio.to_thread(self._derive, audience)
                    self._opened[audience] = opened
                    self._asgi_apps[audience] = opened.app()
        return self._asgi_apps[audience]

    def _derive(self, audience: Audience) -> AudienceApp:
        target = Path(self._folder.name, f"{audience.kind}-{len(self._opened)}.db")
        derive(self.site.file.path, audience, target)
        return self._open_app(target)


async def _complete_lifespan(receive: Any, send: Any) -> None:
    """Tell the server that startup and shutdown are done: there is nothing to do at either."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
