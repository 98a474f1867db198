"""What changed between two stored audits."""

from __future__ import annotations

from datetime import datetime

import pytest

from registry.audit.diff import NoSuchRun, diff, last_runs, same_runs
from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.audit.filters import Filters
from registry.audit.record import store_audit
from registry.audit.rule import select_rules
from registry.model.waiver import Waiver
from registry.store.connection import connect
from tests.audit.conftest import Ledger

DAY = "2021-06-15"
NOW = datetime(2021, 6, 15, 9)


def store(
    ledger: Ledger,
    select: str | None = "SEA001,HBK",
    filters: Filters | None = None,
    waivers: tuple[Waiver, ...] = (),
    as_of: str = DAY,
) -> int:
    conn = connect(ledger.path)
    try:
        rules = select_rules(registry_rules(conn), select, None)
        found = run_audit(conn, rules, as_of, filters or Filters(), waivers=waivers)
    finally:
        conn.close()
    return store_audit(ledger.conn, found, NOW)


def test_three_changes_are_exactly_three(ledger: Ledger) -> None:
    ledger.prove("seal", "1-09-etdz", "2021-05-20")
    store(ledger)
    ledger.prove("seal", "1-08-etdz", "2021-06-10")  # resolved
    ledger.sql("DELETE FROM proof")
    ledger.prove("seal", "1-08-etdz", "2021-06-10")
    ledger.prove("handbook", "1-20-hidz", "2021-06-11")  # resolved, and late
    store(ledger)
    found = diff(ledger.conn, *last_runs(ledger.conn))
    assert [(f.code, f.subject_id) for f in found.new] == [
        ("HBK002", "1-20-hidz"),
        ("SEA001", "1-09-etdz"),
    ]
    assert [(f.code, f.subject_id) for f in found.resolved] == [
        ("HBK001", "1-20-hidz"),
        ("SEA001", "1-08-etdz"),
    ]
    assert (found.changed, found.newly_waived, found.not_evaluated) == ([], [], [])
    assert found.unchanged == 27 - 1 + 58 - 1


def test_wording_order_and_the_passing_of_days_change_nothing(ledger: Ledger) -> None:
    store(ledger)
    ledger.sql("UPDATE item SET name = name || '（改）'")
    ledger.sql("UPDATE duty SET name_zh = '印章' WHERE id = 'seal'")
    store(ledger, as_of="2021-07-15")
    found = diff(ledger.conn, 1, 2)
    assert found.unchanged == 28 + 58
    assert [found.new, found.resolved, found.changed] == [[], [], []]


def test_another_due_date_is_a_change(ledger: Ledger) -> None:
    store(ledger)
    ledger.sql("UPDATE duty SET amount = 29 WHERE id = 'seal'")
    store(ledger)
    found = diff(ledger.conn, 1, 2)
    assert len(found.changed) == 28
    old, new = found.changed[0]
    assert (old.due_on, new.due_on) == ("2021-05-28", "2021-05-27")


def test_a_waiver_is_a_group_of_its_own(ledger: Ledger) -> None:
    store(ledger)
    waiver = Waiver(
        rule="SEA001",
        subject="1-08-etdz",
        reason="r",
        approver="a",
        issued="2021-06-01",
        expires="2021-06-30",
    )
    store(ledger, waivers=(waiver,))
    found = diff(ledger.conn, 1, 2)
    assert [f.subject_id for f in found.newly_waived] == ["1-08-etdz"]
    assert [found.new, found.resolved, found.changed] == [[], [], []]


@pytest.mark.parametrize(
    ("select", "filters", "left_out"),
    [
        ("SEA001", None, 58),
        ("SEA001,HBK", Filters(zone="etdz"), 14 + 29),
        ("SEA001,HBK", Filters(department="slj"), 28 - 2 + 58 - 6),
    ],
)
def test_what_a_run_did_not_look_at_is_neither_new_nor_resolved(
    ledger: Ledger, select: str, filters: Filters | None, left_out: int
) -> None:
    store(ledger)
    store(ledger, select, filters)
    found = diff(ledger.conn, 1, 2)
    assert (found.new, found.resolved) == ([], [])
    assert len(found.not_evaluated) == left_out
    back = diff(ledger.conn, 2, 1)
    assert (back.new, back.resolved) == ([], [])
    assert len(back.not_evaluated) == left_out


def test_runs_that_are_not_there(ledger: Ledger) -> None:
    with pytest.raises(NoSuchRun, match="no two stored audits"):
        last_runs(ledger.conn)
    store(ledger)
    with pytest.raises(NoSuchRun, match="no run 7"):
        diff(ledger.conn, 1, 7)


def test_runs_that_found_the_same_are_one(ledger: Ledger) -> None:
    first = store(ledger)
    later = store(ledger, as_of="2021-06-16")  # days pass, and nothing else
    ledger.prove("seal", "1-08-etdz", "2021-06-10")
    other = store(ledger, as_of="2021-06-17")
    ledger.sql("DELETE FROM proof")
    ledger.prove("seal", "1-09-etdz", "2021-06-10")
    as_many = store(ledger, as_of="2021-06-18")  # as many, and others
    again = store(ledger, as_of="2021-06-19")
    runs = [first, later, other, as_many, again]
    assert same_runs(ledger.conn, runs) == {
        first: first,
        later: first,
        other: other,
        as_many: as_many,
        again: as_many,
    }
    assert same_runs(ledger.conn, []) == {}
