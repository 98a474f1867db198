"""Pages of a table whose values repeat, or are missing, and whose keys are of every kind."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from datasette.utils import escape_sqlite
from datasette.utils.asgi import BadRequest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.site.paging import MAX_PAGE_BYTES, TablePage, query_page

KEYS = {
    "a text": ("id TEXT PRIMARY KEY", ["id"]),
    "a number": ("id INTEGER PRIMARY KEY", ["id"]),
    "several": ("id TEXT, no INTEGER, PRIMARY KEY (no, id)", ["no", "id"]),
    "none": ("id TEXT", ["rowid"]),
}
LONG = "很" * 300
TEXTS = st.sampled_from([None, "", "$null", "$key", "a,b", "~2C", " ", "市", "-1", "10", "9", LONG])
ROWS = st.lists(
    st.tuples(
        TEXTS,
        st.sampled_from([None, -1, 0, 2, 10, 9_007_199_254_740_993]),
        st.sampled_from([None, 0.1, -1e300, 3.0]),
        st.sampled_from([None, b"", b"\x00\xff", b"a"]),
    ),
    max_size=25,
)
COLUMNS = ("text", "select", "real", "blob")


@dataclass
class Results:
    """What Datasette's `execute` gives."""

    rows: list[Any]


class Table:
    """A table of the given rows, read as Datasette's page of a table reads it."""

    def __init__(self, key: str, rows: list[tuple[Any, ...]]) -> None:
        definition, self.keys = KEYS[key]
        self.conn = sqlite3.connect(":memory:")
        self.conn.row_factory = sqlite3.Row
        listed = f'text TEXT, "select" INTEGER, real REAL, blob BLOB, {definition}'
        self.conn.execute(f"CREATE TABLE [some rows] ({listed}) STRICT")
        # An index, down which SQLite goes with the keys reversed.
        self.conn.execute("CREATE INDEX by_text ON [some rows] (text)")
        for n, row in enumerate(rows):
            values = dict(zip(COLUMNS, row, strict=True))
            values["id"] = n if key == "a number" else f"{n % 3},{n}"
            if key == "several":
                values["no"] = n // 4
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join("?" * len(values))
            sql = f"INSERT INTO [some rows] ({names}) VALUES ({marks})"
            self.conn.execute(sql, tuple(values.values()))

    async def execute(
        self, sql: str, values: Mapping[str, Any], truncate: bool = True, /
    ) -> Results:
        """Run a query."""
        return Results(self.conn.execute(sql, values).fetchall())

    def pages(
        self, sort: str | None, descending: bool, size: int, where: str = "", columns: str = "*"
    ) -> Iterator[list[Any]]:
        """Every page, each read by what the one before it gave out."""
        order = escape_sqlite(sort) if sort else ", ".join(map(escape_sqlite, self.keys))
        sql = (
            f"select {', '.join(self.keys)}, {columns} from [some rows] {where}"
            f"order by {order}{' desc' * descending} limit {size + 1}"
        )
        page = TablePage("some rows", self.keys, sort, descending, None, False)
        while True:
            found = asyncio.run(page.read(self.execute, sql, {"p0": "市"}))
            yield found.rows
            if page.next is None:
                return
            page = TablePage("some rows", self.keys, sort, descending, page.next, False)

    def in_order(self, sort: str | None, descending: bool, where: str = "") -> list[Any]:
        """All rows, by column, then key, as SQLite sorts them whole."""
        order = ", ".join(self.keys)
        if sort:
            order = f"{escape_sqlite(sort)}{' desc' * descending}, {order}"
        keys = ", ".join(self.keys)
        sql = f"SELECT {keys}, * FROM [some rows] {where} ORDER BY {order}"
        return self.conn.execute(sql, {"p0": "市"} if where else {}).fetchall()


@given(ROWS, st.sampled_from(sorted(KEYS)), st.sampled_from([None, *COLUMNS]), st.booleans())
@example([(LONG, None, None, None)] * 5, "several", "text", True)
@example([(None, 2, 0.1, b"")] * 9, "a text", "text", False)
def test_every_row_comes_once_in_order(
    rows: list[tuple[Any, ...]], key: str, sort: str | None, down: bool
) -> None:
    table = Table(key, rows)
    descending = down and sort is not None
    with closing(table.conn):
        expected = [tuple(row) for row in table.in_order(sort, descending)]
        for size in (1, 3, 7):
            pages = list(table.pages(sort, descending, size))
            assert [tuple(row) for page in pages for row in page] == expected
            assert {len(page) for page in pages[:-1]} <= {size}
            assert pages[-1] or not rows


@given(ROWS, st.sampled_from(sorted(KEYS)), st.sampled_from(COLUMNS), st.booleans())
def test_so_it_is_filtered_and_without_the_column(
    rows: list[tuple[Any, ...]], key: str, sort: str, down: bool
) -> None:
    table = Table(key, rows)
    where = "where text = :p0 or text is null "
    with closing(table.conn):
        expected = [row[0] for row in table.in_order(sort, down, where)]
        pages = table.pages(sort, down, 2, where, "1 AS one")
        assert [row[0] for page in pages for row in page] == expected


def test_an_address_stays_short() -> None:
    table = Table("a text", [(LONG * 50, None, None, None)] * 3)
    page = TablePage("some rows", table.keys, "text", False, None, False)
    sql = "select id, text from [some rows] order by text limit 2"
    asyncio.run(page.read(table.execute, sql, {}))
    assert page.next == "$key,0~2C0"


@pytest.mark.parametrize(
    ("key", "sort", "after"),
    [
        *(("a text", None, "a,b"), ("a text", "text", "a"), ("several", None, "1")),
        *(("several", "text", "1,2"), ("a text", "text", "$key,gone"), ("none", "text", "a,1,2")),
    ],
)
def test_what_no_page_gave_out_is_refused(key: str, sort: str | None, after: str) -> None:
    table = Table(key, [("市", 1, 1.0, b"")] * 4)
    page = TablePage("some rows", table.keys, sort, False, after, False)
    order = sort or ", ".join(map(escape_sqlite, table.keys))
    with pytest.raises(BadRequest):
        asyncio.run(
            page.read(table.execute, f"select * from [some rows] order by {order} limit 3", {})
        )


def test_nobody_is_sent_more_than_a_page_takes() -> None:
    wide = [("市" * 30_000, None, None, None)] * 9
    table = Table("a number", [*wide, ("市" * 200_000, None, None, None)])
    sql = "select id, text from [some rows] order by id limit 201"
    seen: list[int] = []
    after: str | None = None
    while True:
        page = TablePage("some rows", ["id"], None, False, after, True)
        found = asyncio.run(page.read(table.execute, sql, {})).rows
        assert len(found) == 1 or sum(len(row["text"]) * 3 for row in found) <= MAX_PAGE_BYTES
        seen += [row["id"] for row in found]
        after = page.next
        if after is None:
            break
    assert seen == list(range(10))
    whole = TablePage("some rows", ["id"], None, False, None, False)
    assert len(asyncio.run(whole.read(table.execute, sql, {})).rows) == 10


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "²", "1,2", "$null"])
def test_a_query_is_turned_over_by_numbers(after: str) -> None:
    with pytest.raises(BadRequest):
        query_page(after)
    assert query_page(None).after == 0
    assert query_page("200").after == 200
