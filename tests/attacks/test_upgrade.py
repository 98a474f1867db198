"""Registries of an older version: in odd states, opened by other commands, killed half-way."""

from __future__ import annotations

import gzip
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.attacks.attacking import clean, rows, whole
from tests.conftest import ROOT
from tests.running import Run

pytestmark = pytest.mark.long

OLD = ROOT / "tests" / "store" / "fixtures"
KEPT = (
    "item",
    "deliverable",
    "agreement",
    "guidance_request",
    "run",
    "finding",
    "clause",
    "workday",
)


@pytest.fixture(params=["registry-0.1.0", "living-0.1.0"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Unpack a registry of the first version to where commands find it."""
    path = tmp_path / "registry.db"
    with gzip.open(OLD / f"{request.param}.db.gz") as packed, path.open("wb") as stream:
        shutil.copyfileobj(packed, stream)
    return path


def counted(file: Path) -> dict[str, int]:
    """Rows of the tables that an old registry has."""
    return {name: rows(file, f"SELECT count(*) FROM {name}")[0][0] for name in KEPT}


COMMANDS = {
    "verify": ("verify",),
    "backup": ("backup", "b.db"),
    "checkpoint": ("checkpoint", "-o", "kept"),
    "log": ("log",),
    "export": ("log", "export", "log.jsonl"),
    "known on": ("audit", "--known-on", "2026-01-01", "--fail-on", "never"),
    "void": ("void", "proof", "P-1", "--why", "wrong"),
    "find": ("find", "登记"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_first_command_on_an_old_registry(old: Path, run: Callable[..., Run], command: str) -> None:
    """Whatever command opens it first, every row is kept, and the next verifies."""
    before = counted(old)
    clean(run(*COMMANDS[command]), 0, 1, 2)
    after = counted(old)
    assert after == before
    assert whole(old)
    clean(run("verify"), 0)


ODD = {
    "WAL": "PRAGMA journal_mode = WAL",
    "a view of the office's": "CREATE VIEW ours AS SELECT id, name FROM item",
    "an index of the office's": "CREATE INDEX ours ON item (name)",
    "a table of a later name": "CREATE TABLE entry (x)",
    "a view of a later name": "CREATE VIEW power AS SELECT 1 AS x",
    "a column of the office's": "ALTER TABLE item ADD COLUMN ours TEXT",
    "a trigger of the office's": "CREATE TRIGGER ours AFTER UPDATE ON item BEGIN SELECT 1; END",
    "a later version's migration": "INSERT INTO _sqlite_migrations"
    " (migration_set, name, applied_at) VALUES ('registry', '9999_of_the_future', '2030-01-01')",
}


@pytest.mark.parametrize("kind", ODD)
def test_old_registry_with_something_more(old: Path, run: Callable[..., Run], kind: str) -> None:
    """What an office put in is kept, or the upgrade is refused with a clear error and no change."""
    with closing(sqlite3.connect(old, isolation_level=None)) as conn:
        conn.execute(ODD[kind])
    before, schema = counted(old), rows(old, "SELECT name, sql FROM sqlite_schema ORDER BY name")
    ended = run("runs")
    clean(ended, 0, 2)
    assert counted(old) == before
    if ended.rc == 2:
        assert ended.stderr.startswith("Error:")
        assert "registry.db" in ended.stderr or "version" in ended.stderr, ended
        # What collides comes up in a later step; each step before is whole, and is not taken back.
        if "of a later name" not in kind:
            assert rows(old, "SELECT name, sql FROM sqlite_schema ORDER BY name") == schema
        assert whole(old)
        return
    clean(run("verify"), 0, 1)
    if kind == "a view of the office's":
        assert len(rows(old, "SELECT * FROM ours")) == before["item"]


@pytest.mark.long
def test_upgrade_that_is_killed(
    old: Path, run: Callable[..., Run], start: Callable[..., subprocess.Popen[bytes]]
) -> None:
    """Killed at any moment the registry is as before or as after; the next command goes on."""
    before, sound = counted(old), old.read_bytes()
    for wait in (0.4, 0.7, 1.0, 1.3):
        old.write_bytes(sound)
        for more in ("-journal", "-wal", "-shm"):
            old.with_name(old.name + more).unlink(missing_ok=True)
        process = start("runs")
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        clean(run("runs"), 0)
        assert counted(old) == before
        assert whole(old)
        clean(run("verify"), 0)
