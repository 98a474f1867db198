"""The internal site in a browser: every page, and the paths of a department and of the office."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from registry.internal.accounts import Accounts, Body, User
from registry.internal.passwords import hash_password
from registry.internal.server import open_internal_site
from registry.site.publication_folder import current_publication
from tests.browsing import check_languages, serving, windows
from tests.conftest import sample
from tests.internal.conftest import DAYS, audit, publish_to, rows
from tests.ledger_workbooks import Filling, take

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
NOW = datetime(2021, 6, 30, tzinfo=timezone.utc)
PAGES = {
    "progress": "",
    "department": "department/slj",
    "findings": "catalogue/findings?_size=9",
    "rules": "rules",
    "rule": "rule/GDE001",
    "SQL": "sql",
    "own account": "account",
    "tables": "catalogue",
    "own query": "catalogue?sql=select+code,+count(*)+from+findings+group+by+code",
    "wrong query": "catalogue?sql=select+*+from+nothing",
}
OFFICE_PAGES = {
    "progress": "progress",
    "zone": "zone/etdz",
    "rule": "rule/SVC001",
}


@contextmanager
def running(publications: Path, state: Path, metadata: dict[str, Any]) -> Iterator[str]:
    """Serve a folder, with a user of the office and one of 市水利局; gives the address."""
    hashed = hash_password(PASSWORD)
    with Accounts(state).changing() as users:
        for name, role, body in (
            ("office", "office", None),
            ("slj", "viewer", Body(kind="department", id="slj")),
        ):
            users[name] = User(
                name=name,
                role=role,
                body=body,
                password_hash=hashed,
                changed_at=NOW,
            )
    site = open_internal_site(
        publications,
        metadata,
        state,
        clock=time.time,
        monotonic=time.monotonic,
        notify=lambda _text: None,
        interval=0.1,
    )
    with serving(site.app()) as address:
        yield address
    site.close()


@pytest.fixture(scope="module")
def inside(
    office_folder: Path, metadata: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Serve the shipped data, for reading only."""
    with running(office_folder, tmp_path_factory.mktemp("inside") / "state", metadata) as address:
        yield address


def sign_in(page: Page, user: str, address: str = "") -> None:
    """Fill in the form to which an address leads."""
    page.goto(address)
    page.locator("input[name=name]").fill(user)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main input[type=submit], main button[type=submit]").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.fixture(scope="module")
def signed_in(browser: Browser, inside: str) -> dict[str, Any]:
    """Sign in once a user: what their browsers then hold."""
    states: dict[str, Any] = {}
    for user in ("office", "slj"):
        with windows(browser, inside, 1280) as opened:
            page = opened()
            sign_in(page, user)
            states[user] = page.context.storage_state()
    return states


def test_the_sign_in_page_is_sound(browser: Browser, inside: str) -> None:
    for _page in check_languages(browser, inside, "-/sign-in?next=/sql"):
        pass


@pytest.mark.parametrize(
    ("user", "address"),
    [
        *(
            pytest.param("slj", address, id=f"slj {name}")
            for name, address in sample(PAGES.items(), 3)
        ),
        *(
            pytest.param("office", address, id=f"office {name}")
            for name, address in sample(OFFICE_PAGES.items(), 1)
        ),
    ],
)
def test_a_page_is_sound(
    browser: Browser, inside: str, signed_in: dict[str, Any], user: str, address: str
) -> None:
    status = 400 if "nothing" in address else 200
    for page in check_languages(browser, inside, address, status, signed_in[user]):
        assert page.locator(".notice-demonstration").is_visible()


def test_the_page_of_a_finding_is_sound(
    browser: Browser, inside: str, signed_in: dict[str, Any]
) -> None:
    with windows(browser, inside, 1280) as opened:
        page = opened(state=signed_in["slj"])
        page.goto("department/slj")
        link = page.locator("a[href*='/finding/']").first.get_attribute("href")
    assert link is not None
    for _page in check_languages(browser, inside, link, state=signed_in["slj"]):
        pass


