"""Whatever is changed in a stored audit shows, also in one that an earlier version stored."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pytest

from registry.audit.duty_rules import registry_rules
from registry.audit.record import store_audit
from registry.audit.seal import is_as_stored, outcome_digest
from registry.audit.stored_audit import RunChanged, changed_runs, read_audit
from tests.audit.conftest import Ledger

NOW: Final = datetime(2021, 5, 29, 9)
SELECTED: Final = ("2021-05-29", "SEA001,AGR001")
TABLES: Final = ("run", "run_rule", "finding", "finding_owed_by")


def columns(ledger: Ledger, table: str) -> dict[str, str]:
    """Column → type, without the number of the run."""
    rows = ledger.conn.execute(f"PRAGMA table_info({table})")
    return {row[1]: row[2] for row in rows if row[1] not in ("run", "no", "outcome_digest")}


@pytest.mark.parametrize("table", TABLES)
def test_no_column_can_be_changed_unnoticed(ledger: Ledger, table: str) -> None:
    ledger.conn.execute("PRAGMA foreign_keys = OFF")
    store_audit(ledger.conn, ledger.audit(*SELECTED), NOW)
    found = columns(ledger, table)
    assert len(found) >= 3
    for column, kind in found.items():
        changed = "1 - waived" if column == "waived" else f"coalesce({column}, 0) + 7"
        if kind == "TEXT":
            changed = f"coalesce({column}, '') || 'x'"
        ledger.conn.execute("SAVEPOINT before")
        ledger.conn.execute(
            f"UPDATE {table} SET {column} = {changed}"
            f" WHERE rowid = (SELECT max(rowid) FROM {table})"
            if table != "finding_owed_by"
            else f"UPDATE {table} SET {column} = {changed}"
        )
        assert len(list(changed_runs(ledger.conn))) == 1, column
        ledger.conn.execute("ROLLBACK TO before")
        ledger.conn.execute("RELEASE before")
        assert list(changed_runs(ledger.conn)) == []


@pytest.mark.parametrize("table", TABLES[1:])
def test_no_row_can_be_taken_out_unnoticed(ledger: Ledger, table: str) -> None:
    run = store_audit(ledger.conn, ledger.audit(*SELECTED), NOW)
    (fingerprint, code) = ledger.conn.execute("SELECT fingerprint, code FROM finding").fetchone()
    key, value = ("code", code) if table == "run_rule" else ("fingerprint", fingerprint)
    ledger.sql(f"DELETE FROM {table} WHERE {key} = '{value}'")
    assert not is_as_stored(ledger.conn, run)
    with pytest.raises(RunChanged, match="run 1 is not as it was stored"):
        read_audit(ledger.conn, run, registry_rules(ledger.conn))


def test_audits_of_earlier_versions_are_held_against_their_digest(ledger: Ledger) -> None:
    audit = ledger.audit(*SELECTED)
    run = store_audit(ledger.conn, audit, NOW)
    before = outcome_digest(audit.results, audit.open_findings)
    ledger.conn.execute("UPDATE run SET outcome_digest = ?", (before,))
    assert is_as_stored(ledger.conn, run)
    assert store_audit(ledger.conn, ledger.audit(*SELECTED), NOW) == run, "it found the same"
    ledger.sql("UPDATE finding SET message_en = 'nothing'")
    assert is_as_stored(ledger.conn, run), "which their digest did not have"
    ledger.sql("UPDATE finding SET severity = 'info'")
    assert not is_as_stored(ledger.conn, run)
    ledger.conn.execute("UPDATE run SET outcome_digest = NULL")
    assert is_as_stored(ledger.conn, run), "nothing is known of it"
