"""Exports on disk -> what an audit needs of each at hand: its manifest, and what is looked up."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from registry.cluster.export import LOOKED_UP
from registry.cluster.extra import part
from registry.cluster.manifest import (
    PREFIX,
    ExportError,
    Manifest,
    check_files,
    read_manifest,
    table_path,
)
from registry.locale import _
from registry.store.log.tables import drop_log_triggers
from registry.store.schema.migrations import apply

_LEFTOVER: Final = re.compile(r".*\.[0-9a-f]{8}\.(writing|old)|.*\.lock")
_SAMPLES: Final = {
    "agreement": ("instrument", "provenance"),
    "deliverable": ("duty", "provenance"),
    "guidance_request": ("instrument", "provenance"),
    "service_reduction": ("item", "provenance"),
}
"""Table of the ledger → what a row of each kind is enough of, to know where rows come from."""


@dataclass(frozen=True)
class Exported:
    """The export of one registry."""

    folder: Path
    manifest: Manifest

    @property
    def registry(self) -> str:
        """The registry's name."""
        return self.manifest.registry

    def table(self, name: str) -> str:
        """The path of a table's file, as an engine is told it."""
        return str(table_path(self.folder, name).absolute())


def find_exports(folders: Iterable[Path]) -> list[Exported]:
    """The exports of the folders, each checked against its manifest, by the registries' names.

    Raises ExportError for a folder without any, two of one registry, and one that is not whole.
    """
    found: dict[str, Exported] = {}
    for folder in (one for named in folders for one in _partitions(named)):
        manifest = read_manifest(folder)
        other = found.get(manifest.registry)
        if other is not None and other.folder.resolve() == folder.resolve():
            continue
        if other is not None:
            raise ExportError(
                _("{other} is an export of the same registry, {name}").format(
                    other=other.folder, name=manifest.registry
                ),
                _("Name one of them, or export with another --name."),
                folder,
            )
        found[manifest.registry] = Exported(folder, manifest)
    exports = [found[name] for name in sorted(found)]
    for export in exports:
        check_files(export.folder, export.manifest)
    return exports


def _partitions(folder: Path) -> list[Path]:
    """The folders of single registries: that one itself, or those in it."""
    if folder.name.startswith(PREFIX):
        return [folder]
    try:
        inside = sorted(p for p in folder.iterdir() if p.name.startswith(PREFIX) and p.is_dir())
    except OSError as error:
        raise ExportError(
            _("it can't be read: {detail}").format(detail=error.strerror or error),
            _("Name a folder that `registry export parquet` wrote."),
            folder,
        ) from error
    found = [path for path in inside if not _LEFTOVER.fullmatch(path.name)]
    if not found:
        raise ExportError(
            _("the folder holds no export"),
            _("Name a folder that `registry export parquet` wrote."),
            folder,
        )
    return found


class SmallRegistries:
    """Registries in memory, with those tables that findings look things up in."""

    def __init__(self) -> None:
        self._empty = sqlite3.connect(":memory:", isolation_level=None)
        apply(self._empty)
        drop_log_triggers(self._empty)

    def of(self, export: Exported) -> sqlite3.Connection:
        """The one of an export. Of the ledger it has a row of each kind, and no more."""
        conn = sqlite3.connect(":memory:", isolation_level=None)
        self._empty.backup(conn)
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("BEGIN")
        for name in (*LOOKED_UP, *_SAMPLES):
            columns = [c for c in export.manifest.tables[name].columns if _is_stored(conn, name, c)]
            table = part("pyarrow.parquet").read_table(export.table(name), columns=columns)
            if name in _SAMPLES:
                table = _sample(table, _SAMPLES[name])
            conn.execute(f"DELETE FROM {name}")  # what migrations bring
            marks = ", ".join("?" * len(columns))
            names = ", ".join(f'"{column}"' for column in columns)
            rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
            conn.executemany(f"INSERT INTO {name} ({names}) VALUES ({marks})", rows)
        conn.execute("COMMIT")
        return conn


def _is_stored(conn: sqlite3.Connection, table: str, column: str) -> bool:
    """Whether a column is none that SQLite generates."""
    return bool(
        conn.execute(
            "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", (table, column)
        ).fetchone()
    )


def _sample(table: Any, kind: tuple[str, ...]) -> Any:
    """A row of each kind, of those that are not voided."""
    compute = part("pyarrow.compute")
    table = table.filter(compute.is_null(table["voided_on"]))
    firsts = table.group_by(list(kind)).aggregate([("no", "min")])["no_min"]
    return table.filter(compute.is_in(table["no"], value_set=firsts.combine_chunks()))
