"""Which rows a page of a table or of a query has, and where the next one begins.

Datasette sorts its first page by the column alone and those after it by column and key, so that
rows of equal values come twice or never. Here it always makes a first page, and the one query that
reads the page's rows is asked for those that follow the last page's last row: by column, then key,
in either direction. The `_next` of an address stays what Datasette gives out: the sorted value,
then the key.

Importing this imports Datasette.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from datasette.utils import escape_sqlite, tilde_encode, urlsafe_components
from datasette.utils.asgi import BadRequest

from registry.locale import _

MAX_PAGE_ROWS: Final = 200
"""Rows of one page that people read, however many they ask for."""

MAX_PAGE_BYTES: Final = 240_000
"""Bytes that the rows of such a page take at the most, about; one row is always shown."""

_MAX_TOKEN_LENGTH: Final = 400
"""Characters of a sorted value in an address. For a longer one the address names its row alone."""

_CELL_BYTES: Final = 90
"""What a cell takes besides its text: tags, and a link of its own."""

_LINK_BYTES: Final = 50
"""What each part of a list takes besides its text, in a cell of several."""

_NULL: Final = "$null"
_BY_KEY: Final = "$key"
"""First part of a `_next`: no value; a value that is looked up by the key. No encoded value begins
with `$`."""


class Execute(Protocol):
    """Runs a query. `truncate`: whether it gives no more rows than the site lets anyone have."""

    def __call__(
        self, sql: str, values: Mapping[str, Any], truncate: bool = True, /
    ) -> Awaitable[Any]: ...


class Page(Protocol):
    """The rows of the page that a request asks for."""

    next: str | None

    async def read(self, execute: Execute, sql: str, values: Mapping[str, Any]) -> Any:
        """Datasette's results of its query `sql`, made to be those of this page; sets `next`."""


current_page: ContextVar[Page | None] = ContextVar("current_page", default=None)
"""What `registry.site.application.PublishedDatabase` reads rows of a page by."""


@dataclass
class TablePage:
    """A page of a table. `sort`: the column, or None for the keys alone. `after`: a `_next`."""

    table: str
    keys: Sequence[str]
    sort: str | None
    descending: bool
    after: str | None
    for_people: bool
    next: str | None = field(default=None, init=False)

    async def read(self, execute: Execute, sql: str, values: Mapping[str, Any]) -> Any:
        """The results. Raises BadRequest for an `after` that no page gave out."""
        head, _limit, asked = sql.rpartition(" limit ")
        size = int(asked) - 1
        chosen, filters = self._parts(head)
        condition, more = await self._condition(execute) if self.after else ("", {})
        conditions = " and ".join(
            part for part in (condition, f"({filters}\n)" if filters else "") if part
        )
        where = f"where {conditions} " if conditions else ""
        results = await execute(
            f"{chosen} from {escape_sqlite(self.table)} {where}"
            f"order by {self._order()} limit {size + 1}",
            {**values, **more},
        )
        shown = results.rows[:size]
        if self.for_people:
            shown = _fitting(shown)
        self.next = None
        if shown and len(shown) < len(results.rows):
            self.next = await self._token(execute, shown[-1])
        results.rows = shown
        return results

    def _parts(self, head: str) -> tuple[str, str]:
        """What Datasette's query selects, and by which conditions; its order is not needed."""
        datasettes = self.sort or ", ".join(map(escape_sqlite, self.keys))
        if self.sort:
            datasettes = escape_sqlite(self.sort) + (" desc" if self.descending else "")
        chosen, _from, rest = head.partition(f" from {escape_sqlite(self.table)} ")
        rest = rest.removesuffix(f"order by {datasettes}")
        return chosen, rest.strip().removeprefix("where ")

    def _order(self) -> str:
        keys = ", ".join(map(escape_sqlite, self.keys))
        if self.sort is None:
            return keys
        return f"{escape_sqlite(self.sort)}{' desc' if self.descending else ''}, {keys}"

    async def _condition(self, execute: Execute) -> tuple[str, dict[str, Any]]:
        """What holds of rows after `after`, and its parameters."""
        assert self.after is not None
        parts = self.after.split(",")
        mark, components = parts[0], urlsafe_components(self.after)
        if len(components) != len(self.keys) + (self.sort is not None):
            raise _not_given_out()
        last = components[len(components) - len(self.keys) :]
        values = {f"page_key_{n}": value for n, value in enumerate(last)}
        keys = ", ".join(map(escape_sqlite, self.keys))
        following = f"({keys}) > ({', '.join(f':{name}' for name in values)})"
        if self.sort is None:
            return following, values
        column = escape_sqlite(self.sort)
        value: Any = components[0]
        if mark == _BY_KEY:
            value = await self._value(execute, dict(zip(self.keys, last, strict=True)))
        if mark == _NULL or value is None:
            others = "" if self.descending else f"{column} is not null or "
            return f"({others}({column} is null and {following}))", values
        values["page_value"] = value
        others = f"{column} < :page_value or {column} is null"
        others = others if self.descending else f"{column} > :page_value"
        return f"({others} or ({column} = :page_value and {following}))", values

    async def _value(self, execute: Execute, key: Mapping[str, Any]) -> Any:
        """The sorted column of the row of a key."""
        assert self.sort is not None
        names = [f"page_key_{n}" for n in range(len(key))]
        found = await execute(
            f"select {escape_sqlite(self.sort)} from {escape_sqlite(self.table)} where "
            + " and ".join(
                f"{escape_sqlite(column)} = :{name}"
                for column, name in zip(key, names, strict=True)
            ),
            dict(zip(names, key.values(), strict=True)),
        )
        if not found.rows:
            raise _not_given_out()
        return found.rows[0][0]

    async def _token(self, execute: Execute, row: Any) -> str:
        """The `_next` of the page after the one that `row` is the last of."""
        key = [row[name] for name in self.keys]
        parts = [tilde_encode(str(part)) for part in key]
        if self.sort is None:
            return ",".join(parts)
        try:
            value = row[self.sort]
        except IndexError:  # `_col` and `_nocol` choose columns
            value = await self._value(execute, dict(zip(self.keys, key, strict=True)))
        if value is None:
            mark = _NULL
        else:
            mark = _BY_KEY if isinstance(value, bytes) else tilde_encode(str(value))
        return ",".join([mark if len(mark) <= _MAX_TOKEN_LENGTH else _BY_KEY, *parts])


