"""The page `/search?q=…`: items, departments, zones and clauses that hold every word of a query."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from registry.locale import _, language
from registry.locale.labels import item_fields_label, provenance_label
from registry.site.context import DATABASE
from registry.site.pages import mixed
from registry.site.search.matching import Hit, Word, excerpt, match, suggestions, words_of
from registry.site.search.pinyin import load_readings

MAX_QUERY_CHARACTERS: Final = 200
"""Characters of the longest query that is looked for."""

MAX_SHOWN: Final = 30
"""As many of a group are shown."""

_MAX_LISTED: Final = 300
"""As many items fit into the address of the table that shows them all."""

EXAMPLES: Final = ("排污许可", "食品经营", "取水", "建设用地", "paiwuxuke")

_ITEMS: Final = "SELECT id, name FROM items ORDER BY no"
_DETAILS: Final = """
  SELECT id, department, power_type, mode, provenance, unofficial_fields FROM items WHERE id IN ({})
"""
_ANSWERS: Final = """
  SELECT w.item, w.answer_zh, w.answer_en
  FROM answers AS w JOIN delegations AS d ON d.id = w.delegation
  WHERE w.item IN ({}) ORDER BY d.no
"""
_MAX_ANSWERS: Final = 3
"""As many zones' answers are shown of a hit."""
_PLACES: Final = "SELECT id, name, short_name FROM {} ORDER BY rowid"
_CLAUSES: Final = """
  SELECT c.instrument, c.id, c.heading, c.text
  FROM clauses AS c JOIN instrument AS i ON i.id = c.instrument ORDER BY i.rowid, c.id
"""


@dataclass
class Group:
    """Hits of one kind: the first of them, and how many there are. `details`: by key."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    keys: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def add(self, hit: Hit) -> None:
        """One more hit."""
        self.total += 1
        self.keys.append(hit.key)
        if self.total <= MAX_SHOWN:
            self.hits.append(hit)


@dataclass
class SearchResults:
    """The hits for a query, in groups."""

    literal: Group = field(default_factory=Group)
    other: Group = field(default_factory=Group)
    departments: Group = field(default_factory=Group)
    zones: Group = field(default_factory=Group)
    clauses: Group = field(default_factory=Group)
    suggestions: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many of every kind."""
        groups = (self.literal, self.other, self.departments, self.zones, self.clauses)
        return sum(group.total for group in groups)


def search_file(conn: sqlite3.Connection, query: str) -> SearchResults:
    """Search the names and clauses of a published file for every word of a query."""
    found = SearchResults()
    words = words_of(query, load_readings(conn))
    if not words:
        return found
    names = conn.execute(_ITEMS).fetchall()
    for key, name in names:
        hit = match(words, key, name)
        if hit:
            (found.literal if hit.literal else found.other).add(hit)
    shown = [hit.key for group in (found.literal, found.other) for hit in group.hits]
    rows = conn.execute(_DETAILS.format(", ".join("?" * len(shown))), shown)
    rows.row_factory = sqlite3.Row
    details = {row["id"]: {**dict(row), "answers": []} for row in rows}
    for item, zh, en in conn.execute(_ANSWERS.format(", ".join("?" * len(shown))), shown):
        answers = details[item]["answers"]
        answers += [] if (zh, en) in answers else [(zh, en)]
    found.literal.details = found.other.details = details
    for table, group in (("departments", found.departments), ("zones", found.zones)):
        _add(group, words, conn.execute(_PLACES.format(table)))
    _find_clauses(conn, found.clauses, words_of(query, None))
    if not found.total:
        found.suggestions = suggestions(query, [name for _key, name in names])
    return found


def _add(group: Group, words: list[Word], rows: Iterable[tuple[str, ...]]) -> None:
    for key, *texts in rows:
        hit = match(words, key, *texts)
        if hit:
            group.add(hit)


def _find_clauses(conn: sqlite3.Connection, group: Group, words: list[Word]) -> None:
    """Clauses: long texts, which nearly any initials would find, so that pinyin is not tried."""
    for instrument, key, heading, text in conn.execute(_CLAUSES):
        hit = match(words, key, text, heading)
        if hit:
            address = f"{instrument}#{key}"
            group.add(Hit(address, excerpt(hit.parts), hit.reasons))
            group.details[address] = {"instrument": instrument, "id": key, "heading": heading}


async def search_page(datasette: Any, request: Any) -> Any:
    """The page for a query; without one, how to search."""
    from datasette.utils.asgi import Response

    query = " ".join((request.args.get("q") or "").replace("\0", " ").split())
    too_long = len(query) > MAX_QUERY_CHARACTERS
    found = SearchResults()
    if not too_long:
        found = await datasette.get_database(DATABASE).execute_fn(
            lambda conn: search_file(conn, query)
        )
    several = len(datasette.site.file.names["instrument"][1]) > 1
    context = {
        "query": query[:MAX_QUERY_CHARACTERS],
        "too_long": too_long,
        "longest": MAX_QUERY_CHARACTERS,
        "most": MAX_SHOWN,
        "found": found,
        "examples": EXAMPLES,
        "table_of_literal": _table(datasette, {"_search": query}),
        "table_of_other": (
            _table(datasette, {"id__in": ",".join(found.other.keys)})
            if found.other.total <= _MAX_LISTED
            else None
        ),
        "clause_address": lambda clause: datasette.urls.path(
            f"/notice/{clause['instrument']}#{clause['id']}"
            if several
            else f"/notice#{clause['id']}"
        ),
        "unofficial": _unofficial,
        "answers": _answers,
    }
    body = await datasette.render_template("page/search.html", context, request=request)
    return Response.html(body, status=400 if too_long else 200)


def _unofficial(item: Mapping[str, Any] | None) -> str:
    """The word for an item's provenance, or for what of it is not; nothing for what is official."""
    if item is None:
        return ""
    if item["provenance"] == "official":
        fields = item_fields_label(item["unofficial_fields"])
        return _("not official: {fields}").format(fields=fields) if fields else ""
    return provenance_label(item["provenance"])


def _answers(item: Mapping[str, Any] | None) -> list[str | Markup]:
    """The answers for an item, zone by zone; the first ones, where there are many."""
    found = [mixed(zh if language() == "zh" else en) for zh, en in (item or {}).get("answers", ())]
    more = len(found) - _MAX_ANSWERS
    if more <= 0:
        return [*found]
    return [*found[:_MAX_ANSWERS], _("… and {n} more").format(n=more)]


def _table(datasette: Any, query: dict[str, str]) -> str:
    return f"{datasette.urls.table(DATABASE, 'items')}?{urlencode(query)}"


SEARCH_ROUTES: Final[list[tuple[str, Callable[..., Any]]]] = [(r"^/search/?$", search_page)]
"""As `registry.catalogue.pages.ROUTES`."""
