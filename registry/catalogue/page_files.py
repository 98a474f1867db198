"""Pages of the catalogue as files, for a web server that hands them out by itself.

Each publication's pages are a folder of their own, and the link `current` leads to those that
count: whoever follows it finds one publication, never two. They are made by the application that
serves the catalogue, asked in this process, so that a file is what a server would answer.

    current -> pages-0123456789abcdef
    pages-0123456789abcdef/zh/_home.html          and _home.html.gz beside it
    pages-0123456789abcdef/zh/item/1-07.html
    pages-0123456789abcdef/en/...
    pages-0123456789abcdef/assets/static/pages.css

Datasette is imported lazily, inside functions.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from registry.files import sync
from registry.locale import LANGUAGES, Language, _
from registry.site.asgi import Answer, fetch
from registry.site.errors import SiteError, no_folder

POINTER: Final = "current"
KEEP: Final = 2
"""Publications whose pages stay: of those that count, and of those to go back to."""

PAGE: Final = re.compile(r"/(?:[a-z]+(?:/[A-Za-z0-9_~:.-]{1,200})?)?")
"""Addresses whose pages are files; deploy/nginx.conf looks for no others."""
HOME: Final = "/_home"
"""What the file of the first page is called; no address is."""
_GENERATION: Final = re.compile(r"pages-[0-9a-f]{16}")
_LEFTOVER: Final = re.compile(r"(?:pages|current)-[0-9a-f]{8}\.new")
_STYLE: Final = re.compile(rb'<(?:link rel="stylesheet" href|script src)="(/[^"?]+)')
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:]+\](?::[0-9]{1,5})?")
_OLD_SECONDS: Final = 3_600
_ALONE: Final[Mapping[str, Any]] = {"num_sql_threads": 0}
"""Nobody else is asking: handing queries to a thread and back would be a quarter of the work."""


@dataclass(frozen=True)
class WrittenPages:
    """What was written: how many pages, and the bytes of all files."""

    pages: int
    size: int


class PageFiles:
    """The folder `folder` of pages for the site at `address`, such as https://registry.example.

    `metadata`: Datasette's. `on_progress` is told how many pages of how many are done.
    Raises SiteError for a folder or an address that can't be used.
    """

    def __init__(
        self,
        folder: Path,
        address: str,
        metadata: Mapping[str, Any],
        on_progress: Callable[[int, int], object] = lambda _done, _of: None,
    ) -> None:
        self.folder = folder
        self.origin = _origin(address)
        self._metadata = metadata
        self._on_progress = on_progress
        self._new = ""
        if os.name != "posix":
            raise SiteError(
                _("Pages as files need links, which this system lacks"),
                _("Publish them on the server, or leave out --pages."),
            )
        if not folder.parent.is_dir():
            raise no_folder(folder.parent)
        pointer = folder / POINTER
        if (folder.exists() and not folder.is_dir()) or (
            pointer.exists() and not pointer.is_symlink()
        ):
            raise SiteError(
                _("{path} is no folder of pages, and is left as it is").format(path=folder),
                _("Name another folder with --pages."),
            )

    def write(self, file: Path) -> None:
        """Write the pages of a published file. Nothing has changed for visitors until `switch`.

        Raises SiteError for a file that is not published, or a page that fails.
        """
        from registry.catalogue.server import make_app

        self.folder.mkdir(exist_ok=True)
        application = make_app(file, self._metadata, settings=_ALONE)
        try:
            about = f"{application.version} {'://'.join(self.origin)}"
            name = f"pages-{hashlib.sha256(about.encode('utf-8')).hexdigest()[:16]}"
            if not (self.folder / name).is_dir():
                written = self.folder / f"pages-{uuid.uuid4().hex[:8]}.new"
                try:
                    asyncio.run(self._write_all(application, written))
                    written.rename(self.folder / name)
                finally:
                    shutil.rmtree(written, ignore_errors=True)
        finally:
            application.close()
        self._new = name

    def switch(self) -> WrittenPages:
        """Let `current` lead to what was written last, in one step, and remove what is old."""
        os.sync()  # thousands of files, which have to be there after a crash if the link is
        beside = self.folder / f"{POINTER}-{uuid.uuid4().hex[:8]}.new"
        try:
            beside.symlink_to(self._new)
            beside.replace(self.folder / POINTER)
        finally:
            beside.unlink(missing_ok=True)
        os.utime(self.folder / self._new)  # the newest now, also where it was there before
        sync(self.folder)
        self._prune()
        files = [path for path in (self.folder / self._new).rglob("*") if path.is_file()]
        pages = sum(path.suffix == ".html" for path in files)
        return WrittenPages(pages, sum(path.stat().st_size for path in files))

    async def _write_all(self, application: Any, folder: Path) -> None:
        from registry.catalogue.pages.discovery import page_addresses

        application.cache.max_bytes = 0  # each page is asked for once
        app = application.app()
        await application.invoke_startup()
        listed = await page_addresses(application)
        addresses = [address for address in listed if PAGE.fullmatch(address)]
        started = int(time.time())
        assets: set[str] = set()
        for done, address in enumerate(addresses):
            for place, language in enumerate(LANGUAGES):
                answer = await self._ask(app, address, language)
                if answer.status != 200:  # what is not there is the server's to say
                    continue
                assets.update(found.decode("ascii") for found in _STYLE.findall(answer.body))
                name = f"{language}{HOME if address == '/' else address}.html"
                # Web servers tell versions by time and size: two languages shall differ in time.
                _write(folder / name, answer.body, started + place)
            self._on_progress(done + 1, len(addresses))
            # Nothing waits for anything here: what the loop has to clear away would pile up.
            await asyncio.sleep(0)
        for address in sorted(assets):
            answer = await self._ask(app, address, LANGUAGES[0])
            _write(folder / f"assets{address}", answer.body, started)

    async def _ask(self, app: Any, address: str, language: Language) -> Answer:
        headers = [(b"accept-language", language.encode("ascii"))]
        answer = await fetch(app, address, origin=self.origin, headers=headers)
        if answer.status >= 500 or answer.status == 0:
            raise SiteError(
                _("the page {page} can't be made ({status}). Nothing was published.").format(
                    page=address, status=answer.status
                )
            )
        return answer

    def _prune(self) -> None:
        others = [path for path in self._generations() if path.name != self._new]
        others.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in others[KEEP - 1 :]:
            shutil.rmtree(path, ignore_errors=True)
        for path in self.folder.iterdir():
            with suppress(OSError):
                old = path.lstat().st_mtime < time.time() - _OLD_SECONDS
                if _LEFTOVER.fullmatch(path.name) and old:
                    path.unlink() if path.is_symlink() else shutil.rmtree(path)

    def _generations(self) -> Iterator[Path]:
        return (path for path in self.folder.iterdir() if _GENERATION.fullmatch(path.name))


def _write(path: Path, content: bytes, modified: int) -> None:
    """Write a file, and compressed beside it, as nginx looks for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for one, data in (
        (path, content),
        (path.with_name(f"{path.name}.gz"), gzip.compress(content, 9, mtime=0)),
    ):
        one.write_bytes(data)
        os.utime(one, (modified, modified))


def _origin(address: str) -> tuple[str, str]:
    """Scheme and host of an address, as pages name them."""
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    rest = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in ("http", "https") or rest or not _ADDRESS.fullmatch(parts.netloc):
        raise SiteError(
            _("{address} is not the address of a site").format(address=address),
            _("Give it as visitors have it, like https://registry.example."),
        )
    return parts.scheme, parts.netloc
