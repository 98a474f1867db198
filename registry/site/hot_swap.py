"""Serves the publication that a folder's `current` names, and changes to the next while it runs.

Each publication has a whole application of its own: connections, names, kept pages. A request ends
on the one that it began on, however many queries it makes; the old one is closed after its last
request. So no page mixes two publications, and none is cut off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

from registry.locale import _
from registry.site.context import Site
from registry.site.errors import SiteError
from registry.site.publication_folder import POINTER, check_name, pointed_at
from registry.site.response_cache import Message, Scope, Send

_FIRST_PAGES: Final = ("/", "/catalogue/items", "/catalogue/delegations")
"""Asked for before a publication is let on: whether it answers at all, and so that it is warm."""

_Signature = tuple[tuple[int, int, int] | None, ...]


class Served(Protocol):
    """One publication as it is served: `registry.site.application.Catalogue`."""

    site: Site

    def app(self) -> Any:
        """The ASGI application."""

    def close(self) -> None:
        """Let go of it."""


class Edition:
    """A publication, its application, and how many requests are in it."""

    def __init__(self, catalogue: Served) -> None:
        self.catalogue = catalogue
        self.app = catalogue.app()
        self.requests = 0
        self.retired = False

    @property
    def path(self) -> Path:
        """The file."""
        return self.catalogue.site.file.path

    async def answer(self, scope: Scope, receive: Any, send: Send) -> None:
        """Answer one request, and close after the last."""
        self.requests += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.requests -= 1
            self._close_if_done()

    def retire(self) -> None:
        """Take no more requests; close when those that are under way have ended."""
        self.retired = True
        self._close_if_done()

    def _close_if_done(self) -> None:
        if self.retired and not self.requests:
            self.catalogue.close()


class Switch:
    """The ASGI application for a folder. `open_file` makes an application for a publication.

    `tell` is called with what an operator should read: that another publication is served, or why
    it is not. `as_who`: what the scope of a request says besides, when first pages are asked for.
    Raises SiteError where there is none to begin with.
    """

    def __init__(
        self,
        folder: Path,
        open_file: Callable[[Path], Served],
        tell: Callable[[str], None],
        *,
        every: float = 1.0,
        as_who: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.as_who = dict(as_who or {})
        self.every = every
        self._open_file = open_file
        self._tell = tell
        self._looked_at: _Signature = self._signature()
        self.edition = Edition(self._open(pointed_at(folder)))

    def app(self) -> Switch:
        """The ASGI application: itself."""
        return self

    def close(self) -> None:
        """Let go of what is served."""
        self.edition.retire()

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Answer one request; or watch, from the server's start to its end."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self.edition.answer(scope, receive, send)

    async def _live(self, receive: Any, send: Send) -> None:
        await receive()
        watching = asyncio.ensure_future(self._watch())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await send({"type": "lifespan.shutdown.complete"})

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self.every)
            try:
                await self.look()
            except Exception as error:  # whatever it is, go on serving and watching
                self._tell(f"{type(error).__name__}: {error}")

    async def look(self) -> None:
        """Change to another publication if `current` names one and it is sound."""
        signature = self._signature()
        if signature == self._looked_at:
            return
        self._looked_at = signature
        try:
            path = pointed_at(self.folder)
            if path == self.edition.path:
                return
            # In a thread: opening reads the whole file, and requests go on meanwhile.
            edition = Edition(await asyncio.to_thread(self._open, path))
        except SiteError as problem:
            self._tell(
                _("{problem} Still serving {name}.").format(
                    problem=str(problem), name=self.edition.path.name
                )
            )
            return
        failed = await _first_pages(edition, self.as_who)
        if failed:
            edition.retire()
            self._tell(
                _("{name} does not answer {page}. Still serving {other}.").format(
                    name=path.name, page=failed, other=self.edition.path.name
                )
            )
            return
        old, self.edition = self.edition, edition
        old.retire()
        day = edition.catalogue.site.file.as_of
        self._tell(_("Now serving {name}, as of {day}.").format(name=path.name, day=day))

    def _open(self, path: Path) -> Served:
        catalogue = self._open_file(path)
        try:
            check_name(path, catalogue.site.file.digest)
        except SiteError:
            catalogue.close()
            raise
        return catalogue

    def _signature(self) -> _Signature:
        """What changes when there is something new to look at: the pointer, or what it names."""
        try:
            named = pointed_at(self.folder)
        except SiteError:
            named = None
        return (_stat(self.folder / POINTER), _stat(named) if named else None)


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino, found.st_size)


async def _first_pages(edition: Edition, as_who: Mapping[str, Any]) -> str | None:
    """The first page that is not answered with 200; None where all are."""
    for path in _FIRST_PAGES:
        if await _status(edition.app, path, as_who) != 200:
            return path
    return None


async def _status(app: Any, path: str, as_who: Mapping[str, Any]) -> int:
    status = 0

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]

    scope = {
        **as_who,
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("ascii"),
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 0),
    }
    await app(scope, receive, send)
    return status
