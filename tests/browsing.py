"""What every page must be in a browser, and windows that notice what goes wrong in them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from registry.site.server import address_of, bind
from tests.conftest import THOROUGH, sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

WIDTHS = [1280, 360]
LANGUAGES = {"zh-CN": "zh-CN", "en": "en-GB"}
"""The page's language → the browser's."""

_ONLY = {"resultTypes": ["violations"]}
"""What axe reports on: telling of all that is right takes half of its time."""


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an ASGI application from a thread; gives its address."""
    import uvicorn

    listener = bind("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield address_of(listener)
    finally:
        server.should_exit = True
        thread.join(timeout=10)


class Window:
    """A window of its own cookies, which notes what goes wrong in it, or out to another host."""

    def __init__(self, browser: Browser, site: str, width: int, locale: str, state: Any) -> None:
        self.wrong: list[str] = []
        self._host = urlsplit(site).netloc
        self.context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale=locale,
            base_url=site,
            storage_state=state,
        )
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning") and "status of 40" not in message.text:
            self.wrong.append(message.text)

    def _failed(self, asked: Any) -> None:
        if "/download/" not in asked.url:  # the page that becomes a file is given up
            self.wrong.append(asked.url)

    def _asked(self, asked: Any) -> None:
        if urlsplit(asked.url).netloc != self._host and not asked.url.startswith("data:"):
            self.wrong.append(asked.url)


@contextmanager
def windows(browser: Browser, site: str, width: int) -> Iterator[Callable[..., Page]]:
    """Open windows; afterwards nothing may have gone wrong in them, or out to another host."""
    every: list[Window] = []

    def opened(locale: str = "zh-CN", state: Any = None) -> Page:
        every.append(Window(browser, site, width, locale, state))
        return every[-1].page

    yield opened
    for window in every:
        window.context.close()
    assert [wrong for window in every for wrong in window.wrong] == []


def check(page: Page, address: str, status: int, language: str) -> None:
    """Status, language, a heading; at each width nothing sticks out, and axe finds nothing.

    axe takes most of the time: unless the run is thorough, it looks at the wide Chinese page and
    at the narrow English one.
    """
    from axe_playwright_python.sync_playwright import Axe

    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status
    assert page.evaluate("document.documentElement.lang") == language
    assert page.locator("h1").first.is_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"
        if THOROUGH or (language == "en") == (width == min(WIDTHS)):
            found = Axe().run(page, options=_ONLY).response["violations"]
            assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found] == [], width


_kept: WeakKeyDictionary[Browser, dict[tuple[str, str], Window]] = WeakKeyDictionary()
"""Windows that look at one page after the other: opening one takes as long as a page does."""


def check_languages(
    browser: Browser, site: str, address: str, status: int = 200, state: Any = None
) -> Iterator[Page]:
    """Check a page in each language, and give each for a closer look. Nothing may go wrong in it.

    Unless the run is thorough, in one of them: the one that is drawn for this address.
    """
    kept = _kept.setdefault(browser, {})
    for _address, language in sample([(address, language) for language in LANGUAGES], 1):
        window = kept.get((site, language)) or Window(
            browser, site, max(WIDTHS), LANGUAGES[language], None
        )
        kept[site, language] = window
        window.context.clear_cookies()
        window.context.add_cookies(state["cookies"] if state else [])
        window.page.set_viewport_size({"width": max(WIDTHS), "height": 800})
        window.wrong.clear()
        check(window.page, address, status, language)
        yield window.page
        assert window.wrong == []
