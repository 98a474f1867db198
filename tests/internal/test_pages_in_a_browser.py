"""Every internal page in a browser: in both languages, on a wide and on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from registry.internal.application import make_internal
from tests.browsing import LANGUAGES, WIDTHS, check, serving, windows
from tests.internal.conftest import rows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

PAGES = {
    "dashboard": "",
    "department": "department/slj",
    "zone": "zone/hidz",
    "rules": "rules",
    "rule": "rule/GDE001",
    "finding": "finding/{finding}",
    "sql": "sql",
    "findings": "catalogue/findings?_size=20",
    "obligations": "catalogue/obligations?_size=20",
    "tables": "catalogue",
    "ready query": "catalogue/findings-by-body",
    "own query": "catalogue?sql=select+code,+message_zh,+owed_by+from+findings+limit+20",
    "mistaken query": "catalogue?sql=select+x+from+findings",
}


@pytest.fixture(scope="module")
def site(office: Path, metadata: dict[str, Any]) -> Iterator[str]:
    """Serve the office's site without its sign-in; gives its address."""
    app = make_internal(office, metadata)
    with serving(app.app()) as address:
        yield address
    app.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound(
    browser: Browser, site: str, office: Path, width: int, name: str, language: str
) -> None:
    ((fingerprint,),) = rows(office, "SELECT min(fingerprint) FROM findings WHERE code = 'AGR001'")
    with windows(browser, site, width) as opened:
        status = 400 if name == "mistaken query" else 200
        page = opened(LANGUAGES[language])
        check(page, PAGES[name].format(finding=fingerprint), status, language, width)
