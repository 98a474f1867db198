"""Opening a published file: how it is recognised, and what is read from it for every page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from registry.files import DATABASE_MAGIC, file_digest
from registry.locale import _
from registry.model.vocabulary import ITEM_FIELDS, PROVENANCES, Provenance
from registry.site.errors import SiteError
from registry.store.connection import PUBLISHED_ID

_APPLICATION_ID: Final = slice(68, 72)  # of a SQLite file's header


def is_published(path: Path, application_id: int = PUBLISHED_ID) -> bool:
    """Whether the file says of itself that it is such a projection. Opens no database."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        header = stream.read(100)
    found = int.from_bytes(header[_APPLICATION_ID], "big")
    return header.startswith(DATABASE_MAGIC) and found == application_id


class PublishedInstrument(NamedTuple):
    """An instrument as titles of pages name it. `place`: what it is about, as 某市."""

    id: str
    number: str
    source: str
    source_en: str | None
    provenance: Provenance
    place: str
    place_en: str | None


@dataclass(frozen=True)
class PublishedFile:
    """A published file: its day, its tables, its instruments, and where its rows come from.

    `digest`: the SHA-256 of its bytes. `columns`: of each table. `unofficial`: table → how
    many of its rows are of which unofficial provenance; `unofficial_fields`: of official items,
    those that some list leaves open. `names`: for a column that refers
    to another table, that table and what its rows are called. `english`: kind of name → what it is
    of → the English that instruments give (table `english_names`).
    """

    path: Path
    digest: str
    as_of: str
    tables: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    provenance: dict[Provenance, int]
    unofficial: dict[str, dict[Provenance, int]]
    unofficial_fields: tuple[str, ...]
    names: dict[str, tuple[str, dict[str, str]]]
    instruments: tuple[PublishedInstrument, ...]
    english: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def several(self) -> bool:
        """Whether it holds several instruments."""
        return len(self.instruments) > 1

    @property
    def has_demonstration(self) -> bool:
        """Whether invented rows are in it."""
        return self.provenance["demonstration"] > 0

    @property
    def has_reconstruction(self) -> bool:
        """Whether rows are in it that were put together from the law, not from official lists."""
        return self.provenance["reconstruction"] > 0

    @property
    def items_reconstructed(self) -> bool:
        """Whether items are among them."""
        return bool(self.unofficial.get("items", {}).get("reconstruction"))


def refuse_outdated(published: PublishedFile, schemas: Iterable[Path]) -> None:
    """Raise SiteError for a file that an earlier version published: its pages would lack something.

    `schemas`: of the projection, as the program publishes it now.
    """
    conn = sqlite3.connect(":memory:")
    try:
        conn.execute("ATTACH ':memory:' AS public")
        for schema in schemas:
            conn.executescript(schema.read_text(encoding="utf-8"))
        tables = conn.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'public' AND type = 'table'"
        )
        for (table,) in tables.fetchall():
            rows = conn.execute("SELECT name FROM pragma_table_info(?, 'public')", (table,))
            lacking = {name for (name,) in rows} - {*published.columns.get(table, ())}
            if lacking and not table.startswith("sqlite_"):
                raise SiteError(
                    _("{path} was published by an earlier version: it lacks {what}").format(
                        path=published.path, what=f"{table}.{min(lacking)}"
                    ),
                    _("Publish it again with `registry publish`."),
                )
    finally:
        conn.close()


