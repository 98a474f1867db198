"""What changed between two stored audits."""

from __future__ import annotations

import json
from collections.abc import Callable
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
from tests.conftest import Run

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


def seal_waiver(**changes: str) -> Waiver:
    fields = {
        "rule": "SEA001",
        "subject": "1-08-etdz",
        "reason": "r",
        "approver": "a",
        "issued": "2021-06-01",
        "expires": "2021-06-30",
    }
    return Waiver(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_waiver_that_is_withdrawn_is_a_change(ledger: Ledger, run: Callable[..., Run]) -> None:
    store(ledger, waivers=(seal_waiver(),))
    store(ledger)
    ((old, new),) = diff(ledger.conn, 1, 2).changed
    assert (old.subject_id, old.waived, new.waived) == ("1-08-etdz", 1, 0)
    db = ("--db", ledger.path, "diff", "1", "2")
    assert "waived → no longer waived" in run(*db).stdout
    assert "已豁免 → 不再豁免" in run("--lang", "zh", *db).stdout
    (changed,) = json.loads(run(*db, "--format", "json").stdout)["changed"]
    assert (changed["was"]["waived"], changed["waived"]) == (True, False)
    assert changed["was"]["status"] == changed["status"] == "alarm"


def test_everything_that_changed_of_a_finding_is_told(
    ledger: Ledger, run: Callable[..., Run]
) -> None:
    store(ledger)
    store(ledger, waivers=(seal_waiver(),))
    of_seal = "code = 'SEA001' AND subject_id = '1-08-etdz'"
    ledger.sql(f"UPDATE finding SET severity = 'low' WHERE run = 2 AND {of_seal}")
    ledger.sql(f"UPDATE finding SET due_on = '2021-06-01' WHERE run = 2 AND {of_seal}")
    ledger.sql("UPDATE run SET outcome_digest = NULL")
    shown = run("--db", ledger.path, "diff", "1", "2", env={"COLUMNS": "150"}).stdout
    assert "medium → low; 2021-05-28 → 2021-06-01; not waived → waived" in shown.replace(", ", "; ")
    assert "Newly waived: 0" in shown
    assert "alarm → alarm" not in shown


def test_by_default_runs_of_the_same_scope_are_compared(
    ledger: Ledger, run: Callable[..., Run]
) -> None:
    zone = Filters(zone="hidz")
    store(ledger)  # 1
    assert (store(ledger, filters=zone), store(ledger, "SEA001")) == (2, 3)
    assert last_runs(ledger.conn) == (1, 3), "other rules, but the same filters"
    ledger.prove("seal", "1-08-etdz", "2021-06-10")
    assert store(ledger, filters=zone, as_of="2021-06-16") == 4
    assert last_runs(ledger.conn) == (2, 4)
    assert store(ledger) == 5
    assert last_runs(ledger.conn) == (1, 5)
    assert store(ledger, filters=Filters(department="slj")) == 6
    assert last_runs(ledger.conn) == (5, 6), "none is alike"

    def shown(*words: str) -> str:
        return " ".join(run("--db", ledger.path, "diff", *words).stdout.split())

    assert "of different scopes: run 5: everything; run 6: department=slj" in shown()
    assert "did not run the same rules; only one of them ran HBK001, HBK002" in shown("1", "3")
    assert "scope" not in shown("1", "5")
    document = json.loads(run("--db", ledger.path, "diff", "--format", "json").stdout)
    assert (document["same_scope"], document["filters"]) == (False, ["", "department=slj"])
    assert json.loads(run("--db", ledger.path, "diff", "1", "5", "--format", "json").stdout)[
        "same_scope"
    ]


def test_a_finding_that_stands_for_other_cases_has_changed(ledger: Ledger) -> None:
    def audit() -> int:
        return store(ledger, "CSE002", as_of="2022-06-30")

    ledger.case("A1", "1-08", "2021-05-03")
    first = audit()
    ledger.case("A2", "1-08", "2021-05-04")
    second = audit()
    found = diff(ledger.conn, first, second)
    assert (found.unchanged, found.new, found.resolved) == (0, [], [])
    ((old, new),) = found.changed
    assert (old.cases, new.cases) == (("A1",), ("A1", "A2"))
    ledger.sql("UPDATE case_record SET number = 'A3' WHERE number = 'A2'")
    third = audit()
    ((old, new),) = diff(ledger.conn, second, third).changed
    assert new.cases == ("A1", "A3")
    assert same_runs(ledger.conn, [first, second, third]) == {n: n for n in (first, second, third)}


def test_an_audit_that_finds_what_an_earlier_one_found_is_stored_where_another_came_between(
    ledger: Ledger,
) -> None:
    first = store(ledger)
    assert store(ledger) == first, "nothing came between"
    waived = store(ledger, waivers=(seal_waiver(),))
    again = store(ledger)
    assert (first, waived, again) == (1, 2, 3)
    assert last_runs(ledger.conn) == (2, 3)
    found = diff(ledger.conn, 2, 3)
    assert (len(found.changed), found.newly_waived) == (1, []), "no longer waived"
