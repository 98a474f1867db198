"""The schema: strict tables, enforced keys, and files of other versions."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
import sqlite_utils

from registry.store.connection import APPLICATION_ID, StoreError, connect, transaction
from registry.store.effects import update_periods
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
    made = [re.findall(r"CREATE TABLE (\w+)", script.read_text("utf-8")) for script in scripts]
    now_views = {"item_change", "ledger_change"}
    assert {name for name, _ in tables} == {name for names in made for name in names} - now_views
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


@pytest.fixture
def first_version(tmp_path: Path) -> sqlite3.Connection:
    """A file as 0.1.0 left it: one item, a duty with a paper, a run with three findings."""
    conn = connect(tmp_path / "first.db", create=True)
    migrations.migrations.apply(sqlite_utils.Database(conn), stop_before="0004_owed_by")
    for row in FIRST_VERSION:
        conn.execute(f"INSERT INTO {row}")
    return conn


FIRST_VERSION = (
    "instrument VALUES (1, 'i', '', '', '', '2021-04-15', '2021-04-15', 'text', NULL, 'official',"
    " '')",
    "clause VALUES (1, 'C01', '一', '', '', 'rules', NULL, NULL)",
    "annex VALUES (1, 1, '甲', 'delegated', NULL, 'C01')",
    "mode VALUES (1, '委托下放', 1, 1, 'C01')",
    "zone VALUES (1, 'east', '东区管委会', '东区', 'official', '')",
    "duty VALUES (1, 1, 'handbook', '手册', 'handbook', NULL, 30, 'working', 'issue', 'text',"
    " 'department;zone', 'C01', 'deliverable')",
    "duty_mode VALUES (1, 1, '委托下放')",
    "item VALUES (1, '1-01', 1, 1, 1, '事项', '事项', '行政许可', '依申请', '委托下放', NULL, NULL,"
    " NULL, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, 'official', '')",
    "delegation VALUES (1, 1, 1, '2021-04-15', NULL)",
    "deliverable VALUES (1, 1, 1, '1-01', '2021-05-20', NULL, NULL, NULL, NULL, 'official', '')",
    "proof VALUES (1, 1, '2021-05-20', 1)",
    "as_of VALUES ('2021-06-30')",
    "run VALUES (1, '2021-06-30', '', '', '', '', '', 2)",
    *(
        f"finding VALUES (1, '{fingerprint}', 'EVD001', 'low', 'alarm', '', '', '', NULL, NULL,"
        f" NULL, '{owed_by}', NULL, NULL, NULL, NULL, NULL, '', '', 'official', 0)"
        # rows of the ledger that are equal share a fingerprint
        for fingerprint, owed_by in (("a", "slj;etdz"), ("a", "slj;etdz"), ("b", "office"))
    ),
)


def test_who_owes_what_is_filled_in_for_a_file_of_the_first_version(
    first_version: sqlite3.Connection, tmp_path: Path
) -> None:
    ensure_current(first_version, tmp_path / "first.db")
    assert first_version.execute("SELECT * FROM finding_bodies").fetchall() == [
        (1, "a", 1, "slj"),
        (1, "a", 2, "etdz"),
        (1, "b", 1, "office"),
    ]
    assert first_version.execute("SELECT * FROM duty_owed_by").fetchall() == [
        (1, 1, "department"),
        (1, 2, "zone"),
    ]


def test_duties_are_kept_when_they_may_count_from_cases(
    first_version: sqlite3.Connection, tmp_path: Path
) -> None:
    """Table duty is made anew: what refers to it still finds its rows."""
    ensure_current(first_version, tmp_path / "first.db")
    assert first_version.execute(
        "SELECT delegation, duty, met_on, status FROM obligation_status"
    ).fetchall() == [("1-01-east", "handbook", "2021-05-20", "ok")]
    assert first_version.execute("SELECT counted_from, event_zh FROM duty").fetchall() == [
        ("issue", None)
    ]
    assert first_version.execute("SELECT in_text FROM annexes").fetchall() == [(0,)]
    assert first_version.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert first_version.execute("PRAGMA foreign_key_check").fetchall() == []
    for wrong in ("counted_from = 'case'", "event_zh = '批复'", "counted_from = 'birth'"):
        with pytest.raises(sqlite3.IntegrityError):
            first_version.execute(f"UPDATE duty SET {wrong}")


def test_official_items_of_the_first_version_say_that_their_initiation_was_read(
    first_version: sqlite3.Connection, tmp_path: Path
) -> None:
    """An official list was loaded that states no initiation."""
    first_version.execute("UPDATE item SET our_note = '清单未载明申请方式，按事项类型推定为依申请'")
    ensure_current(first_version, tmp_path / "first.db")
    assert first_version.execute("SELECT unofficial_fields FROM items").fetchall() == [
        ("initiation",)
    ]
    assert first_version.execute("SELECT default_scope FROM annex").fetchall() == [(None,)]


def test_nothing_of_a_file_from_before_voids_is_void(
    first_version: sqlite3.Connection, tmp_path: Path
) -> None:
    ensure_current(first_version, tmp_path / "first.db")
    assert first_version.execute("SELECT * FROM voided_rows").fetchall() == []
    assert first_version.execute("SELECT key FROM deliverables").fetchall() == [("P-1",)]


def test_delegations_of_the_first_version_have_their_one_period(
    first_version: sqlite3.Connection, tmp_path: Path
) -> None:
    ensure_current(first_version, tmp_path / "first.db")
    assert first_version.execute(
        "SELECT delegation, from_on, to_on, state, mode, counted_on, opened_by, opening_clause"
        " FROM delegation_periods"
    ).fetchall() == [
        ("1-01-east", "2021-04-15", None, "conferred", "委托下放", "2021-04-15", "i", "C01")
    ]
    with transaction(first_version):
        assert update_periods(first_version) == 0


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
