"""One server a state folder."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from registry.internal.errors import PrivateFileError
from registry.internal.state_lock import StateLock
from tests.internal.auth_client import AuthClient, add, user
from tests.running import environment

HOLD = (
    "import sys, time\nfrom pathlib import Path\n"
    "from registry.internal.state_lock import StateLock\n"
    "lock = StateLock(Path(sys.argv[1]))\n"
    "{more}\n"
    "print('held', flush=True)\ntime.sleep(60)"
)


def holder(folder: Path, more: str = "") -> subprocess.Popen[str]:
    """Start a process that holds the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(more=more), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_one_is_refused_and_told_whose_it_is(tmp_path: Path) -> None:
    process = holder(tmp_path)
    try:
        with pytest.raises(PrivateFileError, match=f"another server uses .* {process.pid}"):
            StateLock(tmp_path)
        with pytest.raises(PrivateFileError):
            StateLock(tmp_path)
    finally:
        process.kill()
        process.wait()


def test_it_is_the_folder_that_counts_however_it_is_named(tmp_path: Path) -> None:
    state = tmp_path / "state"
    lock = StateLock(state)
    (tmp_path / "link").symlink_to(state)
    for name in (tmp_path / "link", state / ".." / "state"):
        with pytest.raises(PrivateFileError, match=str(os.getpid())):
            StateLock(name)
    lock.release()
    lock.release()
    StateLock(tmp_path / "link").release()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_one_that_was_killed_blocks_nobody(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    lock = StateLock(tmp_path)
    assert (tmp_path / "server.lock").read_text() == f"{os.getpid()}\n"
    assert stat.S_IMODE((tmp_path / "server.lock").stat().st_mode) == 0o600
    lock.release()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_child_that_outlives_it_blocks_nobody(tmp_path: Path) -> None:
    process = holder(tmp_path, "import os\nif os.fork() == 0: time.sleep(20); os._exit(0)")
    process.kill()
    process.wait()
    StateLock(tmp_path).release()


@pytest.mark.parametrize("content", [b"", b"x", b"\xff\xfe", b"99999999999999999999\n"])
def test_what_an_older_file_says_does_not_matter(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "server.lock").write_bytes(content)
    StateLock(tmp_path).release()


def test_a_server_holds_it_until_it_is_closed(tmp_path: Path) -> None:
    add(tmp_path, user())
    first = AuthClient(tmp_path)
    with pytest.raises(PrivateFileError, match="another server"):
        AuthClient(tmp_path)
    assert first.sign_in().status == 303
    first.restart()
    first.middleware.close()
    AuthClient(tmp_path).middleware.close()


def test_a_server_that_can_t_start_lets_go_of_it(tmp_path: Path) -> None:
    add(tmp_path, user())
    (tmp_path / "secret").write_bytes(b"abc")
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(PrivateFileError, match="no signing secret"):
        AuthClient(tmp_path)
    (tmp_path / "secret").unlink()
    AuthClient(tmp_path).middleware.close()


def test_the_command_refuses_to_start_a_second_one(office: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    add(state, user())
    words = ["serve", "--internal", str(office), "--state", str(state), "--port", "0"]
    command = [sys.executable, "-m", "registry", "--lang", "en", *words]
    first = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment())
    try:
        assert first.stderr is not None
        assert "Serving http://127.0.0.1:" in first.stderr.readline()
        second = subprocess.run(
            command, capture_output=True, text=True, env=environment(), check=False, timeout=60
        )
        assert second.returncode == 2
        assert f"another server uses {state}: process {first.pid}" in second.stderr
        assert "--state" in second.stderr
    finally:
        first.kill()
        first.wait()
        assert first.stderr is not None
        first.stderr.close()
    StateLock(state).release()
