"""What every page of ours does: read the published file, and render a template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlencode

from markupsafe import Markup, escape

from registry.locale import language, list_separator
from registry.locale.labels import (
    annex_label,
    doubts_text,
    item_fields_label,
    provenance_label,
    value_label,
)
from registry.site.context import DATABASE

Row = dict[str, Any]


_DESCRIPTION: Final = 160
"""Characters of a page's description."""
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_HAN_RUN: Final = re.compile("[\u4e00-\u9fff][\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]*")
_GAP: Final = re.compile(r"(?<=[。；：，、？！])[ \n]+")


async def rows(datasette: Any, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
    """Rows of the published file."""
    from datasette.database import QueryInterrupted
    from datasette.views.base import DatasetteError

    try:
        result = await datasette.get_database(DATABASE).execute(sql, dict(values or {}))
    except QueryInterrupted as error:
        raise DatasetteError("interrupted", title="SQL Interrupted", status=400) from error
    return [dict(row) for row in result.rows]


async def render_page(
    datasette: Any,
    request: Any,
    template: str,
    *,
    canonical_path: str | None = None,
    description: str = "",
    **context: Any,
) -> Any:
    """Render a page of ours as a response: `templates/page/<template>.html`, with `context`.

    `canonical_path`: the address by which the page is to be known; the one asked for, if not given.
    `description`: what a search engine shows of it.

    The folder is not called `pages`: Datasette serves by itself what is in one of that name.
    """
    from datasette.utils.asgi import Response

    shared = {
        "metadata": datasette.site.about,
        "zh": zh,
        "named": partial(named, datasette.site),
        "term": partial(term, datasette.site),
        "mixed": mixed,
        "value_label": value_label,
        "provenance_label": provenance_label,
        "annex_label": annex_label,
        "doubts_text": doubts_text,
        "item_fields_label": item_fields_label,
        "table_address": partial(table_address, datasette),
        "key": encoded,
        "separator": list_separator(),
        "canonical_url": datasette.absolute_url(
            request, datasette.urls.path(canonical_path) if canonical_path else request.path
        ),
        "description": _shortened(description),
    }
    html = await datasette.render_template(
        f"page/{template}.html", {**shared, **context}, request=request
    )
    return Response.html(without_sentence_gaps(html) if language() == "zh" else html)


def _shortened(text: str) -> str:
    """A text as long as search engines show it."""
    return text if len(text) <= _DESCRIPTION else f"{text[: _DESCRIPTION - 1]}…"


def without_sentence_gaps(html: str) -> str:
    """A Chinese page without the spaces that templates set after sentences, as English needs."""
    return _GAP.sub("", html)


def not_found() -> Exception:
    """What a view raises for an id that nothing has."""
    from datasette.utils.asgi import NotFound

    error: Exception = NotFound("404")
    return error


def path_parameter(request: Any, name: str) -> str:
    """A parameter of the route, decoded, whether Datasette or the browser encoded it."""
    from datasette.utils import tilde_decode

    value: str = tilde_decode(unquote(request.url_vars[name]))
    return value


def encoded(value: str) -> str:
    """A part of an address. The colon of a reference stays as it is."""
    from datasette.utils import tilde_encode

    address: str = tilde_encode(value)
    return address.replace("~3A", ":")


def table_address(datasette: Any, table: str, **filters: Any) -> str:
    """The address of a table, filtered."""
    address: str = datasette.urls.table(DATABASE, table)
    return f"{address}?{urlencode(filters)}" if filters else address


def whole_csv(address: str) -> str:
    """The address of a CSV of all rows, by that of a page of them."""
    path, _mark, query = address.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [pair for pair in pairs if pair[0] not in ("_next", "_size", "_stream")]
    return f"{path}?{urlencode([*kept, ('_stream', '1')])}"


def zh(value: Any) -> Markup:
    """A text that stays Chinese; an English page says so to screen readers."""
    if language() == "zh" or value in (None, "") or not _HAN.search(str(value)):
        return escape("" if value is None else value)
    return Markup('<span lang="zh-CN">{}</span>').format(value)


def named(site: Any, kind: str, of: str | None, chinese: Any) -> Markup:
    """What an instrument calls something in the page's language, else its Chinese name.

    `kind`, `of`: as table `english_names` has them.
    """
    english = site.english(kind, of)
    return escape(english) if english else zh(chinese)


def term(site: Any, column: str, value: Any) -> Markup:
    """A value of a column in the page's language, as far as it has a word for it."""
    if value in (None, ""):
        return Markup("")
    return zh(site.value_name(column, value))


def mixed(text: str) -> Markup:
    """A text in the page's language that names what has Chinese names, which are marked as such."""
    if language() == "zh":
        return escape(text)
    found, end = Markup(), 0
    for run in _HAN_RUN.finditer(text):
        found += escape(text[end : run.start()]) + zh(run.group())
        end = run.end()
    return found + escape(text[end:])


def departments_of(site: Any, names: str | None) -> list[tuple[str | None, str]]:
    """Id and name of each department that an item names; no id where the name is not known."""
    known = {name: key for key, name in site.file.names["department"][1].items()}
    return [(known.get(name), name) for name in (names or "").split("、") if name]
