"""Publish: the working file -> a public file that holds nothing but what the public may see."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.catalogue.selection import INDEXES, SELECTIONS, LeftOut, left_out, stand, step_down
from registry.files import remove_leftovers, sync
from registry.model.vocabulary import Provenance
from registry.site.errors import CatalogueProblem
from registry.site.published import is_published
from registry.site.search.index import index_text
from registry.site.search.pinyin import fill_readings
from registry.store.connection import PUBLISHED_ID, connect, transaction

_SIDE_FILES: Final = ("-wal", "-shm", "-journal")
_ENDING: Final = "publishing"
_SIDES: Final = ("", "-journal", ".vacuumed", ".vacuumed-journal")


@dataclass(frozen=True)
class Publication:
    """What was published: rows of each table as they stand on `as_of`, and what was left out."""

    path: Path
    as_of: str
    rows: dict[str, int]
    left_out: list[LeftOut]


@dataclass(frozen=True)
class Projection:
    """A kind of published file: how it is told from others, and how it is made.

    `name`: what the names of its files begin with, in a folder of publications.
    `schemas` make the tables of the schema `public`; `selections`: table → the SELECT that fills
    it, in the order in which tables refer to each other. `prepare` makes temporary tables that
    they read besides; `left_out` tells what the file lacks.
    """

    name: str
    application_id: int
    schemas: tuple[Path, ...]
    selections: Mapping[str, str]
    prepare: Callable[[sqlite3.Connection], None] = lambda _conn: None
    left_out: Callable[[sqlite3.Connection, Sequence[Provenance]], list[LeftOut]] = left_out


PUBLIC: Final = Projection(
    "catalogue", PUBLISHED_ID, (Path(__file__).with_name("schema.sql"),), SELECTIONS
)


def publish(
    source: Path, target: Path, *, as_of: str, demo: bool, projection: Projection = PUBLIC
) -> Publication:
    """Write a projection of the working file `source` to `target`; by default the public one.

    It is written beside `target`, checked, and moved into place; until then an old file is
    untouched. Without `demo` no row of provenance demonstration gets in, nor a trace of one.

    Raises CatalogueProblem for what stands at `target`, StoreError for `source`.
    """
    target = target.resolve()
    _refuse_to_overwrite(source, target, projection.application_id)
    remove_leftovers(target, _ENDING, _SIDES)
    hidden: tuple[Provenance, ...] = () if demo else ("demonstration",)
    beside = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.{_ENDING}")
    vacuumed = Path(f"{beside}.vacuumed")
    try:
        with _projected(source, beside, as_of, hidden, projection) as (conn, rows, missing):
            conn.execute("VACUUM public INTO ?", (str(vacuumed),))
            check(vacuumed, target, projection.application_id)
            sync(vacuumed)
            for suffix in _SIDE_FILES:
                # Of the old file; left behind, they would be applied to the new one.
                Path(f"{target}{suffix}").unlink(missing_ok=True)
            vacuumed.replace(target)
            sync(target.parent)
    finally:
        for path in (beside, Path(f"{beside}-journal"), vacuumed, Path(f"{vacuumed}-journal")):
            path.unlink(missing_ok=True)
    return Publication(target, as_of, rows, missing)


def _refuse_to_overwrite(source: Path, target: Path, application_id: int) -> None:
    if not target.parent.is_dir():
        raise CatalogueProblem("no-folder", target.parent)
    if target.exists():
        if source.exists() and target.samefile(source):
            raise CatalogueProblem("working-file", target)
        if not is_published(target, application_id):
            raise CatalogueProblem("not-published", target)


@contextmanager
def _projected(
    source: Path,
    beside: Path,
    as_of: str,
    hidden: tuple[Provenance, ...],
    projection: Projection,
) -> Iterator[tuple[sqlite3.Connection, dict[str, int], list[LeftOut]]]:
    """A connection on which `public` is the filled file, held locked; rows; what was left out."""
    conn = connect(source)
    try:
        conn.create_function("index_text", 1, index_text, deterministic=True)
        conn.execute("ATTACH ? AS public", (f"{beside.as_uri()}?mode=rwc",))
        # Nobody else reads this file, and if we are killed it is thrown away.
        conn.execute("PRAGMA public.locking_mode = EXCLUSIVE")
        conn.execute("PRAGMA public.synchronous = OFF")
        conn.execute(f"PRAGMA public.application_id = {projection.application_id}")
        for schema in projection.schemas:
            conn.executescript(schema.read_text(encoding="utf-8"))
        # One reading transaction: the working file as it was at one moment.
        with transaction(conn, "DEFERRED"):
            stand(conn, as_of, hidden)
            _refuse_shared_ids(conn, source)
            projection.prepare(conn)
            rows = _fill(conn, projection.selections)
            missing = projection.left_out(conn, hidden)
        step_down(conn)
        yield conn, rows, missing
    finally:
        conn.close()


def _refuse_shared_ids(conn: sqlite3.Connection, source: Path) -> None:
    shared = conn.execute(
        "SELECT id FROM items GROUP BY id HAVING count(*) > 1"
        " UNION ALL SELECT number FROM agreements GROUP BY number HAVING count(*) > 1"
    ).fetchone()
    if shared:
        raise CatalogueProblem("same-id", source, shared[0])


def _fill(conn: sqlite3.Connection, selections: Mapping[str, str]) -> dict[str, int]:
    """Fill every table and index; tables with their rows."""
    rows = {}
    for table, selection in selections.items():
        info = conn.execute("SELECT name FROM pragma_table_info(?, 'public')", (table,))
        columns = ", ".join(name for (name,) in info)
        rows[table] = conn.execute(
            f"INSERT INTO public.{table} ({columns}) SELECT {columns} FROM ({selection})"
        ).rowcount
    for index, (table, column) in INDEXES.items():
        conn.execute(
            f"INSERT INTO public.{index} (rowid, {column})"
            f" SELECT no, index_text({column}) FROM public.{table} ORDER BY no"
        )
    fill_readings(conn)
    return rows


def check(path: Path, target: Path, application_id: int) -> None:
    """Hold a new file to its schema and indexes. Raises CatalogueProblem, which names `target`."""
    conn = sqlite3.connect(path, isolation_level=None)
    try:
        conn.execute("PRAGMA journal_mode = DELETE")
        problems = [row[0] for row in conn.execute("PRAGMA integrity_check") if row[0] != "ok"]
        problems += [f"foreign key of {row[0]}" for row in conn.execute("PRAGMA foreign_key_check")]
        for index in INDEXES:
            conn.execute(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        problems = [str(error)]
    finally:
        conn.close()
    if problems or not is_published(path, application_id):
        raise CatalogueProblem("damaged", target, "; ".join(problems[:5]))
