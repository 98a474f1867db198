"""kill -9 at any moment, and several builds at once: as processes, as it would happen."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Run, SmallRoot

Start = Callable[..., "subprocess.Popen[bytes]"]

KILL = """
import os, signal, sys
from contextlib import contextmanager
from pathlib import Path
import registry.audit.record as record
import registry.store.build as build
from registry.cli import main
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
@contextmanager
def transaction(conn):
    conn.execute("PRAGMA cache_size = 1")  # so that pages reach the file before the commit
    conn.execute("BEGIN IMMEDIATE")
    conn.execute("UPDATE workday SET ordinal = ordinal + 100000")
    yield
    die()
"""
"""What lets a process kill itself at a certain step."""


def rows(path: Path, query: str) -> list[Any]:
    conn = sqlite3.connect(path)
    assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    found = conn.execute(query).fetchall()
    conn.close()
    return found


def leftovers(db: Path) -> list[str]:
    return [path.name for path in db.parent.glob(f"{db.name}?*")]


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> bool:
    """Wait, as closely as can be, for a moment in the life of a process; False: it has ended."""
    while process.poll() is None:
        if condition():
            return True
    return False


def kill(process: subprocess.Popen[bytes]) -> int:
    process.kill()
    process.communicate()
    return process.returncode


@pytest.mark.parametrize(
    "step",
    ["build._check", "build.keep_old", "Path.replace", "build.BuildResult"],
)
def test_a_build_killed_at_a_certain_step(
    small_root: SmallRoot, db: Path, run: Callable[..., Run], step: str
) -> None:
    before = db.read_bytes()
    small_root.annexes[1].pop()
    build = ("--db", db, "build", "--data", small_root.write(), "--fresh")
    assert run(*build, program=("-c", f"{KILL}\n{step} = die\nmain()")).rc == -signal.SIGKILL
    if step == "build.BuildResult":  # the new file has been moved in
        assert rows(db, "SELECT count(*) FROM items") == [(8,)]
    else:
        assert db.read_bytes() == before
        assert any(name.endswith(".building") for name in leftovers(db))
    small_root.build()
    assert rows(db, "SELECT count(*) FROM items") == [(8,)]
    assert leftovers(db) == []


@pytest.mark.parametrize("seconds", [0.3, 0.6, None])
def test_a_build_killed_at_any_moment(
    built_copy: Path, data_root: Path, start: Start, run: Callable[..., Run], seconds: float | None
) -> None:
    before = built_copy.read_bytes()
    process = start("--db", built_copy, "build", "--data", data_root)
    if seconds is None:  # at the moment at which it writes

        def writing() -> bool:
            found = list(built_copy.parent.glob("*.building"))
            return any(path.stat().st_size for path in found)

        assert wait_for(writing, process)
    else:
        time.sleep(seconds)
    rc = kill(process)
    if rc == -signal.SIGKILL and built_copy.read_bytes() == before:
        assert rows(built_copy, "SELECT date FROM as_of") == [("2021-06-30",)]
    else:  # it was faster than we were
        assert rows(built_copy, "SELECT date FROM as_of") != [("2021-06-30",)]
        assert seconds is not None
    if seconds is None:
        assert run("--db", built_copy, "build", "--data", data_root).rc == 0
        assert rows(built_copy, "SELECT count(*) FROM item") == [(29 + 1794 + 24,)]
        assert leftovers(built_copy) == []


def test_an_audit_killed_before_it_commits(
    small_root: SmallRoot, db: Path, run: Callable[..., Run]
) -> None:
    days = rows(db, "SELECT * FROM workday")
    before = db.read_bytes()
    program = ("-c", f"{KILL}\nrecord.transaction = transaction\nmain()")
    file = ("--db", db)
    killed = run(*file, "audit", "--as-of", "2021-12-31", "--select", "HBK", program=program)
    assert killed.rc == -signal.SIGKILL
    assert db.read_bytes() != before
    assert leftovers(db) == ["small.db-journal"]
    small_root.annexes[2].pop()
    done = run(*file, "build", "--data", small_root.write(), "--fresh")
    assert done.rc == 0
    (backup,) = db.parent.glob("small-*.db")
    for path, items in ((backup, 9), (db, 8)):
        assert rows(path, "SELECT count(*) FROM items") == [(items,)]
        assert rows(path, "SELECT count(*) FROM run") == [(0,)]
        assert rows(path, "SELECT * FROM workday") == days
    assert leftovers(db) == []


def test_an_audit_killed_when_its_journal_appears(
    built_copy: Path, data_root: Path, start: Start, run: Callable[..., Run]
) -> None:
    journal = built_copy.with_name("registry.db-journal")
    process = start("--db", built_copy, "audit", "--as-of", "2021-12-31")
    assert wait_for(journal.exists, process)
    kill(process)
    (data_root / "liaocheng-2021-8" / "ledger" / "service.csv").unlink()
    assert run("--db", built_copy, "build", "--data", data_root, "--fresh").rc == 0
    (backup,) = built_copy.parent.glob("registry-*.db")
    (runs,) = rows(backup, "SELECT count(*), (SELECT count(*) FROM finding) > 0 FROM run")
    assert runs in [(0, 0), (1, 1)]
    assert rows(built_copy, "SELECT count(*) FROM run") == [(0,)]
    assert rows(built_copy, "SELECT count(*) FROM service_reductions") == [(0,)]
    assert leftovers(built_copy) == []


@pytest.mark.parametrize("old", [False, True])
def test_several_builds_at_once(
    small_root: SmallRoot, db: Path, start: Start, run: Callable[..., Run], old: bool
) -> None:
    if not old:
        db.unlink()
    root = small_root.write()
    processes = [start("--db", db, "build", "--data", root) for _ in range(3)]
    errors = [process.communicate()[1].decode() for process in processes]
    codes = [process.returncode for process in processes]
    assert 0 in codes
    for code, error in zip(codes, errors, strict=True):
        assert code == 0 or (code == 2 and "in use by another command" in error), error
    assert rows(db, "SELECT count(*) FROM items") == [(9,)]
    assert leftovers(db) == []


def test_a_build_and_audits_at_once(
    small_root: SmallRoot, db: Path, start: Start, run: Callable[..., Run]
) -> None:
    """Whatever comes first: a run that was reported as stored is there, in one file or another."""
    file = ("--db", db)
    audits = [
        start(*file, "audit", "--select", "HBK", "--fail-on", "never", "--as-of", f"2021-12-0{n}")
        for n in (1, 2)
    ]
    builds = [start(*file, "build", "--data", small_root.path, "--fresh") for _ in range(2)]
    results = [(p.communicate()[1].decode(), p.returncode) for p in (*audits, *builds)]
    assert {rc for _, rc in results} <= {0, 2}
    assert not [error for error, _ in results if "Traceback" in error]
    stored = {
        day
        for path in db.parent.glob("small*.db")
        for (day,) in rows(path, "SELECT as_of FROM run")
    }
    reported = {f"2021-12-0{n}" for n, (_, rc) in zip((1, 2), results, strict=False) if rc == 0}
    assert reported <= stored