def open_published(path: Path, application_id: int = PUBLISHED_ID) -> PublishedFile:
    """Look into a published file. Raises SiteError where it is none of that kind."""
    if not path.exists():
        raise SiteError(
            _("there is no file {path}").format(path=path),
            _("`registry publish -o FILE` makes it."),
        )
    if not is_published(path, application_id):
        raise _not_published(path)
    conn = connect_published(path)
    try:
        as_of = conn.execute("SELECT date FROM as_of").fetchone()[0]
        tables = _tables(conn)
        columns = {table: _columns(conn, table) for table in tables}
        by_table = _provenance(conn, tables)
        return PublishedFile(
            *(path, file_digest(path), as_of, tables, columns),
            {p: sum(counts.get(p, 0) for counts in by_table.values()) for p in PROVENANCES},
            {t: rest for t, counts in by_table.items() if (rest := _unofficial(counts))},
            _unofficial_fields(conn) if "unofficial_fields" in columns.get("items", ()) else (),
            _names(conn),
            _instruments(conn, columns["instrument"]),
            _english(conn) if "english_names" in tables else {},
        )
    except (sqlite3.DatabaseError, UnicodeDecodeError, TypeError, KeyError) as error:
        raise _not_published(path) from error
    finally:
        conn.close()


def _not_published(path: Path) -> SiteError:
    return SiteError(
        _("{path} is not a published file, so it is not served").format(path=path),
        _("`registry publish -o FILE` makes one."),
    )


def _tables(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Tables with rows of their own: not full-text indexes, nor what those are made of."""
    listed = conn.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        " AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return tuple(name for (name,) in listed)


def _columns(conn: sqlite3.Connection, table: str) -> tuple[str, ...]:
    listed = conn.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return tuple(name for (name,) in listed)


def _provenance(
    conn: sqlite3.Connection, tables: tuple[str, ...]
) -> dict[str, dict[Provenance, int]]:
    """How many rows of each table have which provenance, in any column that tells one."""
    by_table: dict[str, dict[Provenance, int]] = {}
    for table in tables:
        counts: dict[Provenance, int] = dict.fromkeys(PROVENANCES, 0)
        columns = conn.execute(
            "SELECT name FROM pragma_table_info(?) WHERE name LIKE '%provenance'", (table,)
        )
        for (column,) in columns.fetchall():
            for provenance, rows in conn.execute(
                f"SELECT {column}, count(*) FROM {table} WHERE {column} NOT NULL GROUP BY 1"
            ):
                counts[provenance] += rows
        by_table[table] = counts
    return by_table


def _unofficial(counts: dict[Provenance, int]) -> dict[Provenance, int]:
    return {p: n for p, n in counts.items() if n and p != "official"}


def _unofficial_fields(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Fields of official items that are not their list's, each once, in order."""
    found = {
        field
        for (fields,) in conn.execute(
            "SELECT DISTINCT unofficial_fields FROM items WHERE unofficial_fields NOT NULL"
        )
        for field in fields.split(";")
    }
    return tuple(field for field in ITEM_FIELDS if field in found)


def _names(conn: sqlite3.Connection) -> dict[str, tuple[str, dict[str, str]]]:
    return {
        column: (table, dict(conn.execute(f"SELECT id, {name} FROM {table}").fetchall()))
        for column, table, name in (
            ("zone", "zones", "short_name"),
            ("department", "departments", "short_name"),
            ("instrument", "instrument", "number"),
        )
    }


def _instruments(
    conn: sqlite3.Connection, columns: tuple[str, ...]
) -> tuple[PublishedInstrument, ...]:
    """The instruments, in their order. Files of the first edition lack some columns."""
    instead = {"place": "issuer"}
    known = [
        name if name in columns else f"{instead.get(name, 'NULL')} AS {name}"
        for name in PublishedInstrument._fields
    ]
    rows = conn.execute(f"SELECT {', '.join(known)} FROM instrument ORDER BY rowid")
    return tuple(PublishedInstrument._make(row) for row in rows)


def _english(conn: sqlite3.Connection) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for kind, of, name in conn.execute("SELECT kind, of, name FROM english_names"):
        found.setdefault(kind, {})[of] = name
    return found


def connect_published(path: Path) -> sqlite3.Connection:
    """A read-only connection to a file that never changes; its name may hold any character."""
    uri = f"{path.absolute().as_uri()}?immutable=1"
    conn = sqlite3.connect(uri, uri=True, check_same_thread=False)
    conn.execute("PRAGMA query_only = ON")
    return conn
