"""Commands as processes of their own, by the hundred: forked from one that has the program loaded.

`Processes` starts that one, and tells it what to run. A process may be told to kill itself as by
kill -9: when it begins its n-th statement of SQL, or some time after it began to commit.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import pkgutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from tests.running import environment

_PACKAGES: Final = ("cli", "model", "loading", "store")


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code, or the signal that killed it as a negative number; how
    many statements it had begun; what it said."""

    rc: int
    statements: int
    said: str


class Processes:
    """What starts processes, as a context manager."""

    def __enter__(self) -> Processes:
        """Start the process from which the others are forked."""
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.store.log.processes"],
            env=environment({"PYTHONPATH": str(Path(__file__).parents[3])}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End it."""
        self._server.communicate()

    def run(
        self,
        folder: Path,
        *commands: Sequence[str],
        kill_at: int | None = None,
        kill_after: float | None = None,
    ) -> list[Ended]:
        """Run commands in a folder, all at once, and wait for their ends.

        `kill_at`: the statement at whose beginning each is killed; `kill_after`: how many seconds
        after it began to commit for the first time.
        """
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        order = {"folder": str(folder), "commands": commands, "at": kill_at, "after": kill_after}
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return [Ended(**ended) for ended in json.loads(self._server.stdout.readline())]


def _serve() -> None:
    _load_program()
    for line in sys.stdin:
        order = json.loads(line)
        started = [_fork(order, words, n) for n, words in enumerate(order["commands"])]
        ended = []
        for pid, place in started:
            _pid, status = os.waitpid(pid, 0)
            said = place.with_suffix(".said").read_text(encoding="utf-8")
            statements = place.with_suffix(".statements").read_bytes()
            rc = os.waitstatus_to_exitcode(status)
            ended.append({"rc": rc, "statements": len(statements), "said": said})
        print(json.dumps(ended), flush=True)


def _load_program() -> None:
    """Import what commands import lazily, so that a fork has it."""
    for name in _PACKAGES:
        package = importlib.import_module(f"registry.{name}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


def _fork(order: dict[str, Any], words: list[str], number: int) -> tuple[int, Path]:
    """Start a command; its process, and where it writes what it says."""
    place = Path(order["folder"], f"process-{number}")
    pid = os.fork()
    if pid:
        return pid, place
    os.chdir(order["folder"])
    sys.stdin = io.StringIO()
    said = place.with_suffix(".said").open("w", encoding="utf-8")
    sys.stdout = sys.stderr = said
    sys.argv = ["registry", *words]
    _trace(order, place.with_suffix(".statements"))
    code: Any = 70
    try:
        from registry.cli import main

        main()
        code = 0
    except SystemExit as leaving:
        code = leaving.code or 0
    finally:
        said.flush()
        os._exit(code if isinstance(code, int) else 1)


def _trace(order: dict[str, Any], count: Path) -> None:
    """Have statements counted, in the length of a file, and the process killed as was told."""
    connect = sqlite3.connect
    counted = os.open(count, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    begun = 0

    def begin(statement: str) -> None:
        nonlocal begun
        begun += 1
        os.write(counted, b".")
        if begun == order["at"]:
            os.kill(os.getpid(), signal.SIGKILL)
        if order["after"] is not None and statement == "COMMIT":
            _kill_after(order["after"])
            order["after"] = None

    def traced(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        conn = connect(*args, **kwargs)
        # Pages then reach the file before the commit.
        conn.execute("PRAGMA cache_size = 1")
        conn.set_trace_callback(begin)
        return conn

    sqlite3.connect = traced  # type: ignore[assignment]


def _kill_after(seconds: float) -> None:
    """Have another process kill this one, which goes on."""
    doomed = os.getpid()
    if os.fork():
        return
    try:
        time.sleep(seconds)
        if os.getppid() == doomed:  # else it has ended before
            os.kill(doomed, signal.SIGKILL)
    finally:
        os._exit(0)


if __name__ == "__main__":
    _serve()
