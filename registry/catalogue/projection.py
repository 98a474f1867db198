"""Publish: the working file -> a public file that holds nothing but what the public may see."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.catalogue.problems import CatalogueProblem
from registry.catalogue.published import is_published
from registry.catalogue.search import index_text
from registry.catalogue.search_pinyin import fill_readings
from registry.catalogue.selection import INDEXES, SELECTIONS, LeftOut, left_out, stand, step_down
from registry.model.vocabulary import Provenance
from registry.store.connection import PUBLISHED_ID, connect, transaction
from registry.store.files import remove_leftovers, sync

_SCHEMA: Final = Path(__file__).with_name("schema.sql")
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


def publish(source: Path, target: Path, *, as_of: str, demo: bool) -> Publication:
    """Write the public projection of the working file `source` to `target`.

    It is written beside `target`, checked, and moved into place; until then an old file is
    untouched. Without `demo` no row of provenance demonstration gets in, nor a trace of one.

    Raises CatalogueProblem for what stands at `target`, StoreError for `source`.
    """
    target = target.resolve()
    _refuse_to_overwrite(source, target)
    remove_leftovers(target, _ENDING, _SIDES)
    hidden: tuple[Provenance, ...] = () if demo else ("demonstration",)
    beside = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.{_ENDING}")
    vacuumed = Path(f"{beside}.vacuumed")
    try:
        with _projected(source, beside, as_of, hidden) as (conn, rows, missing):
            conn.execute("VACUUM public INTO ?", (str(vacuumed),))
            _check(vacuumed, target)
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


def _refuse_to_overwrite(source: Path, target: Path) -> None:
    if not target.parent.is_dir():
        raise CatalogueProblem("no-folder", target.parent)
    if target.exists():
        if source.exists() and target.samefile(source):
            raise CatalogueProblem("working-file", target)
        if not is_published(target):
            raise CatalogueProblem("not-published", target)


@contextmanager
def _projected(
    source: Path, beside: Path, as_of: str, hidden: tuple[Provenance, ...]
) -> Iterator[tuple[sqlite3.Connection, dict[str, int], list[LeftOut]]]:
    """A connection on which `public` is the filled file, held locked; rows; what was left out."""
    conn = connect(source)
    try:
        conn.create_function("index_text", 1, index_text, deterministic=True)
        conn.execute("ATTACH ? AS public", (f"{beside.as_uri()}?mode=rwc",))
        # Nobody else reads this file, and if we are killed it is thrown away.
        conn.execute("PRAGMA public.locking_mode = EXCLUSIVE")
        conn.execute("PRAGMA public.synchronous = OFF")
        conn.execute(f"PRAGMA public.application_id = {PUBLISHED_ID}")
        conn.executescript(_SCHEMA.read_text(encoding="utf-8"))
        # One reading transaction: the working file as it was at one moment.
        with transaction(conn, "DEFERRED"):
            stand(conn, as_of, hidden)
            _refuse_shared_ids(conn, source)
            rows = _fill(conn)
            missing = left_out(conn, hidden)
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


def _fill(conn: sqlite3.Connection) -> dict[str, int]:
    """Fill every table and index; tables with their rows."""
    rows = {}
    for table, selection in SELECTIONS.items():
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


def _check(path: Path, target: Path) -> None:
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
    if problems or not is_published(path):
        raise CatalogueProblem("damaged", target, "; ".join(problems[:5]))
