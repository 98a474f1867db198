"""Many who write at once, and those who are killed while they do."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.checks import asked, calm, done, whole
from tests.conftest import SmallRoot
from tests.running import Run, environment

pytestmark = pytest.mark.long

Start = Callable[..., "subprocess.Popen[bytes]"]
Runner = Callable[..., Run]


def ended(process: subprocess.Popen[bytes]) -> Run:
    """Wait for its end."""
    out, err = process.communicate(timeout=60)
    return calm(Run(process.returncode, out.decode(), err.decode()))


@pytest.fixture
def working(small_root: SmallRoot, tmp_path: Path) -> Path:
    """Build a small registry where commands find it."""
    return small_root.build(db=tmp_path / "registry.db").path


def test_requests_recorded_at_once(working: Path, start: Start, run: Runner) -> None:
    """Six record a request for guidance in the same moment: each gets a key of its own."""
    words = ("--zone", "east", "--department", "jia", "--kind", "业务培训", "--on", "2021-05-20")
    runs = [
        ended(process)
        for process in [
            start("record", "guidance", *words, "--text", f"请求{n}", "--by", f"u{n}")
            for n in range(6)
        ]
    ]
    keys = {key for one in runs if one.rc == 0 for key in re.findall(r"\bG-\d+", one.stdout)[:1]}
    kept = asked(working, "SELECT key, text FROM guidance_requests")
    assert [one.rc for one in runs] == [0] * 6, [one.stderr for one in runs]
    assert len(kept) == 6
    assert len({key for key, _text in kept}) == 6
    assert len(keys) == 6 or not keys
    assert whole(working)
    done(run("verify"))


def test_users_added_and_changed_at_once(working: Path, tmp_path: Path, run: Runner) -> None:
    """Users are added, removed and given passwords at once: each change is kept."""

    def one(*words: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "registry", "user", *words],
            env=environment(),
            cwd=tmp_path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdin is not None
        process.stdin.write(b"correct horse battery 77\n")
        process.stdin.close()
        process.stdin = None
        return process

    first = [one("add", name, "--role", "office", "--password-stdin") for name in ("aa", "bb")]
    assert [ended(process).rc for process in first] == [0, 0]
    second = [
        one("remove", "aa"),
        one("passwd", "bb", "--password-stdin"),
        *(one("add", f"n{n}", "--role", "office", "--password-stdin") for n in range(4)),
    ]
    runs = [ended(process) for process in second]
    assert [r.rc for r in runs] == [0] * 6, [r.stderr for r in runs]
    known = json.loads((tmp_path / "registry-internal" / "users.json").read_text("utf-8"))
    assert {user["name"] for user in known["users"]} == {"bb", "n0", "n1", "n2", "n3"}
    done(run("verify"))


def _labels(file: Path) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Of each stored audit the digest of the data, and what it found."""
    found = "SELECT code, subject_id, status FROM finding WHERE run = ? ORDER BY 1, 2, 3"
    return [
        (digest, asked(file, found, no))
        for no, digest in asked(file, "SELECT no, data_digest FROM run ORDER BY no")
    ]


@pytest.mark.long
def test_audit_beside_a_record(working: Path, start: Start, run: Runner, tmp_path: Path) -> None:
    """An audit beside a record bears the digest of what it read, be that before or after it."""
    kept = tmp_path / "kept.db"
    shutil.copyfile(working, kept)
    day = ("--as-of", "2021-06-30", "--fail-on", "never")
    done(run("audit", *day))
    ((old_digest, old_found),) = _labels(working)
    proof = ("--zone", "east", "--items", "1-01", "--on", "2021-05-20", "--document", "F")
    for turn in range(6):
        shutil.copyfile(kept, working)
        audit = start("audit", *day)
        time.sleep(turn * 0.15)
        record = start("record", "proof", "handbook", *proof)
        assert ended(record).rc == 0
        assert ended(audit).rc == 0
        assert len(_labels(working)) == 1
        done(run("audit", *day))
        every = _labels(working)
        assert len(every) in (1, 2)
        for digest, found in every:
            assert (digest == old_digest) == (found == old_found)
        assert every[-1][0] != old_digest
        done(run("verify"))


@pytest.mark.long
def test_backup_and_restore_killed(
    working: Path, start: Start, run: Runner, tmp_path: Path
) -> None:
    """A restore that is killed leaves the registry as it was or as the backup is."""
    done(run("backup", "kept.db"))
    before = asked(working, "SELECT count(*) FROM entry")
    words = ("--zone", "east", "--items", "1-01", "--on", "2021-05-20", "--document", "F")
    done(run("record", "proof", "handbook", *words))
    after = asked(working, "SELECT count(*) FROM entry")
    assert after != before
    changed = tmp_path / "changed"
    shutil.copyfile(working, changed)
    draw = random.Random(os.environ["REGISTRY_TESTS_SEED"])
    killed = 0
    for _turn in range(8):
        shutil.copyfile(changed, working)
        process = start("restore", "kept.db")
        time.sleep(draw.uniform(0.3, 1.2))
        process.send_signal(draw.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT]))
        _out, err = process.communicate(timeout=60)
        assert b"Traceback" not in err
        killed += process.returncode != 0
        assert whole(working)
        assert asked(working, "SELECT count(*) FROM entry") in (before, after)
        # Whatever was replaced stands beside it: nothing is lost.
        every = [path for path in tmp_path.glob("registry*.db") if whole(path)]
        assert after in [asked(path, "SELECT count(*) FROM entry") for path in every]
        for path in every:
            if path != working:
                path.unlink()
        done(run("restore", "kept.db"))
        assert asked(working, "SELECT count(*) FROM entry") == before
        for path in tmp_path.glob("registry-*.db"):
            path.unlink()
    assert killed
