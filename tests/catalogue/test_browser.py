"""Every page in a browser: in both languages, on a wide and on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from registry.catalogue.server import make_app
from tests.browsing import WIDTHS, check_languages, serving, windows
from tests.conftest import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

# Tables are long, and the same row by row.
PAGES = {
    "home": "",
    "items": "catalogue/items?_size=9",
    "row": "catalogue/items/1-07",
    "item on application": "item/1-07",
    "item entrusted": "item/1-01",
    "item examined": "item/1-15",
    "item given up": "item/3-01",
    "item ex officio": "item/2-0100",
    "zone": "zone/etdz",
    "department": "department/slj",
    "notice": "notice",
    "changes": "changes",
    "data": "data",
    "search": "search?q=排污",
    "search in vain": "search?q=不存在的事项",
    "search of nothing": "search",
    "catalogue": "catalogue",
    "agreements": "catalogue/agreements?_size=9",
    "query": "catalogue/needs-agreement?zone=etdz",
}
WRONG = {"item/9-99": 404, "zone/nowhere": 404, "nothing": 404, "catalogue/items?_size=x": 400}


@pytest.fixture(scope="module")
def site(demo: Path, metadata: dict[str, Any]) -> Iterator[str]:
    """Serve the site with demonstration rows; gives its address."""
    with serving(make_app(demo, metadata).app()) as address:
        yield address


@pytest.fixture(params=sample(WIDTHS, 1))
def width(request: pytest.FixtureRequest) -> int:
    """Give the width of the window."""
    chosen: int = request.param
    return chosen


@pytest.fixture
def open_page(browser: Browser, site: str, width: int) -> Iterator[Any]:
    """Open windows in which nothing may go wrong."""
    with windows(browser, site, width) as opened:
        yield opened


@pytest.mark.parametrize("name", sample(PAGES, 5))
def test_a_page_is_sound(browser: Browser, site: str, name: str) -> None:
    for page in check_languages(browser, site, PAGES[name]):
        assert page.locator(".notice-demonstration").is_visible()


@pytest.mark.parametrize("address", sample(WRONG, 1))
def test_a_page_of_errors_is_sound(browser: Browser, site: str, address: str) -> None:
    for _page in check_languages(browser, site, address, WRONG[address]):
        pass


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
    # A page that is left before it is whole counts as one that failed.
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "_search=" in page.url
    page.goto("")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("link", name="中文").click()
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_narrowing_a_list_and_taking_a_chip_out(open_page: Any, width: int) -> None:
    page = open_page()
    page.goto("catalogue/delegations")
    if width == min(WIDTHS):
        page.locator("details.fold > summary").click()
    page.locator("select[name=mode]").select_option(label="委托收件")
    page.locator("select[name=zone]").select_option(label="聊城高新区")
    page.locator("select[name=_filter_column]").select_option(label="市级部门")
    page.locator("input[name=_filter_value]").fill("市交通运输局")
    page.locator("form.filters .fold input[type=submit]").click()
    page.wait_for_url("**department__exact=**")
    assert page.locator(".table-wrapper tbody tr").count() == 1
    page.get_by_role("link", name="取消筛选：市级部门：市交通运输局").click()
    page.wait_for_url(lambda address: "department" not in address)
    assert page.locator(".table-wrapper tbody tr").count() == 7
