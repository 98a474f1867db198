"""The page `/search?q=…`: what a query finds, and how it was understood."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from registry.locale import _, language, quoted
from registry.locale.labels import item_fields_label, provenance_label
from registry.site.context import DATABASE
from registry.site.pages import mixed
from registry.site.search.results import MAX_SHOWN, SearchResults, search_file
from registry.site.search.vocabulary import load_vocabulary

MAX_QUERY_CHARACTERS: Final = 200
"""Characters of the longest query that is looked for."""

_MAX_LISTED: Final = 300
"""As many items fit into the address of the table that shows them all."""

_MAX_ANSWERS: Final = 3
"""As many zones' answers are shown of a hit."""

_MAX_FILES: Final = 16
_found_examples: Final[dict[tuple[str, str], tuple[str, ...]]] = {}
"""Digest of a file and language → the examples that find something in it."""


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
        "examples": () if found.total else await _examples(datasette),
        "table_of_literal": _table(datasette, {"_search": query}),
        "table_of": lambda group: (
            _table(datasette, {"id__in": ",".join(group.keys)})
            if group.total <= _MAX_LISTED
            else None
        ),
        "mixed": mixed,
        "quoted": quoted,
        "called": _called,
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


async def _examples(datasette: Any) -> tuple[str, ...]:
    """What to try: of the examples in the page's language those that find items in this file."""

    spoken = language()

    def found(conn: sqlite3.Connection) -> tuple[str, ...]:  # runs in a thread, without a context
        words = load_vocabulary(conn).examples.get(spoken, ())
        return tuple(word for word in words if _finds_items(search_file(conn, word)))

    key = (datasette.site.file.digest, spoken)
    if key not in _found_examples:
        if len(_found_examples) >= _MAX_FILES:
            _found_examples.clear()
        _found_examples[key] = await datasette.get_database(DATABASE).execute_fn(found)
    return _found_examples[key]


def _finds_items(found: SearchResults) -> bool:
    return any(group.total for group in (found.meant, found.literal, found.other))


def _called(expressions: Iterable[str]) -> str:
    """What lists call a thing; between the words of an expression there may be others."""
    return quoted(expression.replace(" ", "…") for expression in expressions)


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
