"""The tables of a registry's file in DuckDB, and audits there."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import duckdb
import pandas

from registry.audit.duty_rules import registry_rules
from registry.audit.evaluation import rule_parameters
from registry.audit.filters import EVERYTHING
from registry.audit.portable import (
    Column,
    Definition,
    Rows,
    Table,
    Value,
    definitions,
    tables_read,
    temporary_table,
)
from registry.audit.waivers import WAIVERS, InstrumentWaiver, write_waiver_table
from registry.authority.case_verdicts import create_case_tables
from registry.model.config import Config
from registry.model.waiver import Waiver
from registry.store.views import create_shadow_views, view_texts

_TYPES: Final = {"TEXT": "VARCHAR", "INTEGER": "BIGINT", "REAL": "DOUBLE"}


_TOKEN: Final = re.compile(
    r"""(?P<text>'(?:[^']|'')*') | (?P<comment>--[^\n]*|/\*.*?\*/) | "(?P<name>[^"]+)"
      | (?<![:\w]):(?P<parameter>[a-z]\w*) | \bAS\s+(?P<integer>INTEGER)(?=\s*\))
      | \b(?P<json>json_extract)(?=\()""",
    re.VERBOSE | re.DOTALL,
)


def written(sql: str, parameters: Mapping[str, Value] | None = None) -> str:
    """A text of ours as DuckDB reads it, its parameters as literals.

    Raises KeyError for a parameter that has no value.
    """

    def one(match: re.Match[str]) -> str:
        if match["comment"]:
            return " "
        if match["parameter"]:
            return literal((parameters or {})[match["parameter"]])
        if match["json"]:
            return "json_extract_string"
        return "AS BIGINT" if match["integer"] else match[0]

    return _TOKEN.sub(one, sql)


def literal(value: Value) -> str:
    """A value as it stands in a text."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


class DuckDB:
    """A database in memory, with the tables of a file that views and rules read, typed as its
    schema declares them."""

    holds_all = False

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._duck = duckdb.connect()
        queries = [
            sql for rule in registry_rules(conn) for sql in (rule.sql, rule.population) if sql
        ]
        for table in tables_read(conn, [*queries, *view_texts().values()]):
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            rows = conn.execute(f"SELECT {names} FROM main.{table.name}").fetchall()
            self._make(table.name, table.columns, rows)

    def close(self) -> None:
        """Let the memory go."""
        self._duck.close()

    def has_rows(self, table: str) -> bool:
        """Never asked."""
        raise NotImplementedError

    def define(self, definitions: Iterable[Definition]) -> None:
        """Make what an audit defines, in place of what another one did."""
        for one in definitions:
            if isinstance(one, Table):
                self._make(one.name, one.columns, one.rows)
            elif one.columns:
                source = f"(\n{written(one.select)}\n)"
                self._create(one.name, one.columns, source)
            else:
                text = written(one.select)
                self._duck.execute(f'CREATE OR REPLACE VIEW "{one.name}" AS {text}')

    def select(
        self, sql: str, parameters: Mapping[str, Value]
    ) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
        """The names of the columns, and the rows."""
        cursor = self._duck.execute(written(sql, parameters))
        return [str(column[0]) for column in cursor.description], cursor.fetchall()

    def _make(self, name: str, columns: Sequence[Column], rows: Rows) -> None:
        cells = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        frame = pandas.DataFrame(
            {
                column.name: pandas.array(of, dtype="Int64" if column.type == "INTEGER" else object)
                for column, of in zip(columns, cells, strict=True)
            }
        )
        self._duck.register("frame", frame)
        self._create(name, columns, "frame")
        self._duck.unregister("frame")

    def _create(self, name: str, columns: Sequence[Column], source: str) -> None:
        typed = ", ".join(
            f'CAST("{column.name}" AS {_TYPES[column.type]}) AS "{column.name}"'
            for column in columns
        )
        self._duck.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT {typed} FROM {source}')


def differences(
    conn: sqlite3.Connection, duck: DuckDB, day: str, waivers: Sequence[Waiver] = ()
) -> Iterator[tuple[str, int | str]]:
    """Every view, and every rule and its population, on a day, on both: a name with how many rows
    both have, or with what differs.

    SQLite has laid down what an audit lays down; it reads obligation_gap from the view.
    """
    conn.execute("BEGIN")
    try:
        rules = registry_rules(conn)
        queries = {rule.code: rule.sql for rule in rules}
        queries |= {f"{rule.code} population": rule.population for rule in rules if rule.population}
        views = {name: f"SELECT * FROM {name}" for name in view_texts()}
        create_shadow_views(conn, day, materialise=True)
        create_case_tables(conn, queries.values())
        (instrument,) = conn.execute("SELECT id FROM instrument ORDER BY no LIMIT 1").fetchone()
        told = [InstrumentWaiver(instrument, waiver.subject, waiver) for waiver in waivers]
        write_waiver_table(conn, told, (), [waiver.rule for waiver in waivers])
        duck.define(definitions(conn, [*queries.values(), *views.values()], "gaps"))
        duck.define([temporary_table(conn, WAIVERS)])
        parameters = rule_parameters(day, EVERYTHING, Config())
        for name, sql in (views | queries).items():
            yield name, _compared(conn, duck, sql, parameters | {"code": name.split()[0]})
    finally:
        conn.execute("ROLLBACK")


def _compared(
    conn: sqlite3.Connection, duck: DuckDB, sql: str, parameters: Mapping[str, Value]
) -> int | str:
    cursor = conn.execute(sql, parameters)
    names, rows = [column[0] for column in cursor.description], Counter(cursor.fetchall())
    try:
        theirs, others = duck.select(sql, parameters)
    except duckdb.Error as error:
        return str(error)
    if names != list(theirs):
        return f"columns {names}, in DuckDB {theirs}"
    found = Counter(map(tuple, others))
    if rows != found:
        return f"SQLite alone: {[*(rows - found)][:2]}; DuckDB alone: {[*(found - rows)][:2]}"
    return rows.total()