@dataclass
class QueryPage:
    """A page of a query's results, for people. The query is run whole, so that its pages fit
    together whatever it sorts by. `after`: how many rows came before; `total`: how many there are.
    """

    after: int
    next: str | None = field(default=None, init=False)
    total: int = field(default=0, init=False)

    async def read(self, execute: Execute, sql: str, values: Mapping[str, Any]) -> Any:
        """The results."""
        results = await execute(sql, values)
        self.total = len(results.rows)
        shown = _fitting(results.rows[self.after : self.after + MAX_PAGE_ROWS])
        end = self.after + len(shown)
        self.next = str(end) if shown and end < self.total else None
        results.rows = shown
        return results


@dataclass
class WholeResult:
    """All rows of a query of the site's own, for a file that people take with them."""

    next: str | None = field(default=None, init=False)

    async def read(self, execute: Execute, sql: str, values: Mapping[str, Any]) -> Any:
        """The results."""
        return await execute(sql, values, False)


@dataclass
class WholeQuery:
    """All rows of a reader's own query, for a CSV file: read part by part, as they were kept."""

    next: str | None = field(default=None, init=False)
    columns: Sequence[str] = field(default=(), init=False)
    _parts: Iterator[Sequence[Any]] = field(default_factory=lambda: iter(()), init=False)
    _following: Sequence[Any] | None = field(default=None, init=False)

    async def read(self, execute: Execute, sql: str, values: Mapping[str, Any]) -> Any:
        """The results, with the rows of the first part."""
        results = await execute(sql, values, False)
        self.columns = results.columns
        if hasattr(results, "parts"):
            self._parts = results.parts()
        self._look_ahead()
        return results

    def following(self) -> Sequence[Any]:
        """The rows of the next part."""
        rows = self._following or ()
        self._look_ahead()
        return rows

    def _look_ahead(self) -> None:
        self._following = next(self._parts, None)
        self.next = None if self._following is None else "1"


def query_page(after: str | None) -> QueryPage:
    """The page after a `_next`. Raises BadRequest for one that no page gave out."""
    if not after:
        return QueryPage(0)
    with suppress(ValueError):
        if after.isascii() and int(after) >= 0:
            return QueryPage(int(after))
    raise _not_given_out()


def _not_given_out() -> Exception:
    error: Exception = BadRequest(
        _("This page is not there any more. Begin again at the first page.")
    )
    return error


def _fitting(rows: Sequence[Any]) -> Sequence[Any]:
    """As many of the rows, from the first on, as a page takes."""
    size = 0
    for n, row in enumerate(rows):
        size += sum(_CELL_BYTES + _bytes_of(value) for value in row)
        if n and size > MAX_PAGE_BYTES:
            return rows[:n]
    return rows


def _bytes_of(value: Any) -> int:
    if not isinstance(value, str):
        return 10
    return len(value.encode("utf-8", "replace")) + _LINK_BYTES * value.count(";")