@pytest.mark.usefixtures("without_documents")  # what is published the second time
def test_a_department_does_what_it_owes(
    browser: Browser, audited: Path, publications: Path, metadata: dict[str, Any], tmp_path: Path
) -> None:
    """Sign in → what we owe → workbook → fill in → import → audit → the finding is gone."""
    working = Path(shutil.copyfile(audited, tmp_path / "registry.db"))
    working.chmod(0o644)
    with (
        running(publications, tmp_path / "state", metadata) as inside,
        windows(browser, inside, 1280) as opened,
    ):
        page = opened()
        sign_in(page, "slj", "department/slj")
        finding = page.locator("a[href*='/finding/']", has_text="河道管理范围内").first
        address = str(finding.get_attribute("href"))
        with page.expect_download() as download:
            page.locator("a[href*='/workbook']").first.click()
        assert download.value.suggested_filename.startswith("市水利局")
        book = tmp_path / "filled.xlsx"
        download.value.save_as(book)
        day, url = datetime(2021, 6, 29), "https://example.invalid/guide"
        filling = Filling(book).set("obligations", "1-17-hidz/service-guide", done_on=day, url=url)
        assert take(working, filling.save()).changes == 2
        audit(working, DAYS[1])
        publish_to(working, publications)
        end = time.monotonic() + 20
        while page.locator("a[href*='/finding/']", has_text="未编制服务指南").count():
            assert time.monotonic() < end
            time.sleep(0.2)
            page.goto("department/slj")
        page.goto(address)  # its history stays
        assert page.locator("h1").is_visible()
        state = "SELECT count(*) FROM findings WHERE code = 'GDE001' AND subject_id = '1-17-hidz'"
        assert rows(current_publication(publications), state) == [(0,)]


def test_the_office_chases_what_is_most_overdue(
    browser: Browser, inside: str, signed_in: dict[str, Any], tmp_path: Path
) -> None:
    """Progress → the most overdue → whose it is → the letter."""
    with windows(browser, inside, 1280) as opened:
        page = opened(state=signed_in["office"])
        page.goto("progress")
        page.locator("a[href*='/finding/']").first.click()
        page.wait_for_url("**/finding/*")
        page.locator("main a[href*='/department/'], main a[href*='/zone/']").first.click()
        page.wait_for_url(lambda url: "/department/" in url or "/zone/" in url)
        with page.expect_download() as download:
            page.locator("a[href*='/letter']").first.click()
        assert download.value.suggested_filename.endswith(".docx")
        download.value.save_as(tmp_path / "letter.docx")
        assert (tmp_path / "letter.docx").read_bytes().startswith(b"PK")


def test_the_chief_sees_it_all_on_one_screen(
    browser: Browser, inside: str, signed_in: dict[str, Any], tmp_path: Path
) -> None:
    for page in check_languages(browser, inside, "", state=signed_in["office"]):
        assert page.locator(".chief > section").count() == 7
    with windows(browser, inside, 1280) as opened:
        page = opened(state=signed_in["office"])
        page.set_viewport_size({"width": 1280, "height": 900})
        for language in ("zh", "en"):
            page.goto(f"?_lang={language}")
            height = "document.documentElement.scrollHeight"
            assert page.evaluate(height) == 900, language
            sheet = page.pdf(path=tmp_path / f"{language}.pdf", prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1, language


def test_a_query_is_kept_and_deleted(
    browser: Browser, inside: str, signed_in: dict[str, Any]
) -> None:
    with windows(browser, inside, 1280) as opened:
        page = opened(state=signed_in["slj"])
        page.goto("catalogue?sql=select+code+from+findings")
        page.locator("#save-name").fill("我的查询")
        page.locator(".sql-save input[type=submit]").click()
        page.wait_for_url("**/sql#saved")
        page.locator(".saved-queries summary").click()
        page.locator("input[name=name][id^=name-]").fill("另一个")
        page.locator(".saved-queries form").first.locator("input[type=submit]").click()
        page.locator(".saved-queries a", has_text="另一个").first.click()
        page.wait_for_url("**/catalogue?sql=*")
        page.go_back()
        page.locator(".saved-queries summary").click()
        page.locator("input.danger").click()
        page.wait_for_url("**/sql#saved")
        assert page.locator(".saved-queries").count() == 0


def test_signing_out_closes_the_door(browser: Browser, inside: str) -> None:
    with windows(browser, inside, 360) as opened:
        page = opened()
        sign_in(page, "slj", "sql")
        assert page.url.endswith("/sql")
        assert "市水利局" in page.locator(".who").inner_text()
        page.locator(".who input[type=submit]").click()
        page.wait_for_url("**/-/sign-in*")
        page.goto("catalogue/findings")
        assert "sign-in" in page.url
