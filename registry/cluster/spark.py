"""Many registries as one set of tables on Spark: the views and rules run there, once for all."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

from sqlglot.errors import SqlglotError

from registry.audit.portable import (
    WHERE_IT_APPLIES,
    Column,
    Definition,
    Value,
    rule_instruments,
)
from registry.audit.waivers import WAIVERS
from registry.authority.case_verdicts import TABLES_OF_A_DAY
from registry.cluster.extra import part
from registry.cluster.manifest import COLUMN
from registry.cluster.reading import Exported
from registry.cluster.tenancy import REGISTRIES, NotTranslated
from registry.cluster.translation import Recursion, translate
from registry.errors import RegistryError
from registry.locale import _
from registry.store.views import Obligations, names_read, view_texts, views_below
from registry.store.views.laid_down import stored_columns

_TYPES: Final = {"TEXT": "STRING", "INTEGER": "BIGINT", "REAL": "DOUBLE"}
_ALL: Final = re.compile(r"\.\*|SELECT\s+\*")
_WORD: Final = re.compile(r"[a-z_0-9]+")
_MOST_STEPS: Final = 1_000


class ClusterFailure(RegistryError):
    """What the cluster does not do: no connection, a query that it does not take."""


@dataclass(frozen=True)
class _Answer:
    """The rows of a query by registry."""

    names: tuple[str, ...]
    rows: dict[str, list[tuple[Value, ...]]]


class Cluster:
    """The tables of several exports in one session, with the views of a day.

    `work`: a folder that the server writes intermediate tables to; None: it keeps them as it can.
    """

    def __init__(self, session: Any, exports: Sequence[Exported], work: Path | None) -> None:
        self._session = session
        self._work = work
        self._exports = exports
        self._answers: dict[str, _Answer] = {}
        self._day: str | None = None
        for name in sorted(set.intersection(*(set(e.manifest.tables) for e in exports))):
            self._read_table(name)
        self._local(REGISTRIES, {COLUMN: "TEXT"}, [(e.registry,) for e in exports])

    def stand_on(
        self,
        as_of: str,
        queries: Collection[str],
        applies: Iterable[tuple[str, str, str]],
        obligations: Obligations,
    ) -> None:
        """Make the views that the queries read, as of a day.

        `applies`: registry, code of a rule, instrument on which it is evaluated; `obligations`: see
        `view_texts`. Raises ClusterFailure.
        """
        self._day = as_of
        self._local("as_of", {"date": "TEXT"}, [(as_of,)])
        table = rule_instruments(())
        columns = {COLUMN: "TEXT"} | {column.name: column.type for column in table.columns}
        self._local(table.name, columns, applies)
        below = views_below(queries)
        texts = {n: text for n, text in view_texts(obligations).items() if n in below}
        readers = [(names_read(text), text) for text in (*queries, *texts.values())]
        for name, text in chain(TABLES_OF_A_DAY.items(), texts.items()):
            self._view(name, text, _columns_read(name, readers))

    def of(self, export: Exported, conn: sqlite3.Connection) -> OneRegistry:
        """The engine of one of the registries. `conn`: what is at hand of it."""
        return OneRegistry(self, export, conn)

    def answer(self, sql: str, parameters: Mapping[str, Value]) -> _Answer:
        """The rows of a query, of every registry; the same query is asked but once."""
        try:
            translated = translate(sql, parameters, day=self._day)
        except (NotTranslated, SqlglotError) as error:
            raise sqlite3.OperationalError(f"not translated: {error}") from error
        if translated.sql not in self._answers:
            self._recursions(translated.recursions)
            self._answers[translated.sql] = _by_registry(self._arrow(translated.sql))
        return self._answers[translated.sql]

    def _read_table(self, name: str) -> None:
        """A table of all exports. They may differ in columns that may be empty."""
        described = [export.manifest.tables[name].columns for export in self._exports]
        kept = {c: kind for c, kind in described[0].items() if all(c in one for one in described)}
        paths = [export.table(name) for export in self._exports]
        self._make(name, self._parquet({COLUMN: "TEXT"} | kept, *paths))

    def _view(self, name: str, text: str, read: Collection[str] | None = None) -> None:
        """Make a view. `read`: of its columns, those that somebody reads."""
        typed = [Column(*column) for column in stored_columns(name)]
        columns = None if typed else read
        translated = translate(text, prefix=name, columns=columns, day=self._day)
        self._recursions(translated.recursions)
        frame = self._frame(translated.sql)
        if not typed:
            self._make(name, frame)
            return
        columns = ", ".join(f"CAST(`{c.name}` AS {_TYPES[c.type]}) AS `{c.name}`" for c in typed)
        unstored = f"{name}_unstored"
        self._make(unstored, frame)
        frame = self._frame(f"SELECT {columns}, `{COLUMN}` FROM `{unstored}`")
        if self._work is None:
            self._make(name, frame.cache())
            return
        path = str(self._work / name)
        try:
            frame.write.mode("overwrite").parquet(path)
        except _errors() as error:
            raise _failure(error, name) from error
        self._make(name, self._parquet({c.name: c.type for c in typed} | {COLUMN: "TEXT"}, path))

    def _parquet(self, columns: Mapping[str, str], *paths: str) -> Any:
        """Files, of which some may have no rows."""
        schema = ", ".join(f"`{column}` {_TYPES[kind]}" for column, kind in columns.items())
        return self._session.read.schema(schema).parquet(*paths)

    def _recursions(self, recursions: Iterable[Recursion]) -> None:
        """Work out what reads itself, step by step."""
        for one in recursions:
            columns = (*one.columns[:-1], COLUMN)
            table = self._arrow(one.first).rename_columns(columns)
            kinds = [_kind(field.type) for field in table.schema]
            described = dict(zip(columns, kinds, strict=True))
            rows = _rows(table)
            last = list(dict.fromkeys(rows)) if one.distinct else rows
            found = list(last)
            known = set(last)
            for _step in range(_MOST_STEPS):
                if not last:
                    break
                self._local(one.name, described, last)
                rows = _rows(self._arrow(one.step))
                last = (
                    list(dict.fromkeys(r for r in rows if r not in known)) if one.distinct else rows
                )
                known.update(last)
                found += last
            self._local(one.name, described, found)

    def _local(
        self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Value]]
    ) -> None:
        """A view of rows that are at hand."""
        pa = part("pyarrow")
        cells = list(zip(*rows, strict=True))
        if not cells:  # the client takes no table without rows
            nulls = ", ".join(f"CAST(NULL AS {_TYPES[columns[c]]}) AS `{c}`" for c in columns)
            self._make(name, self._frame(f"SELECT {nulls} WHERE 1 = 0"))
            return
        kinds = {"TEXT": pa.string(), "INTEGER": pa.int64(), "REAL": pa.float64()}
        arrays = [
            pa.array(of, kinds[kind]) for of, kind in zip(cells, columns.values(), strict=True)
        ]
        table = pa.Table.from_arrays(arrays, names=list(columns))
        self._make(name, self._session.createDataFrame(table))

    def _make(self, name: str, frame: Any) -> None:
        try:
            frame.createOrReplaceTempView(name)
        except _errors() as error:
            raise _failure(error, name) from error

    def _frame(self, sql: str) -> Any:
        return self._session.sql(sql)

    def _arrow(self, sql: str) -> Any:
        try:
            return self._frame(sql).toArrow()
        except _errors() as error:
            raise _failure(error, "") from error


class OneRegistry:
    """The engine of one registry's audit; what is asked is answered for all of them at once."""

    holds_all = True

    def __init__(self, cluster: Cluster, export: Exported, conn: sqlite3.Connection) -> None:
        self._cluster = cluster
        self._export = export
        self._conn = conn

    def has_rows(self, table: str) -> bool:
        """Whether the export's table has any."""
        return self._export.manifest.tables[table].rows > 0

    def define(self, definitions: Iterable[Definition]) -> None:
        """Nothing: there is all but the waivers, and those are at hand."""

    def select(
        self, sql: str, parameters: Mapping[str, Value]
    ) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
        """The names of the columns, and the registry's rows."""
        if WAIVERS in names_read(sql):
            cursor = self._conn.execute(sql.replace(WHERE_IT_APPLIES, ""), parameters)
            return [column[0] for column in cursor.description], cursor.fetchall()
        answer = self._cluster.answer(sql, parameters)
        return answer.names, answer.rows.get(self._export.registry, ())


