"""A registry as Parquet: the tables that rules read, typed as its schema types them.

DIR/registry=NAME/ holds one file a table and manifest.json; several registries stand side by side.
It is written beside and moved into place.
"""

from __future__ import annotations

import glob
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.audit.portable import Column, tables_read, temporary_table
from registry.authority.case_verdicts import TABLES as OF_CASES
from registry.authority.case_verdicts import TABLES_OF_A_DAY, create_case_tables
from registry.cluster.extra import part
from registry.cluster.manifest import (
    COLUMN,
    MANIFEST,
    PREFIX,
    SCHEMA,
    ExportError,
    LogHead,
    Manifest,
    Table,
    checked_name,
    manifest_text,
    table_path,
)
from registry.files import file_digest, locked, path_beside, sync
from registry.locale import _
from registry.model.waiver import Waiver
from registry.store.log.checkpoints import log_head
from registry.store.provenance import LEDGER_TABLES, provenance_counts
from registry.store.views import create_shadow_views, view_texts, views_below

OF_DAYS: Final = {f"{name}_of_days": name for name in TABLES_OF_A_DAY}
"""Table of an export → the temporary table of an audit that it is, for all days."""

LOOKED_UP: Final = (
    *("body_event", "clause", "clause_rule", "department", "duty", "duty_check", "duty_owed_by"),
    *("instrument", "item", "item_department", "item_unofficial_field", "law", "workday", "zone"),
)
"""Tables that findings look things up in, besides those of the ledger."""

_LAST_DAY: Final = "9999-12-31"
_ROWS: Final = 100_000
"""Rows that are written at a time."""
_NO_CODE: Final = re.compile(r"/\*.*?\*/|--[^\n]*|'[^']*'", re.DOTALL)
_WORD: Final = re.compile(r"[a-z_0-9]+")
_TYPES: Final = {"INTEGER": "int64", "TEXT": "string", "REAL": "float64"}


@dataclass(frozen=True)
class Origin:
    """What an export says of where it comes from. `log`: whose log it is; `at`: now, ISO 8601."""

    registry: str
    log: str
    version: str
    at: str
    waivers: Sequence[Waiver] = ()


@dataclass(frozen=True)
class Export:
    """What was written. `digest`: SHA-256 of the manifest, which states those of all files."""

    folder: Path
    manifest: Manifest
    digest: str


def export_parquet(
    conn: sqlite3.Connection, target: Path, origin: Origin, queries: Collection[str]
) -> Export:
    """Write one state of the registry, as far as `queries`, the rules' SELECTs, read it.

    An export of the same registry that stands there whole is replaced. Raises ExportError for
    anything else at its place, and where it can't be written; the old one then stays.
    """
    folder = target / f"{PREFIX}{checked_name(origin.registry)}"
    part("pyarrow.parquet")  # before anything is made
    try:
        if target.is_symlink() or not target.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        _refuse_strangers(target)
        with locked(folder):
            _clear(folder)
            _refuse_half(folder)
            beside = path_beside(folder)
            beside.mkdir()
            try:
                manifest = _write(conn, beside, origin, queries)
                _move(beside, folder)
            finally:
                shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:  # also of a lock that another export holds
        raise ExportError(
            _("the export can't be written: {detail}").format(detail=error.strerror or error),
            _("Name another folder, or try again."),
            folder,
        ) from error
    return Export(folder, manifest, file_digest(folder / MANIFEST))


def _write(
    conn: sqlite3.Connection, folder: Path, origin: Origin, queries: Collection[str]
) -> Manifest:
    conn.execute("BEGIN")
    try:
        tables = {
            name: _write_table(conn, table_path(folder, name), source, columns, origin.registry)
            for name, source, columns in _tables(conn, queries)
        }
        head, provenance = log_head(conn), provenance_counts(conn)
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")  # of temporary objects only
    manifest = Manifest(
        format="registry-parquet 1",
        registry=origin.registry,
        schema_version=SCHEMA,
        version=origin.version,
        exported_at=origin.at,
        checkpoint=LogHead(
            origin=origin.log, entries=head.entries, bytes=head.bytes, sha256=head.sha256
        ),
        waivers=list(origin.waivers),
        provenance=provenance,
        tables=tables,
    )
    (folder / MANIFEST).write_text(manifest_text(manifest), encoding="utf-8", newline="\n")
    for path in folder.iterdir():
        sync(path)
    sync(folder)
    return manifest


