"""The engine: counts, filters, who owes, provenance, and reading without writing."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from registry.audit.engine import run_audit
from registry.audit.evaluation import RuleFailure
from registry.audit.filters import Filters
from registry.audit.finding_builder import OFFICE
from registry.audit.rule import Rule, load_rules, select_rules
from registry.store.connection import connect
from tests.audit.conftest import Ledger

AFTER = "2021-05-29"


def changed(sql: str) -> Rule:
    """CAT006 with another SELECT, as a rule of one's own."""
    (rule,) = select_rules(load_rules(), "CAT006", None)
    header = replace(rule.header, code="X-CAT006", clauses=["C03"])
    return replace(rule, header=header, sql=sql)


def test_examined_leaves_out_what_does_not_apply(ledger: Ledger) -> None:
    audit = ledger.audit(AFTER, "CAT001,CAT010,SEA001")
    assert {r.code: (r.examined, r.counts["skip"]) for r in audit.results} == {
        "CAT001": (2, 1),
        "CAT010": (0, 1823),
        "SEA001": (28, 0),
    }
    assert audit.examined == 30


def test_findings_are_alarms_and_manual_checks_unless_everything_is_wanted(ledger: Ledger) -> None:
    assert {f.status for f in ledger.audit(AFTER).findings} == {"alarm", "manual"}
    everything = ledger.audit(AFTER, everything=True)
    assert {f.status for f in everything.findings} == {"alarm", "manual", "ok", "skip"}
    assert len(everything.findings) == sum(sum(r.counts.values()) for r in everything.results)
    assert len(everything.open_findings) == len(ledger.audit(AFTER).findings)


def test_zone_filter_keeps_what_belongs_to_the_zone(ledger: Ledger) -> None:
    audit = ledger.audit(AFTER, filters=Filters(zone="etdz"))
    assert {f.zone for f in audit.findings} == {"etdz"}
    examined = {r.code: r.examined for r in audit.results}
    assert (examined["AGR001"], examined["PWL001"], examined["CAT006"]) == (14, 1823, 0)
    assert audit.filters == "zone=etdz"


def test_department_filter_keeps_items_of_the_department_in_any_role(ledger: Ledger) -> None:
    ledger.sql(
        "INSERT INTO item_department SELECT i.no, d.no, '联合' FROM item AS i, department AS d"
        " WHERE i.id = '1-03' AND d.id = 'slj'"
    )
    audit = ledger.audit(AFTER, "AGR001", Filters(department="slj"))
    assert {f.item for f in audit.findings} == {"1-03", "1-08"}
    joint = next(f for f in audit.findings if f.item == "1-03")
    assert joint.department == "zgj"
    assert joint.owed_by[:2] == ("zgj", "slj")


def test_zone_and_department_filters_narrow_each_other(ledger: Ledger) -> None:
    audit = ledger.audit(AFTER, "AGR001,SUP003", Filters("hidz", "slj"))
    assert {f.subject_id for f in audit.findings} == {"1-08-hidz", "hidz/slj"}


def test_department_without_items_examines_nothing(ledger: Ledger) -> None:
    assert ledger.audit(AFTER, filters=Filters(department="spj")).examined == 0


def test_who_owes_follows_the_duty_not_the_rule(ledger: Ledger) -> None:
    owed = {f.code: f.owed_by for f in ledger.audit(AFTER).findings if f.item == "1-08"}
    assert owed["AGR001"] in (("slj", "etdz"), ("slj", "hidz"))
    assert owed["SEA001"] == ("slj",)
    assert owed["SYS001"] in (("etdz",), ("hidz",))
    ledger.sql(
        "UPDATE duty_owed_by SET kind = 'zone' WHERE duty = (SELECT no FROM duty WHERE id = 'seal')"
    )
    assert ledger.audit(AFTER, "SEA001").findings[0].owed_by == ("etdz",)


def test_what_no_department_is_known_for_is_owed_by_the_office(ledger: Ledger) -> None:
    ledger.sql("DELETE FROM item_department")
    assert ledger.audit(AFTER, "SEA001").findings[0].owed_by == (OFFICE,)


def test_provenance_is_the_weakest_of_what_a_finding_rests_on(ledger: Ledger) -> None:
    audit = ledger.audit(AFTER, "SEA001,CAT008")
    assert {f.code: f.provenance for f in audit.findings} == {
        "SEA001": "reconstruction",
        "CAT008": "official",
    }
    assert not audit.demonstrates
    ledger.prove("seal", "1-08-etdz", "2021-05-20", "demonstration")
    audit = ledger.audit(AFTER, "SEA001")
    assert {f.provenance for f in audit.findings} == {"demonstration"}
    assert audit.demonstrates