def _columns_read(
    name: str, readers: Iterable[tuple[Collection[str], str]]
) -> Collection[str] | None:
    """The words of the texts that read a view, its columns among them; None: one takes them all."""
    words: set[str] = set()
    for names, text in readers:
        if name in names:
            if _ALL.search(text):
                return None
            words.update(_WORD.findall(text))
    return words


def _by_registry(table: Any) -> _Answer:
    names = tuple(name for name in table.column_names if name != COLUMN)
    whose = table.column(COLUMN).to_pylist()
    rows: dict[str, list[tuple[Value, ...]]] = {}
    for registry, row in zip(whose, _rows(table.select(names)), strict=True):
        rows.setdefault(registry, []).append(row)
    return _Answer(names, rows)


def _rows(table: Any) -> list[tuple[Value, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _kind(arrow: Any) -> str:
    types = part("pyarrow").types
    if types.is_integer(arrow):
        return "INTEGER"
    return "REAL" if types.is_floating(arrow) else "TEXT"


def _errors() -> tuple[type[Exception], ...]:
    """What the client raises."""
    errors: Any = part("pyspark.errors")
    grpc: Any = part("grpc")
    return (errors.PySparkException, grpc.RpcError)


def _failure(error: Exception, place: str) -> ClusterFailure:
    text = " ".join(str(error).split())
    return ClusterFailure(
        _("the cluster refuses: {detail}").format(detail=text[:600]), place=place or None
    )
