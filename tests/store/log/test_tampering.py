"""Tampering of each kind, with a checkpoint that somebody else holds, and with the file alone."""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from registry.store.log.checkpoints import read_checkpoint
from tests.conftest import ROOT, THOROUGH, amount
from tests.store.log.offices import Office, found_by_verifying, stored
from tests.store.log.tampering import KINDS, CannotTamper, tampering

PAGE: Final = ROOT / "docs" / "history.md"
DRAWN: Final = amount(3, 10, 100)
PROMISED: Final = {
    "entry edited so that its fold stays the same": (100, 0),
    "tail cut and tables rolled back": (100, 0),
    "history rewritten consistently": (100, 0),
    "tail cut only": (100, 100),
    "table edited only": (100, 100),
    "backdated entry appended": (100, 100),
}
"""How many of a hundred are found with a held checkpoint, and with the file alone."""


@dataclass
class Found:
    """How many were drawn and found, and which were not as promised."""

    drawn: int = 0
    with_checkpoint: int = 0
    alone: int = 0
    unexpected: list[str] = field(default_factory=list)


def tampered(folder: Path, seed: int, kind: str, target: Path) -> Path:
    """Tamper with a copy of an office's file, as drawn by a seed; the checkpoint that is held."""
    draw = random.Random(f"{kind} {seed}")
    held = draw.choice(sorted((folder / "checkpoints").glob("*.txt")))
    entries = read_checkpoint(held).head.entries
    while True:
        shutil.copyfile(folder / "registry.db", target)
        try:
            with tampering(target) as file:
                KINDS[kind](file, draw, entries)
            return held
        except CannotTamper:
            target.unlink()


@pytest.fixture(scope="module")
def measured(lived_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """Kind of tampering → what was found of it."""
    target = tmp_path_factory.mktemp("tampering") / "registry.db"

    def measure(kind: str) -> Found:
        found = Found()

        @settings(max_examples=DRAWN, database=None, phases=[Phase.generate])
        @given(st.integers(0, 2**64))
        def tamper(seed: int) -> None:
            if found.drawn == DRAWN:
                return
            held = read_checkpoint(tampered(lived_folder, seed, kind, target))
            problems = (found_by_verifying(target, held), found_by_verifying(target))
            found.drawn += 1
            found.with_checkpoint += bool(problems[0])
            found.alone += bool(problems[1])
            if tuple(100 * bool(problem) for problem in problems) != PROMISED[kind]:
                found.unexpected.append(f"{seed}: {problems}")

        tamper()
        return found

    return {kind: measure(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_tampering_is_found_as_promised(measured: dict[str, Found], kind: str) -> None:
    found = measured[kind]
    assert found.unexpected == []
    assert found.drawn == DRAWN
    assert PROMISED[kind] == (100 * found.with_checkpoint / DRAWN, 100 * found.alone / DRAWN)


def test_the_table_in_the_docs_is_what_was_measured(measured: dict[str, Found]) -> None:
    """In `make test` a few are drawn of each kind, and counted as of a hundred."""
    rows = {
        kind: (f.with_checkpoint * 100 // f.drawn, f.alone * 100 // f.drawn)
        for kind, f in measured.items()
    }
    table = (
        "| tampering by the file's owner, 100 drawn of each kind | with a held checkpoint"
        " | file alone |\n|---|---:|---:|\n"
    )
    table += "".join(f"| {kind} | {held} | {alone} |\n" for kind, (held, alone) in rows.items())
    if THOROUGH:
        print(table)
    page = PAGE.read_text(encoding="utf-8")
    (shown,) = re.findall(r"<!-- tampering -->\n\n(.*?)\n<!-- end -->", page, re.DOTALL)
    assert shown == table


def test_the_file_that_is_tampered_with_was_sound(lived_folder: Path) -> None:
    held = [read_checkpoint(path) for path in (lived_folder / "checkpoints").glob("*.txt")]
    assert len(held) == 3
    assert found_by_verifying(lived_folder / "registry.db", *held) == []


def test_the_log_refuses_to_be_changed(office: Office) -> None:
    """Whoever does not take the triggers away is refused, whatever they use."""
    office.checkpoint()
    for table, column in (("entry", "body"), ("checkpoint", "sha256")):
        for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(Exception, match="is never"):
                stored(office.db, statement)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("history rewritten consistently", "lines are not those of the checkpoint of 2021-07-"),
        ("tail cut and tables rolled back", "the checkpoint of 2021-07-"),
        ("backdated entry appended", "is before the change that precedes it"),
        ("tail cut only", "the log does not have it"),
    ],
)
def test_what_is_found_is_told(lived_folder: Path, tmp_path: Path, kind: str, words: str) -> None:
    office = Office(lived_folder).copy(tmp_path / "office")
    assert "Nothing differs" in office.run("verify").stdout
    held = tampered(lived_folder, 0, kind, office.db)
    done = office.run("verify", "--against", held, rc=1)
    assert words in done.stdout
    assert "× " in done.stdout


def test_who_kept_an_exported_log_sees_where_it_differs(lived_folder: Path, tmp_path: Path) -> None:
    office = Office(lived_folder).copy(tmp_path / "office")
    office.run("log", "export", "log.jsonl")
    held = sorted((office.folder / "checkpoints").glob("*.txt"))
    assert office.run("verify", "--log", "log.jsonl", "--against", *held).rc == 0
    tampered(lived_folder, 1, "entry edited so that its fold stays the same", office.db)
    done = office.run("verify", "--log", "log.jsonl", rc=1)
    assert "is not that of the exported log" in done.stdout
    office.db.unlink()
    assert office.run("verify", "--log", "log.jsonl", "--against", *held).rc == 0
    text = (office.folder / "log.jsonl").read_bytes()
    (office.folder / "log.jsonl").write_bytes(text.replace("补录".encode(), b"whatever"))
    assert office.run("verify", "--log", "log.jsonl", "--against", *held, rc=1)
