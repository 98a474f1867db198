"""The schema: strict tables, enforced keys, and files of other versions."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from registry.store.connection import APPLICATION_ID, StoreError, connect, transaction
from registry.store.schema import MIGRATIONS, migrations
from registry.store.schema.versions import ensure_current, pending


@pytest.fixture
def conn(built_copy: Path) -> sqlite3.Connection:
    return connect(built_copy)


def test_every_migration_has_its_script_and_every_script_its_migration() -> None:
    assert tuple(sorted(path.stem for path in migrations._TABLES.glob("*.sql"))) == MIGRATIONS


def test_a_new_file_is_ours_and_in_rollback_journal_mode(conn: sqlite3.Connection) -> None:
    assert conn.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert conn.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_every_table_of_ours_is_strict(conn: sqlite3.Connection) -> None:
    tables = conn.execute(
        "SELECT name, strict FROM pragma_table_list"
        " WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'"
        " AND name NOT LIKE '%migrations'"
    ).fetchall()
    scripts = (migrations._TABLES / f"{name}.sql" for name in MIGRATIONS)
    made = sum(script.read_text(encoding="utf-8").count("CREATE TABLE") for script in scripts)
    assert len(tables) == made
    assert {strict for _, strict in tables} == {1}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE item SET seq = 'one'",
        "UPDATE item SET scope = '一部分'",
        "UPDATE item SET mode = '代办'",
        "UPDATE item SET parent = 99999",
        "UPDATE item SET annex = 9",
        "UPDATE item SET provenance = 'hearsay'",
        "UPDATE item SET id = '1-01'",
        "UPDATE delegation SET zone = 9",
        "UPDATE delegation SET item = 1",
        "UPDATE agreement SET department = NULL",
        "UPDATE agreement SET number = 'same'",
        "UPDATE duty SET unit = 'week'",
        "UPDATE guidance_request SET kind = '其他'",
        "UPDATE workday SET certainty = 'likely'",
        "INSERT INTO proof VALUES (1, 99999, '2021-05-01', 1)",
        "INSERT INTO run_rule VALUES (7, 'CAT001', '', '', 0, 0, 0, 0, 0)",
        "DELETE FROM zone",
        "DELETE FROM department",
        "DELETE FROM clause",
    ],
)
def test_what_contradicts_the_schema_is_refused(conn: sqlite3.Connection, change: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        conn.execute(change)


def test_foreign_keys_hold_in_the_shipped_data(conn: sqlite3.Connection) -> None:
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_nothing_is_pending_in_a_new_file(conn: sqlite3.Connection, built_copy: Path) -> None:
    assert pending(conn, built_copy) == []
    before = built_copy.read_bytes()
    ensure_current(conn, built_copy)
    assert built_copy.read_bytes() == before


def test_a_file_without_the_schema_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    conn = connect(path, create=True)
    assert pending(conn, path) == list(MIGRATIONS)
    ensure_current(conn, path)
    assert pending(conn, path) == []
    assert conn.execute("SELECT count(*) FROM items").fetchone() == (0,)
    conn.close()
    connect(path).close()


def test_a_built_file_has_the_schema_whole(conn: sqlite3.Connection, tmp_path: Path) -> None:
    empty = connect(tmp_path / "empty.db", create=True)
    migrations.apply(empty)
    schema = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"
    assert sorted(conn.execute(schema), key=str) == sorted(empty.execute(schema), key=str)


def test_what_the_first_edition_had_in_its_code_becomes_data(
    conn: sqlite3.Connection, built_copy: Path
) -> None:
    """Public duties, and the English of the shipped instrument, are as a build has them."""
    public = conn.execute("SELECT duty FROM public_duty ORDER BY duty").fetchall()
    about = conn.execute("SELECT place_en, source_en FROM instrument").fetchall()
    assert len(public) == 5
    assert about[0][0] == "Liaocheng"
    conn.execute("DROP TABLE public_duty")
    for column in ("place_zh", "place_en", "source_en"):
        conn.execute(f"ALTER TABLE instrument DROP COLUMN {column}")
    conn.execute("DELETE FROM _sqlite_migrations WHERE name = '0010_references'")
    ensure_current(conn, built_copy)
    assert conn.execute("SELECT duty FROM public_duty ORDER BY duty").fetchall() == public
    assert conn.execute("SELECT place_en, source_en FROM instrument").fetchall() == about


def test_who_owes_what_is_filled_in_for_a_file_of_the_first_version(
    conn: sqlite3.Connection, built_copy: Path
) -> None:
    """The file as 0.1.0 left it, with stored findings: the lists become rows."""
    for name in ("obligation_bodies", "finding_bodies"):
        conn.execute(f"DROP VIEW {name}")
    duties = conn.execute("SELECT * FROM duty_owed_by ORDER BY duty, position").fetchall()
    conn.execute("DROP TABLE duty_owed_by")
    conn.execute("DROP TABLE finding_owed_by")
    conn.execute("DROP TABLE public_duty")
    for column in ("place_zh", "place_en", "source_en"):
        conn.execute(f"ALTER TABLE instrument DROP COLUMN {column}")
    conn.execute("DELETE FROM _sqlite_migrations WHERE name >= '0004'")
    conn.execute("INSERT INTO run VALUES (1, '2021-06-30', '', '', '', '', '', 2)")
    twice = ("a", "slj;etdz")  # rows of the ledger that are equal share a fingerprint
    for fingerprint, owed_by in (twice, twice, ("b", "office")):
        conn.execute(
            "INSERT INTO finding VALUES (1, ?, 'EVD001', 'low', 'alarm', '', '', '', NULL, NULL,"
            " NULL, ?, NULL, NULL, NULL, NULL, NULL, '', '', 'official', 0)",
            (fingerprint, owed_by),
        )
    assert pending(conn, built_copy) == ["0004_owed_by", "0010_references"]
    ensure_current(conn, built_copy)
    assert conn.execute("SELECT * FROM finding_bodies").fetchall() == [
        (1, "a", 1, "slj"),
        (1, "a", 2, "etdz"),
        (1, "b", 1, "office"),
    ]
    assert conn.execute("SELECT * FROM duty_owed_by ORDER BY duty, position").fetchall() == duties
    assert (
        ";".join(kind for duty, _position, kind in duties if duty == 1)
        == (conn.execute("SELECT owed_by FROM duty WHERE no = 1").fetchone()[0])
    )
    assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_file_of_a_later_version_is_refused(conn: sqlite3.Connection, built_copy: Path) -> None:
    with transaction(conn):
        conn.execute(
            "UPDATE _sqlite_migrations SET name = '0099_later' WHERE name = ?", (MIGRATIONS[-1],)
        )
    with pytest.raises(StoreError, match="0099_later") as caught:
        ensure_current(conn, built_copy)
    assert "made by a later version" in str(caught.value)


def test_statements_are_split_whole_and_unfinished_ones_refused() -> None:
    script = "-- a; b\nCREATE TABLE t (\n  x TEXT DEFAULT ';'\n);\nSELECT 1;\n"
    assert [s.strip()[-2:] for s in migrations.statements(script)] == [");", "1;"]
    with pytest.raises(ValueError, match="unfinished statement: SELECT 2"):
        migrations.statements("SELECT 1;\nSELECT 2")
