"""Runs of the command line: inside this process, which is quick, or in a process of its own."""

from __future__ import annotations

import contextvars
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

MODULE = ("-m", "registry")


class Run(NamedTuple):
    """How a run ended: its exit code, and what it wrote."""

    rc: int
    stdout: str
    stderr: str


def environment(changes: dict[str, str] | None = None) -> dict[str, str]:
    """This process's environment without the user's settings of the program, in English."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("REGISTRY_")}
    return {**kept, "REGISTRY_LANG": "en", "PYTHONIOENCODING": "utf-8", **(changes or {})}


def run_in_process(args: Sequence[str], env: dict[str, str], cwd: Path, stdin: bytes = b"") -> Run:
    """Run the command line as `python -m registry` does, with streams, folder and context its own.

    What belongs to a process (encodings of the console, signals, imports) is not seen here.
    """
    given = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2)]
    before = (Path.cwd(), dict(os.environ), sys.argv, sys.stdin, sys.stdout, sys.stderr)
    umask = os.umask(0)
    os.umask(umask)
    try:
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        sys.argv = ["registry", *args]
        sys.stdin, sys.stdout, sys.stderr = given, *streams
        code = contextvars.copy_context().run(_main)
    finally:
        folder, environ, sys.argv, sys.stdin, sys.stdout, sys.stderr = before
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environ)
        os.umask(umask)
    for stream in streams:
        stream.flush()
    out, err = (stream.buffer.getvalue().decode() for stream in streams)  # type: ignore[attr-defined]
    return Run(code, out, err)


def _main() -> int:
    """Run `main`, and give the exit code with which it leaves."""
    from registry.cli import main

    try:
        main()
    except SystemExit as leaving:
        if leaving.code is None or isinstance(leaving.code, int):
            return leaving.code or 0
        print(leaving.code, file=sys.stderr)
        return 1
    return 0


def run_process(
    args: Sequence[str],
    env: dict[str, str],
    cwd: Path,
    encoding: str = "utf-8",
    program: Sequence[str] = MODULE,
) -> Run:
    """Run the command line, or another Python `program`, in a process, and wait for its end."""
    done = subprocess.run(
        [sys.executable, *program, *args],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))
