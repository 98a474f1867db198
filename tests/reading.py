"""Pages as a reader sees them, without a browser."""

from __future__ import annotations

import html
import re
from typing import Protocol

import httpx

LANGUAGES = {"zh": "zh-CN", "en": "en"}
"""The language that a link asks for → the page's."""


class Asks(Protocol):
    """Who asks a site for pages."""

    def get(self, path: str) -> httpx.Response:
        """One page."""


def text_of(reader: Asks, path: str, language: str = "en") -> str:
    """Read a page without its markup, as a reader does."""
    answer = reader.get(f"{path}{'&' if '?' in path else '?'}_lang={language}")
    assert answer.status_code == 200, (path, answer.text[:200])
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())
