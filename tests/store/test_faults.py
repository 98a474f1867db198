"""Commands that are killed at a system call, two at once, a disk that is full, a bit that flips, a
journal that is another file's. A part of each in `make test`; in `make test-all` as many as
docs/security.md says, and its table is what they print."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry.errors import RegistryError
from registry.intake.waivers import read_waivers
from registry.store.log.checkpoints import read_checkpoint
from tests.conftest import SEED, amount, drawn_of
from tests.running import environment
from tests.store.faults import (
    OPERATIONS,
    Operation,
    call,
    calls_of,
    content,
    killed_at,
    make_office,
    problems,
)

if TYPE_CHECKING:
    from tests.conftest import MadeOnce, Run

traced = pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
KILLS = 17
"""For each command; 18 of them are killed so often."""


@pytest.fixture(scope="session")
def office(made_once: MadeOnce) -> Path:
    """An office's folder. For copying."""

    def make(folder: Path) -> None:
        (folder / "office").mkdir()
        make_office(folder / "office")

    return made_once("faults-office", make) / "office"


@pytest.fixture
def draw(request: pytest.FixtureRequest) -> random.Random:
    """Chance that can be drawn again: REGISTRY_TESTS_SEED."""
    return random.Random(f"{SEED} {request.node.name}")


