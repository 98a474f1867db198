"""Outputs that are devices, pipes, sockets or folders."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.attacks.checks import calm, done, refused, whole
from tests.conftest import SmallRoot, write_csv
from tests.running import Run, environment

pytestmark = pytest.mark.long

Runner = Callable[..., Run]
DAY: Final = ("--as-of", "2021-06-30")
OUTPUTS: Final[dict[str, tuple[str, ...]]] = {
    "audit of a table": ("audit", *DAY, "--fail-on", "never", "-o"),
    "audit of a workbook": ("audit", *DAY, "--fail-on", "never", "--format", "xlsx", "-o"),
    "report": ("report", "latest", "--format", "html", "-o"),
    "due": ("due", *DAY, "--format", "ics", "-o"),
    "powers": ("powers", "east", "--on", "2021-06-30", "--format", "csv", "-o"),
    "paper": ("progress", *DAY, "--format", "docx", "-o"),
    "evaluation": ("evaluate", *DAY, "--format", "xlsx", "-o"),
    "ledger": ("ledger", "export", "--zone", "east", *DAY, "-o"),
    "publication": ("publish", *DAY, "-o"),
    "internal publication": ("publish", "--internal", "-o"),
    "backup": ("backup",),
    "comparison": ("compare", "list.csv", "--annex", "1", "--format", "xlsx", "-o"),
    "answers": ("can", "--batch", "cases.csv", "-o"),
    "account of a load": ("load", "annex", "list.csv", "--annex", "1", "--replace", "--report"),
    "pairs of a load": ("load", "annex", "list.csv", "--annex", "1", "--replace", "--pairs"),
    "runs": ("runs", "--format", "csv", "-o"),
    "difference": ("diff", "--format", "json", "-o"),
    "search": ("find", "事项", "--format", "json", "-o"),
    "letters": ("letters", *DAY, "-o"),
    "log": ("log", "export"),
}
FOLDERS: Final[dict[str, tuple[str, ...]]] = {
    "calendars": ("due", *DAY, "--by-body"),
    "letters": ("letters", *DAY, "-o"),
    "ledgers": ("ledger", "export", "--all", *DAY, "-o"),
    "checkpoint": ("checkpoint", "-o"),
    "publications": ("publish", *DAY, "--to"),
    "pages": ("publish", *DAY, "-o", "out.db", "--address", "https://x.example", "--pages"),
    "parquet": ("export", "parquet"),
}

needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root makes devices"
)


@pytest.fixture
def working(small_root: SmallRoot, run: Runner, tmp_path: Path) -> Path:
    """Build and audit a small registry where commands find it."""
    path = small_root.build(db=tmp_path / "registry.db").path
    done(run("audit", *DAY, "--fail-on", "never"))
    write_csv(tmp_path / "list.csv", small_root.annexes[1])
    write_csv(
        tmp_path / "cases.csv",
        [{"zone": "east", "item": "1-01", "act": "accept", "on": "2021-07-01"}],
    )
    return path


def same(before: os.stat_result, path: Path) -> bool:
    """Whether the very node is still there."""
    now = path.lstat()
    return (before.st_ino, before.st_mode, before.st_rdev) == (now.st_ino, now.st_mode, now.st_rdev)


def left(folder: Path) -> set[str]:
    """Names of what is in a folder."""
    return {path.name for path in folder.iterdir()}


@needs_root
@pytest.mark.parametrize("suffix", ["", ".zip", ".db"])
@pytest.mark.parametrize("name", OUTPUTS)
def test_devices(name: str, suffix: str, working: Path, run: Runner, tmp_path: Path) -> None:
    """Null and full devices, by their names and by links, stay what they are; full is an error."""
    if suffix and name not in ("letters", "backup", "publication"):
        pytest.skip("the suffix says nothing here")
    (tmp_path / "dev").mkdir()
    null, full = tmp_path / "dev" / f"null{suffix}", tmp_path / "dev" / f"full{suffix}"
    os.mknod(null, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    os.mknod(full, 0o666 | stat.S_IFCHR, os.makedev(1, 7))
    link = tmp_path / f"link{suffix}"
    link.symlink_to(null)
    nodes = {path: path.lstat() for path in (null, full, link)}
    content = working.read_bytes()
    for target in (null, link, full):
        one = calm(run(*OUTPUTS[name], target))
        if target == full and name != "difference":
            refused(one)
            assert "full" in one.stderr, one.stderr
        for path, before in nodes.items():
            assert same(before, path), (target, path)
        assert left(tmp_path / "dev") == {null.name, full.name}
    assert whole(working)
    if not name.startswith("account") and not name.startswith("pairs") and "audit" not in name:
        assert working.read_bytes() == content


@pytest.mark.parametrize("name", ["audit of a workbook", "ledger", "publication", "log", "answers"])
def test_pipes(name: str, working: Path, tmp_path: Path) -> None:
    """A pipe gets all of it and stays a pipe; a reader who leaves early breaks nothing."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    before = pipe.lstat()
    for early in (False, True):
        got: list[bytes] = []

        def read(early: bool = early, got: list[bytes] = got) -> None:
            with pipe.open("rb") as stream:
                got.append(stream.read(1 if early else -1))

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        with subprocess.Popen(
            [sys.executable, "-m", "registry", *OUTPUTS[name], str(pipe)],
            cwd=tmp_path,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            try:
                _out, err = process.communicate(timeout=40)
            finally:
                process.kill()
        assert b"Traceback" not in err
        assert process.returncode in (0, 2), err
        if process.returncode == 2:
            assert b"pipe" in err
            with pipe.open("rb+", buffering=0):
                reader.join(timeout=0.2)  # nobody wrote: let it go
        reader.join(timeout=10)
        if process.returncode == 0 and not early:
            assert len(got[0]) > 100
        assert same(before, pipe)
    assert whole(working)


@pytest.mark.parametrize("name", OUTPUTS)
def test_sockets_and_folders(name: str, working: Path, run: Runner, tmp_path: Path) -> None:
    """A socket, a folder, the registry itself, and a name in no folder: each is an error."""
    listener = socket.socket(socket.AF_UNIX)
    place = Path.cwd()
    os.chdir(tmp_path)
    try:
        listener.bind("s")
    finally:
        os.chdir(place)
    try:
        node = (tmp_path / "s").lstat()
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "kept").write_text("kept")
        (tmp_path / "folder.zip").mkdir()
        content = working.read_bytes()
        targets = ["s", "folder.zip", "nowhere/x.csv", "registry.db", "list.csv/x"]
        if name not in ("letters", "ledger"):
            targets.append("folder")
        for target in targets:
            if name == "letters" and target not in ("s", "registry.db"):
                continue
            one = calm(run(*OUTPUTS[name], target))
            # Of a list without doubtful pairs none are written.
            if not (name == "ledger" and target == "folder.zip") and name != "pairs of a load":
                refused(one)
            assert same(node, tmp_path / "s"), target
            assert (tmp_path / "folder" / "kept").read_text() == "kept"
            assert whole(working)
            if "audit" not in name and "of a load" not in name:
                assert working.read_bytes() == content, target
        assert "x" not in left(tmp_path)
    finally:
        listener.close()


@needs_root
@pytest.mark.parametrize("name", FOLDERS)
def test_folders_that_are_none(name: str, working: Path, run: Runner, tmp_path: Path) -> None:
    """Where a folder is meant, a device, a file or a link to one is an error, and stays."""
    null, pipe, file, link = (tmp_path / word for word in ("null", "pipe", "file", "link"))
    os.mknod(null, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    os.mkfifo(pipe)
    file.write_text("kept")
    link.symlink_to(null)
    nodes = {path: path.lstat() for path in (null, pipe, file, link)}
    began = time.monotonic()
    for target in (null, file, link):
        refused(run(*FOLDERS[name], target))
        for path, before in nodes.items():
            assert same(before, path), (target, path)
        assert file.read_text() == "kept"
    assert time.monotonic() - began < 240
    assert whole(working)
