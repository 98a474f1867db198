"""A backup while others write, a loss, and the restore; and what is refused."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import ROOT, SEED, amount, sample
from tests.running import environment
from tests.store.log.lived import proof
from tests.store.log.offices import Office, found_by_verifying, stored

WRITER: Final = """
import sys
from pathlib import Path
from registry.store.connection import connect, transaction
from registry.store.log.changes import Change, changing
conn = connect(Path(sys.argv[1]))
items = [no for (no,) in conn.execute("SELECT no FROM item ORDER BY no")]
for number in range(100_000):
    at = f"2021-08-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}+00:00"
    with changing(Change(at, "writer", "test")), transaction(conn):
        item = items[number % len(items)]
        conn.execute("UPDATE item SET remark = ? WHERE no = ?", (f"第{number}次", item))
    print(number, flush=True)
"""
"""Another process, which goes on changing records, and tells each change that it has committed."""

KILLED: Final = """
import os, signal, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("PRAGMA cache_size = 1")
conn.execute("BEGIN IMMEDIATE")
conn.execute("UPDATE finding SET message_zh = message_zh || '改'")
os.kill(os.getpid(), signal.SIGKILL)
"""
"""Another, which is killed in the middle of a change that has reached the file."""


@pytest.fixture
def office(lived: Office) -> Office:
    """An office with a history."""
    return lived


@contextmanager
def writing(office: Office) -> Iterator[Callable[[], int]]:
    """While another process writes. What is given waits for its next change; its number."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(office.db)],
        cwd=office.folder,
        env=environment({"PYTHONPATH": str(ROOT)}),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    stdout = process.stdout
    try:
        yield lambda: int(stdout.readline())
    finally:
        process.kill()
        process.communicate()


def log_of(db: Path) -> list[str]:
    return [body for (body,) in stored(db, "SELECT body FROM entry ORDER BY seq")]


def contents(office: Office) -> dict[str, bytes]:
    """Every file in the office's folder, whole."""
    return {path.name: path.read_bytes() for path in office.folder.iterdir() if path.is_file()}


def test_the_drill_write_back_up_while_writing_lose_restore_verify(office: Office) -> None:
    """Nothing of what was committed before the backup began is lost."""
    with writing(office) as next_change:
        for _again in range(amount(2, 8, 20)):
            before = next_change()
            office.run("backup", "copy.db")
            log = log_of(office.folder / "copy.db")
            assert sum(f'第{before}次"' in line for line in log) == 1
        while any(f'第{before}次"' in line for line in log):
            before = next_change()  # until one has come after the last backup
    assert found_by_verifying(office.folder / "copy.db") == []
    now = log_of(office.db)
    assert len(log) < len(now)
    assert now[: len(log)] == log
    office.db.unlink()  # the loss
    restored = office.run("restore", "copy.db")
    assert log_of(office.db) == log
    assert "is now what copy.db held" in restored.stdout
    assert "Nothing differs" in office.run("verify").stdout
    proof(office, "1-03", "2021-05-21")
    assert found_by_verifying(office.db) == []


def test_what_was_there_is_kept_and_what_it_had_more_is_told(office: Office) -> None:
    office.run("backup", "copy.db")
    held = office.checkpoint()
    proof(office, "1-03", "2021-05-21")
    before = log_of(office.db)
    done = office.run("restore", "copy.db")
    (kept,) = office.folder.glob("registry-*.db")
    assert log_of(kept) == before
    assert f"The file that was there is now {kept.name}" in done.stderr
    more = len(before) - len(log_of(office.db))
    assert f"It had {more} lines of log more" in done.stderr
    assert found_by_verifying(office.db) == []
    assert office.run("verify", "--against", held).rc == 0, "the checkpoint was of the same log"
    office.run("restore", "copy.db", "--against", held)


def test_a_backup_says_by_what_it_is_known(office: Office) -> None:
    made = office.run("backup", "copy.db")
    line = next(line for line in made.stdout.splitlines() if line.startswith("Its log: "))
    assert line in office.run("restore", "copy.db").stdout
    office.run("log", "export", "log.jsonl")
    digest = subprocess.check_output(["sha256sum", office.folder / "log.jsonl"], text=True)
    assert digest.split()[0] in line


def flip(path: Path, draw: random.Random) -> None:
    """Change bytes of rows here and there; of stored audits alone nobody would see it."""
    data = bytearray(path.read_bytes())
    places = [n for n in range(len(data) - 3) if data[n : n + 3] == "市".encode()]
    for place in draw.sample(places, 30):
        data[place] ^= 0x01
    path.write_bytes(data)


def cut(path: Path, draw: random.Random) -> None:
    """Keep a beginning only."""
    with path.open("r+b") as file:
        file.truncate(draw.randrange(path.stat().st_size))


def cut_amidst_the_last_page(path: Path, draw: random.Random) -> None:
    """Keep all but some bytes: SQLite reads what is missing as zeros."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - draw.randrange(1, 4096))


def edit(path: Path, draw: random.Random) -> None:
    """Change a table and not the log."""
    with closing(sqlite3.connect(path)) as conn:
        for (name,) in conn.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'log_item_%'"
        ).fetchall():
            conn.execute(f"DROP TRIGGER {name}")
        conn.execute("UPDATE item SET name = ? WHERE no = ?", ("改名", draw.randint(1, 9)))
        conn.commit()


def scramble(path: Path, draw: random.Random) -> None:
    """Overwrite a page, of those that hold something."""
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("VACUUM")
    with path.open("r+b") as file:
        file.seek(draw.randrange(1, path.stat().st_size // 4096) * 4096)
        file.write(draw.randbytes(4096))


def forget(path: Path, draw: random.Random) -> None:
    """Cut the log's tail off."""
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("DROP TRIGGER entry_is_kept")
        conn.execute("DELETE FROM entry WHERE seq > ?", (draw.randint(50, 900),))
        conn.commit()


