"""(f) What a visitor's browser waits for: first contentful paint and bytes, by Playwright.

Figures of one machine, and no ratios: for the docs, beside the sizes that hold everywhere.
"""

from __future__ import annotations

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

PAGES: Final = {"home": "", "items": "catalogue/items", "item": "item/1-07"}
_PAINT: Final = (
    "() => performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)[0] ?? null"
)
_BYTES: Final = (
    "() => [...performance.getEntriesByType('navigation'),"
    " ...performance.getEntriesByType('resource')]"
    ".reduce((sum, e) => sum + e.transferSize, 0)"
)


@contextmanager
def serving(file: Path, metadata: Path) -> Iterator[str]:
    """Serve a published file in this process; gives the address."""
    import uvicorn

    from registry.catalogue.server import address_of, bind, make_app, read_metadata

    listener = bind("127.0.0.1", 0)
    app = make_app(file, read_metadata(metadata))
    server = uvicorn.Server(uvicorn.Config(app.app(), log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield address_of(listener)
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def measure(address: str, chromium: str, runs: int) -> list[tuple[str, int, float, float]]:
    """Page, width, milliseconds to the first contentful paint (median), kilobytes transferred.

    Each visit is a browser's first: nothing is cached.
    """
    from playwright.sync_api import sync_playwright

    rows = []
    with sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, path in PAGES.items():
            for width in (1280, 360):
                paints, sizes = [], []
                for _run in range(runs):
                    context = browser.new_context(
                        viewport={"width": width, "height": 800}, locale="zh-CN"
                    )
                    page = context.new_page()
                    page.goto(address + path, wait_until="load")
                    page.wait_for_function(f"({_PAINT})() !== null")
                    paints.append(page.evaluate(_PAINT))
                    sizes.append(page.evaluate(_BYTES))
                    context.close()
                rows.append((name, width, statistics.median(paints), max(sizes) / 1000))
        browser.close()
    return rows
