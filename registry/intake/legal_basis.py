"""The words of a 实施依据 cell -> law, version and articles, as far as they are plain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from registry.text import name_key

_LAW: Final = re.compile(r"《([^《》]{2,80})》")
_NUMERAL: Final = "[零〇一二三四五六七八九十百千0-9]+"
_ARTICLE: Final = re.compile(
    rf"第{_NUMERAL}条(?:之{_NUMERAL})?(?:第{_NUMERAL}款)?(?:第?（?{_NUMERAL}）?项)?"
)
_VERSION: Final = re.compile(
    r"(?P<year>[12][0-9]{3})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"
    r"[^《》；。]{0,80}?(?:通过|修正|修订|修改|公布|发布|颁布|批准|令)"
)
_WRAPPED: Final = re.compile(r"\s*[\n\r]\s*")
"""The end of a line within a cell, which parts no words."""
_COUNTRY: Final = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The first law that a cell cites, and its articles; None where the cell doesn't say."""

    law: str | None = None
    version: str | None = None
    article: str | None = None


def law_key(name: str | None) -> str:
    """What names of one law have in common: without 《》, the country's name and white space."""
    bare = name_key(name or "").strip("《》")
    return bare.removeprefix(_COUNTRY)


def parse_basis(text: str) -> LegalBasis:
    """The first law that is cited, with the articles named before the next one is.

    Articles joined by 、 as the registry writes them; the version is the last of the dates in the
    brackets after the law's name. A cell without 《》 gives nothing: it stays in its own words.
    """
    text = _WRAPPED.sub("", text)
    match = _LAW.search(text)
    if match is None:
        return LegalBasis()
    rest = text[match.end() :]
    brackets = _leading_brackets(rest)
    after = rest[len(brackets) :]
    following = _LAW.search(after)
    own = after[: following.start()] if following else after
    # The articles that are cited stand at once after the law; later ones are in its quoted text.
    cited = re.match(rf"[\s：:]*((?:{_ARTICLE.pattern}[、，,和及\s]*)+)", own)
    articles = _ARTICLE.findall(cited[1]) if cited else []
    return LegalBasis(
        match[1].removeprefix(_COUNTRY), _version(brackets), "、".join(articles) or None
    )


def _leading_brackets(text: str) -> str:
    """The brackets that follow a law's name, nested ones included; "" if none do."""
    depth = 0
    for index, character in enumerate(text):
        if character in "（(":
            depth += 1
        elif character in "）)":
            depth -= 1
            if depth == 0:
                return text[: index + 1]
        elif depth == 0 and not character.isspace():
            return ""
    return ""


def _version(brackets: str) -> str | None:
    found = None
    for match in _VERSION.finditer(brackets):
        try:
            day = date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
        except ValueError:
            continue
        found = max(found or day, day)
    # A later year without its day: the version is a later one, but not known to the day.
    years = re.findall(r"[12][0-9]{3}(?=年)", brackets)
    return found if found and found[:4] == max(years) else None
