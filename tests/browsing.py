"""What every page must be in a browser, and windows that notice what goes wrong in them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from registry.site.server import address_of, bind
from tests.conftest import THOROUGH, sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext, Page

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


@contextmanager
def windows(browser: Browser, site: str, width: int) -> Iterator[Callable[..., Page]]:
    """Open windows; afterwards nothing may have gone wrong in them, or out to another host."""
    wrong: list[str] = []
    contexts: list[BrowserContext] = []
    host = urlsplit(site).netloc

    def stays(asked: Any) -> None:
        if urlsplit(asked.url).netloc != host and not asked.url.startswith("data:"):
            wrong.append(asked.url)

    def failed(asked: Any) -> None:
        if "/download/" not in asked.url:  # the page that becomes a file is given up
            wrong.append(asked.url)

    def opened(locale: str = "zh-CN", state: Any = None) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            locale=locale,
            base_url=site,
            storage_state=state,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on(
            "console",
            lambda m: (
                wrong.append(m.text)
                if m.type in ("error", "warning") and "status of 40" not in m.text
                else None
            ),
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", failed)
        page.on("request", stays)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


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
    opened: Callable[..., Page], address: str, status: int = 200, state: Any = None
) -> Iterator[Page]:
    """Check a page in each language, and give each for a closer look.

    Unless the run is thorough, in one of them: the one that is drawn for this address.
    """
    for _address, language in sample([(address, language) for language in LANGUAGES], 1):
        page = opened(LANGUAGES[language], state)
        check(page, address, status, language)
        yield page
