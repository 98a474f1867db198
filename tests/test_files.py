"""Files written whole or not at all: contents, permissions, failures, and what is left behind."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from registry import files
from registry.files import (
    SQLITE_SIDE_FILES,
    atomic_create,
    atomic_path,
    atomic_write,
    atomic_write_all,
    move_database_into_place,
    name_text,
    path_beside,
    remove_leftovers,
)

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")


@pytest.fixture
def umask() -> object:
    old = os.umask(0o022)
    yield
    os.umask(old)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "册.txt"
    for content in (b"old", b"", "新".encode()):
        atomic_write(path, content)
        assert path.read_bytes() == content
    assert names(tmp_path) == ["册.txt"]


@posix
@pytest.mark.usefixtures("umask")
def test_permissions_of_new_and_of_replaced_files(tmp_path: Path) -> None:
    path = tmp_path / "a"
    atomic_write(path, b"new")
    assert mode(path) == 0o644
    for old in (0o600, 0o664, 0o444):
        path.chmod(old)
        atomic_write(path, b"again")
        atomic_write_all({path: b"and again"})
        assert mode(path) == old
    atomic_write(path, b"private", mode=0o600)
    assert mode(path) == 0o600


@posix
@pytest.mark.usefixtures("umask")
def test_a_private_file_is_never_open_to_others(tmp_path: Path) -> None:
    path = tmp_path / "users"
    path.write_bytes(b"")
    path.chmod(0o644)
    with atomic_path(path, mode=0o600) as temporary:
        assert mode(temporary) == 0o600
    assert mode(path) == 0o600


def test_after_an_exception_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(KeyError), atomic_path(path, "making") as temporary:
        raise KeyError(temporary.write_bytes(b"half"))
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("write", [atomic_write, atomic_create])
def test_a_folder_that_is_not_there(tmp_path: Path, write: Callable[..., object]) -> None:
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "no" / "a", b"")
    assert names(tmp_path) == []


def test_all_files_or_none(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "no" / "other"
    one.write_bytes(b"old")
    with pytest.raises(FileNotFoundError):
        atomic_write_all({one: b"new", other: b"new"})
    assert one.read_bytes() == b"old"
    assert names(tmp_path) == ["one"]
    other.parent.mkdir()
    atomic_write_all({one: b"1", other: b"2"})
    assert (one.read_bytes(), other.read_bytes()) == (b"1", b"2")
    atomic_write_all({})


def test_a_file_that_is_created_once(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert atomic_create(path, b"first", mode=0o600)
    assert not atomic_create(path, b"second", mode=0o600)
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["secret"]


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "a"
    path.write_bytes(b"old")
    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        atomic_write(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_a_share_that_does_not_sync_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_folders(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(files.os, "fsync", refuse_folders)
    atomic_write(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("system", "refusals", "tries"), [("nt", 3, 4), ("nt", 99, 20), ("posix", 3, 1)]
)
def test_a_file_that_is_being_read_on_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, refusals: int, tries: int
) -> None:
    calls = []

    class Refusing(type(tmp_path)):  # type: ignore[misc]
        def replace(self, target: Path) -> None:
            calls.append(target)
            if len(calls) <= refusals:
                raise PermissionError

    monkeypatch.setattr(files.time, "sleep", lambda _seconds: None)
    temporary, path = Refusing(tmp_path / "a.new"), tmp_path / "a"
    temporary.write_bytes(b"")
    monkeypatch.setattr(files.os, "name", system)
    try:
        files._replace(temporary, path)
        failed = False
    except PermissionError:
        failed = True
    finally:
        monkeypatch.undo()
    assert (failed, len(calls)) == (refusals >= tries, tries)


def test_a_database_takes_no_side_files_over(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    for suffix in ("", *SQLITE_SIDE_FILES):
        Path(f"{path}{suffix}").write_bytes(b"old")
    new = path_beside(path, "building")
    new.write_bytes(b"new")
    move_database_into_place(new, path)
    assert names(tmp_path) == ["a.db"]
    assert path.read_bytes() == b"new"


def test_leftovers_go_but_for_those_of_a_run_that_lives(tmp_path: Path) -> None:
    path = tmp_path / "册[1].db"
    killed, alive = path_beside(path, "building"), path_beside(path, "building")
    killed.write_bytes(b"half a header")
    Path(f"{killed}-journal").write_bytes(b"half a journal")
    kept = [f"{path.name}.building", f"{path.name}.0.publishing", "册1.db.0.building"]
    for name in kept:
        (tmp_path / name).write_bytes(b"")
    conn = sqlite3.connect(alive, isolation_level=None)
    conn.execute("BEGIN EXCLUSIVE")
    remove_leftovers(path, "building")
    assert [name for name in names(tmp_path) if killed.name in name] == []
    assert alive.exists()
    conn.close()
    remove_leftovers(path, "building")
    assert names(tmp_path) == sorted(kept)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("清单.csv".encode(), "清单.csv"),
        ("清单.csv".encode("gbk"), "清单.csv"),
        (b"a\xff\xff.csv", "a\\xff\\xff.csv"),
    ],
)
def test_a_file_s_name_in_other_bytes_is_text(raw: bytes, text: str) -> None:
    assert name_text(Path("folder", os.fsdecode(raw))) == text
