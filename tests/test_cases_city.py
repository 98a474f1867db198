"""A year of a city's cases through the command line: what is planted is found, and nothing else."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from registry.audit.finding import fingerprint
from registry.intake.dataset import open_data_root
from registry.model.vocabulary import PROVENANCES
from registry.store.build import build
from tests.cases_city import ACCOUNTS, AS_OF, PERSONS, City, city, write_files
from tests.cases_faults import (
    BY_DESIGN,
    ON_CASES,
    ON_EVALUATION,
    ON_LISTS,
    ON_PERMISSIONS,
    Fault,
    flawed_city,
)
from tests.cases_root import write_root
from tests.conftest import FIRST
from tests.running import Run

FEW, MANY = 600, 60_000
ON_DUTIES = ("DUT001", "DUT002")
COVERED = ("--from", "2023-01-01", "--to", AS_OF)
JUDGED = (*ON_CASES, *ON_PERMISSIONS, *ON_LISTS, *ON_DUTIES)
RunCommand = Callable[..., Run]


@pytest.fixture
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands load on the day of the audit: what a file says holds from when it was loaded."""

    class Noon(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Noon:
            return cls.fromisoformat(f"{AS_OF}T12:00:00").replace(tzinfo=tz)

    clock = SimpleNamespace(datetime=Noon)
    monkeypatch.setattr("registry.cli.changing.dt", clock)


def audited(run: RunCommand, folder: Path, made: City) -> sqlite3.Connection:
    """Build the city's registry, load its files, audit it; open what it is then."""
    (folder / "data").mkdir()
    now = dt.datetime.fromisoformat(f"{AS_OF}T09:00:00")
    root = open_data_root(write_root(folder / "data"))
    db = build(folder / "registry.db", root, accepted=PROVENANCES, now=now).path
    files = write_files(made, folder / "files")
    for what, kinds, more in (
        ("cases", ("cases", "steps", "stops"), ("--source", "政务服务平台", *COVERED)),
        ("accounts", ("accounts",), ()),
        ("permissions", ("permissions",), ()),
        ("licences", ("licences",), ("--source", "许可事项清单")),
    ):
        paths = [files[kind] for kind in kinds]
        done = run("--db", db, "load", what, *paths, *more)
        assert done.rc == 0, done.stderr
        assert not told_persons(done)
    done = run("--db", db, "audit", "--as-of", AS_OF)
    assert done.rc == 1, done.stderr
    assert not told_persons(done)
    return sqlite3.connect(db)


def told_persons(done: Run) -> list[str]:
    """Names of persons in the files that the program has told."""
    return [name for name in PERSONS if name in done.stdout + done.stderr]


def findings(conn: sqlite3.Connection, *codes: str) -> list[dict[str, Any]]:
    """What was found by these rules, each finding with the numbers of its cases."""
    numbers = defaultdict(list)
    for mark, number in conn.execute("SELECT fingerprint, number FROM finding_case"):
        numbers[mark].append(number)
    cursor = conn.execute("SELECT * FROM finding ORDER BY rowid")
    names = [column[0] for column in cursor.description]
    rows = (dict(zip(names, row, strict=True)) for row in cursor)
    return [row | {"cases": numbers[row["fingerprint"]]} for row in rows if row["code"] in codes]


def fits(fault: Fault, finding: dict[str, Any]) -> bool:
    """Whether a finding is that of a fault: in its place, and for its cases."""
    if (finding["code"], finding["status"]) != (fault.code, fault.status):
        return False
    if fault.numbers and not {*fault.numbers} <= {*finding["cases"]}:
        return False
    if fault.code in (*ON_CASES, "PER001", "PER002", "PER003") and fault.subject != "load":
        apart = "" if fault.status == "alarm" else f"/{fault.status}"
        subject = finding["subject_type"], fault.subject
        mark = fingerprint(FIRST, fault.code, *subject, fault.month + apart)
        return bool(finding["fingerprint"] == mark)
    if fault.code in ("PER005", "PER006"):
        return str(finding["subject_id"]).endswith(f"/{fault.month}")
    return fault.subject in ("", "load", finding["subject_id"])


def check_flawed(run: RunCommand, folder: Path, size: int) -> None:
    """Every fault is found where it is, and what is found is planted."""
    made, faults = flawed_city(size)
    # Among many cases a few faults are no high rate.
    codes = (*JUDGED, *(ON_EVALUATION if size == FEW else ()))
    judged = [fault for fault in faults if fault.code in codes]
    with closing(audited(run, folder, made)) as conn:
        found = findings(conn, *codes)
        missed = [fault for fault in judged if not any(fits(fault, row) for row in found)]
        assert missed == []
        others = [
            row
            for row in found
            if row["code"] in JUDGED
            and row["code"] not in BY_DESIGN
            and not any(fits(fault, row) for fault in judged)
        ]
        assert others == []
        alarmed = {number for row in found if row["status"] == "alarm" for number in row["cases"]}
        planted = {n for fault in judged if fault.status == "alarm" for n in fault.numbers}
        assert {number for number in alarmed if not number.startswith("#")} >= planted
        assert {n for n in alarmed if n.startswith("LC23-")} == set()


def check_mended(run: RunCommand, folder: Path, size: int) -> None:
    """The twin has no alarm, and nothing to be checked by hand but what is so by design."""
    with closing(audited(run, folder, city(size))) as conn:
        judged = (*JUDGED, *ON_EVALUATION)
        assert findings(conn, *(code for code in judged if code not in BY_DESIGN)) == []
        assert {row["status"] for row in findings(conn, "CSE007")} == {"manual"}
        examined = dict(
            conn.execute("SELECT code, ok + pending + alarm + manual FROM run_rule").fetchall()
        )
        assert [code for code in judged if not examined[code]] == []
        assert examined["CSE011"] == examined["CSE012"] == size
        assert examined["PER006"] == ACCOUNTS


@pytest.mark.usefixtures("on_the_day")
def test_every_planted_fault_is_found(run: RunCommand, tmp_path: Path) -> None:
    check_flawed(run, tmp_path, FEW)


@pytest.mark.usefixtures("on_the_day")
def test_twin_without_faults_has_no_alarm(run: RunCommand, tmp_path: Path) -> None:
    check_mended(run, tmp_path, FEW)


@pytest.mark.long
@pytest.mark.usefixtures("on_the_day")
def test_every_planted_fault_is_found_among_many(run: RunCommand, tmp_path: Path) -> None:
    check_flawed(run, tmp_path, MANY)


@pytest.mark.long
@pytest.mark.usefixtures("on_the_day")
def test_twin_of_many_has_no_alarm(run: RunCommand, tmp_path: Path) -> None:
    check_mended(run, tmp_path, MANY)


def test_at_least_forty_faults_of_every_kind_are_planted() -> None:
    _made, faults = flawed_city(10)
    assert len(faults) >= 40
    assert {*JUDGED, *ON_EVALUATION} <= {fault.code for fault in faults}