def put_another(path: Path, _draw: random.Random) -> None:
    """Something else by the backup's name."""
    path.unlink()
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE entry (seq, body)")
        conn.commit()


DAMAGES: Final = (flip, cut, cut_amidst_the_last_page, edit, scramble, forget, put_another)


@pytest.mark.parametrize("damage", sample(DAMAGES, 3))
def test_a_damaged_backup_is_refused_before_it_replaces_anything(
    office: Office, damage: Callable[[Path, random.Random], None]
) -> None:
    office.run("backup", "sound.db")
    draw = random.Random(f"{SEED} {damage.__name__}")
    copy = office.folder / "copy.db"
    for _again in range(amount(1, 8, 20)):
        shutil.copyfile(office.folder / "sound.db", copy)
        damage(copy, draw)
        before = contents(office)
        done = office.run("restore", "copy.db", rc=2)
        assert "Traceback" not in done.stderr
        assert "copy.db" in done.stderr
        assert contents(office) == before
        assert found_by_verifying(office.db) == []


def test_a_file_that_ends_amidst_a_page_does_not_verify(office: Office) -> None:
    whole = office.db.stat().st_size
    with office.db.open("r+b") as file:
        file.truncate(whole - 96)
    done = office.run("verify", rc=1)
    assert "the file: its last page has 4,000 of 4,096 bytes" in done.stdout + done.stderr
    with office.db.open("r+b") as file:
        file.truncate(whole)


def test_what_is_no_backup_is_refused(office: Office) -> None:
    (office.folder / "text.db").write_text("不是登记库", encoding="utf-8")
    (office.folder / "empty.db").touch()
    office.run("publish", "-o", "public.db", "--as-of", "2021-12-31")
    before = contents(office)
    for name in ("text.db", "empty.db", "public.db", "none.db", "data"):
        done = office.run("restore", name, rc=2)
        assert "Error: " in done.stderr
        assert "Traceback" not in done.stderr
    assert contents(office) == before


def test_a_backup_of_another_history_is_refused_by_a_checkpoint(office: Office) -> None:
    office.run("backup", "copy.db")
    proof(office, "1-03", "2021-05-21")
    held = office.checkpoint()
    before = contents(office)
    done = office.run("restore", "copy.db", "--against", held, rc=2)
    assert "the checkpoint of 2021-07-16" in done.stderr
    assert contents(office) == before


DAMAGED: Final[dict[str, Callable[[Path], object]]] = {
    "scrambled": lambda path: scramble(path, random.Random(1)),
    "cut short": lambda path: os.truncate(path, 5000),
    "another program's": lambda path: path.write_text("不是登记库", encoding="utf-8"),
    "empty": lambda path: os.truncate(path, 0),
    "missing": Path.unlink,
}


@pytest.mark.parametrize("what", sample(DAMAGED, 3))
def test_a_backup_takes_the_place_of_a_damaged_or_missing_file(office: Office, what: str) -> None:
    office.run("backup", "copy.db")
    log = log_of(office.db)
    DAMAGED[what](office.db)
    before = office.db.read_bytes() if office.db.exists() else None
    office.run("restore", "copy.db")
    assert log_of(office.db) == log
    assert found_by_verifying(office.db) == []
    kept = [path.read_bytes() for path in office.folder.glob("registry-*.db")]
    if before is None:
        assert kept == []
    elif what != "scrambled":  # of which SQLite may make a copy
        assert kept == [before]
    assert len(kept) == (before is not None)


def test_what_a_killed_command_left_is_not_rolled_back_into_the_backup(office: Office) -> None:
    """A journal whose file is lost belongs to nothing any more."""
    office.run("backup", "copy.db")
    log = log_of(office.db)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(office.db)], cwd=office.folder, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert (office.folder / "registry.db-journal").stat().st_size > 4096
    office.db.unlink()
    office.run("restore", "copy.db")
    assert log_of(office.db) == log
    assert found_by_verifying(office.db) == []


def test_a_file_that_another_has_locked_is_not_replaced(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.store.connection.BUSY_SECONDS", 0.05)
    office.run("backup", "copy.db")
    with closing(sqlite3.connect(office.db)) as other:
        other.execute("BEGIN IMMEDIATE")
        before = contents(office)
        done = office.run("restore", "copy.db", rc=2)
        assert "is in use by another command" in done.stderr
        assert contents(office) == before
    office.run("restore", "copy.db")


def test_a_backup_that_cannot_be_written_leaves_nothing(office: Office) -> None:
    before = sorted(office.folder.iterdir())
    assert office.run("backup", "registry.db", rc=2).stderr.startswith("Error: ")
    assert office.run("backup", "nowhere/copy.db", rc=2).stderr.startswith("Error: ")
    assert sorted(office.folder.iterdir()) == before


def test_a_registry_that_does_not_pass_is_not_backed_up(office: Office) -> None:
    """Else a backup would be found damaged on the day on which it is needed."""
    edit(office.db, random.Random(SEED))
    done = office.run("backup", "copy.db", rc=2)
    assert "does not pass its checks" in done.stderr
    assert not (office.folder / "copy.db").exists()