def test_fingerprint_depends_on_the_subject_only(ledger: Ledger) -> None:
    before = ledger.audit(AFTER, "SEA001").findings
    ledger.sql("UPDATE item SET name = name || '（改）'")
    ledger.sql("UPDATE duty SET name_zh = '印章', amount = 29 WHERE id = 'seal'")
    after = ledger.audit("2021-07-01", "SEA001").findings
    assert [f.fingerprint for f in before] == [f.fingerprint for f in after]
    assert len({f.fingerprint for f in before}) == 28
    parts = ("liaocheng-2021-8", "SEA001", "delegation", before[0].subject_id, "seal")
    assert before[0].fingerprint == hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def test_findings_of_a_rule_come_in_the_order_of_their_subjects(ledger: Ledger) -> None:
    subjects = [f.subject_id for f in ledger.audit(AFTER, "PWL001").findings]
    assert subjects == sorted(subjects)
    assert len(subjects) == 3646


def test_an_audit_writes_nothing_and_leaves_the_day_of_the_file(ledger: Ledger) -> None:
    before = ledger.path.read_bytes()
    ledger.audit("2030-01-01", everything=True)
    assert ledger.path.read_bytes() == before
    assert ledger.conn.execute("SELECT date FROM as_of").fetchone() == ("2021-06-30",)


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("SELECT 1 AS status", "gives no column instrument, subject_type, subject_id, due_on"),
        ("SELECT nonsense FROM items", "no such column: nonsense"),
        (
            "SELECT 'i' AS instrument, 't' AS subject_type, 's' AS subject_id,"
            " 'fine' AS status, NULL AS due_on",
            "gives the status fine",
        ),
    ],
)
def test_a_rule_that_does_not_fit_is_named(bare: Path, sql: str, what: str) -> None:
    conn = connect(bare)
    try:
        with pytest.raises(RuleFailure, match=re.escape(what)) as failure:
            run_audit(conn, [changed(sql)], AFTER)
        assert failure.value.place == "rule X-CAT006"
    finally:
        conn.close()


def test_a_message_that_names_what_there_is_not_is_named(bare: Path) -> None:
    rule = changed(
        "SELECT id AS instrument, 't' AS subject_type, 's' AS subject_id,"
        " 'alarm' AS status, NULL AS due_on FROM instrument"
    )
    message = replace(rule.header.message, zh="{nothing}")
    wrong = replace(rule, header=replace(rule.header, message=message))
    with closing(connect(bare)) as conn, pytest.raises(RuleFailure, match="names nothing, which"):
        run_audit(conn, [wrong], AFTER)


def test_every_rule_is_one_select_that_other_engines_could_run() -> None:
    for rule in load_rules():
        sql = re.sub(r"'[^']*'", "''", rule.sql)
        assert ";" not in sql, rule.code
        for word in (r"json\w*\(", "strftime", "julianday", r"\bdate\(", r"\bglob\b", "datetime"):
            assert not re.search(word, sql, re.IGNORECASE), (rule.code, word)


def test_row_factory_of_sqlite_is_left_alone(bare: Path) -> None:
    conn = connect(bare)
    try:
        run_audit(conn, load_rules(), AFTER)
        assert conn.row_factory is None
        with pytest.raises(sqlite3.OperationalError):
            conn.execute("SELECT * FROM temp.obligation_state")
    finally:
        conn.close()


def test_what_is_ok_is_the_rest_of_the_population(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "X-ONE.sql").write_text(_own("5"), encoding="utf-8")
    with closing(connect(bare)) as conn:
        (result,) = run_audit(conn, load_rules(tmp_path), AFTER).results
        assert {k: n for k, n in result.counts.items() if n} == {"alarm": 1, "pending": 1, "ok": 3}
        audit = run_audit(conn, load_rules(tmp_path), AFTER, Filters(zone="nowhere"))
        assert audit.examined == 0


def test_a_population_smaller_than_its_rows_is_refused(bare: Path, tmp_path: Path) -> None:
    (tmp_path / "X-ONE.sql").write_text(_own("1"), encoding="utf-8")
    with closing(connect(bare)) as conn, pytest.raises(RuleFailure, match="population") as failed:
        run_audit(conn, load_rules(tmp_path), AFTER)
    assert "X-ONE001" in str(failed.value.place)
    (tmp_path / "X-ONE.sql").write_text(_own("5", "number"), encoding="utf-8")
    with closing(connect(bare)) as conn, pytest.raises(RuleFailure, match="subjects"):
        run_audit(conn, load_rules(tmp_path), AFTER)


def _own(subjects: str, column: str = "subjects") -> str:
    """A rule with an alarm and a pending subject of a population."""
    return f"""/*
code: X-ONE001
name: own-rule
title: {{zh: 自查, en: Own}}
severity: low
general: true
owed_by: [zone]
remedy: {{zh: 无, en: none}}
message: {{zh: "{{subject_id}}", en: "{{subject_id}}"}}
population: |
  SELECT id AS instrument, 'here' AS zone, {subjects} AS {column} FROM instrument
*/
SELECT ins.id AS instrument, 'zone' AS subject_type, x.status AS subject_id, 'here' AS zone,
       x.status AS status, NULL AS due_on
FROM instrument AS ins
CROSS JOIN (SELECT 'alarm' AS status UNION ALL SELECT 'pending') AS x
"""
