"""Exports: typed tables, a manifest that fits them, and nothing half written."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from registry.audit.portable import tables_read
from registry.audit.rule import load_rules
from registry.cluster.export import OF_DAYS
from registry.cluster.manifest import (
    MANIFEST,
    SCHEMA,
    ExportError,
    check_files,
    checked_name,
    read_manifest,
)
from registry.cluster.reading import find_exports
from registry.files import file_digest
from registry.store.connection import connect
from registry.store.log.checkpoints import log_head
from registry.store.provenance import provenance_counts
from tests.exported import export

CITY = "registry=甲市"
TYPES = {"TEXT": "string", "INTEGER": "int64", "REAL": "double"}


@pytest.fixture
def city(exports: Path, tmp_path: Path) -> Path:
    """Copy an export to where a test may change it."""
    copy = Path(shutil.copytree(exports / CITY, tmp_path / "copied" / CITY))
    for path in copy.iterdir():
        path.chmod(0o644)
    return copy


def test_every_table_that_rules_read_is_there_row_for_row(
    exports: Path, demonstration: Path
) -> None:
    conn = connect(demonstration)
    manifest = read_manifest(exports / CITY)
    tables = tables_read(conn, [rule.sql for rule in load_rules()])
    assert {table.name for table in tables} <= set(manifest.tables)
    assert set(OF_DAYS) <= set(manifest.tables)
    for table in tables:
        stated = manifest.tables[table.name]
        found = pq.read_table(exports / CITY / f"{table.name}.parquet")
        columns = ", ".join(f'"{name}"' for name in stated.columns)
        rows = conn.execute(f"SELECT {columns} FROM main.{table.name}").fetchall()
        assert found.num_rows == stated.rows == len(rows)
        assert [tuple(row.values())[1:] for row in found.to_pylist()] == rows
        types = {field.name: str(field.type) for field in found.schema}
        assert types == {
            "registry": "string",
            **{name: TYPES[kind] for name, kind in stated.columns.items()},
        }
        assert set(found["registry"].to_pylist()) <= {"甲市"}
    conn.close()


def test_the_manifest_says_what_it_is_of(exports: Path, demonstration: Path) -> None:
    manifest = read_manifest(exports / CITY)
    conn = connect(demonstration)
    head = log_head(conn)
    assert (manifest.registry, manifest.schema_version) == ("甲市", SCHEMA)
    assert manifest.checkpoint.model_dump() == {
        "origin": "某市改革办",
        "entries": head.entries,
        "bytes": head.bytes,
        "sha256": head.sha256,
    }
    assert manifest.provenance == provenance_counts(conn)
    conn.close()
    check_files(exports / CITY, manifest)


def test_neither_the_log_nor_who_made_changes_is_exported(exports: Path) -> None:
    tables = read_manifest(exports / CITY).tables
    assert not {"entry", "finding", "run", "service", "zone_contact"} & set(tables)
    assert not {"by", "why", "command"} & set(tables["log_state"].columns)


def test_an_export_takes_the_place_of_the_one_before(built: Path, tmp_path: Path) -> None:
    first = export(built, tmp_path / "out", "甲市")
    again = export(built, tmp_path / "out", "甲市")
    assert first.digest == again.digest == file_digest(again.folder / MANIFEST)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [CITY]


@pytest.mark.parametrize("lost", [MANIFEST, "zone.parquet"])
def test_half_an_export_is_not_replaced(city: Path, built: Path, lost: str) -> None:
    (city / lost).unlink()
    with pytest.raises(ExportError, match="no whole export"):
        export(built, city.parent, "甲市")
    assert not (city / lost).exists()


def test_a_folder_with_anything_else_is_refused(built: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.docx").touch()
    with pytest.raises(ExportError, match=r"holds letters\.docx, which is no export"):
        export(built, tmp_path, "甲市")
    assert [path.name for path in tmp_path.iterdir()] == ["letters.docx"]


def test_what_a_killed_export_left_is_cleared_away(city: Path, built: Path) -> None:
    (city.parent / f"{CITY}.0123abcd.writing").mkdir()
    old = city.parent / f"{CITY}.89abcdef.old"
    city.rename(old)  # killed between the two moves: what stood there comes back
    export(built, city.parent, "甲市")
    assert [path.name for path in city.parent.iterdir()] == [CITY]


def test_a_failure_leaves_the_old_export(
    city: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (city / MANIFEST).read_bytes()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("registry.cluster.export.log_head", full)
    with pytest.raises(ExportError, match="No space left on device"):
        export(built, city.parent, "甲市")
    assert (city / MANIFEST).read_bytes() == before
    assert [path.name for path in city.parent.iterdir()] == [CITY]


@pytest.mark.parametrize("name", ["", " 甲市", "甲/乙", "a=b", "..", "a\nb", "市" * 61])
def test_a_name_that_no_folder_can_bear_is_refused(name: str) -> None:
    with pytest.raises(ExportError, match="can't be the name of a folder"):
        checked_name(name)


def _spoil_digest(city: Path) -> str:
    with (city / "zone.parquet").open("ab") as stream:
        stream.write(b"\0")
    return r"zone\.parquet: the file has the digest"


def _spoil_schema(city: Path) -> str:
    path = city / MANIFEST
    content = json.loads(path.read_text("utf-8"))
    content["schema_version"] = "0001_registry"
    path.write_text(json.dumps(content), encoding="utf-8")
    return rf"manifest\.json: the export has the schema 0001_registry, .* reads {SCHEMA}"


def _lose_table(city: Path) -> str:
    (city / "zone.parquet").unlink()
    return r"zone\.parquet: the file is missing"


def _lose_manifest(city: Path) -> str:
    (city / MANIFEST).unlink()
    return r"manifest\.json: there is no manifest"


def _break_manifest(city: Path) -> str:
    (city / MANIFEST).write_text("{}", encoding="utf-8")
    return r"manifest\.json: it is no manifest of an export"


@pytest.mark.parametrize(
    "spoil", [_spoil_digest, _spoil_schema, _lose_table, _lose_manifest, _break_manifest]
)
def test_an_export_that_does_not_fit_is_refused_by_the_file(
    city: Path, spoil: Callable[[Path], str]
) -> None:
    expected = spoil(city)
    with pytest.raises(ExportError, match=expected):
        find_exports([city.parent])


def test_two_exports_of_one_registry_are_refused(exports: Path, city: Path) -> None:
    with pytest.raises(ExportError, match="an export of the same registry, 甲市"):
        find_exports([exports, city])


def test_a_folder_may_be_named_as_a_whole_or_by_its_parts(exports: Path, tmp_path: Path) -> None:
    names = [one.registry for one in find_exports([exports])]
    assert names == ["乙市", "甲市"]
    parts = find_exports([exports / CITY, exports, exports / "registry=乙市"])
    assert [one.registry for one in parts] == names
    with pytest.raises(ExportError, match="holds no export"):
        find_exports([tmp_path])
    with pytest.raises(ExportError, match="can't be read"):
        find_exports([tmp_path / "nowhere"])


def test_exporting_changes_nothing(built_copy: Path, tmp_path: Path) -> None:
    before = built_copy.read_bytes()
    export(built_copy, tmp_path / "out", "甲市")
    assert built_copy.read_bytes() == before
    conn = sqlite3.connect(built_copy)
    assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    conn.close()
