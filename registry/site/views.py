"""Datasette's pages of tables, rows and queries, with our paging, and CSV without formulas.

Importing this imports Datasette.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from datasette.utils import (
    CustomRow,
    path_with_replaced_args,
    tilde_decode,
    urlsafe_components,
)
from datasette.utils.asgi import NotFound, Request, Response
from datasette.views.database import DatabaseView
from datasette.views.row import RowView
from datasette.views.table import TableView

from registry.formulas import guarded, guarded_row
from registry.site.context import DATABASE
from registry.site.paging import (
    MAX_PAGE_ROWS,
    Page,
    QueryPage,
    TablePage,
    WholeQuery,
    WholeResult,
    current_page,
    query_page,
)

_STREAMED_ROWS: Final = "500"
"""Rows that are read at once for a CSV of all rows."""


class PagedTableView(TableView):  # type: ignore[misc]  # Datasette has no types
    """A table, or a canned query, which has an address of the same kind."""

    async def data(
        self,
        request: Any,
        default_labels: bool = False,
        _next: str | None = None,
        _size: str | None = None,
    ) -> Any:
        """What a page is made of."""
        page = await self._page(request, _next)
        if isinstance(page, TablePage):
            _size = _size_of(request, page, self.ds) or _size
        with_rows = super().data
        found = await _paged(
            page, lambda: with_rows(_without_next(request), default_labels, None, _size)
        )
        return _finished(self.ds, request, page, found)

    async def _page(self, request: Any, after: str | None) -> Page | None:
        """The page that is asked for; None where nothing is turned over."""
        name = tilde_decode(request.url_vars["table"])
        if tilde_decode(request.url_vars["database"]) != DATABASE:
            return None
        after = after or request.args.get("_next")
        for_people = _is_for_people(request)
        if await self.ds.get_canned_query(DATABASE, name, request.actor):
            if request.url_vars["format"] == "csv":
                return WholeResult()
            return query_page(after) if for_people else None
        if not self.ds.site.shows(name):
            return None
        sort, descending = request.args.get("_sort"), request.args.get("_sort_desc")
        if not sort and not descending:
            about = self.ds.table_metadata(DATABASE, name)
            sort, descending = about.get("sort"), about.get("sort_desc")
        keys = await self.ds.get_database(DATABASE).primary_keys(name)
        return TablePage(
            *(name, keys or ["rowid"], sort or descending or None, bool(descending)),
            *(after, for_people),
        )


class PagedDatabaseView(DatabaseView):  # type: ignore[misc]
    """The list of tables, or a query of the reader's own."""

    _file: WholeQuery | None = None

    async def as_csv(self, request: Any, database: str) -> Any:
        """The CSV of a query: always whole."""
        if request.args.get("sql") and not request.args.get("_stream"):
            query = f"{request.query_string}&_stream=1".encode("latin-1")
            request = Request({**request.scope, "query_string": query}, request.receive)
        return await super().as_csv(request, database)

    async def data(
        self,
        request: Any,
        default_labels: bool = False,
        _size: str | None = None,
        _next: str | None = None,
    ) -> Any:
        """What a page is made of; with `_next` the further rows of a CSV."""
        page: Page | None = None
        if _next and self._file is not None:
            rows = self._file.following()
            data = {"columns": self._file.columns, "rows": rows, "next": self._file.next}
            return _finished(self.ds, request, None, (data, {}, []))
        if request.args.get("sql"):
            if request.url_vars["format"] == "csv":
                page = self._file = WholeQuery()
            elif _is_for_people(request):
                page = query_page(request.args.get("_next"))
        with_rows = super().data
        found = await _paged(page, lambda: with_rows(request, default_labels, _size))
        return _finished(self.ds, request, page, found)


