"""Nobody reads what a command makes of a registry who can't read the registry."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
Runner = Callable[..., Run]


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """As most machines have it: others read new files."""
    before = os.umask(0o022)
    yield
    assert os.umask(before) == 0o022, "each command sets it back"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("registry", "file", "folder"),
    [(0o600, 0o600, 0o700), (0o640, 0o640, 0o750), (0o644, 0o644, 0o755)],
)
def test_exports_are_as_closed_as_the_registry(
    built_copy: Path, tmp_path: Path, run: Runner, registry: int, file: int, folder: int
) -> None:
    built_copy.chmod(registry)
    audit = ("audit", "--as-of", "2021-07-30", "--fail-on", "never")
    assert run(*audit, "-o", "audit.txt").rc == 0
    assert run(*audit, "--format", "xlsx", "-o", "a.xlsx").rc == 0
    assert run("letters", "-o", "letters").rc == 0
    assert run("log", "export", "log.jsonl").rc == 0
    assert run("backup", "backup.db").rc == 0
    for path in ("audit.txt", "a.xlsx", "log.jsonl", "backup.db"):
        assert mode(tmp_path / path) == file, path
    letters = list((tmp_path / "letters").iterdir())
    assert letters
    assert {mode(one) for one in letters} == {file}
    assert mode(tmp_path / "letters") == folder
    assert run("publish", "-o", "public.db").rc == 0
    assert mode(tmp_path / "public.db") == 0o644, "it is for the public"


def test_a_file_that_is_there_keeps_its_mode(built_copy: Path, tmp_path: Path, run: Runner) -> None:
    built_copy.chmod(0o600)
    for name, before in (("open.txt", 0o644), ("closed.txt", 0o600)):
        (tmp_path / name).touch(before)
        done = run("audit", "--as-of", "2021-07-30", "--fail-on", "never", "-o", name)
        assert done.rc == 0
        assert mode(tmp_path / name) == before


@pytest.mark.parametrize(
    ("registry", "there", "expected"),
    [(0o600, None, 0o600), (0o600, 0o644, 0o600), (0o644, 0o600, 0o600), (0o640, 0o644, 0o640)],
)
def test_a_backup_is_as_closed_as_both(
    built_copy: Path, tmp_path: Path, run: Runner, registry: int, there: int | None, expected: int
) -> None:
    built_copy.chmod(registry)
    if there is not None:
        (tmp_path / "b.db").touch()
        (tmp_path / "b.db").chmod(there)
    assert run("backup", "b.db").rc == 0
    assert mode(tmp_path / "b.db") == expected


@pytest.mark.parametrize("is_link", [False, True])
def test_what_is_replaced_and_what_is_kept_of_it_stay_closed(
    built_copy: Path, tmp_path: Path, run: Runner, is_link: bool
) -> None:
    built_copy.chmod(0o600)
    assert run("backup", "b.db").rc == 0
    (tmp_path / "b.db").chmod(0o644)
    if is_link:
        (tmp_path / "real").mkdir()
        shutil.move(built_copy, tmp_path / "real" / "registry.db")
        built_copy.symlink_to(Path("real") / "registry.db")
    assert run("restore", "b.db").rc == 0
    assert run("build", "--fresh").rc == 0
    kept = [*tmp_path.glob("registry-*.db"), *tmp_path.glob("real/registry-*.db")]
    assert len(kept) == 2
    assert {mode(one) for one in (built_copy, *kept)} == {0o600}
    assert built_copy.is_symlink() == is_link


def test_a_registry_comes_back_as_closed_as_its_backup(
    built_copy: Path, tmp_path: Path, run: Runner
) -> None:
    built_copy.chmod(0o600)
    assert run("backup", "b.db").rc == 0
    built_copy.unlink()
    assert run("restore", "b.db").rc == 0
    assert mode(built_copy) == 0o600


def test_no_copy_is_open_while_it_is_made(
    built_copy: Path, tmp_path: Path, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that is opened before its mode is set stays open to who opened it."""
    built_copy.chmod(0o600)
    seen: set[tuple[str, int]] = set()
    real = sqlite3.connect

    def looking(*args: object, **more: object) -> sqlite3.Connection:
        conn = real(*args, **more)  # type: ignore[call-overload]
        for path in tmp_path.iterdir():
            if ".db" in path.name:
                seen.add((path.suffix, mode(path)))
        return conn  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", looking)
    assert run("backup", "b.db").rc == 0
    assert run("restore", "b.db").rc == 0
    assert run("build", "--fresh").rc == 0
    assert {suffix for suffix, _mode in seen} >= {".db", ".writing", ".restoring"}
    assert {found for _suffix, found in seen} == {0o600}
