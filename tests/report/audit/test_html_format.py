"""The HTML page: whole, by itself, and safe; and in a browser: read, filtered and printed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry import locale
from registry.audit.finding import Audit, Text
from registry.report.audit import RenderOptions, render
from registry.report.audit.html_helpers import css_string, mark_chinese, severity_bar
from tests.conftest import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BANNERS = {
    "en": "Demonstration data, not an official paper",
    "zh": "演示数据，非正式文件",
}
VOID = {"meta", "br", "link", "img", "input", "rect"}

MakeContext = Callable[..., RenderOptions]


class Elements(HTMLParser):
    """Every element with its attributes; `wrong`: tags that don't match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []
        self._stack: list[str] = []
        self.feed(text)
        self.wrong += self._stack

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self._stack or self._stack.pop() != tag:
            self.wrong.append(f"</{tag}>")


def text(audit: Audit, context: RenderOptions) -> str:
    return "".join(render("html", audit, context))


@pytest.mark.parametrize("language", sample(["en", "zh"], 1))
def test_the_page_is_whole_and_asks_nothing_of_a_network(
    audited: tuple[Audit, dict[str, str]], context: MakeContext, language: locale.Language
) -> None:
    page = text(audited[0], context(language, everything=True))
    parsed = Elements(page)
    assert parsed.wrong == []
    names = {"src", "href", "action", "data", "srcset", "poster"}
    addresses = [v for _, a in parsed.elements for k, v in a.items() if k in names]
    assert addresses
    assert all(address and address.startswith("#") for address in addresses)
    assert not re.search(r"url\(|@import|https?:", page)
    ids = [a["id"] for _, a in parsed.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert {f"#{i}" for i in ids} >= set(addresses)
    assert {i for _, a in parsed.elements if (i := a.get("aria-labelledby"))} <= set(ids)
    assert parsed.elements[0] == ("html", {"lang": {"zh": "zh-CN", "en": "en"}[language]})
    assert all("scope" in a for tag, a in parsed.elements if tag == "th")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_says_what_it_rests_on(
    findings_only: Audit, context: MakeContext, language: locale.Language
) -> None:
    made = context(language)
    page = text(replace(findings_only, run=7), made)
    assert page.count(BANNERS[language]) >= 4  # above, below, watermark, head of printed pages
    assert "聊政字" in page
    assert "1,847" in page
    assert ">7<" in page
    plain = replace(findings_only, provenance={"instrument": {"official": 1}})
    page = text(plain, made)
    assert BANNERS[language] not in page.partition("<h1>")[0].partition("<body>")[2]
    assert '<div class="watermark"' not in page


def test_every_finding_stands_under_each_body_that_owes_it(
    findings_only: Audit, context: MakeContext
) -> None:
    page = text(findings_only, context())
    sections = dict(re.findall(r'(?s)<section class="body" data-body="(\w+)"(.*?)</section>', page))
    owed = {body for f in findings_only.findings for body in f.owed_by}
    assert set(sections) == owed
    for body, section in sections.items():
        own = [f for f in findings_only.findings if body in f.owed_by]
        shown = re.findall(r'<span class="id">([^<]+)</span>', section)
        assert sorted(shown) == sorted(f.subject_id for f in own)
        rows = [int(n) for n in re.findall(r'data-rows="(\d+)"', section)]
        assert sum(rows) == len(own)
    assert "AGR001" in sections["yjj"]
    assert "Department and zone sign the agreement" in sections["yjj"]
    assert "[C10]" in sections["yjj"]


def test_thousands_of_findings_are_folded_and_none_is_lost(
    findings_only: Audit, context: MakeContext
) -> None:
    one = next(f for f in findings_only.findings if f.code == "PWL001")
    many = [one._replace(subject_id=f"2-{n:04}-hidz", fingerprint=str(n)) for n in range(3000)]
    page = text(replace(findings_only, findings=many), context())
    assert "Rows: 3,000 (folded; choose to unfold)" in page
    assert all(f"2-{n:04}-hidz" in page for n in range(3000))


def test_waived_findings_are_marked(findings_only: Audit, context: MakeContext) -> None:
    first, *others = findings_only.findings
    page = text(replace(findings_only, findings=[first._replace(waived=True), *others]), context())
    assert "1 of the findings are waived" in page
    assert page.count('<span class="tag waived">') == len(first.owed_by)


def test_texts_of_the_data_are_never_markup(findings_only: Audit, context: MakeContext) -> None:
    evil = "</script><script>alert(1)</script>\"'&"
    first = findings_only.findings[0]._replace(
        item_name=evil, subject_id=evil, message=Text(evil, evil)
    )
    made = context()
    made = replace(made, bodies={**made.bodies, first.owed_by[0]: evil})
    page = text(replace(findings_only, findings=[first], instrument=evil, filters=evil), made)
    assert "alert(1)</script>" not in page
    assert page.count("<script") == 1
    assert "</style" not in page.partition("<style>")[2].partition("</style>")[0]


def test_a_report_without_findings_says_so(findings_only: Audit, context: MakeContext) -> None:
    page = text(replace(findings_only, findings=[]), context())
    assert "No findings." in page
    assert 'id="filter"' not in page
    page = text(replace(findings_only, findings=[], results=[]), context())
    assert "Nothing was examined: this is no pass." in page


def test_every_row_is_shown_where_all_are_wanted(
    audited: tuple[Audit, dict[str, str]], context: MakeContext
) -> None:
    page = text(audited[0], context(everything=True))
    every = page.partition('id="h-every"')[2]
    assert every.count('<td class="subject">') == len(audited[0].findings)


def test_strings_for_css_and_foreign_words() -> None:
    assert css_string('a"</style>\\\n') == '"a\\22 \\3c \\2f style\\3e \\5c \\a "'
    assert mark_chinese("en")("取水许可 & x") == '<span lang="zh-CN">取水许可</span> &amp; x'
    assert mark_chinese("zh")("取水许可") == "取水许可"
    assert mark_chinese("zh")(None) == ""


def test_a_bar_fills_its_share_and_speaks() -> None:
    drawn = severity_bar({"high": 1, "medium": 3, "info": 0, "manual": 9}, 8)
    assert re.findall(r'width="([\d.]+)%" height="18" fill', drawn) == ["12.50", "37.50"]
    assert 'aria-label="high 1, medium 3"' in drawn
    assert 'aria-label="0"' in severity_bar({}, 0)


@pytest.fixture(params=sample(["en", "zh"], 1))
def saved(
    findings_only: Audit, context: MakeContext, tmp_path: Path, request: pytest.FixtureRequest
) -> tuple[str, str]:
    """Save a page with two findings a rule, as axe is slow; gives its language and address."""
    path = tmp_path / "audit.html"
    few = [
        finding
        for _code, group in groupby(findings_only.findings, key=lambda f: f.code)
        for finding in list(group)[:2]
    ]
    page = text(replace(findings_only, findings=few), context(request.param))
    path.write_text(page, encoding="utf-8")
    return request.param, path.as_uri()


@pytest.fixture
def open_page(browser: Browser, saved: tuple[str, str]) -> Iterator[Callable[..., Page]]:
    """Open the page; afterwards nothing may have gone wrong in it, or been asked of a network."""
    wrong: list[str] = []
    contexts = []

    def opened(width: int, *, scripts: bool = True) -> Page:
        window = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=scripts
        )
        contexts.append(window)
        window.set_default_timeout(10_000)
        page = window.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda r: wrong.append(r.url) if r.url != saved[1] else None)
        page.goto(saved[1])
        return page

    yield opened
    for window in contexts:
        window.close()
    assert wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("width", sample([1280, 360], 1))
