"""A minute under load while publications change: nothing fails, and nothing piles up."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import SEED
from tests.publications import AS_OF, publish_into
from tests.site.test_hot_swap import LATER, Server

SECONDS = 60
VISITORS = 6
ADDRESSES = (
    *("", "notice", "data", "zone/etdz", "item/1-07", "search?q=排污", "search?q=pwxk"),
    *("catalogue/items?_size=20&_facet=mode", "catalogue/delegations.json?_size=50"),
    *("catalogue/items.csv?_size=max", "catalogue/by-zone", "item/9-99", "static/catalogue.css"),
)


def memory() -> int:
    """The memory that this process holds now, in megabytes."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096 // 1_000_000


def open_files() -> int:
    """How many files and sockets this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="figures are read from /proc")
def test_nothing_piles_up(
    published: Path, built: Path, metadata: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "public"
    publish_into(built, folder, as_of=AS_OF, demo=False)
    server = Server(folder, metadata)
    end = time.monotonic() + SECONDS
    statuses: set[int] = set()
    answered = 0
    figures: list[tuple[int, int, int]] = []

    def visit(number: int) -> None:
        nonlocal answered
        draw = random.Random(f"{SEED} {number}")
        with httpx.Client(base_url=server.url, timeout=60) as client:
            while time.monotonic() < end:
                # An address of its own each time, so that most answers are made anew.
                address = draw.choice(ADDRESSES)
                mark = f"{'&' if '?' in address else '?'}_once={draw.random()}"
                statuses.add(client.get(address + mark).status_code)
                answered += 1

    try:
        with ThreadPoolExecutor(VISITORS) as visitors:
            going = [visitors.submit(visit, number) for number in range(VISITORS)]
            day = 0
            while time.monotonic() < end:
                day += 1
                publish_into(built, folder, as_of=(LATER, AS_OF)[day % 2], demo=False)
                time.sleep(3)
                figures.append((memory(), open_files(), threading.active_count()))
            for one in going:
                one.result()
    finally:
        server.close()
    assert statuses <= {200, 400, 404}, statuses
    assert answered > 50
    warm, last = figures[len(figures) // 3], figures[-1]
    assert last[0] < warm[0] + 100, figures
    assert last[1] < warm[1] + 40, figures
    assert last[2] < warm[2] + 20, figures
