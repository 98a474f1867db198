"""What `verify` says of tables and indexes that are not as the program makes them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from registry.errors import RegistryError
from registry.store.log.tables import NOT_LOGGED, logged_tables
from tests.store.log.offices import Office, found_by_verifying


@pytest.fixture
def db(office_folder: Path, tmp_path: Path) -> Path:
    """A registry in order."""
    return Office(office_folder).copy(tmp_path / "office").db


def change(db: Path, *statements: str) -> None:
    with closing(sqlite3.connect(db, isolation_level=None)) as conn:
        for statement in statements:
            conn.execute(statement)


REWRITTEN = "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("case_record", "REFERENCES platform_load", "REFERENCES qlatform_load"),
        ("agreement", "CHECK (", "CHECK (1 OR "),
        ("agreement", ") STRICT", ")"),
    ],
)
def test_a_table_that_says_something_else_is_told(
    db: Path, name: str, before: str, after: str
) -> None:
    with closing(sqlite3.connect(db)) as conn:
        (sql,) = conn.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
    assert before in sql
    with closing(sqlite3.connect(db, isolation_level=None)) as conn:
        conn.execute("PRAGMA writable_schema = on")
        conn.execute(REWRITTEN, (before, after, name))
    assert f"{name} is not as the program makes it" in found_by_verifying(db)


@pytest.mark.parametrize("column", ["name", "sql"])
@pytest.mark.parametrize("name", ["agreement", "delegations", "items"])
def test_a_name_or_statement_that_is_no_text_any_more_is_told(
    db: Path, name: str, column: str
) -> None:
    """As one bit of its type makes it. SQLite may refuse the file, too."""
    change(
        db,
        "PRAGMA writable_schema = on",
        f"UPDATE sqlite_schema SET {column} = CAST({column} AS BLOB) WHERE name = '{name}'",
    )
    try:
        found = found_by_verifying(db)
    except (RegistryError, sqlite3.Error):
        return
    assert found


def test_an_index_that_is_gone_is_told(db: Path) -> None:
    with closing(sqlite3.connect(db)) as conn:
        (name,) = conn.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%UNIQUE%'"
            " AND tbl_name NOT LIKE '%sqlite%'"
        ).fetchone()
    change(db, f"DROP INDEX {name}")
    assert found_by_verifying(db) == [f"{name} is not as the program makes it"]


def test_tables_and_indexes_of_others_are_let_be(db: Path) -> None:
    change(db, "CREATE TABLE notes (text TEXT)", "CREATE INDEX notes_text ON notes (text)")
    assert found_by_verifying(db) == []


def test_every_table_of_ours_is_logged_or_known_not_to_be(db: Path) -> None:
    with closing(sqlite3.connect(db)) as conn:
        logged = {table.name for table in logged_tables(conn)}
        names = conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    every = {name for (name,) in names if not name.startswith("sqlite_")}
    assert every == logged | (every & NOT_LOGGED)


def test_rows_that_refer_to_nothing_are_told(db: Path) -> None:
    """Also in tables that the log does not have."""
    row = (
        "INSERT INTO finding_owed_by (run, fingerprint, position, body) VALUES (99, 'x', 1, 'jia')"
    )
    change(db, "PRAGMA foreign_keys = off", row)
    assert "a row of finding_owed_by refers to one that is not there" in found_by_verifying(db)
