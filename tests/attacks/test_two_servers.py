"""A second server on one state folder: by other names, all at once, without the lock's file."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.attacking import ask, clean, server
from tests.running import Run, environment, run_process

pytestmark = pytest.mark.long

SERVE = ("serve", "--internal")


@pytest.fixture
def place(office: Path, tmp_path: Path) -> Path:
    """Copy the office's file."""
    copy = Path(shutil.copyfile(office, tmp_path / "office.db"))
    copy.chmod(0o644)
    return copy


@pytest.mark.long
def test_other_names_of_the_folder(place: Path, tmp_path: Path) -> None:
    """A link, a path with dots, an absolute path, another file to serve: all are refused."""
    (tmp_path / "link").symlink_to(tmp_path / "state")
    with server(tmp_path, "--internal", place, "--state", "state") as (address, _process):
        for name in ("state", "link", "state/../state/", str(tmp_path / "state")):
            ended = run_process(
                [*SERVE, str(place), "--state", name, "--port", "0"], environment(), tmp_path
            )
            clean(ended, 2)
            assert "state" in ended.stderr
            assert "another server" in ended.stderr
        assert ask(address, "/-/sign-in").status == 200, "the first goes on"


@pytest.mark.long
def test_many_at_once_and_after_a_kill(
    place: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    """Of four that start at once one serves; after its kill the folder is free again."""
    started = [
        subprocess.Popen(
            [os.sys.executable, "-m", "registry", *SERVE, str(place), "--state", "state",
             "--port", "0"],
            env=environment(), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    try:
        until = time.monotonic() + 60
        while sum(one.poll() is None for one in started) > 1 and time.monotonic() < until:
            time.sleep(0.2)
        left = [one for one in started if one.poll() is None]
        assert len(left) == 1
        assert [one.returncode for one in started if one not in left] == [2, 2, 2]
    finally:
        for one in started:
            one.kill()
            _out, err = one.communicate()
            assert b"Traceback" not in err
    with server(tmp_path, "--internal", place, "--state", "state") as (address, _process):
        assert ask(address, "/-/sign-in").status == 200
