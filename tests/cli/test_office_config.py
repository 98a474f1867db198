"""What an office sets for itself: registry.toml, and rules of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run

Runner = Callable[..., Run]
RULE = """/*
code: X-OWN001
name: item-without-remark
title: {zh: 无备注, en: No remark}
severity: low
clauses: [C07]
owed_by: [office]
remedy: {zh: 补备注, en: Add one}
message: {zh: "{item_name}无备注", en: "{item_name} has no remark"}
since: 0.1.0
*/
SELECT instrument, 'item' AS subject_type, id AS subject_id, id AS item,
       CASE WHEN remark IS NULL THEN 'alarm' ELSE 'ok' END AS status, NULL AS due_on
FROM items WHERE annex = 1
"""


@pytest.fixture
def rules(tmp_path: Path, built_copy: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    return folder


def write(folder: Path, text: str) -> None:
    (folder / "own.sql").write_text(text, encoding="utf-8")


def test_a_rule_of_one_s_own_runs_beside_the_others(run: Runner, rules: Path) -> None:
    write(rules, RULE)
    done = run("audit", "--rules", rules, "--select", "X-OWN001,CAT001", "--format", "json")
    assert done.rc == 1, done.stderr
    found = {r["code"]: r for r in json.loads(done.stdout)["rules"]}
    assert (found["X-OWN001"]["examined"], found["X-OWN001"]["alarm"]) == (29, 15)
    assert found["CAT001"]["ok"] == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("X-OWN001", "OWN001", "begins with X-"),
        ("severity: low", "severity: grave", "severity"),
        ("status,", "state,", "status"),
        ("SELECT instrument,", "DELETE FROM item; SELECT instrument,", "X-OWN001"),
        ("FROM items WHERE", "FROM nowhere WHERE", "nowhere"),
        ("/*", "--", "header"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(
    run: Runner, rules: Path, built_copy: Path, old: str, new: str, words: str
) -> None:
    write(rules, RULE.replace(old, new, 1))
    before = built_copy.read_bytes()
    done = run("audit", "--rules", rules)
    assert (done.rc, done.stdout) == (2, "")
    assert words in done.stderr
    assert built_copy.read_bytes() == before


def test_a_folder_without_rules_is_an_error(run: Runner, rules: Path) -> None:
    assert run("audit", "--rules", rules).rc == 2
    assert run("audit", "--rules", "missing").rc == 2


def configure(tmp_path: Path, text: str) -> None:
    (tmp_path / "registry.toml").write_text(text, encoding="utf-8")


def test_the_configuration_sets_severities_and_leaves_rules_out(
    run: Runner, built_copy: Path, tmp_path: Path
) -> None:
    audit = ("audit", "--select", "SEA001,AGR001", "--as-of", "2021-06-30")
    assert run(*audit).rc == 1
    configure(
        tmp_path,
        '[severity]\nSEA001 = "info"\n\n[[ignore]]\nrule = "AGR001"\nreason = "另行督办"\n',
    )
    done = run(*audit, "--format", "json")
    assert done.rc == 2, "what is left out can't be selected"
    done = run("audit", "--select", "SEA001", "--as-of", "2021-06-30", "--format", "json")
    assert done.rc == 0
    assert {f["severity"] for f in json.loads(done.stdout)["findings"]} == {"info"}


def test_a_waiver_of_a_rule_that_is_left_out_is_no_error(
    run: Runner, built_copy: Path, tmp_path: Path
) -> None:
    waiver = "- {rule: SEA001, subject: 1-08-etdz, reason: r, approver: a, issued: 2021-06-01,"
    (tmp_path / "waivers.yml").write_text(waiver + " expires: 2021-07-01}\n", encoding="utf-8")
    configure(tmp_path, '[[ignore]]\nrule = "SEA001"\nreason = "r"\n')
    audit = ("audit", "--select", "WVR", "--as-of", "2021-06-30", "--format", "json")
    done = run(*audit)
    assert done.rc == 0, done.stderr
    stale = next(r for r in json.loads(done.stdout)["rules"] if r["code"] == "WVR002")
    assert stale["skip"] == 1


def test_the_configuration_in_force_is_shown_and_can_be_read_back(
    run: Runner, tmp_path: Path
) -> None:
    configure(
        tmp_path,
        "[thresholds]\nguidance_answer_days = 15\n"
        '[[ignore]]\nrule = "SVC001"\nreason = "a \\"quoted\\" one"\n',
    )
    shown = run("audit", "--show-config").stdout
    assert "guidance_answer_days = 15" in shown
    assert "agreement_expiring_days = 30" in shown
    configure(tmp_path, shown)
    assert run("audit", "--show-config").stdout == shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[thresholds]\nanswer = 3\n", "thresholds.answer"),
        ("[thresholds]\nguidance_answer_days = 0\n", "guidance_answer_days"),
        ('[severity]\nSEA001 = "grave"\n', "severity.SEA001"),
        ('[severity]\nSEA999 = "low"\n', "SEA999"),
        ('[[ignore]]\nrule = "SEA001"\n', "reason"),
        ("[unclosed\n", "TOML"),
    ],
)
def test_a_bad_configuration_is_told(
    run: Runner, built_copy: Path, tmp_path: Path, text: str, words: str
) -> None:
    configure(tmp_path, text)
    done = run("audit")
    assert (done.rc, done.stdout) == (2, "")
    assert words in done.stderr


def test_a_named_configuration_has_to_be_there(run: Runner, built_copy: Path) -> None:
    assert run("audit", "--config", "missing.toml").rc == 2


def test_each_clause_with_its_rules(run: Runner) -> None:
    shown = run("rules", "--by", "clause", env={"COLUMNS": "200"}).stdout
    for words in (
        "[C11]",
        "AGR003 Agreement lacks",
        "AGR001, AGR002",
        "enforced at intake",
        "not checkable: ",
        "L3",
    ):
        assert words in shown
    assert "nothing" not in shown


def test_due_as_a_calendar(run: Runner, built_copy: Path) -> None:
    text = run("due", "--as-of", "2021-05-20", "--format", "ics").stdout
    assert text.startswith("BEGIN:VCALENDAR")
    assert text.count("BEGIN:VEVENT") == text.count("UID:") > 10
    assert "DTSTART;VALUE=DATE:20210528" in text
    again = run("due", "--as-of", "2021-05-20", "--format", "ics").stdout
    uids = [line for line in text.splitlines() if line.startswith("UID:")]
    assert uids == [line for line in again.splitlines() if line.startswith("UID:")]
    assert len(uids) == len(set(uids))