def _tables(
    conn: sqlite3.Connection, queries: Collection[str]
) -> Iterator[tuple[str, str, Sequence[Column]]]:
    """Name in the export, the table itself, and its columns."""
    names = view_texts()
    texts = [*queries, *(names[view] for view in views_below(queries))]
    words = {word for text in texts for word in _WORD.findall(_NO_CODE.sub("", text))}
    for table in tables_read(
        conn, [*queries, *(f"FROM {name}" for name in (*LOOKED_UP, *LEDGER_TABLES))]
    ):
        source = f"main.{table.name}"
        spare = set() if table.name in LOOKED_UP else _spare_columns(conn, table.name, words)
        yield table.name, source, [c for c in table.columns if c.name not in spare]
    create_shadow_views(conn, _LAST_DAY, materialise=True, queries={"zone_case_counts"})
    create_case_tables(conn, OF_CASES, whatever_day=True)
    for name, source in OF_DAYS.items():
        yield name, f"temp.{source}", temporary_table(conn, source).columns


def _spare_columns(conn: sqlite3.Connection, table: str, words: Collection[str]) -> set[str]:
    """Columns that may be empty and that no rule or view names: who made a change, say."""
    declared = conn.execute(
        'SELECT name FROM pragma_table_info(?) WHERE "notnull" = 0 AND pk = 0', (table,)
    )
    return {name for (name,) in declared} - set(words)


def _write_table(
    conn: sqlite3.Connection, path: Path, source: str, columns: Sequence[Column], registry: str
) -> Table:
    pa, parquet = part("pyarrow"), part("pyarrow.parquet")
    types = {column.name: getattr(pa, _TYPES[column.type])() for column in columns}
    schema = pa.schema([(COLUMN, pa.string()), *types.items()])
    names = ", ".join(f'"{column.name}"' for column in columns)
    cursor = conn.execute(f"SELECT {names} FROM {source}")
    rows = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := cursor.fetchmany(_ROWS):
            whose = pa.repeat(pa.scalar(registry), len(batch))
            arrays = map(pa.array, zip(*batch, strict=True), types.values())
            writer.write_table(pa.Table.from_arrays([whose, *arrays], schema=schema))
            rows += len(batch)
    return Table(rows=rows, columns={c.name: c.type for c in columns}, sha256=file_digest(path))


def _refuse_strangers(target: Path) -> None:
    """Refuse a folder that holds anything but exports: a name was mistaken."""
    for path in sorted(target.iterdir()):
        if not path.name.startswith(PREFIX):
            raise ExportError(
                _("the folder holds {name}, which is no export").format(name=path.name),
                _("Name an empty folder, or one that holds exports only."),
                target,
            )


def _refuse_half(folder: Path) -> None:
    """Refuse what stands in the export's place and is no whole export."""
    if not os.path.lexists(folder):
        return
    half = ExportError(
        _("what stands there is no whole export"), _("Remove it, and export again."), folder
    )
    if folder.is_symlink() or not folder.is_dir():
        raise half
    found = {path.name for path in folder.iterdir()}
    try:
        stated = json.loads((folder / MANIFEST).read_bytes())["tables"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise half from error
    if found != {MANIFEST, *(f"{table}.parquet" for table in stated)}:
        raise half


def _clear(folder: Path) -> None:
    """Remove what exports of this registry that were killed left beside it; the lock is held."""
    name = glob.escape(folder.name)
    for path in folder.parent.glob(f"{name}.*.old"):
        if folder.exists():
            shutil.rmtree(path)
        else:  # killed between the two moves
            path.rename(folder)
    for path in folder.parent.glob(f"{name}.*.writing"):
        shutil.rmtree(path)


def _move(beside: Path, folder: Path) -> None:
    """Let a written export take the place of the one before."""
    old = path_beside(folder, "old")
    replaced = folder.exists()
    if replaced:
        folder.rename(old)
    try:
        beside.rename(folder)
    except OSError:
        if replaced:
            with suppress(OSError):
                old.rename(folder)
        raise
    sync(folder.parent)
    shutil.rmtree(old, ignore_errors=True)
