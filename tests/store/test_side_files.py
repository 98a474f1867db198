"""A journal beside a registry that is another file's: it is not applied, and kept."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from registry.store.connection import StoreError, connect
from registry.store.side_files import foreign_side_file

if TYPE_CHECKING:
    from tests.conftest import Run


def broken_off(path: Path, statement: str, cache: int = -2000) -> None:
    """Leave a registry as a command leaves it that is killed amidst a change."""
    copy = path.with_suffix(".amidst")
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute(f"PRAGMA cache_size = {cache}")
        conn.execute("BEGIN")
        conn.execute(statement)
        conn.execute("PRAGMA cache_spill = ON")
        shutil.copyfile(path, copy)
        shutil.copyfile(f"{path}-journal", f"{copy}-journal")
        conn.execute("ROLLBACK")
    copy.replace(path)
    Path(f"{copy}-journal").replace(f"{path}-journal")


def whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("cache", [-2000, 1])
def test_the_journal_of_the_file_itself_is_applied(db: Path, cache: int) -> None:
    broken_off(db, "UPDATE workday SET ordinal = ordinal + 100000", cache)
    assert Path(f"{db}-journal").stat().st_size
    assert foreign_side_file(db) is None
    with closing(connect(db)) as conn:
        assert conn.execute("SELECT max(ordinal) < 100000 FROM workday").fetchone() == (1,)
    assert whole(db)


def test_that_of_another_file_is_set_aside(db: Path, run: Callable[..., Run]) -> None:
    backup = db.with_name("backup.db")
    with closing(sqlite3.connect(db)) as conn:
        conn.execute("VACUUM INTO ?", (str(backup),))
    broken_off(db, "UPDATE workday SET ordinal = ordinal + 100000", 1)
    shutil.copyfile(backup, db)
    assert foreign_side_file(db) == Path(f"{db}-journal")
    with pytest.raises(StoreError, match=r"small\.db-journal is not of .*small\.db"):
        connect(db)
    done = run("--db", db, "runs")
    assert (done.rc, "small.db-journal was not of" in done.stderr) == (0, True)
    assert not Path(f"{db}-journal").exists()
    assert len(list(db.parent.glob("small.db-journal-2*"))) == 1
    assert whole(db)
    assert run("--db", db, "verify").rc == 0


def test_a_log_beside_a_file_that_has_none_is_another_files(db: Path) -> None:
    Path(f"{db}-wal").write_bytes(b"\x37\x7f\x06\x82" + bytes(100))
    assert foreign_side_file(db) == Path(f"{db}-wal")


def test_what_sqlite_takes_for_no_journal_is_let_be(db: Path) -> None:
    for content in (b"", b"\0" * 2000, b"text" * 500):
        Path(f"{db}-journal").write_bytes(content)
        assert foreign_side_file(db) is None
    assert foreign_side_file(db.with_name("none.db")) is None