def test_it_fits_the_screen_and_is_accessible(
    open_page: Callable[..., Page], saved: tuple[str, str], width: int
) -> None:
    page = open_page(width)
    assert page.locator(".banner").inner_text() == BANNERS[saved[0]]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
@pytest.mark.parametrize("width", sample([1280, 360], 1))
def test_the_filter_shows_one_body_and_one_rule(
    open_page: Callable[..., Page], saved: tuple[str, str], width: int
) -> None:
    page = open_page(width)
    groups = page.locator("article[data-rule]:visible")
    every = groups.count()
    shown, rows = re.findall(r"\d+", page.locator("#shown").inner_text())
    assert shown == rows
    page.locator("#choose-rule").select_option("AGR001")
    assert set(groups.evaluate_all("them => them.map(e => e.dataset.rule)")) == {"AGR001"}
    assert re.findall(r"\d+", page.locator("#shown").inner_text()) == ["4", rows]
    page.locator("#choose-body").select_option("zjj")
    assert groups.count() == 1
    assert page.locator("section.body:visible").count() == 1
    page.emulate_media(media="print")
    assert page.locator("#filter").is_visible(), "a narrowed print says so"
    assert not page.locator("#choose-rule").is_visible()
    page.emulate_media(media="screen")
    page.locator(".tally a[href='#body-hidz']").click()
    assert page.locator("#body-hidz").is_visible(), "a link to what is hidden shows it"
    page.locator("#choose-severity").select_option("manual")
    assert set(groups.evaluate_all("them => them.map(e => e.dataset.severity)")) == {"manual"}
    page.locator("#filter button").click()
    # Not wait_for_function: the page's policy lets no polling script be evaluated.
    page.locator("article[hidden]").first.wait_for(state="detached")
    assert groups.count() == every


@pytest.mark.browser
@pytest.mark.parametrize("language", sample(["en", "zh"], 1))
def test_the_whole_report_fits_a_narrow_screen(
    browser: Browser, findings_only: Audit, context: MakeContext, language: locale.Language
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.set_content(text(findings_only, context(language)))
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.close()


@pytest.mark.browser
def test_without_scripts_it_shows_all_and_no_dead_controls(open_page: Callable[..., Page]) -> None:
    page = open_page(1280, scripts=False)
    assert not page.locator("#filter").is_visible()
    assert page.locator("article[data-rule]:visible").count() > 30


@pytest.mark.browser
def test_in_print_the_banner_stands_on_every_page_and_controls_on_none(
    open_page: Callable[..., Page], saved: tuple[str, str], tmp_path: Path
) -> None:
    page = open_page(1280)
    page.emulate_media(media="print")
    assert page.locator(".watermark").is_visible()
    assert page.locator(".watermark").evaluate("e => getComputedStyle(e).position") == "fixed"
    assert not page.locator("#filter").is_visible()
    assert not page.locator(".top").first.is_visible()
    assert page.locator("details.quiet table").is_visible(), "what is folded is printed too"
    content = page.pdf(prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox \[([^\]]+)\]", content))
    assert len(sizes) == 1
    assert [round(float(n)) for n in sizes.pop().split()] == [0, 0, 595, 842]
    if shutil.which("pdftotext"):
        import subprocess

        (tmp_path / "audit.pdf").write_bytes(content)
        done = subprocess.run(
            ["pdftotext", tmp_path / "audit.pdf", "-"], capture_output=True, check=True
        )
        pages = done.stdout.decode().split("\f")[:-1]
        assert len(pages) > 3
        assert all(re.sub(r"\s", "", BANNERS[saved[0]]) in re.sub(r"\s", "", p) for p in pages)
