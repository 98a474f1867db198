"""Files written whole or not at all: contents, permissions, failures, and what is left behind."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from registry import files
from registry.files import (
    SQLITE_SIDE_FILES,
    ReplacesDatabase,
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


LONG = "核" * 80
"""240 bytes in UTF-8: with an ending, almost all that systems allow."""


@posix
@pytest.mark.usefixtures("umask")
def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    real, link, second = tmp_path / "far" / "real", tmp_path / "link", tmp_path / "second"
    link.symlink_to(Path("far", "real"))
    second.symlink_to(link)
    atomic_write(second, b"through a link that leads nowhere yet")
    real.chmod(0o640)
    for write in (atomic_write, lambda path, content: atomic_write_all({path: content})):
        write(second, b"again")
        assert (real.read_bytes(), mode(real)) == (b"again", 0o640)
        assert link.is_symlink()
        assert second.is_symlink()
    assert path_beside(link).parent == real.parent
    assert names(real.parent) == ["real"]
    assert names(tmp_path) == ["far", "link", "second"]


@posix
def test_links_in_a_circle_are_an_error(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.symlink_to(other)
    other.symlink_to(one)
    with pytest.raises(OSError, match=r"links|loop"):
        atomic_write(one, b"")
    assert names(tmp_path) == ["one", "other"]


@posix
def test_a_database_behind_a_link_takes_no_side_files_over(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    real, link = tmp_path / "far" / "a.db", tmp_path / "a.db"
    link.symlink_to(real)
    for suffix in ("", *SQLITE_SIDE_FILES):
        Path(f"{real}{suffix}").write_bytes(b"old")
    killed = path_beside(link, "building")
    killed.write_bytes(b"half")
    remove_leftovers(link, "building")
    new = path_beside(link, "building")
    new.write_bytes(b"new")
    move_database_into_place(new, link)
    assert names(real.parent) == ["a.db"]
    assert link.read_bytes() == b"new"
    assert link.is_symlink()


@pytest.mark.parametrize("name", [LONG + ".csv", LONG + ".db", "a" * 250, "核" * 85])
def test_long_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    atomic_write(path, b"new")
    assert names(tmp_path) == [name]
    killed = path_beside(path, "publishing")
    assert len(os.fsencode(f"{killed.name}.vacuumed-journal")) <= 255
    killed.write_bytes(b"")
    remove_leftovers(path, "publishing")
    assert names(tmp_path) == [name]


@posix
def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    atomic_write(path, b"all of it")
    reader.join(10)
    assert got == [b"all of it"]
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert names(tmp_path) == ["pipe"]


@posix
def test_a_private_file_stays_private_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o600)
    with atomic_path(path) as temporary:
        assert mode(temporary) == 0o600


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


def test_a_database_is_replaced_by_another_alone(tmp_path: Path) -> None:
    kept, other = tmp_path / "registry.db", tmp_path / "other.db"
    for path in (kept, other):
        with closing(sqlite3.connect(path)) as conn:
            conn.execute("CREATE TABLE a (b)")
    before = kept.read_bytes()
    with pytest.raises(ReplacesDatabase):
        atomic_write(kept, b"a,b\n")
    with pytest.raises(ReplacesDatabase):
        atomic_write_all({kept: b"x", tmp_path / "new": b"y"})
    assert kept.read_bytes() == before
    atomic_write(kept, other.read_bytes())
    atomic_write(tmp_path / "a.csv", b"1")
    atomic_write(tmp_path / "a.csv", b"2")
    assert (tmp_path / "a.csv").read_bytes() == b"2"
