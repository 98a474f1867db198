"""Builds: the old file stays as it is until a whole new one takes its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from registry.intake.problems import InputError
from registry.store import build as store_build
from registry.store import connection
from registry.store.build import RegistryNotEmpty
from registry.store.connection import StoreError, connect
from registry.workdays import CalendarError

if TYPE_CHECKING:
    from tests.conftest import SmallRoot

RUN = "INSERT INTO run VALUES (NULL, '2021-06-30', '2021-06-30T09:00:00', '', '', '', '', 0, NULL)"
LOADED = "INSERT INTO source_file VALUES (?, '', 'utf-8-sig', ?)"
IMPORTED = "INSERT INTO ledger_import VALUES (NULL, '2021-07-01T09:00:00', ?, '')"


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
        (path, "utf-8-sig", "built")
        for path in (
            "law.yml",
            *(
                str(Path("test-1", name))
                for name in ("instrument.yml", "annex1.csv", "annex2.csv", "annex3.csv")
            ),
        )
    ]
    assert names(db.parent) == ["small", "small.db"]


def test_the_digest_tells_files_and_accepted_rows_apart(small_root: SmallRoot, db: Path) -> None:
    small_root.build()

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

    patch.setattr("registry.files.sync", sync)


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
    assert "does not pass its checks" in str(caught.value)
    assert names(small_root.path.parent) == ["small"]


@pytest.mark.parametrize(
    ("statement", "arguments", "counts"),
    [
        (RUN, (), (1, 0, 0)),
        (LOADED, ("a", "annex"), (0, 1, 0)),
        (IMPORTED, ("l.xlsx",), (0, 0, 1)),
    ],
)
def test_a_file_with_something_to_lose_is_not_replaced(
    small_root: SmallRoot, db: Path, statement: str, arguments: Any, counts: tuple[int, int, int]
) -> None:
    conn = connect(db)
    conn.execute(statement, arguments)
    conn.close()
    before = db.read_bytes()
    with pytest.raises(RegistryNotEmpty) as caught:
        small_root.build()
    runs, annexes, ledgers = counts
    held = f"{runs} stored audits, {annexes} loaded annexes, {ledgers} imported ledgers"
    held += " and 0 files of loaded instruments"
    assert caught.value.problem == f"{db} holds {held}, which a build would lose"
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
    assert "is not a registry's working file" in str(caught.value)
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
    assert "is not a registry's working file" in str(caught.value)
    assert path.read_bytes() == before
    assert names(tmp_path) == ["accounts.db", "small"]


def test_a_damaged_file_is_not_replaced(small_root: SmallRoot, db: Path) -> None:
    content = db.read_bytes()
    db.write_bytes(content[:4096].ljust(len(content) // 2, b"\xa5"))
    with pytest.raises((StoreError, sqlite3.DatabaseError)):
        small_root.build()
    assert db.stat().st_size == len(content) // 2
