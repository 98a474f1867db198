"""Commands killed in every phase of a change, and two that write at once."""

from __future__ import annotations

import random
import re
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from registry.store.log.checkpoints import read_checkpoint
from tests.conftest import SEED, amount, sample
from tests.store.log.commands import log_of
from tests.store.log.lived import HEAD
from tests.store.log.offices import Office, found_by_verifying, stored
from tests.store.log.processes import Ended, Processes

Words = tuple[str, ...]

AGREEMENT: Final = (
    *("record", "agreement", "示例9号", "--department", "甲局", "--zone", "东区"),
    *("--instrument", "test-1", "--items", "1-02", "--on", "2021-05-10", "--terms", "依据"),
)
PROOF: Final = ("record", "proof", "handbook", "--zone", "东区", "--on", "2021-05-20", "--items")
CHANGES: Final[dict[str, Words]] = {
    "agreement": AGREEMENT,
    "proof": (*PROOF, "1-02", "1-03"),
    "void": ("void", "service", "S-1", "--why", "登错"),
    "body event": (
        *("record", "body-event", "abolished", "市丙局", "--on", "2021-08-01"),
        *("--basis", "测编〔2021〕9号"),
    ),
    "instrument": ("load", "instrument", "later"),
    "annex": ("load", "annex", "乙.csv", "--annex", "2", "--instrument", "test-1", "--replace"),
    "checkpoint": ("checkpoint", "-o", "checkpoints"),
    "demonstration": ("demo", "remove"),
}
"""What commands change of a registry with a history."""


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    with Processes() as started:
        yield started


@pytest.fixture(scope="module")
def before(lived_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office before any of the changes. For copying."""
    office = Office(lived_folder).copy(tmp_path_factory.mktemp("before") / "office")
    office.run("record", "proof", "handbook", *PROOF[3:], "1-04", "--provenance", "demonstration")
    later = office.folder / "later" / "instrument.yml"
    later.write_text(later.read_text(encoding="utf-8").replace("1-01", "1-02"), encoding="utf-8")
    rows = ("1,事项2-1,行政许可,市丙局,原直接实施", "2,事项2-2,行政许可,市丙局,原直接实施")
    (office.folder / "乙.csv").write_text("\n".join([",".join(HEAD), *rows]), encoding="utf-8")
    return office


@pytest.fixture
def after(
    before: Office, tmp_path: Path, processes: Processes
) -> Callable[..., tuple[Office, list[Ended]]]:
    """Run commands at once on a copy of the office; the copy, and how they ended."""

    def call(*commands: Words, **kill: int | float | None) -> tuple[Office, list[Ended]]:
        shutil.rmtree(tmp_path / "office", ignore_errors=True)
        office = before.copy(tmp_path / "office")
        ended = processes.run(office.folder, *commands, **kill)  # type: ignore[arg-type]
        assert not [e.said for e in ended if "Traceback" in e.said]
        return office, ended

    return call


def state(office: Office) -> tuple[list[str], int]:
    """The log, without days, times and digests, and how many checkpoints there are."""
    told = re.compile(r"\d{4}-\d\d-\d\d(T[0-9:+]+)?|[0-9a-f]{64}")
    lines = [told.sub("", line) for line in log_of(office)]
    ((checkpoints,),) = stored(office.db, "SELECT count(*) FROM checkpoint")
    return lines, checkpoints


def assert_sound(office: Office) -> None:
    held = [read_checkpoint(path) for path in (office.folder / "checkpoints").glob("*.txt")]
    ((made,),) = stored(office.db, "SELECT count(*) FROM checkpoint")
    found = found_by_verifying(office.db, *held[:made])
    assert found == []
    with closing(sqlite3.connect(office.db)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_change_that_is_killed_is_whole_or_absent(
    before: Office, after: Callable[..., tuple[Office, list[Ended]]]
) -> None:
    """At the beginning of any statement, or while it commits."""
    absent = state(before)
    whole, statements = {}, {}
    draw = random.Random(SEED)
    outcomes = set()
    names = sample(sorted(CHANGES), 1)
    for _round in range(amount(5, 16, 200)):
        name = draw.choice(names)
        if name not in whole:
            office, (done,) = after(CHANGES[name])
            assert done.rc == 0, done.said
            whole[name], statements[name] = state(office), done.statements
            assert whole[name] != absent
        kill: dict[str, int | float] = {"kill_at": draw.randint(1, statements[name])}
        if draw.random() < 0.5:
            kill = {"kill_after": draw.choice([0.0, 0.001, 0.01]) * draw.random()}
        office, (ended,) = after(CHANGES[name], **kill)
        assert ended.rc in (0, -signal.SIGKILL), ended.said
        assert_sound(office)
        now = state(office)
        assert now in (absent, whole[name]), (name, kill)
        assert ended.rc != 0 or now == whole[name]
        outcomes.add((ended.rc, now == absent))
        if now == absent:
            again = office.run(*CHANGES[name])
            assert "Traceback" not in again.stderr
            assert_sound(office)
    assert (-signal.SIGKILL, True) in outcomes


PAIRS: Final = {
    "two proofs": ((*PROOF, "1-02"), (*PROOF, "1-03")),
    "proof and agreement": ((*PROOF, "1-02"), AGREEMENT),
    "proof and void": ((*PROOF, "1-02"), CHANGES["void"]),
    "proof and annex": ((*PROOF, "1-02"), CHANGES["annex"]),
    "proof and checkpoint": ((*PROOF, "1-02"), CHANGES["checkpoint"]),
    "instrument and void": (CHANGES["instrument"], CHANGES["void"]),
    "one number twice": (AGREEMENT, AGREEMENT),
}
"""Changes that others make at the same time."""


def test_two_that_write_at_once(
    before: Office, after: Callable[..., tuple[Office, list[Ended]]]
) -> None:
    """Both are there whole, or one was told why it is not; what is said to be recorded is there."""
    lines = len(log_of(before))
    alone: dict[Words, int] = {}
    draw = random.Random(SEED)
    names = sample(sorted(PAIRS), 1)
    for _round in range(amount(2, 8, 100)):
        name = draw.choice(names)
        for words in PAIRS[name]:
            if words not in alone:
                office, _ended = after(words)
                alone[words] = len(log_of(office)) - lines
        office, ended = after(*PAIRS[name])
        assert_sound(office)
        refused = [e for e in ended if e.rc != 0]
        assert len(refused) <= 1, (name, ended)
        for one in refused:
            twice = name == "one number twice" and "is there already" in one.said
            assert one.rc == 2, one
            assert twice or "in use by another command" in one.said, one
        done_words = [words for words, e in zip(PAIRS[name], ended, strict=True) if e.rc == 0]
        assert len(log_of(office)) - lines == sum(alone[words] for words in done_words), name
        if name == "one number twice":
            assert len(refused) == 1
