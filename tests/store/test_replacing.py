"""Replacing the old file: locks, side files, and what killed builds left."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from registry.store import build as store_build
from registry.store import connection, replacing
from registry.store.build import RegistryNotEmpty
from registry.store.connection import APPLICATION_ID, StoreError, connect
from tests.store.test_build import RUN, execute, names, rows

if TYPE_CHECKING:
    from tests.conftest import SmallRoot


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for locks a moment only."""
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)


@pytest.mark.parametrize("lock", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE", "BEGIN"])
def test_a_file_in_use_is_not_replaced(small_root: SmallRoot, db: Path, lock: str) -> None:
    before = db.read_bytes()
    holder = sqlite3.connect(db, isolation_level=None)
    holder.execute(lock)
    if lock == "BEGIN":
        holder.execute("SELECT * FROM run").fetchall()
    with pytest.raises(StoreError) as caught:
        small_root.build("2022-01-01")
    holder.close()
    assert "in use by another command" in str(caught.value)
    assert db.read_bytes() == before
    small_root.build("2022-01-01")


def test_nobody_reads_or_writes_the_old_file_meanwhile(
    small_root: SmallRoot, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    back_up = store_build.keep_old

    def try_to_open(path: Path, *args: Any) -> Path:
        other = sqlite3.connect(db, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("SELECT * FROM run")
        tried.append(path)
        other.close()
        return back_up(path, *args)

    monkeypatch.setattr(store_build, "keep_old", try_to_open)
    small_root.build(fresh=True)
    assert tried == [db]


def test_a_file_moved_in_while_we_waited_is_the_one_that_counts(
    small_root: SmallRoot, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 20)
    newer = Path(shutil.copyfile(db, tmp_path / "newer.db"))
    execute(newer, RUN)
    holder = sqlite3.connect(db, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    waiting, caught = threading.Event(), []

    def wait(path: Path) -> sqlite3.Connection:
        waiting.set()
        return connect(path)

    def build() -> None:
        try:
            small_root.build()
        except RegistryNotEmpty as error:
            caught.append("holds 1 stored audits" in str(error))

    monkeypatch.setattr(replacing, "connect", wait)
    thread = threading.Thread(target=build)
    thread.start()
    assert waiting.wait(20)
    thread.join(0.3)
    assert thread.is_alive()
    newer.replace(db)
    holder.close()
    thread.join(20)
    assert caught == [True]
    assert rows(db, "SELECT count(*) FROM run") == [(1,)]


def hot_journal(db: Path) -> bytes:
    """Give a journal that would bring other pages into a file of the name of `db`."""
    twin = Path(shutil.copyfile(db, db.with_name("twin.db")))
    conn = sqlite3.connect(twin, isolation_level=None)
    conn.execute("PRAGMA cache_size = 1")
    conn.execute("BEGIN")
    conn.execute("UPDATE item SET name = name || '旧'")
    conn.execute("UPDATE workday SET ordinal = ordinal + 100000")
    journal = twin.with_name("twin.db-journal").read_bytes()
    assert len(journal) > 100_000
    conn.close()
    twin.unlink()
    return journal


def test_a_hot_journal_of_a_file_that_is_gone(small_root: SmallRoot, db: Path) -> None:
    expected = rows(db, "SELECT * FROM workday")
    journal = hot_journal(db)
    db.unlink()
    Path(f"{db}-journal").write_bytes(journal)
    small_root.build()
    assert names(db.parent) == ["small", "small.db"]
    assert rows(db, "SELECT * FROM workday") == expected


def test_a_hot_journal_of_the_old_file(small_root: SmallRoot, db: Path) -> None:
    expected = rows(db, "SELECT * FROM workday")
    Path(f"{db}-journal").write_bytes(hot_journal(db))
    small_root.annexes[2].pop()
    small_root.build(fresh=True)
    assert rows(db, "SELECT * FROM workday") == expected
    assert rows(db, "SELECT count(*) FROM items WHERE annex = 2") == [(2,)]
    assert names(db.parent) == ["small", "small-20210630-090000.db", "small.db"]


def leave_side_files(db: Path, suffixes: Iterable[str]) -> None:
    for suffix in suffixes:
        Path(f"{db}{suffix}").write_bytes(b"left by another file")


def test_side_files_of_a_file_that_is_gone_are_removed(small_root: SmallRoot, db: Path) -> None:
    leave_side_files(db, ("-wal", "-shm", "-journal"))
    db.unlink()
    small_root.build()
    assert names(db.parent) == ["small", "small.db"]
    assert rows(db, "SELECT count(*) FROM items") == [(9,)]


def test_a_log_of_another_file_beside_the_old_one_is_told(small_root: SmallRoot, db: Path) -> None:
    """SQLite would take it for the old file's own, which is looked into before it is replaced."""
    leave_side_files(db, ("-shm", "-journal"))
    small_root.build()
    leave_side_files(db, ("-wal",))
    before = db.read_bytes()
    with pytest.raises(StoreError, match=r"small\.db-wal is not of "):
        small_root.build()
    assert db.read_bytes() == before
    Path(f"{db}-wal").unlink()
    small_root.build()
    assert names(db.parent) == ["small", "small.db"]


def test_a_file_that_somebody_switched_to_a_write_ahead_log(
    small_root: SmallRoot, db: Path
) -> None:
    execute(db, "PRAGMA journal_mode = WAL")
    reader = sqlite3.connect(db)
    reader.execute("SELECT * FROM run").fetchall()
    execute(db, RUN)
    killed = {path: path.read_bytes() for path in (db, Path(f"{db}-wal"))}
    with pytest.raises(StoreError):  # not while somebody reads it
        small_root.build()
    reader.close()
    for path, content in killed.items():
        path.write_bytes(content)
    with pytest.raises(RegistryNotEmpty):
        small_root.build()
    for path, content in killed.items():
        path.write_bytes(content)
    backup = small_root.build(fresh=True).backup
    assert backup is not None
    assert rows(backup, "SELECT count(*) FROM run") == [(1,)]
    assert rows(db, "SELECT count(*) FROM run") == [(0,)]
    assert rows(db, "PRAGMA journal_mode") == [("delete",)]


@pytest.mark.parametrize("name", ["small.db", "册[1].db"])
def test_leftovers_of_killed_builds_are_removed(
    small_root: SmallRoot, tmp_path: Path, name: str
) -> None:
    (tmp_path / f"{name}.0123abcd.building").write_bytes(b"")
    (tmp_path / f"{name}.1234abcd.building").write_bytes(b"half a header")
    (tmp_path / f"{name}.1234abcd.building-journal").write_bytes(b"half a journal")
    whole = tmp_path / f"{name}.2345abcd.building"
    execute(whole, "CREATE TABLE t (x)", f"PRAGMA application_id = {APPLICATION_ID}")
    kept = ["other.db.0123abcd.building", f"{name}.building"]
    for other in kept:
        (tmp_path / other).write_bytes(b"")
    small_root.build(db=tmp_path / name)
    assert names(tmp_path) == sorted(["small", name, *kept])


def test_a_build_that_lives_is_let_be(small_root: SmallRoot, tmp_path: Path) -> None:
    other = tmp_path / "small.db.0123abcd.building"
    execute(other, "CREATE TABLE t (x)")
    alive = sqlite3.connect(other, isolation_level=None)
    alive.execute("PRAGMA locking_mode = EXCLUSIVE")
    alive.execute("BEGIN EXCLUSIVE")
    alive.execute("COMMIT")
    small_root.build()
    assert other.exists()
    alive.close()
    small_root.build()
    assert not other.exists()


def test_a_build_cleared_away_by_another_says_so(
    small_root: SmallRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = store_build._write

    def clear_away(beside: Path, *args: Any) -> list[str]:
        notes = write(beside, *args)
        beside.unlink()
        return notes

    monkeypatch.setattr(store_build, "_write", clear_away)
    with pytest.raises(StoreError) as caught:
        small_root.build()
    assert "in use by another command" in str(caught.value)
    assert names(tmp_path) == ["small"]


def test_a_share_that_does_not_sync_folders(
    small_root: SmallRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_folders(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(store_build.os, "fsync", refuse_folders)
    assert rows(small_root.build().path, "SELECT count(*) FROM items") == [(9,)]


def test_a_folder_that_is_not_there(small_root: SmallRoot, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        small_root.build(db=tmp_path / "no" / "small.db")
    assert "can't be opened" in str(caught.value)
    assert names(tmp_path) == ["small"]
