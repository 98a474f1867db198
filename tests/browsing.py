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

    def __init__(self, browser: Browser, site: str, width: int, locale: str) -> None:
        self.wrong: list[str] = []
        self.locale = locale
        self._host = urlsplit(site).netloc
        self.context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale=locale,
            base_url=site,
        )
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("request", self._asked)

    def begin(self, width: int, state: Any) -> Window:
        """As if it were new, with these cookies."""
        self.context.clear_cookies()
        self.context.add_cookies(state["cookies"] if state else [])
        self.page.set_viewport_size({"width": width, "height": 800})
        self.wrong.clear()
        return self

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
    """Open windows; afterwards nothing may have gone wrong in them, or out to another host.

    Those that an earlier test has left are opened again, without its cookies.
    """
    every: list[Window] = []

    def opened(locale: str = "zh-CN", state: Any = None) -> Page:
        free = _left.setdefault(browser, {}).get((site, locale))
        window = free.pop() if free else Window(browser, site, width, locale)
        every.append(window.begin(width, state))
        return window.page

    yield opened
    wrong = [wrong for window in every for wrong in window.wrong]
    for window in every:
        _left[browser].setdefault((site, window.locale), []).append(window)
    assert wrong == []


_left: WeakKeyDictionary[Browser, dict[tuple[str, str], list[Window]]] = WeakKeyDictionary()
"""Windows in which no test is: opening one takes as long as a page does."""


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


def check_languages(
    browser: Browser, site: str, address: str, status: int = 200, state: Any = None
) -> Iterator[Page]:
    """Check a page in each language, and give each for a closer look. Nothing may go wrong in it.

    Unless the run is thorough, in one of them: the one that is drawn for this address.
    """
    for _address, language in sample([(address, language) for language in LANGUAGES], 1):
        with windows(browser, site, max(WIDTHS)) as opened:
            page = opened(LANGUAGES[language], state)
            check(page, address, status, language)
            yield page
