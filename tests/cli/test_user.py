"""`registry user`, as a process."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.internal.accounts import Accounts, SecondFactor
from registry.internal.passwords import password_matches
from registry.internal.sessions import Sessions
from tests.conftest import Run
from tests.internal.auth_client import add, user
from tests.running import environment, run_in_process

PASSWORD = "correct-horse-9"
Runner = Callable[..., Run]


def started(folder: Path, *args: str | Path, **how: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "registry", *map(str, args)],
        cwd=folder,
        env={**os.environ, "REGISTRY_LANG": "en", "PYTHONIOENCODING": "utf-8"},
        **how,
    )


def given(folder: Path, password: str | bytes, *args: str | Path) -> Run:
    """Run `registry user …` with a password on standard input."""
    line = password if isinstance(password, bytes) else f"{password}\n".encode()
    return run_in_process(["user", *map(str, args)], environment(), folder, line)


def test_a_viewer_is_added_listed_changed_and_removed(
    built_copy: Path, tmp_path: Path, run: Runner
) -> None:
    done = given(
        tmp_path,
        PASSWORD,
        *("add", "wang", "--role", "viewer", "--department", "市水利局", "--password-stdin"),
    )
    assert done.rc == 0, done.stderr
    assert "wang may sign in, for 市水利局" in done.stderr
    done = given(tmp_path, PASSWORD, "add", "li", "--role", "office", "--password-stdin")
    assert done.rc == 0, done.stderr
    listed = run("user", "list").stdout.splitlines()
    assert [line.split()[:3] for line in listed[2:]] == [
        ["wang", "viewer", "市水利局"],
        ["li", "office", listed[3].split()[2]],
    ]

    folder = tmp_path / "registry-internal"
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "users.json").stat().st_mode) == 0o600
    before = Accounts(folder).users()["wang"]
    assert before.audience.id == "slj"
    assert PASSWORD not in (folder / "users.json").read_text(encoding="utf-8")
    assert password_matches(PASSWORD, before.password_hash)

    done = given(tmp_path, "another-word-9", "passwd", "wang", "--password-stdin")
    assert done.rc == 0, done.stderr
    after = Accounts(folder).users()["wang"]
    assert password_matches("another-word-9", after.password_hash)
    assert after.changed_at > before.changed_at

    assert run("user", "remove", "wang").rc == 0
    assert set(Accounts(folder).users()) == {"li"}
    done = run("user", "remove", "wang")
    assert done.rc == 2
    assert "there is no user wang" in done.stderr


def test_the_folder_can_be_named(built_copy: Path, tmp_path: Path, run: Runner) -> None:
    words = ("add", "hi", "--role", "viewer", "--zone", "hidz", "--password-stdin")
    assert given(tmp_path, PASSWORD, *words, "--state", tmp_path / "a" / "b").rc == 0
    assert set(Accounts(tmp_path / "a" / "b").users()) == {"hi"}
    assert "hidz" not in run("user", "list", "--state", "a/b").stdout, "by its name"
    assert not (tmp_path / "registry-internal").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x", "--role", "viewer"], "A viewer takes one of"),
        (["x", "--role", "viewer", "--zone", "etdz", "--department", "市水利局"], "takes one of"),
        (["x", "--role", "office", "--zone", "etdz"], "the office neither"),
        (["x", "--role", "admin"], "'admin' is not one of"),
        (["x"], "--role"),
        (["x", "--role", "viewer", "--department", "无此局"], "no department is called 无此局"),
        (["x", "--role", "viewer", "--zone", "nowhere"], "no zone is called nowhere"),
        (["a b", "--role", "office"], "“a b” can't be a user's name"),
        (["wang", "--role", "office"], "there is a user wang already"),
    ],
)
def test_what_can_t_be_added(built_copy: Path, tmp_path: Path, words: list[str], said: str) -> None:
    add(tmp_path / "registry-internal", user())
    done = given(tmp_path, PASSWORD, "add", *words, "--password-stdin")
    assert done.rc == 2
    assert said in done.stderr
    assert set(Accounts(tmp_path / "registry-internal").users()) == {"wang"}


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "too short: 10 characters"),
        ("123456789", "too short"),
        ("administrator", "must not be made of the user's name or unit"),
        ("password123", "easy to guess"),
        (b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\n", "is not UTF-8"),
    ],
)
def test_passwords_that_are_none(tmp_path: Path, password: str | bytes, said: str) -> None:
    words = ("add", "administrator", "--role", "office", "--password-stdin")
    done = given(tmp_path, password, *words)
    assert done.rc == 2
    assert said in done.stderr
    assert not (tmp_path / "registry-internal" / "users.json").exists()


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    done = given(tmp_path, PASSWORD, "add", "li", "--role", "office")
    assert done.rc == 2
    assert "--password-stdin" in done.stderr


def typed(folder: Path, answers: list[str], *args: str) -> tuple[int, str]:
    """Run `registry user …` at a terminal, and type an answer to each question."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = started(folder, "user", *args, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown, left = b"", list(answers)
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
        if left and shown.count(b": ") > len(answers) - len(left):
            os.write(ours, f"{left.pop(0)}\n".encode())
    os.close(ours)
    return process.wait(timeout=60), shown.decode("utf-8")


