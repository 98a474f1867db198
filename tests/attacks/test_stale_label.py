"""Changes that commit while an audit or a publication is at work: voids, restores, races."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.attacking import clean, contents, rows
from tests.running import Run, environment, run_process

pytestmark = pytest.mark.long

BETWEEN = """
import os, subprocess, sys
import registry.audit.record as record
real = record.store_audit
words = sys.argv.pop(1).split("|")
def store(conn, audit, now):
    done = subprocess.run([sys.executable, "-m", "registry", *words], stderr=-1, text=True)
    print("between", done.returncode, done.stderr, file=sys.stderr)
    return real(conn, audit, now)
record.store_audit = store
sys.argv[0] = "registry"
from registry.cli import main
main()
"""
AUDIT = ("audit", "--as-of", "2021-07-30", "--fail-on", "never")
PROOF = "record|proof|handbook|--zone|east|--items|1-02|--on|2021-05-20|--document|d"


def seen(file: Path, run_no: int) -> set[str]:
    """Which handbooks a run misses."""
    sql = "SELECT subject_id FROM finding WHERE run = ? AND code = 'HBK001'"
    return {subject for (subject,) in rows(file, sql, run_no)}


@pytest.mark.parametrize(
    "words",
    [
        PROOF,
        "void|proof|P-3|--why|wrong",
        "restore|backup.db",
        "record|termination|示例1号|--on|2021-06-01|--basis|x",
    ],
)
def test_change_between_reading_and_storing(
    lived: Path, tmp_path: Path, run: Callable[..., Run], words: str
) -> None:
    """The run that is stored, if any, bears the digest of the data that it read."""
    clean(run("backup", "backup.db"), 0)
    clean(run(*AUDIT), 0)
    first = rows(lived, "SELECT max(no) FROM run")[0][0]
    digest = rows(lived, "SELECT data_digest FROM run WHERE no = ?", first)[0][0]
    ended = run_process([words, *AUDIT], environment(), tmp_path, "utf-8", ("-c", BETWEEN))
    clean(ended, 0, 2)
    assert "between 0" in ended.stderr or "between 2" in ended.stderr, ended
    for no, found in rows(lived, "SELECT no, data_digest FROM run WHERE no > ?", first):
        assert found == digest, "it read what the audit before read"
        assert seen(lived, no) == seen(lived, first)
    clean(run("verify"), 0)
    published = run("publish", "--internal", "-o", "i.db")
    changed = rows(lived, "SELECT value FROM meta WHERE key = 'data_digest'")[0][0] != digest
    clean(published, *([2] if changed else [0]))


@pytest.mark.long
def test_audits_while_another_writes_on_and_on(
    lived: Path, tmp_path: Path, run: Callable[..., Run], run_apart: Callable[..., Run]
) -> None:
    """Each stored run's digest is of the state whose findings it has: quiet audits say which."""
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set() and n < 8:
            n += 1
            words = PROOF.replace("1-02", f"1-0{2 + n % 2}").replace("|d", f"|d{n}").split("|")
            run_process(words, environment(), tmp_path)

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(4):
        clean(run_apart(*AUDIT), 0)
    stop.set()
    writer.join()
    clean(run(*AUDIT), 0)
    by_digest: dict[str, set[str]] = {}
    for no, digest in rows(lived, "SELECT no, data_digest FROM run WHERE as_of = '2021-07-30'"):
        found = seen(lived, no)
        assert by_digest.setdefault(digest, found) == found
    clean(run("verify"), 0)


def test_restore_that_brings_an_older_state(
    lived: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    """A run of later data is not taken for one of the restored data."""
    clean(run("backup", "backup.db"), 0)
    before = contents(lived)
    clean(run(*PROOF.split("|")), 0)
    clean(run(*AUDIT), 0)
    clean(run("restore", "backup.db"), 0)
    assert contents(lived)["run"] == before["run"]
    clean(run("publish", "--internal", "-o", "i.db"), 0)
    clean(run("verify"), 0)
