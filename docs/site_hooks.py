"""What the docs site does with a page before it is built; mkdocs.yml names this file."""

from __future__ import annotations

import re
from typing import Any

_FENCED = re.compile(r"(^ *```.*?^ *```$)", re.DOTALL | re.MULTILINE)
_CHINESE = "[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…]"
_BREAK = re.compile(f"(?<={_CHINESE})\n *(?={_CHINESE})")


def on_page_markdown(markdown: str, **_more: Any) -> str:
    """Join the lines of a Chinese paragraph: a browser shows the end of a line as a space."""
    parts = _FENCED.split(markdown)
    return "".join(part if index % 2 else _BREAK.sub("", part) for index, part in enumerate(parts))
