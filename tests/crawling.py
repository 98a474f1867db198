"""Every row of a table of a site, found by following the links from page to page."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

from tests.conftest import EXHAUSTIVE, SEED, amount

LONG = 500
"""Rows from which on a table takes long to be walked through page by page."""
MAX_ROWS = 200
MAX_BYTES = 300_000
_NEXT = re.compile(r'<a href="http://localhost([^"]*)"[^>]*>(?:下一页|Next page)</a>')
_BODY = re.compile(r"<tbody>(.*?)</tbody>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)


class Site(Protocol):
    """What asks a site for pages."""

    app: Any

    def get(self, path: str) -> Any:
        """One page."""


class Walk(NamedTuple):
    """A way through a table. `sizes`: how many rows a page has."""

    table: str
    sort: str
    total: int
    columns: int

    @property
    def sizes(self) -> tuple[str, ...]:
        """Three sizes of pages: they end at different rows, so at different ties."""
        few = max(self.total // 7, 3)
        return (str(min(few, 1_500)), str(min(self.total // 3 + 1, 1_900)), "max")

    def address(self, form: str, **query: str) -> str:
        """Where the way begins."""
        column, _minus, down = self.sort.partition(" ")
        sort = {f"_sort{down}": column} if column else {}
        return f"/catalogue/{self.table}{form}?" + urlencode({**sort, "_nofacet": "1", **query})


def walks(site: Site) -> list[Walk]:
    """Each table of a site as it stands, by each column, and down each column.

    From then on the site lets a query take as long as it takes: a busy machine is no fault.
    """
    site.app.sql_time_limit_ms = 60_000
    found = []
    for listed in site.get("/catalogue.json").json()["tables"]:
        if listed["hidden"]:
            continue
        name = listed["name"]
        page = site.get(f"/catalogue/{name}.json?_size=0").json()
        columns, total = page["columns"], page["filtered_table_rows_count"]
        sorts = ["", *columns, *(f"{column} _desc" for column in columns)]
        found += [Walk(name, sort, total, len(columns)) for sort in sorts]
    return found


def json_pages(site: Site, address: str) -> Iterator[list[Any]]:
    """The rows of each page, by `next_url`."""
    after: str | None = address
    while after:
        answer = site.get(after)
        assert answer.status_code == 200, (after, answer.text)
        page = answer.json()
        yield page["rows"]
        after = page["next_url"] and page["next_url"].removeprefix("http://localhost")


def html_pages(site: Site, address: str) -> Iterator[list[str]]:
    """The rows of each page, by its link to the next. No page is too long."""
    after: str | None = address
    while after:
        answer = site.get(after)
        assert answer.status_code == 200, (after, answer.text)
        rows = _ROW.findall(_BODY.findall(answer.text)[-1]) if "<tbody>" in answer.text else []
        assert len(rows) <= MAX_ROWS, after
        assert len(answer.content) <= MAX_BYTES, (after, len(answer.content))
        yield rows
        following = _NEXT.search(answer.text)
        after = unescape(following.group(1)) if following else None


def check_walk(site: Site, walk: Walk, forms: Sequence[str] = ("json", "csv", "html")) -> None:
    """Every row comes exactly once, and in order, whichever the size of pages and the form."""
    orders = []
    for size in walk.sizes if "json" in forms else ():
        pages = list(json_pages(site, walk.address(".json", _shape="arrays", _size=size)))
        rows = [json.dumps(row) for page in pages for row in page]
        assert (len(rows), len(set(rows))) == (walk.total, walk.total), (walk, size)
        assert size == "max" or walk.total <= int(size) or len(pages) > 1
        orders.append(rows)
    assert all(order == orders[0] for order in orders), walk
    if "csv" in forms:
        answer = site.get(walk.address(".csv", _stream="1"))
        lines = [tuple(line) for line in csv.reader(io.StringIO(answer.text, newline=""))][1:]
        assert (len(lines), len(set(lines))) == (walk.total, walk.total), walk
    if "html" in forms:
        # The code that turns pages over is that of JSON: of long tables one size is enough.
        for size in ("50", "120", "max") if walk.total < LONG else ("max",):
            seen = [row for page in html_pages(site, walk.address("", _size=size)) for row in page]
            assert (len(seen), len(set(seen))) == (walk.total, walk.total), (walk, size)


def shown_whole(walks: list[Walk]) -> list[Walk]:
    """Those whose pages are walked too: of short tables; all of them, where there are hours."""
    return walks if EXHAUSTIVE else [walk for walk in walks if walk.total < LONG]


def drawn(walks: list[Walk], quick: int) -> list[Walk]:
    """Some of the walks: in a quick run so many, in `make test-all` thirty, else all of them."""
    most = amount(quick, 30, len(walks))
    return random.Random(f"{SEED} {len(walks)}").sample(walks, min(most, len(walks)))