def test_a_terminal_is_asked_twice_and_shows_nothing(tmp_path: Path) -> None:
    code, shown = typed(tmp_path, [PASSWORD, PASSWORD], "add", "li", "--role", "office")
    assert code == 0, shown
    assert PASSWORD not in shown
    assert "Once more" in shown
    hashed = Accounts(tmp_path / "registry-internal").users()["li"].password_hash
    assert password_matches(PASSWORD, hashed)


def test_two_that_differ_change_nothing(tmp_path: Path) -> None:
    code, shown = typed(tmp_path, [PASSWORD, "another-9999"], "add", "li", "--role", "office")
    assert code == 2
    assert "differ" in shown
    assert Accounts(tmp_path / "registry-internal").users() == {}


def test_nobody_yet(run: Runner) -> None:
    done = run("user", "list")
    assert (done.rc, done.stdout) == (0, "")
    assert "registry user add" in done.stderr


def test_a_file_that_can_t_be_used_is_told_of(tmp_path: Path, run: Runner) -> None:
    add(tmp_path / "registry-internal", user())
    path = tmp_path / "registry-internal" / "users.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["users"][0]["role"] = "king"
    path.write_text(json.dumps(told), encoding="utf-8")
    done = run("user", "list")
    assert done.rc == 2
    assert "users.json, user wang: role" in done.stderr
    if os.name == "posix":
        path.chmod(0o644)
        done = run("user", "list")
        assert done.rc == 2
        assert "chmod 600" in done.stderr


def test_many_commands_at_once_lose_nothing(tmp_path: Path) -> None:
    words = ("--role", "office", "--password-stdin")
    pipe = subprocess.PIPE
    processes = [
        started(tmp_path, "user", "add", f"u{n}", *words, stdin=pipe, stderr=pipe) for n in range(6)
    ]
    for process in processes:
        process.communicate(f"{PASSWORD}\n".encode(), timeout=60)
        assert process.returncode == 0
    assert len(Accounts(tmp_path / "registry-internal").users()) == 6


def test_a_password_is_not_made_of_the_unit_s_name(built_copy: Path, tmp_path: Path) -> None:
    words = ("add", "wang", "--role", "viewer", "--department", "slj", "--password-stdin")
    for password in ("市水利局#77&x9", "shishuiliju#77&"):
        done = given(tmp_path, password, *words)
        assert done.rc == 2
        assert "user's name or unit" in done.stderr


def test_sessions_are_listed_and_ended(tmp_path: Path, run: Runner) -> None:
    folder = tmp_path / "registry-internal"
    add(folder, user(), user("li", None))
    sessions = Sessions(folder, Accounts(folder), time.time, print)
    assert "wang is not signed in" in run("user", "sessions", "wang").stderr
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0"
    value, other = sessions.begin(user(), "10.0.0.7", agent), sessions.begin(user("li", None))
    listed = run("user", "sessions", "wang").stdout
    assert "10.0.0.7" in listed
    assert "Chrome · Windows" in listed
    assert value not in listed
    done = run("user", "sessions", "wang", "--end")
    assert (done.rc, done.stderr) == (0, "1 sessions of wang have ended.\n")
    assert sessions.find(value) is None
    assert sessions.find(other) is not None
    assert run("user", "sessions", "nobody").rc == 2


def test_a_second_factor_is_turned_off(tmp_path: Path, run: Runner) -> None:
    folder = tmp_path / "registry-internal"
    factor = SecondFactor(secret="A" * 32, since=user().changed_at)
    add(folder, user().model_copy(update={"second_factor": factor}), user("li", None))
    sessions = Sessions(folder, Accounts(folder), time.time, print)
    value = sessions.begin(Accounts(folder).users()["wang"])
    row = run("user", "list").stdout.splitlines()[2]
    assert row.split()[-1] == "on"
    done = run("user", "reset-factor", "wang")
    assert done.rc == 0
    assert "without a second factor" in done.stderr
    assert Accounts(folder).users()["wang"] == user()
    assert sessions.find(value) is None
    for name, said in (("wang", "has no second factor"), ("nobody", "no user nobody")):
        done = run("user", "reset-factor", name)
        assert done.rc == 2
        assert said in done.stderr


@pytest.mark.parametrize("words", [["--help"], ["user", "--help"], ["user", "list"]])
def test_datasette_is_not_loaded(tmp_path: Path, words: list[str]) -> None:
    add(tmp_path / "registry-internal", user())
    program = (
        "import sys, atexit\nfrom registry.cli import main\n"
        "atexit.register(lambda: print('datasette' in sys.modules))\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=tmp_path,
        env={**os.environ, "REGISTRY_LANG": "en", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "False"
