"""One bit flipped: in a file's records, in a checkpoint, in an exported log, in a backup."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.attacking import clean, contents
from tests.conftest import amount
from tests.running import Run

pytestmark = pytest.mark.long


def flip(file: Path, place: int, bit: int) -> None:
    """Flip one bit."""
    data = bytearray(file.read_bytes())
    data[place] ^= 1 << bit
    file.write_bytes(data)


def read(file: Path) -> dict[str, list[str]] | None:
    """What a file holds, or None where it can't be read."""
    try:
        return contents(file)
    except (sqlite3.Error, UnicodeError):
        return None


def place_of(data: bytes, words: bytes, nth: int) -> int:
    """Where words stand for the nth time."""
    place = -1
    for _ in range(nth + 1):
        place = data.index(words, place + 1)
    return place


WORDS = [
    "事项1-1",
    "手册",
    "2021-05-21",
    "2021-07-30",
    "HBK001",
    "registry record",
    "东区",
    "1-03-",
]


@pytest.mark.parametrize("words", WORDS)
def test_bit_of_a_record(lived: Path, tmp_path: Path, run: Callable[..., Run], words: str) -> None:
    """Where a flipped bit changes any row of any table, `verify` says so."""
    clean(run("checkpoint", "-o", "kept"), 0)
    (held,) = (tmp_path / "kept").iterdir()
    sound = lived.read_bytes()
    before = contents(lived)
    found = sound.count(words.encode())
    assert found
    drawn = random.Random(words)
    for nth in drawn.sample(range(found), min(found, amount(1, 2, 40))):
        lived.write_bytes(sound)
        inside = drawn.randrange(len(words.encode()))
        flip(lived, place_of(sound, words.encode(), nth) + inside, drawn.randrange(8))
        now = read(lived)
        ended = run("verify", "--against", held)
        clean(ended, 0, 1, 2)
        if now != before:
            changed = [t for t in before if now is None or now.get(t) != before[t]]
            assert ended.rc in (1, 2), (words, nth, changed)


def test_bit_of_the_header_and_of_schema_pages(
    lived: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    """No bit of the first page makes a command break off or lose rows in silence."""
    sound = lived.read_bytes()
    before = contents(lived)
    drawn = random.Random(5)
    for _ in range(amount(3, 5, 100)):
        lived.write_bytes(sound)
        flip(lived, drawn.randrange(16, 4096), drawn.randrange(8))
        ended = run("verify")
        clean(ended, 0, 1, 2)
        if ended.rc == 0:
            assert read(lived) == before


def test_every_byte_of_a_checkpoint(lived: Path, tmp_path: Path, run: Callable[..., Run]) -> None:
    """Where a byte of a checkpoint's figures is another, the registry does not agree with it."""
    clean(run("checkpoint", "-o", "kept"), 0)
    (path,) = (tmp_path / "kept").iterdir()
    clean(run("verify", "--against", path), 0)
    sound = path.read_bytes()
    drawn = random.Random(7)
    figures = range(sound.index(b"entries "), sound.index(b"\nat "))
    for place in drawn.sample(figures, amount(3, 6, len(figures))):
        path.write_bytes(sound)
        flip(path, place, drawn.randrange(7))
        ended = run("verify", "--against", path)
        clean(ended, 1, 2)


def test_bit_of_an_exported_log(lived: Path, tmp_path: Path, run: Callable[..., Run]) -> None:
    """An exported log of which one bit is another is not the beginning of the registry's."""
    clean(run("log", "export", "log.jsonl"), 0)
    clean(run("verify", "--log", "log.jsonl"), 0)
    path = tmp_path / "log.jsonl"
    sound = path.read_bytes()
    drawn = random.Random(9)
    for _ in range(amount(2, 4, 60)):
        path.write_bytes(sound)
        flip(path, drawn.randrange(len(sound)), drawn.randrange(8))
        clean(run("verify", "--log", "log.jsonl"), 1, 2)
    path.write_bytes(sound[:-1])
    clean(run("verify", "--log", "log.jsonl"), 0, 1, 2)


def test_bit_of_a_backup(lived: Path, tmp_path: Path, run: Callable[..., Run]) -> None:
    """A backup of which one bit is another is refused, or gives back every row."""
    clean(run("backup", "backup.db"), 0)
    backup = tmp_path / "backup.db"
    backup.chmod(0o644)
    sound, before = backup.read_bytes(), contents(lived)
    drawn = random.Random(11)
    kept = shutil.copyfile(lived, tmp_path / "kept")
    for _ in range(amount(2, 4, 60)):
        backup.write_bytes(sound)
        flip(backup, drawn.randrange(len(sound)), drawn.randrange(8))
        shutil.copyfile(kept, lived)
        ended = run("restore", "backup.db")
        clean(ended, 0, 2)
        if ended.rc == 2:
            assert lived.read_bytes() == kept.read_bytes()
        assert contents(lived) == before
