"""What several attacks need: clean refusals, rows of files, hot journals, servers and requests."""

from __future__ import annotations

import http.client
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.running import MODULE, Run, environment

WRONG = ("Traceback", "Internal error")


def clean(ended: Run, *codes: int) -> None:
    """It ended with one of these codes, and without a traceback."""
    assert not any(word in ended.stderr + ended.stdout for word in WRONG), ended
    assert ended.rc in codes, ended


def refused(ended: Run, *words: str) -> None:
    """It ended with code 2 and an error that names these words."""
    clean(ended, 2)
    assert ended.stderr.startswith(("Error:", "Note:", "Warning:", "Usage:")), ended
    for word in words:
        assert word in ended.stderr, ended


def rows(file: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a file that is opened for reading only."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as conn:
        return conn.execute(sql, values).fetchall()


def tables(file: Path) -> list[str]:
    """Names of the tables of a file."""
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
    return sorted(name for (name,) in rows(file, sql))


def contents(file: Path) -> dict[str, list[str]]:
    """Every row of every table of a file."""
    names = tables(file)
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as conn:
        return {
            table: sorted(map(repr, conn.execute(f'SELECT * FROM "{table}"'))) for table in names
        }


def whole(file: Path) -> bool:
    """Whether SQLite finds nothing wrong with a file."""
    return rows(file, "PRAGMA integrity_check") == [("ok",)]


CRASH = """
import os, signal, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("PRAGMA cache_size = 10")
conn.execute("PRAGMA synchronous = OFF")
conn.execute("BEGIN IMMEDIATE")
for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
    conn.execute(f'DROP TRIGGER "{name}"')
conn.execute("UPDATE entry SET body = body || 'half a change'")
conn.execute("UPDATE item SET name = 'half a change'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def crash(file: Path) -> None:
    """Let a writer die half-way: the file is half written, and its journal lies beside it."""
    subprocess.run([sys.executable, "-c", CRASH, str(file)], check=False)
    journal = file.with_name(file.name + "-journal")
    assert journal.exists()
    assert journal.stat().st_size > 1_000
    assert b"half a change" in file.read_bytes(), "something was written"


class Answer:
    """An answer to a request."""

    def __init__(self, got: http.client.HTTPResponse) -> None:
        self.status = got.status
        self.body = got.read()
        self.headers = got.getheaders()


def ask(
    address: str,
    path: str,
    method: str = "GET",
    fields: dict[str, str] | None = None,
    timeout: float = 30,
    **headers: str,
) -> Answer:
    """One request to a server."""
    conn = http.client.HTTPConnection(address, timeout=timeout)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        body = None
        if fields is not None:
            body = urlencode(fields)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            sent["Sec-Fetch-Site"] = "same-origin"
        conn.request(method, path, body, sent)
        return Answer(conn.getresponse())
    finally:
        conn.close()


@contextmanager
def server(folder: Path, *words: str | Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start `registry serve …` in a folder; gives host:port and the process. Ended afterwards."""
    errors = folder / "server.err"
    with errors.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, *MODULE, "serve", *map(str, words), "--port", "0"],
            env={**environment(), "PYTHONUNBUFFERED": "1", "PYTHONPATH": os.getcwd()},  # noqa: PTH109
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stream,
        )
    try:
        until = time.monotonic() + 60
        while not (found := re.search(r"http://([0-9.]+:\d+)", errors.read_text("utf-8"))):
            assert process.poll() is None, errors.read_text("utf-8")
            assert time.monotonic() < until
            time.sleep(0.1)
        yield found[1], process
    finally:
        process.kill()
        process.communicate()
    assert not any(word in errors.read_text(encoding="utf-8") for word in WRONG)
