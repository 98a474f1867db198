"""The pages in a browser, on a wide and on a narrow screen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from registry.catalogue.server import address_of, bind, make_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDTHS = [1280, 360]
PAGES = {
    "home": "",
    "items": "catalogue/items",
    "item": "catalogue/items/1-07",
    "search": "catalogue/items?_search=排污许可",
    "delegations": "catalogue/delegations",
    "query": "catalogue/needs-agreement?zone=etdz",
}


@pytest.fixture(scope="module")
def site(demo: Path, metadata: dict[str, Any]) -> Iterator[str]:
    """Serve the site with demonstration rows; gives its address."""
    import uvicorn

    listener = bind("127.0.0.1", 0)
    config = uvicorn.Config(make_app(demo, metadata).app(), log_level="warning", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield address_of(listener)
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(params=WIDTHS)
def page(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a window; afterwards nothing may have gone wrong in it, or out to another host."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 800}, locale="zh-CN", base_url=site
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    wrong: list[str] = []
    host = urlsplit(site).netloc
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda asked: wrong.append(asked.url))

    def stays(asked: Any) -> None:
        if urlsplit(asked.url).netloc != host and not asked.url.startswith("data:"):
            wrong.append(asked.url)

    page.on("request", stays)
    yield page
    context.close()
    assert wrong == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_and_says_what_it_holds(page: Page, name: str) -> None:
    answer = page.goto(PAGES[name])
    assert answer is not None
    assert answer.status == 200
    banner = page.locator(".notice-demonstration")
    assert banner.is_visible()
    assert page.locator(".notice-reconstruction").is_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"
    assert page.locator("h1").first.is_visible()


def test_searching_from_the_first_page(page: Page) -> None:
    page.goto("")
    page.locator("input#_search").fill("排污许可")
    page.locator("form.home-search input[type=submit]").click()
    page.wait_for_url("**/catalogue/items?_search=*")
    assert page.locator("td.col-name").count() == 13
    assert page.locator("input#_search").input_value() == "排污许可"
    page.locator("td.col-id a").first.click()
    assert "排污许可" in page.locator("h1").inner_text()
    assert page.locator("td.col-provenance").is_visible()


def test_choosing_a_facet_and_a_column(page: Page) -> None:
    page.goto("catalogue/delegations")
    page.get_by_role("link", name="委托收件", exact=True).click()
    page.get_by_role("link", name="聊城高新区", exact=True).first.click()
    page.wait_for_url("**zone=hidz**")
    assert page.locator("tbody tr").count() == 7
    page.locator("select[name=_filter_column]").select_option(label="市级部门")
    page.locator("input[name=_filter_value]").fill("市交通运输局")
    page.locator("form.filters input[type=submit]").click()
    page.wait_for_url("**department__exact=**")
    assert "市级部门 = 市交通运输局" in page.locator("h3").first.inner_text()
