"""Copies and journals of crashes that meet: by command, by link, in WAL mode, of one size."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.attacking import clean, contents, crash, rows, whole
from tests.running import Run

pytestmark = pytest.mark.long

WAL_CRASH = """
import os, signal, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("PRAGMA journal_mode = WAL")
conn.execute("PRAGMA wal_autocheckpoint = 0")
for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
    conn.execute(f'DROP TRIGGER "{name}"')
conn.execute("UPDATE item SET name = 'of the other file'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_restore_by_command_beside_a_hot_journal(
    lived: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    """The backup comes in whole, and what was there can still be taken back to before the crash."""
    clean(run("backup", "backup.db"), 0)
    backed = contents(tmp_path / "backup.db")
    clean(run("record", "proof", "handbook", "--items", "1-03", "--on", "2021-05-22",
              "--document", "later"), 0)  # fmt: skip
    later = contents(lived)
    assert later != backed
    crash(lived)
    clean(run("restore", "backup.db"), 0)
    assert contents(lived) == backed
    clean(run("verify"), 0)
    kept = [
        path
        for path in tmp_path.iterdir()
        if path.suffix == ".db" or ".db" in path.name
        if path.name not in ("registry.db", "backup.db") and not path.name.endswith("-journal")
        if path.stat().st_size > 10_000
    ]
    assert len(kept) == 1, list(tmp_path.iterdir())
    with sqlite3.connect(kept[0]) as conn:  # rolls back what was half written
        conn.execute("SELECT count(*) FROM item").fetchone()
    conn.close()
    assert whole(kept[0])
    assert contents(kept[0])["deliverable"] == later["deliverable"]
    assert rows(kept[0], "SELECT count(*) FROM item WHERE name = 'half a change'") == [(0,)]


def test_copy_of_one_size_beside_a_hot_journal_by_a_link(
    lived: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    """The copy has as many pages as the file that crashed, and is reached by a symbolic link."""
    real = tmp_path / "disk" / "real.db"
    real.parent.mkdir()
    lived.rename(real)
    lived.symlink_to(real)
    copy = tmp_path / "copy.db"
    shutil.copyfile(real, copy)
    before = contents(copy)
    clean(run("waive", "HBK001", "1-03-east", "--reason", "r", "--approver", "a",
              "--expires", "2027-01-01"), 0, 2)  # fmt: skip
    with sqlite3.connect(real) as conn:  # a change in place, of the same length
        conn.execute("UPDATE item SET name = '事项9-9' WHERE id = '1-01'")
    conn.close()
    crash(real)
    shutil.copyfile(copy, real)
    ended = run("runs")
    clean(ended, 0)
    assert whole(real)
    assert contents(real) == before, "nothing of the other file came in"
    clean(run("verify"), 0)
    assert lived.is_symlink()


def test_copy_beside_the_write_ahead_log_of_another_file(
    lived: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    """Somebody had the file in WAL mode when the machine died, and puts the backup in its place."""
    clean(run("backup", "backup.db"), 0)
    before = contents(tmp_path / "backup.db")
    subprocess.run([sys.executable, "-c", WAL_CRASH, str(lived)], check=False)
    wal = lived.with_name("registry.db-wal")
    assert wal.exists()
    assert wal.stat().st_size > 1_000
    shutil.copyfile(tmp_path / "backup.db", lived)
    ended = run("runs")
    clean(ended, 0, 2)
    if ended.rc == 2:
        assert "wal" in ended.stderr, "an error names the file and the remedy"
        return
    assert whole(lived)
    assert contents(lived) == before, "nothing of the other file came in"
    clean(run("verify"), 0)


@pytest.mark.parametrize("command", ["runs", "backup", "verify", "log"])
def test_own_journal_is_still_taken_back(
    lived: Path, tmp_path: Path, run: Callable[..., Run], command: str
) -> None:
    """The journal that belongs to the file is not put aside: the half change goes."""
    before = contents(lived)
    crash(lived)
    clean(run(command, *(["b.db"] if command == "backup" else [])), 0)
    assert contents(lived) == before
    assert whole(lived)
    if command == "backup":
        assert contents(tmp_path / "b.db") == before
