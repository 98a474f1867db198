"""Builds: the old file stays as it is until a whole new one takes its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from registry.intake.problems import InputError
from registry.store import build as store_build
from registry.store import connection
from registry.store.build import Occupied
from registry.store.connection import APPLICATION_ID, StoreError, connect
from registry.workdays import CalendarError

if TYPE_CHECKING:
    from tests.conftest import SmallRoot

RUN = "INSERT INTO run VALUES (NULL, '2021-06-30', '2021-06-30T09:00:00', '', '', '', '', 0)"
LOADED = "INSERT INTO source_file VALUES (?, '', 'utf-8-sig', ?)"


@pytest.fixture
def db(small_root: SmallRoot) -> Path:
    """Build a first file, which stands on 2021-06-30."""
    return small_root.build().path


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for locks a moment only."""
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)


def execute(path: Path, *statements: str) -> None:
    conn = sqlite3.connect(path)
    for statement in statements:
        conn.execute(statement)
    conn.commit()
    conn.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def rows(path: Path, query: str) -> list[Any]:
    conn = connect(path)
    assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    found = conn.execute(query).fetchall()
    conn.close()
    return found


def test_what_is_written_about_the_build(small_root: SmallRoot, db: Path) -> None:
    meta = dict(rows(db, "SELECT key, value FROM meta"))
    assert set(meta) == {"data_digest", "built_at", "calendar_digest", "calendar_origin"}
    assert meta["built_at"] == "2021-06-30T09:00:00"
    assert rows(db, "SELECT date FROM as_of") == [("2021-06-30",)]
    assert rows(db, "SELECT path, encoding, kind FROM source_file") == [
        (str(Path("test-1", name)), "utf-8-sig", "built")
        for name in ("instrument.yml", "annex1.csv", "annex2.csv", "annex3.csv")
    ]
    assert names(db.parent) == ["small", "small.db"]


def test_the_digest_tells_files_and_accepted_rows_apart(small_root: SmallRoot, db: Path) -> None:
    def digest() -> str:
        found: str = rows(db, "SELECT value FROM meta WHERE key = 'data_digest'")[0][0]
        return found

    first = digest()
    small_root.build("2022-01-01")
    assert digest() == first
    small_root.build(accepted=("official", "reconstruction"))
    second = digest()
    small_root.annexes[1][0]["remark"] = "限市级权限"
    small_root.build()
    assert len({first, second, digest()}) == 3


def test_a_later_build_replaces_the_file(small_root: SmallRoot, db: Path) -> None:
    small_root.annexes[1].pop()
    assert small_root.build("2022-01-01").backup is None
    assert rows(db, "SELECT count(*) FROM items WHERE annex = 1") == [(3,)]
    assert rows(db, "SELECT date FROM as_of") == [("2022-01-01",)]
    assert names(db.parent) == ["small", "small.db"]


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_the_rights_of_the_file_stay(small_root: SmallRoot, db: Path, mode: int) -> None:
    db.chmod(mode)
    small_root.build()
    assert db.stat().st_mode & 0o777 == mode


def bad_annex(root: SmallRoot, _patch: pytest.MonkeyPatch) -> None:
    root.annexes[2][2]["power_type"] = "?"


def bad_ledger(root: SmallRoot, _patch: pytest.MonkeyPatch) -> None:
    root.ledger["agreements"] = [root.agreement(covers="9-99")]


def bad_instrument(root: SmallRoot, _patch: pytest.MonkeyPatch) -> None:
    root.instrument["duties"][0]["clauses"] = ["C99"]


def bad_calendar(root: SmallRoot, _patch: pytest.MonkeyPatch) -> None:
    (root.path / "calendar" / "2027.yml").write_text("year: 2028\n", encoding="utf-8")


def bad_file(_root: SmallRoot, patch: pytest.MonkeyPatch) -> None:
    """Make a build that writes what its own checks don't let pass."""
    load = store_build._load

    def load_badly(conn: sqlite3.Connection, *args: Any) -> list[str]:
        notes = load(conn, *args)
        conn.execute("PRAGMA ignore_check_constraints = ON")
        conn.execute("UPDATE item SET scope = '?'")
        conn.execute("PRAGMA ignore_check_constraints = OFF")
        return notes

    patch.setattr(store_build, "_load", load_badly)


def full_disk(_root: SmallRoot, patch: pytest.MonkeyPatch) -> None:
    def sync(path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    patch.setattr(store_build, "_sync", sync)


def interrupted(_root: SmallRoot, patch: pytest.MonkeyPatch) -> None:
    def check(*_args: Any) -> None:
        raise KeyboardInterrupt

    patch.setattr(store_build, "_check", check)


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (bad_annex, InputError),
        (bad_ledger, InputError),
        (bad_instrument, InputError),
        (bad_calendar, CalendarError),
        (bad_file, StoreError),
        (interrupted, KeyboardInterrupt),
    ],
)
def test_a_build_that_fails_changes_nothing(
    small_root: SmallRoot,
    db: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[..., None],
    error: type[BaseException],
    fresh: bool,
) -> None:
    before = db.read_bytes()
    spoil(small_root, monkeypatch)
    with pytest.raises(error):
        small_root.build("2022-01-01", fresh=fresh)
    assert db.read_bytes() == before
    assert names(db.parent) == ["small", "small.db"]


