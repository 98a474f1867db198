"""What holds after every attack: no traceback, and an error that says what to do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.running import Run


def calm(run: Run) -> Run:
    """It may have refused, but it did not break."""
    for told in (run.stdout, run.stderr):
        assert "Traceback" not in told, told[-3000:]
        assert "Internal error" not in told, told[-3000:]
    assert run.rc in (0, 1, 2, 3), (run.rc, run.stderr[-2000:])
    return run


def refused(run: Run, *words: str) -> Run:
    """An error, with these words in it."""
    calm(run)
    assert run.rc == 2, (run.rc, run.stdout[-500:], run.stderr[-500:])
    assert "Error" in run.stderr
    for word in words:
        assert word in run.stderr, (word, run.stderr)
    return run


def done(run: Run) -> Run:
    """It went well."""
    calm(run)
    assert run.rc == 0, (run.rc, run.stderr[-2000:])
    return run


def asked(file: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a file."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as conn:
        return conn.execute(sql, values).fetchall()


def whole(file: Path) -> bool:
    """No page is damaged, and no row refers to one that is missing."""
    return asked(file, "PRAGMA integrity_check") == [("ok",)] and not asked(
        file, "PRAGMA foreign_key_check"
    )
