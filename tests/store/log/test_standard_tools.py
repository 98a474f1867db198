"""What a third party checks with a log, checkpoints and a key: with head, sha256sum and ssh-keygen.

Nothing of the program is used for it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry.store.connection import transaction
from tests.store.log.offices import Office

ORIGIN = "测试市人民政府"
PROOF = ("record", "proof", "handbook", "--zone", "东区", "--on", "2021-05-20", "--items")


@pytest.fixture(scope="module")
def keygen() -> str:
    """Find ssh-keygen; where there is none, skip, but fail under CI."""
    path = shutil.which("ssh-keygen")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no ssh-keygen; apt brings it with openssh-client")
        pytest.skip("no ssh-keygen")
    return path


@pytest.fixture
def key(keygen: str, tmp_path: Path) -> Path:
    """A private key of the office."""
    path = tmp_path / "key"
    shell(f"{keygen} -q -t ed25519 -N '' -C office -f key", tmp_path)
    return path


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What a person types, who has the files and nothing else."""
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False
    )


def digest(command: str, folder: Path) -> str:
    done = shell(f"{command} | sha256sum", folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[0]


def fields(checkpoint: Path) -> dict[str, str]:
    """What a checkpoint states: the first line is its title, each other one a key and a value."""
    title, *lines = checkpoint.read_text(encoding="utf-8").splitlines()
    assert title == "registry checkpoint 1"
    return dict(line.split(" ", 1) for line in lines)


@pytest.fixture(scope="module")
def kept(office_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two checkpoints, and log.jsonl in the folder above theirs. For reading only."""
    folder = tmp_path_factory.mktemp("standard_tools") / "office"
    return two_checkpoints(Office(office_folder).copy(folder))


def two_checkpoints(office: Office, *words: str | Path) -> tuple[Path, Path]:
    """Two, with a change between them and one after them, and the log, exported at the end."""
    office.run(*PROOF, "1-01", "--by", "张三", "--why", "补录")
    first = office.checkpoint(*words)
    office.run(*PROOF, "1-02")
    second = office.checkpoint(*words)
    office.run(*PROOF, "1-03")
    office.run("log", "export", "log.jsonl")
    return first, second


def test_every_later_log_begins_with_the_bytes_of_a_checkpoint(kept: tuple[Path, Path]) -> None:
    folder = kept[0].parents[1]
    for path in kept:
        stated = fields(path)
        assert list(stated) == ["origin", "entries", "bytes", "sha256", "at", "previous"]
        assert stated["origin"] == ORIGIN
        head = f"head -c {stated['bytes']} log.jsonl"
        assert digest(head, folder) == stated["sha256"]
        assert shell(f"{head} | wc -l", folder).stdout.split() == [stated["entries"]]
    whole = shell("wc -c < log.jsonl", folder).stdout
    assert int(whole) > max(int(fields(path)["bytes"]) for path in kept)


def test_each_checkpoint_names_the_one_before(kept: tuple[Path, Path]) -> None:
    first, second = kept
    assert fields(first)["previous"] == "none"
    assert fields(second)["previous"] == digest(f"cat {first.name}", first.parent)


def test_the_log_says_who_changed_what_when_and_why(kept: tuple[Path, Path]) -> None:
    """Without the program: a line for the change, and one for the row."""
    folder = kept[0].parents[1]
    line = shell("""grep '"by":"张三"' log.jsonl""", folder).stdout
    assert '"at":"2021-07-01T09:00:00' in line
    assert '"command":"registry record proof"' in line
    assert '"why":"补录"' in line
    set_ = shell("""grep -c '"table":"deliverable","op":"set"' log.jsonl""", folder)
    assert set_.stdout.split() == ["3"]
    named = shell("""grep -c '"table":"deliverable","columns":' log.jsonl""", folder)
    assert named.stdout.split() == ["1"]


def test_ssh_keygen_verifies_the_signature(office: Office, key: Path) -> None:
    for path in two_checkpoints(office, "--sign", key):
        public = key.with_suffix(".pub").read_text(encoding="utf-8")
        (path.parent / "allowed_signers").write_text(f"office {public}", encoding="utf-8")
        verify = (
            "ssh-keygen -Y verify -f allowed_signers -I office -n registry"
            f" -s {path.name}.sig < {path.name}"
        )
        done = shell(verify, path.parent)
        assert done.returncode == 0, done.stderr
        assert 'Good "registry" signature for office' in done.stdout
        with path.open("a", encoding="utf-8") as text:
            text.write(" ")
        assert shell(verify, path.parent).returncode != 0


def test_a_change_of_what_was_before_is_found(kept: tuple[Path, Path]) -> None:
    """The tools do not agree with just anything."""
    for path in kept:
        stated = fields(path)
        changed = f"sed 's/张三/李四/' log.jsonl | head -c {stated['bytes']}"
        assert digest(changed, path.parents[1]) != stated["sha256"]


def test_a_key_that_cannot_sign_leaves_no_checkpoint(
    office: Office, keygen: str, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("no key", encoding="utf-8")
    done = office.run("checkpoint", "-o", "there", "--sign", tmp_path / "key", rc=2)
    assert "ssh-keygen did not sign" in done.stderr
    assert list((office.folder / "there").iterdir()) == []
    assert office.run("checkpoint", "-o", "there", "--sign", "none", rc=2)
    assert fields(office.checkpoint())["previous"] == "none"


def test_a_checkpoint_that_the_registry_does_not_come_to_know_of_is_not_left(
    office_folder: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(office_folder).copy(tmp_path / "office")

    @contextmanager
    def fails(conn: sqlite3.Connection) -> Iterator[None]:
        with transaction(conn):
            yield
            raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("registry.store.connection.transaction", fails)
    done = office.run("checkpoint", "-o", "points", "--sign", key, rc=2)
    assert "disk I/O error" in done.stderr
    assert list((office.folder / "points").iterdir()) == []
