"""What a page weighs, uncompressed: markup besides the rows of tables, and what it loads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

PAGES: Final = {
    "home": "/",
    "items": "/catalogue/items",
    "items found": "/catalogue/items?_search=许可",
    "item": "/item/1-07",
    "zone": "/zone/etdz",
    "department": "/department/slj",
    "notice": "/notice",
    "data": "/data",
    "search": "/search?q=许可",
    "catalogue": "/catalogue",
    "row": "/catalogue/items/1-07",
    "delegations": "/catalogue/delegations",
    "query": "/catalogue/totals",
    "not found": "/nothing",
}
"""One page of each kind."""

_ROWS: Final = re.compile(rb"<tbody>.*?</tbody>", re.DOTALL)
_LOADED: Final = re.compile(
    rb'<(?:link rel="stylesheet" href|(?:script|img)\b[^>]*? src)="([^"]+)"', re.DOTALL
)

Get = Callable[[str], bytes]
"""Gives the bytes at an address of the site."""


@dataclass(frozen=True)
class Weight:
    """Bytes of a page's markup, of those its tables' rows, and of each file that it loads."""

    markup: int
    rows: int
    loaded: dict[str, int]

    @property
    def besides_rows(self) -> int:
        """What a first visitor is sent, uncompressed, whatever the page lists."""
        return self.markup - self.rows + sum(self.loaded.values())


def weigh(page: str, get: Get) -> Weight:
    """Weigh a page, and every stylesheet, script and image that its markup names."""
    markup = get(page)
    found = dict.fromkeys(match.decode("utf-8") for match in _LOADED.findall(markup))
    addresses = [one for one in found if not one.startswith("data:")]
    loaded = {address: len(get(urljoin(page, address))) for address in addresses}
    return Weight(len(markup), sum(map(len, _ROWS.findall(markup))), loaded)
