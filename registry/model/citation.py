"""How an article of a law is cited, wherever one is."""

from __future__ import annotations


def citation(law: str, version: str, article: str) -> str:
    """As people cite an article: 行政许可法（2019-04-23）第二十四条."""
    return f"{law}（{version}）{article}"
