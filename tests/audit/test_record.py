"""Stored audits."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from registry.audit.record import store_audit, stored_owed_by
from registry.store.connection import connect, transaction
from registry.store.log.changes import data_digest, foreign_changes
from registry.store.sources import renew_data_digest
from tests.audit.conftest import Ledger

NOW = datetime(2021, 5, 29, 8, 30)


def test_a_run_holds_its_counts_and_findings(ledger: Ledger) -> None:
    audit = ledger.audit("2021-05-29", "SEA001,CAT006,CAT008")
    run = store_audit(ledger.conn, audit, NOW)
    assert run == audit.run == 1
    (stored,) = ledger.conn.execute(
        "SELECT as_of, started_at, instrument, examined, alarms, manual FROM runs"
    ).fetchall()
    assert stored == ("2021-05-29", "2021-05-29T08:30:00", "聊政字〔2021〕8号", 1878, 31, 0)
    counts = ledger.conn.execute("SELECT code, ok, alarm, skip FROM run_rule ORDER BY code")
    assert counts.fetchall() == [("CAT006", 1847, 0, 0), ("CAT008", 0, 3, 0), ("SEA001", 0, 28, 0)]
    row = ledger.conn.execute(
        "SELECT name, owed_by, days_overdue, working_days_overdue, message_zh, provenance"
        " FROM findings WHERE subject_id = '1-08-etdz'"
    ).fetchone()
    assert row[:4] == ("missing-seal", "slj", 1, 0)
    assert row[4].startswith("市水利局未就“取水许可”向聊城经开区移交“二号章”，应于2021-05-28前完成")
    assert row[5] == "reconstruction"


def test_only_findings_are_stored_even_where_every_row_was_fetched(ledger: Ledger) -> None:
    audit = ledger.audit("2021-05-28", "SEA001,CAT008", everything=True)
    assert len(audit.findings) == 31
    store_audit(ledger.conn, audit, NOW)
    assert ledger.conn.execute("SELECT count(*) FROM finding").fetchone() == (3,)


def test_who_owes_a_finding_is_stored_row_by_row_as_it_is_in_the_list(ledger: Ledger) -> None:
    audit = ledger.audit("2021-05-29", "AGR001,SEA001,CAT008")
    run = store_audit(ledger.conn, audit, NOW)
    owed_by = stored_owed_by(ledger.conn, run)
    assert owed_by == {f.fingerprint: f.owed_by for f in audit.findings}
    assert {len(bodies) for bodies in owed_by.values()} == {1, 2}
    listed = ledger.conn.execute("SELECT fingerprint, owed_by FROM findings").fetchall()
    assert {fingerprint: tuple(text.split(";")) for fingerprint, text in listed} == owed_by
    assert stored_owed_by(ledger.conn, run + 1) == {}


def test_runs_are_told_apart_by_data_and_rules(ledger: Ledger) -> None:
    store_audit(ledger.conn, ledger.audit("2021-05-29", "SEA001"), NOW)
    store_audit(ledger.conn, ledger.audit("2021-05-30", "SEA001"), NOW)
    store_audit(ledger.conn, ledger.audit("2021-05-30", "CAT006"), NOW)
    third, second, first = ledger.conn.execute("SELECT run, rules_digest, data_digest FROM runs")
    assert first[1:] == second[1:]
    assert third[1] != second[1]
    assert third[2] == second[2]


def test_the_same_audit_of_the_same_data_is_the_same_run(ledger: Ledger) -> None:
    first = store_audit(ledger.conn, ledger.audit("2021-05-29", "SEA001"), NOW)
    again = ledger.audit("2021-05-29", "SEA001")
    assert store_audit(ledger.conn, again, NOW) == again.run == first
    assert ledger.conn.execute("SELECT count(*) FROM run").fetchone() == (1,)
    # What the configuration changes shows in what is found: another severity is another run.
    milder = ledger.audit("2021-05-29", "SEA001")
    milder.findings = [f._replace(severity="info") for f in milder.findings]
    assert store_audit(ledger.conn, milder, NOW) == first + 1
    ledger.sql("UPDATE meta SET value = 'another' WHERE key = 'data_digest'")
    assert store_audit(ledger.conn, ledger.audit("2021-05-29", "SEA001"), NOW) == first + 2


def test_a_run_is_stored_whole_or_not_at_all(ledger: Ledger) -> None:
    audit = ledger.audit("2021-05-29", "SEA001")
    ledger.sql(
        "CREATE TRIGGER full BEFORE INSERT ON finding WHEN NEW.subject_id = '1-10-etdz'"
        " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="disk full"):
        store_audit(ledger.conn, audit, NOW)
    for table in ("run", "run_rule", "finding", "finding_owed_by"):
        assert ledger.conn.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_run_bears_the_digest_of_what_it_read(ledger: Ledger) -> None:
    audit = ledger.audit("2021-05-29", "SEA001")
    with closing(connect(ledger.path)) as other, transaction(other):
        renew_data_digest(other, "an import while the audit ran")
    run = store_audit(ledger.conn, audit, NOW)
    (stored,) = ledger.conn.execute("SELECT data_digest FROM run WHERE no = ?", (run,)).fetchone()
    assert stored == audit.data_digest != data_digest(ledger.conn)
    assert audit.changed_since
    again = ledger.audit("2021-05-29", "SEA001")
    assert (store_audit(ledger.conn, again, NOW), again.changed_since) == (run + 1, False)


def test_what_no_command_changed_shows_in_the_digest(ledger: Ledger) -> None:
    with transaction(ledger.conn):
        ledger.conn.execute("UPDATE item SET name = 'a' WHERE no = 1")
    before = data_digest(ledger.conn)
    assert foreign_changes(ledger.conn) == 0
    ledger.sql("UPDATE item SET name = 'b' WHERE no = 1")
    assert foreign_changes(ledger.conn) == 1
    foreign = data_digest(ledger.conn)
    assert foreign != before
    with transaction(ledger.conn):
        ledger.conn.execute("UPDATE item SET name = 'c' WHERE no = 1")
    assert foreign_changes(ledger.conn) == 0
    assert data_digest(ledger.conn) == foreign, "it stays told"