def copy(office: Path, folder: Path) -> Path:
    """A copy in the place of an earlier one, with the rights that the program gives its files."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(office, folder)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder


def tell(row: str, **counts: object) -> None:
    """A row of the table."""
    print(
        f"\n| {row} | {' | '.join(f'{name} {n}' for name, n in counts.items())} |", file=sys.stderr
    )


def moments(calls: dict[str, list[int]], most: int, draw: random.Random) -> list[tuple[str, int]]:
    """Some of every kind of call; of frequent ones the first, the last and some between."""
    chosen: list[tuple[str, int]] = []
    share = max(most // len(calls), 1)
    for name, numbers in sorted(calls.items()):
        ends = [numbers[0], numbers[-1]][: min(share, len(numbers))]
        between = draw.sample(numbers, min(len(numbers), max(share - 2, 0)))
        chosen += [(name, number) for number in dict.fromkeys((*ends, *between))]
    spare = [
        (name, n) for name, numbers in calls.items() for n in numbers if (name, n) not in chosen
    ]
    chosen += draw.sample(spare, min(len(spare), max(most - len(chosen), 0)))
    return sorted(draw.sample(chosen, min(most, len(chosen))))


@traced
@pytest.mark.parametrize("name", drawn_of(OPERATIONS, 3, 10))
def test_a_command_killed_at_a_system_call_has_done_all_or_nothing(
    office: Path, tmp_path: Path, draw: random.Random, name: str
) -> None:
    operation, folder = OPERATIONS[name], tmp_path / "office"
    before = operation.state(copy(office, folder))
    calls = calls_of(folder, operation)
    after = operation.state(folder)
    tried = moments(calls, amount(3, 4, KILLS), draw)
    old = new = 0
    for round_, (what, number) in enumerate(tried):
        copy(office, folder)
        killed = call(folder, operation.words, operation.stdin, killed_at(what, number))
        assert killed.returncode in (-9, 137), (what, number, killed.stderr)
        found = operation.state(folder)
        old, new = old + (found == before), new + (found == after)
        if not operation.partly:
            assert found in (before, after), (what, number)
        if found == before and round_ % 4 == 0:
            again = call(folder, operation.words, operation.stdin)
            assert (again.returncode, b"Traceback" in again.stderr) == (0, False), again.stderr
            assert operation.state(folder) == after, (what, number)
    tell(f"`registry {name}` killed", times=len(tried), before=old, done=new)


def starting(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """A command that goes on meanwhile."""
    return subprocess.Popen(
        [sys.executable, "-B", "-m", "registry", *words],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


_APPROVED = ("--approver", "a", "--expires", "2027-02-01")
PAIRS = {
    "two proofs": (
        ("record", "proof", "handbook", "--zone", "east", "--items", "1-01", "--on", "2021-06-20"),
        ("record", "proof", "handbook", "--zone", "west", "--items", "1-01", "--on", "2021-06-21"),
        "SELECT count(*) FROM deliverable",
    ),
    "an import and an audit": (
        ("ledger", "import", "filled.xlsx"),
        ("audit", "--as-of", "2021-07-30", "--fail-on", "never"),
        "SELECT (SELECT count(*) FROM ledger_import) + (SELECT count(*) > 1 FROM run)",
    ),
    "a list and a workbook": (
        ("load", "annex", "--annex", "2", "--replace", "list.csv"),
        ("ledger", "import", "filled.xlsx"),
        "SELECT (SELECT count(*) FROM ledger_import) + (SELECT count(*) FROM annex_load)",
    ),
    "two waivers": (
        *(
            (*("waive", "AGR001", f"1-02-{zone}", "--reason", "r"), *_APPROVED)
            for zone in ("east", "west")
        ),
        "",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_two_writers_lose_nothing(office: Path, tmp_path: Path, name: str) -> None:
    first, second, counting = PAIRS[name]
    rounds = amount(1, 3, 50)
    folder = tmp_path / "office"
    for _round in range(rounds):
        copy(office, folder)
        processes = [starting(folder, *first), starting(folder, *second)]
        ended = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
        assert [code for _error, code in ended] == [0, 0], ended
        assert problems(folder / "registry.db") == []
        if counting:
            with closing(sqlite3.connect(folder / "registry.db")) as conn:
                assert conn.execute(counting).fetchone() == (2,)
        else:
            kept = {one.subject: one.expires for one in read_waivers(folder / "waivers.yml")}
            assert kept == {"1-02-east": "2027-02-01", "1-02-west": "2027-02-01"}
    tell(f"{name} at once", rounds=rounds, lost=0)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
@pytest.mark.parametrize("name", drawn_of(OPERATIONS, 3, 10))
def test_a_full_disk_leaves_what_was(
    office: Path, tmp_path: Path, draw: random.Random, name: str
) -> None:
    operation, folder = OPERATIONS[name], tmp_path / "office"
    before = operation.state(copy(office, folder))
    size = (folder / "registry.db").stat().st_size
    limits = [0, *(draw.randrange(size + (size >> 2)) for _time in range(amount(1, 1, 5)))]
    refused = 0
    for limit in limits:
        copy(office, folder)
        there = {path for path in folder.rglob("*") if path.is_file()}
        done = call(folder, operation.words, operation.stdin, limit=limit)
        assert b"Traceback" not in done.stderr, done.stderr
        if done.returncode == 0:
            continue
        refused += 1
        assert done.returncode == 2, done.stderr
        assert any(line.startswith(b"Error: ") for line in done.stderr.splitlines()), done.stderr
        found = operation.state(folder)
        assert operation.partly or found == before, (limit, done.stderr)
        left = {path for path in folder.rglob("*") if path.is_file()} - there
        assert [path for path in left if path.suffix in (".writing", ".building")] == []
    tell(f"`registry {name}`, disk full", times=len(limits), refused=refused)


def flipped(data: bytes, draw: random.Random) -> bytes:
    """The data with one bit of another value."""
    changed = bytearray(data)
    changed[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def test_a_flipped_bit_is_found_or_changes_nothing(
    office: Path, tmp_path: Path, draw: random.Random
) -> None:
    folder = copy(office, tmp_path / "office")
    assert call(folder, ("checkpoint", "-o", "points")).returncode == 0
    held = [read_checkpoint(path) for path in (folder / "points").glob("*.txt")]
    path = folder / "registry.db"
    data, meant = path.read_bytes(), content(path)
    found = harmless = 0
    for _time in range(amount(12, 25, 200)):
        path.write_bytes(flipped(data, draw))
        try:
            told = problems(path, held)
        except (RegistryError, sqlite3.Error, UnicodeDecodeError, ValueError) as error:
            told = [str(error)]
        if told:
            found += 1
        else:
            harmless += 1
            assert content(path) == meant
    tell("one bit flipped", times=found + harmless, found=found, in_no_record=harmless)


@traced
def test_a_backup_beside_a_journal_is_not_damaged(
    office: Path, tmp_path: Path, draw: random.Random, run: Callable[..., Run]
) -> None:
    folder, backup = tmp_path / "office", content(office / "backup.db")
    load = Operation(("load", "annex", "--annex", "2", "--replace", "list.csv"), lambda _f: "")
    calls = calls_of(copy(office, folder), load)
    amidst = [("pwrite64", n) for n in calls["pwrite64"]] + [
        ("fdatasync", n) for n in calls["fdatasync"]
    ]
    times = hot = 0
    for what, number in draw.choices(amidst, k=amount(3, 6, 50)):
        copy(office, folder)
        call(folder, load.words, before=killed_at(what, number))
        hot += (folder / "registry.db-journal").exists()
        db = ("--db", folder / "registry.db")
        if times % 2:
            done = run(*db, "restore", folder / "backup.db")
        else:  # as people do who have not read how
            shutil.copyfile(folder / "backup.db", folder / "registry.db")
            done = run(*db, "runs")
        assert done.rc == 0, done.stderr
        assert problems(folder / "registry.db") == []
        assert content(folder / "registry.db") == backup
        times += 1
    tell("a backup put in place beside a journal", times=times, journals=hot, damaged=0)
