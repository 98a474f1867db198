"""A registry that 0.1.0 built and audited opens, and is audited as it was.

The file holds the shipped lists, cut to the first five items of annex 2, the demonstration ledger,
and two stored audits.
"""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.intake.instrument import read_instrument
from registry.intake.law import read_laws
from registry.intake.textfile import examine
from registry.store.connection import connect
from registry.store.duty_checks import duty_checks
from registry.store.laws import stored_laws
from registry.store.schema.versions import ensure_current, pending
from registry.store.stored_instrument import stored_instruments
from tests.conftest import DATA

FILE = Path(__file__).parent / "fixtures" / "registry-0.1.0.db.gz"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "registry.db"
    path.write_bytes(gzip.decompress(FILE.read_bytes()))
    with closing(connect(path)) as conn:
        assert "0005_duty_checks" in pending(conn, path)
        ensure_current(conn, path)
        yield conn


def test_its_checks_clauses_and_articles_are_those_of_the_shipped_files(
    opened: sqlite3.Connection,
) -> None:
    shipped = read_instrument(examine(DATA / "liaocheng-2021-8" / "instrument.yml"))
    stated = [check for duty in shipped.duties for check in duty.checks(shipped.id)]
    assert duty_checks(opened) == stated
    assert stored_laws(opened) == read_laws(examine(DATA / "law.yml"))
    (stored,) = stored_instruments(opened)
    assert stored.duties == shipped.duties
    assert [(c.id, sorted(c.rules)) for c in stored.clauses] == [
        (c.id, sorted(c.rules)) for c in shipped.clauses
    ]


NEW = {
    *("DUT002", "AGR008", "AGR009", "AGR010", "HIS001", "HIS002"),
    *("CHN001", "CHN002", "CHN003", "CHN004", "CHN005", "CHN006"),
    *("INS001", "INS002", "INS003", "BOD001", "BOD002"),
    *(f"CSE{n:03}" for n in range(1, 13)),
    *(f"PER{n:03}" for n in range(1, 8)),
    "LAW006",
    *(f"EVL{n:03}" for n in range(1, 5)),
}
"""What 0.1.0 did not ask: whether some duties came late, filing, gaps and the end of agreements,
how the log is kept, what several instruments and bodies do to each other, and what cases show."""


@pytest.mark.parametrize(("run", "day"), [(1, "2021-05-28"), (2, "2021-06-30")])
def test_an_audit_finds_what_the_stored_one_found(
    opened: sqlite3.Connection, run: int, day: str
) -> None:
    columns = "fingerprint, code, severity, status, owed_by, due_on, days_overdue"
    stored = [
        (*rest[:4], "" if rest[1] == "AGR007" else rest[4], *rest[5:])
        for rest in opened.execute(f"SELECT {columns} FROM finding WHERE run = ?", (run,))
    ]
    audit = run_audit(opened, registry_rules(opened), day)
    found = [
        (
            *(f.fingerprint, f.code, f.severity, f.status),
            # put to those who signed as well
            "" if f.code == "AGR007" else ";".join(f.owed_by),
            *(f.due_on, f.days_overdue),
        )
        for f in audit.findings
        if f.code not in NEW
    ]
    assert sorted(found, key=str) == sorted(stored, key=str)
    assert len(stored) > 30
    rules = {code for (code,) in opened.execute("SELECT code FROM run_rule WHERE run = ?", (run,))}
    assert {result.code for result in audit.results} == rules | NEW


def test_messages_of_duties_are_worded_as_before(opened: sqlite3.Connection) -> None:
    # What came late says since then that it is late, and not overdue.
    of_duties = "duty IS NOT NULL AND run = 2 AND message_en NOT LIKE '%was done on%'"
    stored = opened.execute(
        f"SELECT fingerprint, message_zh, message_en FROM finding WHERE {of_duties}"
    ).fetchall()
    audit = run_audit(opened, registry_rules(opened), "2021-06-30")
    messages = {f.fingerprint: tuple(f.message) for f in audit.findings}
    assert {fingerprint: (zh, en) for fingerprint, zh, en in stored}.items() <= messages.items()
    assert len(stored) > 50


def test_it_keeps_its_runs_and_is_whole(opened: sqlite3.Connection) -> None:
    assert opened.execute("SELECT run, as_of FROM runs ORDER BY run").fetchall() == [
        (1, "2021-05-28"),
        (2, "2021-06-30"),
    ]
    assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert opened.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_duty_that_0_1_0_did_not_know_is_checked_from_now_on(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    path.write_bytes(gzip.decompress(FILE.read_bytes()))
    with closing(connect(path)) as conn:
        conn.execute("UPDATE duty SET id = 'own', name_zh = '甲{乙}' WHERE id = 'seal'")
        ensure_current(conn, path)
        checks = {c.check: c for c in duty_checks(conn) if c.duty == "own"}
        audit = run_audit(conn, registry_rules(conn), "2021-06-30")
    assert {check: c.code for check, c in checks.items()} == {
        "missing": "DUT001",
        "late": "DUT002",
    }
    assert checks["missing"].title.zh == "甲{乙}未完成"
    found = [f for f in audit.findings if f.code == "DUT001"]
    assert found
    assert all("的甲{乙}未完成，应于2021-05-28前完成" in f.message.zh for f in found)
