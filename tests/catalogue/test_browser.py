"""Every page in a browser: in both languages, on a wide and on a narrow screen."""

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
LANGUAGES = {"zh-CN": "zh-CN", "en": "en-GB"}
"""The page's language → the browser's."""

PAGES = {
    "home": "",
    "items": "catalogue/items",
    "items found": "catalogue/items?_search=排污许可",
    "row": "catalogue/items/1-07",
    "item on application": "item/1-07",
    "item entrusted": "item/1-01",
    "item withdrawn": "item/3-05",
    "item ex officio": "item/2-0100",
    "zone": "zone/etdz",
    "department": "department/slj",
    "notice": "notice",
    "data": "data",
    "search": "search?q=排污",
    "search by initials": "search?q=pwxk",
    "search in vain": "search?q=不存在的事项",
    "search of nothing": "search",
    "catalogue": "catalogue",
    "delegations": "catalogue/delegations",
    "agreements": "catalogue/agreements",
    "query": "catalogue/needs-agreement?zone=etdz",
}
WRONG = {"item/9-99": 404, "zone/nowhere": 404, "nothing": 404, "catalogue/items?_size=x": 400}


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
def width(request: pytest.FixtureRequest) -> int:
    """Give the width of the window."""
    chosen: int = request.param
    return chosen


@pytest.fixture
def open_page(browser: Browser, site: str, width: int) -> Iterator[Any]:
    """Open windows; afterwards nothing may have gone wrong in them, or out to another host."""
    wrong: list[str] = []
    contexts = []
    host = urlsplit(site).netloc

    def stays(asked: Any) -> None:
        if urlsplit(asked.url).netloc != host and not asked.url.startswith("data:"):
            wrong.append(asked.url)

    def opened(locale: str = "zh-CN") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale=locale, base_url=site
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
        page.on("requestfailed", lambda asked: wrong.append(asked.url))
        page.on("request", stays)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def check(page: Page, address: str, status: int, language: str, width: int) -> None:
    """Status, language, banners, nothing that sticks out, and no violation that axe finds."""
    from axe_playwright_python.sync_playwright import Axe

    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status
    assert page.evaluate("document.documentElement.lang") == language
    assert page.locator(".notice-demonstration").is_visible()
    assert page.locator("h1").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in violations] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound(open_page: Any, width: int, name: str, language: str) -> None:
    check(open_page(LANGUAGES[language]), PAGES[name], 200, language, width)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", WRONG)
def test_a_page_of_errors_is_sound(open_page: Any, width: int, address: str, language: str) -> None:
    check(open_page(LANGUAGES[language]), address, WRONG[address], language, width)


def test_a_citizen_finds_who_handles_a_matter(open_page: Any, width: int) -> None:
    """Home → search 排污 → the item's page → its service guide."""
    page = open_page()
    page.goto("")
    page.locator("form[role=search] input[type=search]").first.fill("排污")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator("mark").first.inner_text() == "排污"
    page.get_by_role("link", name="排污许可证核发").first.click()
    page.wait_for_url("**/item/*")
    assert "排污许可" in page.locator("h1").inner_text()
    guide = page.get_by_role("link", name="服务指南").first
    assert str(guide.get_attribute("href")).startswith("https://")


def test_the_language_is_chosen_by_link_and_kept(open_page: Any) -> None:
    page = open_page()
    page.goto("catalogue/items?_search=许可")
    page.get_by_role("link", name="English").click()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "_search=" in page.url
    page.goto("")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("link", name="中文").click()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_choosing_a_facet_and_a_column(open_page: Any) -> None:
    page = open_page()
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
