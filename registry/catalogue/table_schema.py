"""What the tables of a published file hold, column by column, as the file itself says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal
from weakref import WeakKeyDictionary

from registry.catalogue.pages.data import tables_of
from registry.site.context import DATABASE, SiteContext

Kind = Literal["string", "integer", "date", "datetime"]

_DATE: Final = re.compile(r"_on$|^date$|_since$|_from$|^valid_to$")
_TIME: Final = re.compile(r"_at$")
_IN_DAYS: Final = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_CHECK: Final = re.compile(r"(\w+) IN \(((?:'[^']*'(?:,\s*)?)+)\)")


@dataclass(frozen=True)
class ColumnSchema:
    """A column. `choices`: all that it may hold, where the file says so."""

    name: str
    kind: Kind
    required: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values stand in those of another table."""

    columns: tuple[str, ...]
    table: str
    referenced: tuple[str, ...]


@dataclass(frozen=True)
class TableSchema:
    """A table as it can be downloaded."""

    name: str
    columns: tuple[ColumnSchema, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]


_known: WeakKeyDictionary[Any, tuple[TableSchema, ...]] = WeakKeyDictionary()
"""Site → its tables, for a published file never changes."""


async def table_schemas(datasette: Any) -> tuple[TableSchema, ...]:
    """The tables of the file that is served, in the order of the data page."""
    if datasette not in _known:
        site: SiteContext = datasette.site
        database = datasette.get_database(DATABASE)
        names = tables_of(site)
        _known[datasette] = tuple([await _table(database, name, names) for name in names])
    return _known[datasette]


async def _table(database: Any, name: str, all_names: list[str]) -> TableSchema:
    found = (await database.execute(f"PRAGMA table_info([{name}])")).rows
    text = (
        await database.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name])
    ).single_value()
    choices = {
        match[1]: tuple(part.strip().strip("'") for part in match[2].split(","))
        for match in _CHECK.finditer(text)
    }
    columns = [
        ColumnSchema(
            row["name"],
            await _kind(database, name, row["name"], row["type"]),
            bool(row["notnull"] or row["pk"]),
            choices.get(row["name"], ()),
        )
        for row in found
    ]
    key = sorted((row["pk"], row["name"]) for row in found if row["pk"])
    return TableSchema(
        name,
        tuple(columns),
        tuple(column for _place, column in key),
        tuple(await _foreign_keys(database, name, all_names)),
    )


async def _kind(database: Any, table: str, column: str, declared: str) -> Kind:
    if declared == "INTEGER":
        return "integer"
    if _TIME.search(column):
        return "datetime"
    if not _DATE.search(column):
        return "string"
    odd = await database.execute(
        f"SELECT count(*) FROM [{table}] WHERE [{column}] NOT GLOB '{_IN_DAYS}'"
    )
    return "date" if odd.single_value() == 0 else "string"


async def _foreign_keys(database: Any, table: str, known: list[str]) -> list[ForeignKey]:
    found: dict[int, list[Any]] = {}
    for row in (await database.execute(f"PRAGMA foreign_key_list([{table}])")).rows:
        found.setdefault(row["id"], []).append(row)
    keys = []
    for rows in found.values():
        rows.sort(key=lambda row: row["seq"])
        if rows[0]["table"] in known:
            keys.append(
                ForeignKey(
                    tuple(row["from"] for row in rows),
                    rows[0]["table"],
                    tuple(row["to"] or row["from"] for row in rows),
                )
            )
    return sorted(keys, key=lambda key: key.columns)
