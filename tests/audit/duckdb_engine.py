"""The tables of a registry's file in DuckDB, and audits there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import duckdb
import pandas

from registry.audit.portable import DUCKDB, Column, Definition, Rows, Table, Value

_TYPES: Final = {"TEXT": "VARCHAR", "INTEGER": "BIGINT", "REAL": "DOUBLE"}


class DuckDB:
    """A database in memory, with the tables of a file as its schema declares them."""

    def __init__(self, conn: sqlite3.Connection, tables: Iterable[Table]) -> None:
        self._duck = duckdb.connect()
        for table in tables:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            rows = conn.execute(f"SELECT {names} FROM main.{table.name}").fetchall()
            self._make(table.name, table.columns, rows)

    def close(self) -> None:
        """Let the memory go."""
        self._duck.close()

    def define(self, definitions: Iterable[Definition]) -> None:
        """Make what an audit defines, in place of what another one did."""
        for one in definitions:
            if isinstance(one, Table):
                self._make(one.name, one.columns, one.rows)
                continue
            text = DUCKDB.write(one.select)
            self._duck.execute(f'DROP VIEW IF EXISTS "{one.name}"') if not one.columns else None
            if not one.columns:
                self._duck.execute(f'CREATE VIEW "{one.name}" AS {text}')
                continue
            columns = ", ".join(
                f'CAST("{column.name}" AS {_TYPES[column.type]}) AS "{column.name}"'
                for column in one.columns
            )
            self._duck.execute(
                f'CREATE OR REPLACE TABLE "{one.name}" AS SELECT {columns} FROM (\n{text}\n)'
            )

    def select(
        self, sql: str, parameters: Mapping[str, Value]
    ) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
        """The names of the columns, and the rows."""
        cursor = self._duck.execute(DUCKDB.write(sql, parameters))
        return [str(column[0]) for column in cursor.description], cursor.fetchall()

    def _make(self, name: str, columns: Sequence[Column], rows: Rows) -> None:
        cells = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        frame = pandas.DataFrame(
            {
                column.name: pandas.array(of, dtype="Int64" if column.type == "INTEGER" else object)
                for column, of in zip(columns, cells, strict=True)
            }
        )
        typed = ", ".join(
            f'CAST("{column.name}" AS {_TYPES[column.type]}) AS "{column.name}"'
            for column in columns
        )
        self._duck.register("frame", frame)
        self._duck.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT {typed} FROM frame')
        self._duck.unregister("frame")