def test_a_disk_that_is_full_at_the_last_step(
    small_root: SmallRoot, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = db.read_bytes()
    full_disk(small_root, monkeypatch)
    with pytest.raises(OSError, match="No space left"):
        small_root.build()
    assert db.read_bytes() == before
    assert names(db.parent) == ["small", "small.db"]


def test_a_failing_first_build_leaves_nothing(
    small_root: SmallRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad_file(small_root, monkeypatch)
    with pytest.raises(StoreError, match="CHECK constraint failed in item") as caught:
        small_root.build()
    assert caught.value.reason == "damaged"
    assert names(small_root.path.parent) == ["small"]


@pytest.mark.parametrize(
    ("statement", "arguments", "counts"),
    [(RUN, (), (1, 0, 0)), (LOADED, ("a", "annex"), (0, 1, 0)), (LOADED, ("l", "ledger"), (0, 0, 1))],
)
def test_a_file_with_something_to_lose_is_not_replaced(
    small_root: SmallRoot, db: Path, statement: str, arguments: Any, counts: tuple[int, int, int]
) -> None:
    conn = connect(db)
    conn.execute(statement, arguments)
    conn.close()
    before = db.read_bytes()
    with pytest.raises(Occupied) as caught:
        small_root.build()
    found = caught.value
    assert (found.runs, found.annexes, found.ledgers) == counts
    assert found.path == db
    assert db.read_bytes() == before


def test_fresh_keeps_a_dated_backup(small_root: SmallRoot, db: Path) -> None:
    execute(db, RUN)
    result = small_root.build("2022-01-01", fresh=True)
    assert result.backup == db.with_name("small-20220101-090000.db")
    assert rows(result.backup, "SELECT as_of FROM run") == [("2021-06-30",)]
    assert rows(result.backup, "SELECT date FROM as_of") == [("2021-06-30",)]
    assert rows(db, "SELECT count(*) FROM run") == [(0,)]
    assert names(db.parent) == ["small", "small-20220101-090000.db", "small.db"]


def test_a_backup_never_overwrites_another(small_root: SmallRoot, db: Path) -> None:
    execute(db, RUN, RUN)
    first = small_root.build(fresh=True).backup
    execute(db, RUN)
    second = small_root.build(fresh=True).backup
    third = small_root.build(fresh=True).backup
    assert first is not None
    assert second is not None
    assert third is not None
    counts = [rows(path, "SELECT count(*) FROM run") for path in (first, second, third)]
    assert counts == [[(2,)], [(1,)], [(0,)]]
    assert second.name == "small-20210630-090000-2.db"


def test_fresh_without_an_old_file(small_root: SmallRoot) -> None:
    assert small_root.build(fresh=True).backup is None


@pytest.mark.parametrize("content", [b"", b"minutes of a meeting\n" * 60])
@pytest.mark.parametrize("fresh", [False, True])
def test_what_is_no_database_is_not_replaced(
    small_root: SmallRoot, tmp_path: Path, content: bytes, fresh: bool
) -> None:
    path = tmp_path / "minutes.txt"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        small_root.build(db=path, fresh=fresh)
    assert caught.value.reason == "foreign"
    assert path.read_bytes() == content


@pytest.mark.parametrize("application_id", [0, connection.PUBLISHED_ID])
def test_another_database_is_not_replaced(
    small_root: SmallRoot, tmp_path: Path, application_id: int
) -> None:
    path = tmp_path / "accounts.db"
    execute(path, "CREATE TABLE account (no)", f"PRAGMA application_id = {application_id}")
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        small_root.build(db=path, fresh=True)
    assert caught.value.reason == "foreign"
    assert path.read_bytes() == before
    assert names(tmp_path) == ["accounts.db", "small"]


def test_a_damaged_file_is_not_replaced(small_root: SmallRoot, db: Path) -> None:
    content = db.read_bytes()
    db.write_bytes(content[:4096].ljust(len(content) // 2, b"\xa5"))
    with pytest.raises((StoreError, sqlite3.DatabaseError)):
        small_root.build()
    assert db.stat().st_size == len(content) // 2


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
    assert caught.value.reason == "busy"
    assert db.read_bytes() == before
    small_root.build("2022-01-01")


def test_nobody_reads_or_writes_the_old_file_meanwhile(
    small_root: SmallRoot, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    back_up = store_build._back_up

    def try_to_open(path: Path, *args: Any) -> Path:
        other = sqlite3.connect(db, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("SELECT * FROM run")
        tried.append(path)
        other.close()
        return back_up(path, *args)

    monkeypatch.setattr(store_build, "_back_up", try_to_open)
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
        except Occupied as occupied:
            caught.append(occupied.runs)

    monkeypatch.setattr(store_build, "connect", wait)
    thread = threading.Thread(target=build)
    thread.start()
    assert waiting.wait(20)
    thread.join(0.3)
    assert thread.is_alive()
    os.replace(newer, db)
    holder.close()
    thread.join(20)
    assert caught == [1]
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


@pytest.mark.parametrize("old", [False, True])
def test_stale_side_files_are_removed(small_root: SmallRoot, db: Path, old: bool) -> None:
    for suffix in ("-wal", "-shm", "-journal"):
        Path(f"{db}{suffix}").write_bytes(b"left by another file")
    if not old:
        db.unlink()
    small_root.build()
    assert names(db.parent) == ["small", "small.db"]
    assert rows(db, "SELECT count(*) FROM items") == [(9,)]


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
    with pytest.raises(Occupied):
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
    assert caught.value.reason == "busy"
    assert names(tmp_path) == ["small"]


def test_a_share_that_does_not_sync_folders(
    small_root: SmallRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_folders(handle: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(store_build.os, "fsync", refuse_folders)
    assert rows(small_root.build().path, "SELECT count(*) FROM items") == [(9,)]


def test_a_folder_that_is_not_there(small_root: SmallRoot, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        small_root.build(db=tmp_path / "no" / "small.db")
    assert caught.value.reason == "unreadable"
    assert names(tmp_path) == ["small"]
