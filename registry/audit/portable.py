"""One audit as texts, for an engine that is not the registry's own file.

Views and rules are written in the SQL that SQLite, DuckDB and Spark have in common, save a few
things that each engine writes its own way: a hint to store a part (`AS MATERIALIZED`), names in
double quotes, types of casts, joined texts, JSON, and parameters (`:name`).

`run_audit(…, elsewhere=engine)` has the engine define what the rules read and answer each rule's
SELECT; what is short (names, clauses, waivers) is read from the registry's file as ever, and the
same Python makes the findings.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from registry.audit.filters import DEPARTMENT_ITEMS
from registry.authority.case_verdicts import TABLES as CASE_TABLES
from registry.store.views import Obligations, names_read, view_texts, views_below
from registry.store.views.laid_down import stored_columns

Value = str | int | float | None
Rows = Sequence[Sequence[Value]]


@dataclass(frozen=True)
class Column:
    """A column. `type`: TEXT, INTEGER or REAL, as the schema declares it."""

    name: str
    type: str


@dataclass(frozen=True)
class Table:
    """A table of the registry's file, or one that an audit fills. `rows`: of the latter."""

    name: str
    columns: tuple[Column, ...]
    rows: Rows = ()


@dataclass(frozen=True)
class View:
    """A view that rules read. `columns`: where many read it, those of the table that had better
    hold its rows; else empty."""

    name: str
    select: str
    columns: tuple[Column, ...] = ()


Definition = Table | View


class Engine(Protocol):
    """Where the SELECTs of rules run. It holds the tables that `tables_read` names.

    `holds_all`: it also has the day, the views, what Python works out of cases, and where which
    rule applies; `define` then is called for waivers alone.
    """

    @property
    def holds_all(self) -> bool:
        """See above."""

    def has_rows(self, table: str) -> bool:
        """Whether a table of the file has any; asked only where it holds all."""

    def define(self, definitions: Iterable[Definition]) -> None:
        """Make tables and views of these names, in this order, in place of those it has."""

    def select(
        self, sql: str, parameters: Mapping[str, Value]
    ) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
        """The names of the columns, and the rows."""


_APPLIES: Final = "rule_instrument"
WHERE_IT_APPLIES: Final = (
    f" AND instrument IN (SELECT r.instrument FROM {_APPLIES} AS r WHERE r.code = :code)"
)
"""The condition that a rule is evaluated on the instrument of a row."""


def rule_instruments(rows: Rows) -> Table:
    """The table of which that is read. `rows`: a rule's code, and an instrument."""
    return Table(_APPLIES, (Column("code", "TEXT"), Column("instrument", "TEXT")), rows)


def definitions(
    conn: sqlite3.Connection, queries: Collection[str], obligations: Obligations
) -> Iterator[Definition]:
    """What queries read besides the tables of the file: first the day, then what Python worked
    out of it, then views, each after those that it builds on.

    `conn`: the file, whose views stand on the day (see `create_shadow_views`), and with the tables
    of `create_case_tables` and of the filters, where the queries read them. `obligations`: see
    `create_shadow_views`.
    """
    yield temporary_table(conn, "as_of")
    below = views_below(queries)
    named = {name for query in queries for name in names_read(query)}
    for name in (*sorted(CASE_TABLES), DEPARTMENT_ITEMS):
        if name in named or name == DEPARTMENT_ITEMS:
            table = _find_temporary(conn, name)
            if table:
                yield table
    for name, text in view_texts(obligations).items():
        if name in below:
            yield View(name, text, _columns(stored_columns(name)))


def temporary_table(conn: sqlite3.Connection, name: str) -> Table:
    """A table of the audit's own, with its rows."""
    table = _find_temporary(conn, name)
    if table is None:
        raise LookupError(name)
    return table


def tables_read(conn: sqlite3.Connection, queries: Iterable[str]) -> list[Table]:
    """The file's tables that queries and the views below them read, without rows, by name."""
    queries = list(queries)
    texts = view_texts()
    read = {
        name
        for text in (*queries, *(texts[view] for view in views_below(queries)))
        for name in names_read(text)
    }
    tables = conn.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name"
    )
    return [
        Table(name, _columns(_described(conn, "main", name)))
        for (name,) in tables.fetchall()
        if name in read and name != "as_of"
    ]


def _find_temporary(conn: sqlite3.Connection, name: str) -> Table | None:
    columns = _columns(_described(conn, "temp", name))
    if not columns:
        return None
    names = ", ".join(f'"{column.name}"' for column in columns)
    return Table(name, columns, conn.execute(f"SELECT {names} FROM temp.{name}").fetchall())


def _described(conn: sqlite3.Connection, schema: str, table: str) -> list[tuple[str, str]]:
    return conn.execute(
        "SELECT name, type FROM pragma_table_xinfo(?, ?) ORDER BY cid", (table, schema)
    ).fetchall()


def _columns(described: Iterable[tuple[str, str]]) -> tuple[Column, ...]:
    return tuple(Column(name, type_) for name, type_ in described)
