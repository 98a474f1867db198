"""Serves the publication that a folder's `current` names, and changes to the next while it runs.

Each publication has an application of its own: connections, names, cached pages. A request ends
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
from registry.site.asgi import Scope, Send, fetch
from registry.site.context import SiteContext
from registry.site.errors import SiteError
from registry.site.publication_folder import POINTER, check_name, current_publication

_PROBED_PAGES: Final = ("/", "/catalogue/items", "/catalogue/delegations")
"""Asked for before a publication is switched to: whether it answers at all, and so that it is
warm."""

_Signature = tuple[tuple[int, int, int] | None, ...]


class HostedPublication(Protocol):
    """One publication as it is served: `registry.site.application.HostedDatasette`."""

    site: SiteContext

    def app(self) -> Any:
        """The ASGI application."""

    def close(self) -> None:
        """Close files and threads."""


class _Counted:
    """A publication, its ASGI application, and the number of requests under way in it."""

    def __init__(self, publication: HostedPublication) -> None:
        self.publication = publication
        self.app = publication.app()
        self.requests = 0
        self.retired = False

    @property
    def path(self) -> Path:
        """The file."""
        return self.publication.site.file.path

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
            self.publication.close()


class HotSwapApp:
    """The ASGI application for a folder. `open_file` opens one publication.

    `notify` is called with a text for the operator: that another publication is served, or why it
    is not. `interval`: seconds from one look into the folder to the next. `extra_scope`: what the
    scope of a request holds besides, when a new publication is probed.
    Raises SiteError where the folder holds no publication to begin with.
    """

    def __init__(
        self,
        folder: Path,
        open_file: Callable[[Path], HostedPublication],
        notify: Callable[[str], None],
        *,
        interval: float = 1.0,
        extra_scope: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.extra_scope = dict(extra_scope or {})
        self.interval = interval
        self._open_file = open_file
        self._notify = notify
        self._last_signature: _Signature = self._signature()
        self.current = _Counted(self._open(current_publication(folder)))

    def app(self) -> HotSwapApp:
        """The ASGI application: itself."""
        return self

    def close(self) -> None:
        """Close what is served."""
        self.current.retire()

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Answer one request; or watch the folder, from the server's start to its end."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self.current.answer(scope, receive, send)

    async def _lifespan(self, receive: Any, send: Send) -> None:
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
            await asyncio.sleep(self.interval)
            try:
                await self.check_for_update()
            except Exception as error:  # whatever it is, go on serving and watching
                self._notify(f"{type(error).__name__}: {error}")

    async def check_for_update(self) -> None:
        """Switch to another publication if `current` names one and it is sound."""
        signature = self._signature()
        if signature == self._last_signature:
            return
        self._last_signature = signature
        try:
            path = current_publication(self.folder)
            if path == self.current.path:
                return
            # In a thread: opening reads the whole file, and requests go on meanwhile.
            new = _Counted(await asyncio.to_thread(self._open, path))
        except SiteError as problem:
            self._notify(
                _("{problem} Still serving {name}.").format(
                    problem=str(problem), name=self.current.path.name
                )
            )
            return
        failing = await _failing_page(new, self.extra_scope)
        if failing:
            new.retire()
            self._notify(
                _("{name} does not answer {page}. Still serving {other}.").format(
                    name=path.name, page=failing, other=self.current.path.name
                )
            )
            return
        old, self.current = self.current, new
        old.retire()
        day = new.publication.site.file.as_of
        self._notify(_("Now serving {name}, as of {day}.").format(name=path.name, day=day))

    def _open(self, path: Path) -> HostedPublication:
        publication = self._open_file(path)
        try:
            check_name(path, publication.site.file.digest)
        except SiteError:
            publication.close()
            raise
        return publication

    def _signature(self) -> _Signature:
        """What changes when there is something new to look at: the pointer, or what it names."""
        try:
            named = current_publication(self.folder)
        except SiteError:
            named = None
        return (_stat(self.folder / POINTER), _stat(named) if named else None)


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_ino, found.st_size)


async def _failing_page(new: _Counted, extra_scope: Mapping[str, Any]) -> str | None:
    """The first probed page that is not answered with 200; None where all are."""
    for path in _PROBED_PAGES:
        if (await fetch(new.app, path, extra_scope=extra_scope)).status != 200:
            return path
    return None
