"""Opening the working file, and nothing else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from registry.store import connection
from registry.store.connection import PUBLISHED_ID, StoreError, connect, run_select, transaction


def problem(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        connect(path)
    return caught.value.problem


def test_missing(tmp_path: Path) -> None:
    assert problem(tmp_path / "no.db") == f"there is no file {tmp_path / 'no.db'}"
    assert problem(tmp_path) == f"there is no file {tmp_path}"
    assert list(tmp_path.iterdir()) == []


def test_no_folder_to_create_it_in(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="can't be opened"):
        connect(tmp_path / "no" / "a.db", create=True)


@pytest.mark.parametrize("content", [b"", b"just text, and more than a header's length " * 9])
def test_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    assert problem(path) == f"{path} is not a registry's working file"
    assert path.read_bytes() == content


@pytest.mark.parametrize("application_id", [0, 42, PUBLISHED_ID])
def test_another_database(tmp_path: Path, application_id: int) -> None:
    path = tmp_path / "a.db"
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE t (x)")
    conn.execute(f"PRAGMA application_id = {application_id}")
    conn.close()
    assert problem(path) == f"{path} is not a registry's working file"


@pytest.mark.parametrize("damage", [b"\x86", b"("])
def test_a_damaged_schema(built_copy: Path, damage: bytes) -> None:
    name = b"CREATE TABLE waiver"
    content = built_copy.read_bytes()
    assert name in content
    built_copy.write_bytes(content.replace(name, b"CREATE TABL" + damage + b" waiver"))
    assert problem(built_copy).startswith(f"{built_copy} is damaged: ")


def test_a_query_whose_error_quotes_no_text(built_copy: Path) -> None:
    sql = "SELECT json_extract('{}', CAST(x'86' AS TEXT))"
    with pytest.raises(sqlite3.OperationalError, match="can't decode"):
        run_select(connect(built_copy), sql, {})


def test_locked(built_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
    holder = sqlite3.connect(built_copy, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert problem(built_copy) == f"{built_copy} is in use by another command"
    holder.close()
    connect(built_copy).close()


@pytest.mark.parametrize("name", ["登记 册.db", "a?mode=ro.db", "100%.db", "a#b.db"])
def test_names_that_mean_something_in_uris(tmp_path: Path, built: Path, name: str) -> None:
    (tmp_path / name).write_bytes(built.read_bytes())
    conn = connect(tmp_path / name)
    assert conn.execute("SELECT count(*) FROM zone").fetchone() == (2,)
    conn.close()


def test_foreign_keys_are_on_and_nothing_is_begun(built_copy: Path) -> None:
    conn = connect(built_copy)
    assert conn.execute("PRAGMA foreign_keys").fetchone() == (1,)
    conn.execute("UPDATE as_of SET date = '2030-01-01'")
    assert not conn.in_transaction
    conn.close()


def execute(conn: sqlite3.Connection, *statements: str) -> None:
    for statement in statements:
        conn.execute(statement)


def test_a_transaction_is_all_or_nothing(built_copy: Path) -> None:
    conn = connect(built_copy)
    with pytest.raises(sqlite3.IntegrityError), transaction(conn):
        execute(conn, "UPDATE as_of SET date = '2030-01-01'", "UPDATE item SET annex = 9")
    assert conn.execute("SELECT date FROM as_of").fetchone() == ("2021-06-30",)
    with transaction(conn):
        conn.execute("UPDATE as_of SET date = '2030-01-01'")
    conn.close()
    again = connect(built_copy)
    assert again.execute("SELECT date FROM as_of").fetchone() == ("2030-01-01",)
    again.close()


def test_an_error_that_ended_the_transaction_is_the_one_raised(built_copy: Path) -> None:
    conn = connect(built_copy)
    with pytest.raises(sqlite3.OperationalError, match="no such table: x"), transaction(conn):
        execute(conn, "ROLLBACK", "SELECT * FROM x")
    conn.close()


def test_a_connection_to_a_file_that_was_replaced_can_not_write(built_copy: Path) -> None:
    conn = connect(built_copy)
    conn.execute("SELECT * FROM as_of").fetchone()
    other = built_copy.with_name("other.db")
    other.write_bytes(built_copy.read_bytes())
    other.replace(built_copy)
    with pytest.raises(sqlite3.OperationalError, match="readonly"), transaction(conn):
        conn.execute("UPDATE as_of SET date = '2030-01-01'")
    conn.close()
    assert not built_copy.with_name(f"{built_copy.name}-journal").exists()
