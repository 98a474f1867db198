"""The clerk's way and the office's in a browser, from the upload to the finding that is gone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browsing import check, windows
from tests.conftest import Run
from tests.internal.conftest import DAYS, audit, publish_to, rows
from tests.internal.inbox.conftest import Fill
from tests.internal.test_browser import running, sign_in
from tests.ledger_workbooks import Filling

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

GUIDE = "未编制服务指南"
NOTICE = "1-08-hidz/public-notice"


def upload(page: Page, path: Path) -> None:
    """Choose a file, upload it, and see what is said of it."""
    page.goto("answers")
    page.locator("#file").set_input_files(path)
    page.locator(".upload input[type=submit]").click()
    page.locator("#problem, button[value=submit]").first.wait_for()
    page.wait_for_load_state()  # what is left half loaded counts as gone wrong


def submit(page: Page) -> None:
    """Submit the draft that is shown."""
    page.locator("button[value=submit]").click()
    page.locator("h1 .state-received").wait_for()
    page.wait_for_load_state()


@pytest.mark.long
def test_a_clerk_answers_and_the_office_decides(
    browser: Browser,
    publications: Path,
    working: Path,
    metadata: dict[str, Any],
    tmp_path: Path,
    fill: Fill,
    run: Callable[..., Run],
) -> None:
    """Sign in, upload, preview, submit; inbox, accept, send back; audit, publication: gone."""
    state = tmp_path / "state"
    with (
        running(publications, state, metadata) as address,
        windows(browser, address, 1280) as opened,
    ):
        clerk = opened()
        sign_in(clerk, "slj", "department/slj")
        assert clerk.locator("a[href*='/finding/']", has_text=GUIDE).count() == 1
        clerk.locator(".take a", has_text="在此上传").click()
        clerk.wait_for_url("**/answers")
        with clerk.expect_download() as download:
            clerk.locator(".way .downloads a").first.click()
        own = tmp_path / "own.xlsx"
        download.value.save_as(own)

        # What can't be taken is refused cell by cell; corrected, it is shown, and submitted.
        filling = Filling(own)
        filling.set("obligations", "1-17-hidz/service-guide", done_on="某日")
        upload(clerk, filling.save(tmp_path / "bad.xlsx"))
        assert "“某日”不是有效日期" in clerk.locator("#problem").inner_text()
        filling.set("obligations", "1-17-hidz/service-guide", done_on="2021-06-20")
        upload(clerk, filling.save(tmp_path / "good.xlsx"))
        clerk.wait_for_url("**/answers/1")
        assert "2021-07-15 → 2021-06-20" in clerk.locator(".changes").inner_text()
        submit(clerk)

        # The short form, for another finding.
        clerk.goto("department/slj")
        assert clerk.locator(".task-answer a[href$='/answers/1']").count() == 1
        task = clerk.locator(".task", has=clerk.locator("a[href$='/rule/PUB002']"))
        task.locator(".task-answer a").click()
        clerk.locator("#done_on").fill("2021-06-21")
        clerk.locator("#document").fill("水〔2021〕9号")
        clerk.locator("form.answer input[type=submit]").first.click()
        clerk.wait_for_url("**/answers/2")

        office = opened()
        sign_in(office, "office", "inbox")
        assert office.locator(".site-nav .count").inner_text().startswith("2")
        office.goto("inbox/1")
        office.locator("button[value=accept]").click()
        office.wait_for_url("**/inbox")
        office.goto("inbox/2")
        office.locator("#word").fill("请附公告截图。")
        office.locator("button[value=send-back]").click()
        office.wait_for_url("**/inbox")

        clerk.goto("answers/2")
        assert "请附公告截图。" in clerk.locator(".problem").inner_text()
        clerk.goto("answers/1")
        assert clerk.locator("h1 .state-approved").count() == 1

        # Only now, and by the office's own process, the registry changes.
        before = rows(working, "SELECT count(*) FROM ledger_change")
        taken = run(
            *("--db", working, "inbox", "accept", "--approved", "--by", "王处长"),
            *("--state", state, "--as-of", DAYS[1]),
        )
        assert taken.rc == 0, taken.stderr
        assert rows(working, "SELECT count(*) FROM ledger_change") != before
        clerk.goto("answers/1")
        assert clerk.locator("h1 .state-accepted").count() == 1
        audit(working, DAYS[1])
        publish_to(working, publications)
        end = time.monotonic() + 20
        clerk.goto("department/slj")
        while clerk.locator("a[href*='/finding/']", has_text=GUIDE).count():
            assert time.monotonic() < end
            time.sleep(0.2)
            clerk.goto("department/slj")
        assert clerk.locator(".task", has=clerk.locator("a[href$='/rule/PUB002']")).count() == 1


@pytest.mark.long
def test_the_pages_are_sound(
    browser: Browser, office_folder: Path, metadata: dict[str, Any], tmp_path: Path, fill: Fill
) -> None:
    """Nothing sticks out at 1280 and 360, and axe finds nothing."""
    with (
        running(office_folder, tmp_path / "state", metadata) as address,
        windows(browser, address, 1280) as opened,
    ):
        clerk = opened()
        sign_in(clerk, "slj", "department/slj")
        forms = clerk.locator(".task-answer a").evaluate_all("all => all.map(a => a.pathname)")
        bad = fill("slj", NOTICE, done_on="某日")
        clerk.set_viewport_size({"width": 360, "height": 800})
        upload(clerk, bad)
        assert clerk.evaluate("document.documentElement.scrollWidth") <= 360
        upload(
            clerk, fill("slj", NOTICE, done_on="2021-06-20", url="https://x.example/" + "y" * 90)
        )
        check(clerk, "answers/1", 200, "zh-CN")
        submit(clerk)
        for page in ("answers", "answers/1", forms[0].lstrip("/")):
            check(clerk, page, 200, "zh-CN")
        office = opened("en-GB")
        sign_in(office, "office", "inbox")
        for page in ("inbox", "inbox/1"):
            check(office, page, 200, "en")
