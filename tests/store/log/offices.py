"""An office that keeps a small registry: commands run one by one, on days that a test sets.

Its calendar is of few years: then a log is short, and quick to verify.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest
import yaml

from registry.store.connection import connect, reading
from registry.store.log.checkpoints import Checkpoint
from registry.store.log.verification import verify
from registry.workdays import Calendar, Day
from tests.conftest import SmallRoot
from tests.running import Run, environment, run_in_process

YEARS: Final = (2021, 2022)
_CLOCKS: Final = ("changing", "base", "build", "audit", "restore")
"""Modules of registry.cli that read the clock."""

LATER: Final[dict[str, Any]] = {
    "id": "later-1",
    "number": "测试〔2022〕2号",
    "title": "后续文件",
    "issuer": "测试市人民政府",
    "signed_on": "2022-03-01",
    "issued_on": "2022-03-01",
    "issued_on_basis": "text",
    "provenance": "official",
    "source": "测试公报",
    "clauses": [
        {"id": "一", "heading": "一", "text": "一条", "summary": "One.", "checked": "intake"}
    ],
    "effects": [
        {
            "kind": "withdraws",
            "target": "test-1",
            "items": ["1-01"],
            "delegates": ["east"],
            "effective_on": "2022-04-01",
            "clause": "一",
        }
    ],
}
"""An instrument that takes 1-01 back from the eastern zone."""


class Clock:
    """The time that commands read. `now` is set by tests, and never passes by itself."""

    def __init__(self) -> None:
        self.now = dt.datetime(2021, 7, 1, 9)

    @property
    def day(self) -> str:
        """Today."""
        return self.now.date().isoformat()

    @contextmanager
    def read_by_commands(self) -> Iterator[None]:
        """Have commands read this clock, and calendars give few days."""
        clock = self

        class Moment(dt.datetime):
            @classmethod
            def now(cls, tz: dt.tzinfo | None = None) -> Any:
                return clock.now.astimezone(tz) if tz else clock.now

        class Today(dt.date):
            @classmethod
            def today(cls) -> Any:
                return clock.now.date()

        module = SimpleNamespace(**{**vars(dt), "datetime": Moment, "date": Today})
        every_day = Calendar.days

        def few_days(calendar: Calendar) -> Iterator[Day]:
            return (day for day in every_day(calendar) if day.date.year in YEARS)

        with pytest.MonkeyPatch.context() as patch:
            for name in _CLOCKS:
                patch.setattr(f"registry.cli.{name}.dt", module)
            patch.setattr(Calendar, "days", few_days)
            yield


class Office:
    """A folder with a data folder and registry.db; its commands run in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "registry.db"
        self.clock = Clock()

    def run(self, *words: str | Path, rc: int | tuple[int, ...] = 0) -> Run:
        """Run a command; it ends with `rc`, or one of them."""
        with self.clock.read_by_commands():
            done = run_in_process(list(map(str, words)), environment(), self.folder)
        assert done.rc in (rc if isinstance(rc, tuple) else (rc,)), (words, done)
        return done

    def checkpoint(self, *words: str | Path) -> Path:
        """The file that `registry checkpoint` writes."""
        folder = self.folder / "checkpoints"
        before = set(folder.glob("*.txt"))
        self.run("checkpoint", "-o", folder, *words)
        (made,) = set(folder.glob("*.txt")) - before
        return made

    def copy(self, folder: Path) -> Office:
        """The same office elsewhere."""
        office = Office(Path(shutil.copytree(self.folder, folder, copy_function=shutil.copyfile)))
        office.clock.now = self.clock.now
        return office


def open_office(folder: Path) -> Office:
    """Set an office up: its registry is built, and its ledger is empty."""
    root = SmallRoot(folder / "data")
    root.path.mkdir(parents=True)
    root.write()
    for path in (root.path / "calendar").iterdir():
        if int(path.stem) not in YEARS:
            path.unlink()
    later = folder / "later" / "instrument.yml"
    later.parent.mkdir()
    later.write_text(yaml.safe_dump(LATER, allow_unicode=True), encoding="utf-8")
    office = Office(folder)
    office.run("build")
    return office


def found_by_verifying(db: Path, *held: Checkpoint) -> list[str]:
    """What `verify` finds in a file."""
    with closing(connect(db)) as conn, reading(conn):
        return verify(conn, held).problems


def stored(db: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute(sql).fetchall()


def tables_of(db: Path, *left_out: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of a file but some, its rows in order."""
    names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    return {
        name: sorted(stored(db, f'SELECT * FROM "{name}"'), key=repr)
        for (name,) in stored(db, names)
        if name not in left_out
    }
