"""What a table page is narrowed by: a select for each column that the metadata counts by, and chips
for what is chosen, with names instead of codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from registry.locale import _
from registry.site.context import DATABASE, SiteContext

_MAX_OPTIONS: Final = 200
"""A column of more values has no select; the form's other row filters by it."""
_EXACT: Final = "exact"


class Option(NamedTuple):
    """A value of a column, and what it is called."""

    value: str
    text: str


class Select(NamedTuple):
    """The choice of one column's value. `chosen`: the value that is, or ""."""

    column: str
    label: str
    options: tuple[Option, ...]
    chosen: str


class Chip(NamedTuple):
    """What a page is narrowed by, in words, and the address without it."""

    text: str
    href: str


class TableFilters:
    """The selects and chips of one published file's tables. Values of columns are read once."""

    def __init__(self, datasette: Any) -> None:
        self._datasette = datasette
        self._site: SiteContext = datasette.site
        self._values: dict[tuple[str, str], tuple[Any, ...]] = {}

    async def selects(self, table: str, filters: Any) -> list[Select]:
        """A select for each column that the metadata names under `facets`."""
        about = self._site.tables.get(table) or {}
        chosen = {c: value for c, how, value in filters.selections() if how == _EXACT}
        found = []
        for column in about.get("facets") or ():
            values = await self._values_of(table, column)
            if len(values) > 1:
                options = tuple(Option(str(v), self._site.value_name(column, v)) for v in values)
                label = self._site.column_name(column, table)
                found.append(Select(column, label, options, chosen.get(column, "")))
        return found

    async def _values_of(self, table: str, column: str) -> tuple[Any, ...]:
        key = (table, column)
        if key not in self._values:
            answer = await self._datasette.get_database(DATABASE).execute(
                f"SELECT [{column}] FROM [{table}] WHERE [{column}] IS NOT NULL"
                f" GROUP BY 1 ORDER BY min(rowid) LIMIT {_MAX_OPTIONS + 1}"
            )
            values = tuple(row[0] for row in answer.rows)
            self._values[key] = values if len(values) <= _MAX_OPTIONS else ()
        return self._values[key]

    def chips(self, request: Any, table: str, filters: Any, search: str | None) -> list[Chip]:
        """A chip for each filter, and for the words that are looked for."""
        from datasette.utils import path_with_removed_args

        def without(args: Mapping[str, str]) -> str:
            address: str = path_with_removed_args(request, args)
            return address

        found = []
        if search:
            text = _("name contains “{words}”").format(words=search)
            found.append(Chip(text, without({"_search": search})))
        display = {key: text for key, text, _none in filters.lookups()}
        for column, how, value in filters.selections():
            if how == _EXACT:
                name, shown = (
                    self._site.column_name(column, table),
                    self._site.value_name(column, value),
                )
                text = _("{column}: {value}").format(column=name, value=shown)
            else:
                text = self._site.filter_text(column, how, display.get(how, how), value, table)
            full = f"{column}__{how}"
            found.append(Chip(text, without({full if full in request.args else column: value})))
        return found

    def is_counted(self, request: Any) -> bool:
        """Whether the reader asks for counts; without that the selects are enough."""
        return any(key.startswith("_facet") for key in request.args)

    def others(self, table: str, filters: Any) -> list[tuple[int, str, str, str]]:
        """The filters that no select shows, each with its number in Datasette's form."""
        selects = (self._site.tables.get(table) or {}).get("facets") or ()
        return [
            (number, column, how, value)
            for number, (column, how, value) in enumerate(filters.selections(), start=1)
            if how != _EXACT or column not in selects
        ]
