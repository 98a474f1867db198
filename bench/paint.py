"""(f) What a visitor's browser waits for: first contentful paint and bytes, by Playwright.

Figures of one machine, and no ratios: for the docs, beside the sizes that hold everywhere.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urljoin

from bench.sites import serving
from bench.weight import PAGES, weigh

WIDTHS: Final = (1280, 360)
MISSING: Final = "(f) is left out: it takes Chromium ($CHROMIUM names another place) and Playwright"
_LANGUAGE: Final = "zh-CN"
_PAINT: Final = """() => new Promise(found => {
  setTimeout(() => found(null), 10000);
  new PerformanceObserver(list => list.getEntriesByName('first-contentful-paint')
    .forEach(entry => found(entry.startTime))).observe({type: 'paint', buffered: true});
})"""
_BYTES: Final = (
    "() => [...performance.getEntriesByType('navigation'),"
    " ...performance.getEntriesByType('resource')]"
    ".reduce((sum, e) => sum + e.transferSize, 0)"
)


@dataclass(frozen=True)
class Visit:
    """A first visit: milliseconds to the first contentful paint (median), and kilobytes.

    `besides_rows`: uncompressed, markup and files, without the rows of tables.
    """

    page: str
    width: int
    paint: float
    transferred: float
    markup: float
    besides_rows: float


def find_chromium() -> str | None:
    """Where Chromium is, if it and Playwright are installed."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return None
    names = (os.environ.get("CHROMIUM"), "chromium", "google-chrome")
    return next(filter(None, (shutil.which(name) for name in names if name)), None)


def paint(file: Path, chromium: str, runs: int) -> list[Visit]:
    """Visit every kind of page, wide and narrow; the server is as `registry serve` has it."""
    with serving("kept", file) as server:
        weights = {name: weigh(path, _getter(server.address)) for name, path in PAGES.items()}
        return [
            Visit(
                name,
                width,
                milliseconds,
                transferred / 1000,
                weights[name].markup / 1000,
                weights[name].besides_rows / 1000,
            )
            for name, width, milliseconds, transferred in _visits(server.address, chromium, runs)
        ]


def _visits(address: str, chromium: str, runs: int) -> list[tuple[str, int, float, int]]:
    """Page, width, milliseconds, bytes. A visit is its browser's first: nothing is cached."""
    from playwright.sync_api import sync_playwright

    rows = []
    with sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        _visit(browser, urljoin(address, PAGES["home"]), WIDTHS[0])  # to warm up
        for name, path in PAGES.items():
            for width in WIDTHS:
                found = [_visit(browser, urljoin(address, path), width) for _run in range(runs)]
                paints, sizes = zip(*found, strict=True)
                rows.append((name, width, statistics.median(paints), max(sizes)))
        browser.close()
    return rows


def _visit(browser: Any, address: str, width: int) -> tuple[float, int]:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale=_LANGUAGE)
    try:
        page = context.new_page()
        page.goto(address, wait_until="load")
        milliseconds = page.evaluate(_PAINT)
        if milliseconds is None:
            sys.exit(f"(f) {address} was not painted")
        return milliseconds, page.evaluate(_BYTES)
    finally:
        context.close()


def _getter(address: str) -> Any:
    def get(path: str) -> bytes:
        """What is at an address, uncompressed; a page of errors is a page as well."""
        url = urljoin(address, quote(path, safe="/?=&%~"))
        asked = urllib.request.Request(url, headers={"Accept-Language": _LANGUAGE})
        try:
            with urllib.request.urlopen(asked) as answer:
                body: bytes = answer.read()
        except urllib.error.HTTPError as error:
            if error.code != 404 or path != PAGES["not found"]:
                sys.exit(f"(f) {url}: {error}")
            body = error.read()
        return body

    return get
