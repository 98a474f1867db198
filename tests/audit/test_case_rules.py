"""Rules on cases: each alarms, and doesn't; what `can` says decides, and months are told apart.

1-08 is entrusted to the zone by 市水利局, 1-15 leaves the decision to the department; 2-0001 is the
zone's own, 3-01 it does no more.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.audit.finding import Text
from registry.audit.grouping import group_cases
from registry.audit.message import compile_message
from registry.audit.record import store_audit, stored_cases
from registry.audit.rule import select_rules
from registry.audit.stored_audit import read_audit
from registry.authority.answer import Question
from registry.authority.answering import Authority
from registry.model.limits import Bilingual
from registry.store.connection import connect, transaction
from registry.store.effects import update_periods
from tests.audit.conftest import Ledger

LATER = "2022-12-31"
WORDS = {"CSE001": "未获赋权", "CSE002": "尚未签订", "CSE003": "委托届满", "CSE006": "赋权方式"}


@pytest.fixture
def city(shipped: Path, tmp_path: Path) -> Iterator[Ledger]:
    """All instruments of the shipped data, with the demonstration."""
    found = Ledger(Path(shutil.copyfile(shipped, tmp_path / "city.db")))
    yield found
    found.conn.close()


def agree(ledger: Ledger, signed_on: str = "2021-05-11", expires_on: str = "2021-12-15") -> None:
    ledger.agree("示例1", "slj", "etdz", ["1-08"], signed_on)
    ledger.sql("UPDATE agreement SET expires_on = ? WHERE number = '示例1'", expires_on)


def test_without_cases_nothing_is_examined(ledger: Ledger) -> None:
    for n in range(1, 13):
        assert ledger.counts(f"CSE{n:03}", LATER) == {}


def test_cse001_acts_without_a_delegation(ledger: Ledger) -> None:
    ledger.case("A1", "3-01", "2021-06-01", "2021-06-02")
    ledger.case("A2", "2-0001", "2021-06-01", "2021-06-02")
    ledger.case("A3", "1-08", "2021-04-01", "2021-04-02")
    found = ledger.cases("CSE001", LATER)
    assert found == {"1-08-etdz alarm": ("A3",)}, "before the notice there is none"
    assert ledger.counts("CSE001", LATER) == {"alarm": 1, "ok": 2}


def test_cse002_acts_before_the_agreement(ledger: Ledger) -> None:
    agree(ledger)
    ledger.case("A1", "1-08", "2021-05-10", "2021-05-11")
    ledger.case("A2", "1-08", "2021-05-11", "2021-05-12")
    assert ledger.cases("CSE002", LATER) == {"1-08-etdz alarm": ("A1",)}
    assert ledger.counts("CSE002", LATER) == {"alarm": 1, "ok": 1}
    assert ledger.counts("CSE002", "2021-05-10") == {"alarm": 1}, "later cases are not known yet"


def test_cse003_acts_after_the_entrustment_ended(ledger: Ledger) -> None:
    agree(ledger)
    ledger.case("A1", "1-08", "2021-12-15", "2021-12-16")
    ledger.case("A2", "1-08", "2022-01-04", "2022-01-05")
    ledger.case("A3", "1-08", "2021-12-01", "2021-12-15")
    audit = ledger.audit(LATER, "CSE003")
    assert [(f.subject_id, f.cases) for f in audit.findings] == [
        ("1-08-etdz", ("A1",)),
        ("1-08-etdz", ("A2",)),
    ]
    assert len({f.fingerprint for f in audit.findings}) == 2, "a finding a month"
    assert "2021年12月" in audit.findings[0].message.zh
    assert "2021-12" in audit.findings[0].message.en
    assert audit.findings[0].owed_by == ("slj", "etdz")


def withdraw(ledger: Ledger, transition: str) -> None:
    """Withdraw 1-08 from the zone from 2022-03-01 on, by the other instrument."""
    ledger.sql(
        "INSERT INTO effect (instrument, position, kind, target, items, delegates, effective_on,"
        " transition, clause, provenance, source) VALUES (2, 99, 'withdraws', 'liaocheng-2021-8',"
        " '1-08', 'etdz', '2022-03-01', ?, '一', 'official', 'test')",
        transition,
    )
    with transaction(ledger.conn):
        update_periods(ledger.conn)


@pytest.mark.parametrize(
    ("transition", "found"),
    [
        ("former-finishes", {"1-08-etdz alarm": ("A3",)}),
        ("successor-takes", {"1-08-etdz alarm": ("A2", "A3")}),
        ("unstated", {"1-08-etdz alarm": ("A3",), "1-08-etdz manual": ("A2",)}),
    ],
)
def test_cse004_acts_after_the_withdrawal(
    city: Ledger, transition: str, found: dict[str, tuple[str, ...]]
) -> None:
    agree(city, expires_on="2025-12-31")
    withdraw(city, transition)
    city.case("A1", "1-08", "2022-02-25", "2022-02-28")
    city.case("A2", "1-08", "2022-02-28", "2022-03-01")
    city.case("A3", "1-08", "2022-03-01", "2022-03-02")
    assert city.cases("CSE004", LATER) == found


def test_cse005_the_seal_is_that_of_whose_name_it_is_done_in(ledger: Ledger) -> None:
    agree(ledger)
    for number, seal in (
        ("A1", {"seal_department": "slj"}),
        ("A2", {"seal_zone": "etdz"}),
        ("A3", {"seal_department": "yjj"}),
        ("A4", {}),
    ):
        ledger.case(number, "1-08", "2021-06-01", "2021-06-02", **seal)
    assert ledger.cases("CSE005", LATER) == {"1-08-etdz alarm": ("A2", "A3")}
    assert ledger.counts("CSE005", LATER) == {"alarm": 2, "ok": 1, "skip": 1}
    ledger.case("A5", "2-0001", "2021-06-01", "2021-06-02", seal_zone="etdz")
    assert ledger.cases("CSE005", LATER)["2-0001-etdz manual"] == ("A5",), "authorised: not known"
    ledger.sql(
        "INSERT INTO zone_status SELECT no, '国务院', '某条例', 'test' FROM zone WHERE id = 'etdz'"
    )
    assert "2-0001-etdz manual" not in ledger.cases("CSE005", LATER)


def test_cse006_acts_beyond_the_mode(ledger: Ledger) -> None:
    ledger.case("A1", "1-15", "2021-06-01", "2021-06-02")
    ledger.case("A2", "1-15", "2021-06-01", "2021-06-02", result="转报办结")
    found = ledger.cases("CSE006", LATER)
    assert found == {"1-15-etdz alarm": ("A1",)}, "what is passed on was examined, not decided"


def test_cse007_samples_what_has_part_of_the_scope(ledger: Ledger) -> None:
    (item,) = ledger.conn.execute(
        "SELECT i.id FROM item AS i JOIN mode AS m ON m.instrument = i.instrument"
        " AND m.name = i.mode WHERE i.scope = '部分' AND i.instrument = 1 ORDER BY i.no LIMIT 1"
    ).fetchone()
    (department,) = ledger.conn.execute(
        "SELECT d.id FROM item_department AS x JOIN item AS i ON i.no = x.item"
        " JOIN department AS d ON d.no = x.department WHERE i.id = ? LIMIT 1",
        (item,),
    ).fetchone()
    ledger.agree("示例2", department, "etdz", [item], "2021-04-20")
    for n in range(7):
        ledger.case(f"A{n}", item, "2021-06-01", "2021-06-02")
    assert ledger.counts("CSE007", LATER) == {"manual": 5, "skip": 2}
    assert ledger.cases("CSE007", LATER) == {f"{item}-etdz manual": ("A0", "A1", "A2", "A3", "A4")}


LICENCE = "1-08"


@pytest.mark.parametrize(
    ("decided_on", "stop", "status"),
    [
        ("2021-06-30", None, "ok"),  # 2021-06-01 + 20 working days
        ("2021-07-01", None, "alarm"),
        ("2021-07-01", ("检测", "2021-06-10", "2021-06-10"), "ok"),
        ("2021-07-01", ("检测", "2021-06-12", "2021-06-13"), "alarm"),  # a weekend
        ("2021-07-01", ("延期", "2021-06-30", None), "ok"),
        ("2021-07-15", ("延期", "2021-06-30", None), "alarm"),
        (None, None, "alarm"),
        (None, ("听证", "2021-06-02", None), "pending"),
    ],
)
def test_cse008_the_legal_limit(
    ledger: Ledger, decided_on: str | None, stop: tuple[str, str, str | None] | None, status: str
) -> None:
    case = ledger.case("A1", LICENCE, "2021-06-01", decided_on)
    if stop:
        ledger.stop(case, *stop)
    assert ledger.counts("CSE008", LATER) == {status: 1}


def test_stops_that_overlap_take_each_day_off_once(ledger: Ledger) -> None:
    case = ledger.case("A1", LICENCE, "2021-06-01", "2021-07-02")
    ledger.stop(case, "检测", "2021-06-07", "2021-06-08")
    ledger.stop(case, "鉴定", "2021-06-08", "2021-06-08")
    ledger.stop(case, "鉴定", "2021-07-05", "2021-07-09")
    ledger.sql("UPDATE as_of SET date = '2022-12-31'")
    days = ledger.conn.execute("SELECT worked, stopped, is_open FROM case_days").fetchone()
    assert days == (20, 2, 0)


def test_cse009_the_promised_limit(ledger: Ledger) -> None:
    for number, promised_on in (("A1", "2021-06-09"), ("A2", "2021-06-08"), ("A3", None)):
        ledger.case(number, "2-0001", "2021-06-01", "2021-06-09", promised_on=promised_on)
    case = ledger.case("A4", "2-0001", "2021-06-01", "2021-06-09", promised_on="2021-06-08")
    ledger.stop(case, "公示", "2021-06-04", "2021-06-04")
    assert ledger.cases("CSE009", LATER) == {"2-0001-etdz alarm": ("A2",)}
    assert ledger.counts("CSE009", LATER) == {"alarm": 1, "ok": 2, "skip": 1}


def test_cse010_what_is_delegated_and_the_department_decides(ledger: Ledger) -> None:
    agree(ledger)
    ledger.case("A1", "1-08", "2021-06-01", "2021-06-02", decided_department="slj")
    ledger.case("A2", "1-08", "2022-06-01", "2022-06-02", decided_department="slj")
    ledger.case("A3", "1-15", "2021-06-01", "2021-06-02", decided_department="slj")
    assert ledger.cases("CSE010", LATER) == {"1-08-etdz alarm": ("A1",)}


def test_cse011_dates_that_contradict_each_other(ledger: Ledger) -> None:
    ledger.case("A1", "2-0001", "2021-06-02", "2021-06-01")
    ledger.case("A2", "2-0001", "2021-06-01", "2021-06-01", applied_on="2021-06-01")
    ledger.case("A3", "2-0001", "2021-06-01", applied_on="2021-06-02")
    ledger.case("A4", None, "2029-02-01")
    case = ledger.case("A5", "2-0001", "2021-06-01", "2021-06-09")
    ledger.stop(case, "检测", "2021-06-04", "2021-06-03")
    assert ledger.cases("CSE011", "2029-12-31") == {
        "2-0001-etdz alarm": ("A1", "A3", "A5"),
        "L-1 alarm": ("A4",),
    }


def test_cse012_what_can_not_be_judged(ledger: Ledger) -> None:
    ledger.case("A1", None, "2021-06-01", "2021-06-02")
    ledger.case("A2", "2-0001", "2021-06-01", "2021-06-02", accepted_zone=None)
    ledger.case("A3", "2-0001", "2021-06-01", "2021-06-02", decided_zone=None)
    ledger.case("A4", "2-0001", "2021-06-01", "2021-06-02", decided_zone=None, result="退回")
    ledger.case("A5", None, "2021-06-01", "2021-06-02", matched="doubtful")
    ledger.case("A6", "2-0001", "2021-06-01", "2021-06-02")
    assert ledger.cases("CSE012", LATER) == {"L-1 manual": ("A1", "A2", "A3", "A5")}
    assert ledger.counts("CSE012", LATER) == {"manual": 4, "ok": 2}


def test_cse012_a_case_without_a_day_can_not_be_judged_either(ledger: Ledger) -> None:
    etdz = ledger.conn.execute("SELECT no FROM zone WHERE id = 'etdz'").fetchone()[0]
    ledger.case("A1", "2-0001", None)
    ledger.case("A2", "2-0001", None, "2021-06-02")
    by_steps = ledger.case("A3", "2-0001", None)
    ledger.step(by_steps, "accept", None, etdz, None, "2021-06-01", "2021-06-01")
    undated = ledger.case("A4", "2-0001", None)
    ledger.step(undated, "accept", None, etdz, None, None, None)
    assert ledger.cases("CSE012", LATER) == {"L-1 manual": ("A1", "A4")}
    assert ledger.counts("CSE012", LATER) == {"manual": 2, "ok": 2}


def test_a_step_tells_who_decided_where_the_case_says_only_when(ledger: Ledger) -> None:
    etdz = ledger.conn.execute("SELECT no FROM zone WHERE id = 'etdz'").fetchone()[0]
    slj = ledger.conn.execute("SELECT no FROM department WHERE id = 'slj'").fetchone()[0]
    agree(ledger)
    unnamed = {"decided_zone": None}
    wrong = ledger.case("A1", "1-15", "2021-07-01", "2021-07-13", **unnamed)
    ledger.step(wrong, "decide", None, etdz, None, "2021-07-13", "2021-07-13")
    returned = ledger.case("A2", "1-08", "2021-06-01", "2021-06-02", **unnamed)
    ledger.step(returned, "decide", None, None, slj, "2021-06-02", "2021-06-02")
    ledger.case("A3", "1-15", "2021-07-01", "2021-07-13", **unnamed)
    voided = ledger.case("A4", "1-15", "2021-07-01", "2021-07-13", result="作废", **unnamed)
    ledger.step(voided, "decide", None, etdz, None, "2021-07-13", "2021-07-13")
    named = ledger.case("A5", "1-08", "2021-07-01", "2021-07-13")
    ledger.step(named, "decide", None, None, slj, "2021-07-13", "2021-07-13")
    assert ledger.cases("CSE006", LATER) == {"1-15-etdz alarm": ("A1",)}
    assert ledger.cases("CSE010", LATER) == {"1-08-etdz alarm": ("A2",)}
    assert ledger.cases("CSE012", LATER) == {"L-1 manual": ("A3",)}, "the others are judged"


def test_a_step_tells_when_it_was_decided_where_the_case_does_not(ledger: Ledger) -> None:
    etdz = ledger.conn.execute("SELECT no FROM zone WHERE id = 'etdz'").fetchone()[0]
    in_time = ledger.case("A1", "2-0001", "2021-07-01", promised_on="2021-07-20")
    ledger.step(in_time, "decide", None, etdz, None, "2021-07-13", "2021-07-13")
    late = ledger.case("A2", "2-0001", "2021-07-01", promised_on="2021-07-20")
    ledger.step(late, "decide", None, etdz, None, "2021-07-13", None)
    ledger.step(late, "decide", None, etdz, None, "2021-09-01", "2021-09-02")
    ledger.case("A3", "2-0001", "2021-07-01", promised_on="2021-07-20")
    for code in ("CSE008", "CSE009"):
        assert ledger.cases(code, LATER) == {"2-0001-etdz alarm": ("A2", "A3")}, code


def test_steps_are_acts_too(ledger: Ledger) -> None:
    case = ledger.case("A1", "1-15", "2021-06-01")
    etdz = ledger.conn.execute("SELECT no FROM zone WHERE id = 'etdz'").fetchone()[0]
    ledger.step(case, "issue", None, etdz, None, "2021-06-03", "2021-06-04")
    assert ledger.cases("CSE006", LATER) == {"1-15-etdz alarm": ("A1",)}


def test_a_voided_load_and_a_superseded_row_count_for_nothing(ledger: Ledger) -> None:
    old = ledger.case("A1", "3-01", "2021-06-01", "2021-06-02")
    assert ledger.counts("CSE011", LATER) == {"ok": 1}
    ledger.sql("UPDATE case_record SET superseded_by = ? WHERE no = ?", old, old)
    assert ledger.counts("CSE011", LATER) == {}
    ledger.sql("UPDATE case_record SET superseded_by = NULL")
    ledger.sql("UPDATE platform_load SET voided_on = '2022-01-01'")
    assert ledger.counts("CSE011", LATER) == {}


def test_duties_that_are_counted_from_a_case(city: Ledger) -> None:
    (item, duty) = city.conn.execute(
        "SELECT min(i.no), min(du.no) FROM item AS i JOIN duty_mode AS dm ON dm.mode = i.mode"
        " AND dm.instrument = i.instrument JOIN duty AS du ON du.no = dm.duty"
        " WHERE du.counted_from = 'case' AND du.unit = 'working' AND du.id = 'release'"
    ).fetchone()
    for n, (decided_on, met_on) in enumerate(
        [("2022-03-01", "2022-03-15"), ("2022-03-01", "2022-03-16"), ("2022-03-02", None)]
    ):
        case = city.case(f"A{n}", "1-08", "2022-01-10", decided_on)
        city.sql("UPDATE case_record SET item = ? WHERE no = ?", item, case)
        if met_on:
            city.step(case, None, duty, None, None, met_on, met_on)
    missing = [f for f in city.audit(LATER, "DUT001").findings if f.duty == "release"]
    late = [f for f in city.audit(LATER, "DUT002").findings if f.duty == "release"]
    assert [(f.cases, f.due_on, f.instrument) for f in missing] == [
        (("A2",), "2022-03-16", "liaocheng-office-2021-1")
    ]
    assert [(f.cases, f.due_on) for f in late] == [(("A1",), "2022-03-15")]
    assert "（1件：A2）" in missing[0].message.zh
    assert "(cases: 1; A2)" in missing[0].message.en
    pending = city.audit("2022-03-16", "DUT001", everything=True).findings
    assert {f.status for f in pending if f.duty == "release" and f.cases} == {"ok", "pending"}


def test_every_verdict_is_what_can_says(ledger: Ledger) -> None:
    agree(ledger)
    days = ("2021-04-14", "2021-05-10", "2021-05-11", "2021-12-15", "2021-12-16", "2022-06-01")
    for item in ("1-08", "1-15", "2-0001", "3-01"):
        for day in days:
            ledger.case(f"{item} {day}", item, day, day)
    authority = Authority(ledger.conn)
    numbers = {i: n for n, i in ledger.conn.execute("SELECT no, id FROM item WHERE instrument = 1")}
    alarming = {
        number
        for code in ("CSE001", "CSE002", "CSE003", "CSE004", "CSE006")
        for f in ledger.audit(LATER, code).findings
        if f.status == "alarm"
        for number in f.cases
    }
    for item in ("1-08", "1-15", "2-0001", "3-01"):
        for day in days:
            answers = {
                authority.can(Question("etdz", numbers[item], act, day, day)).answer
                for act in ("accept", "decide")
            }
            assert ("no" in answers) == (f"{item} {day}" in alarming), (item, day)


def test_the_first_ten_numbers_are_named_and_all_are_stored(ledger: Ledger) -> None:
    for n in range(12):
        ledger.case(f"A{n:02}", "3-01", "2021-06-01")
    conn = connect(ledger.path)
    rules = registry_rules(conn)
    audit = run_audit(conn, select_rules(rules, "CSE001,CSE004", None), LATER)
    (finding,) = audit.findings
    assert finding.cases == tuple(f"A{n:02}" for n in range(12))
    assert "A09、…" in finding.message.zh
    assert "A10" not in finding.message.zh
    run = store_audit(conn, audit, datetime(2022, 12, 31))
    assert stored_cases(conn, run) == {finding.fingerprint: finding.cases}
    assert read_audit(conn, run, rules).findings == audit.findings
    assert store_audit(conn, audit, datetime(2023, 1, 1)) == run
    conn.close()


def test_rows_are_grouped_by_subject_month_and_status() -> None:
    def row(number: str | None, status: str, **more: object) -> dict[str, object]:
        return {
            **{"instrument": "i", "subject_type": "delegation", "subject_id": "1-01-a"},
            **{"discriminator": "2022-03", "month": "2022-03", "status": status, "due_on": None},
            **{"case_number": number, **more},
        }

    rows = [
        row("B", "alarm", due_on="2022-03-02"),
        row("A", "alarm", due_on="2022-03-03"),
        row("A", "alarm"),
        row("C", "manual"),
        row(None, "alarm"),
    ]
    alone, alarm, manual = group_cases(rows)
    assert "cases" not in alone
    assert (alarm["case_numbers"], alarm["cases"], alarm["due_on"]) == (("A", "B"), 2, "2022-03-02")
    assert (manual["case_numbers"], manual["discriminator"]) == (("C",), "2022-03/manual")
    write = compile_message(Bilingual(zh="{month}", en="{month}"))
    nothing = Text("", "")
    assert write(alarm, nothing).zh == "2022年3月（2件：A、B）"
    assert write(alone, nothing) == ("2022-03", "2022-03")