class GuardedRowView(RowView):  # type: ignore[misc]
    """A row."""

    async def data(self, request: Any, default_labels: bool = False) -> Any:
        """What a page is made of. Raises NotFound for a key of more or fewer parts than one has."""
        if tilde_decode(request.url_vars["database"]) == DATABASE:
            table = tilde_decode(request.url_vars["table"])
            keys = await self.ds.get_database(DATABASE).primary_keys(table)
            if len(urlsafe_components(request.url_vars["pks"])) != (len(keys) or 1):
                raise NotFound("Record not found")
        found = await super().data(request, default_labels)
        return _finished(self.ds, request, None, found)


_FOR_PROGRAMS: Final = ("csv", "json", "jsono", "blob")

OWN_VIEWS: Final[dict[Any, Any]] = {
    TableView: PagedTableView,
    DatabaseView: PagedDatabaseView,
    RowView: GuardedRowView,
}
"""A view of Datasette's → ours in its place."""


def _is_for_people(request: Any) -> bool:
    """Whether a page is answered with; so Datasette answers any ending that it does not know."""
    return request.url_vars["format"] not in _FOR_PROGRAMS


async def _paged(page: Page | None, work: Any) -> Any:
    token = current_page.set(page)
    try:
        return await work()
    finally:
        current_page.reset(token)


def _without_next(request: Any) -> Any:
    """The request for the first page, as which Datasette shall make every one of them."""
    if "_next" not in request.args:
        return request
    _path, _mark, query = path_with_replaced_args(request, {"_next": None}).partition("?")
    return Request({**request.scope, "query_string": query.encode("latin-1")}, request.receive)


def _size_of(request: Any, page: TablePage, datasette: Any) -> str | None:
    """How many rows to read at the most; None: as many as are asked for."""
    asked = request.args.get("_size") or ""
    if page.for_people:
        too_many = asked == "max" or (asked.isdecimal() and int(asked) > MAX_PAGE_ROWS)
        return str(MAX_PAGE_ROWS) if too_many else None
    if request.url_vars["format"] == "csv" and request.args.get("_stream"):
        return str(min(int(_STREAMED_ROWS), datasette.max_returned_rows))
    return None


def _finished(datasette: Any, request: Any, page: Page | None, found: Any) -> Any:
    """What Datasette found, with the address of the next page, and for CSV guarded."""
    if isinstance(found, Response):
        return found
    data = found[0]
    if page is not None:
        data["next"] = page.next
        data["next_url"] = _next_url(datasette, request, page) if page.next else None
    if isinstance(page, QueryPage):
        data["total_rows"], data["first_row"] = page.total, page.after + 1
    if request.url_vars["format"] == "csv":
        _guard(data)
    return found


def _next_url(datasette: Any, request: Any, page: Page) -> str:
    added = {"_next": page.next}
    if isinstance(page, TablePage) and page.sort:
        added["_sort_desc" if page.descending else "_sort"] = page.sort
    path = datasette.urls.path(path_with_replaced_args(request, added))
    address: str = datasette.absolute_url(request, path)
    return address


def _guard(data: dict[str, Any]) -> None:
    """Guard the columns and rows of a CSV."""
    columns = data["columns"]  # none for an address that asks for no query: a mistake of the asker
    # Columns of a table are ours; of a query they are whatever it calls them.
    if "table" not in data:
        data["columns"] = guarded_row(columns)
        data["rows"] = [guarded_row(row) for row in data.get("rows") or []]
    else:
        data["rows"] = [_guarded_table_row(columns, row) for row in data.get("rows") or []]


def _guarded_table_row(columns: Sequence[str], row: Any) -> Any:
    """A row, whose cells Datasette finds by their columns."""
    before = list(row)
    cells = [
        {**cell, "value": guarded(cell["value"]), "label": guarded(cell["label"])}
        if isinstance(cell, dict)  # a reference, with what it is called
        else guarded(cell)
        for cell in before
    ]
    return row if cells == before else CustomRow(columns, dict(zip(columns, cells, strict=True)))
