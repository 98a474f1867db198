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


WAIVE = (
    *("waive", "X-OWN001", "1-05-hidz", "--reason", "a", "--approver", "b"),
    *("--issued", "2021-06-01", "--expires", "2021-08-31"),
)
AUDIT = ("audit", "--as-of", "2021-06-30", "--format", "json", "--fail-on", "never")


def test_rules_of_one_s_own_that_are_not_at_hand_are_told(
    run: Runner, rules: Path, tmp_path: Path
) -> None:
    write(rules, RULE)
    (tmp_path / "registry.toml").write_text('[severity]\n"X-OWN001" = "high"\n', encoding="utf-8")
    for command in (AUDIT, ("letters", "-o", "letters", "--as-of", "2021-06-30")):
        done = run(*command)
        assert done.rc == 0, done.stderr
        assert "no rule of yours at hand is called X-OWN001" in done.stderr
        named = run(*command, "--rules", rules)
        assert named.rc == 0, named.stderr
        assert "no rule of yours" not in named.stderr
    assert run(*WAIVE).rc == 0, "registry.toml says that there is such a rule"
    other = [word.replace("X-OWN001", "X-OWN009") for word in WAIVE]
    refused = run(*other)
    assert refused.rc == 2
    assert "Name the folder of your own rules with --rules" in refused.stderr
    assert run(*other, "--rules", rules).rc == 2
    waived = run(*AUDIT)
    assert waived.rc == 0, "a waiver for a rule that is not at hand waits"
    (tmp_path / "registry.toml").write_text('[severity]\n"OWN001" = "high"\n', encoding="utf-8")
    assert run(*AUDIT).rc == 2


@pytest.mark.parametrize("folder", ["rules", "below/../rules"])
def test_registry_toml_names_the_folder_for_every_command(
    run: Runner, rules: Path, tmp_path: Path, built_copy: Path, folder: str
) -> None:
    write(rules, RULE)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "below").mkdir()
    settings = f'[severity]\n"X-OWN001" = "high"\n[rules]\nfolder = "{folder}"\n'
    (tmp_path / "registry.toml").write_text(settings, encoding="utf-8")
    found = json.loads(run(*AUDIT).stdout)
    own = [r for r in found["rules"] if r["code"] == "X-OWN001"]
    assert [r["examined"] for r in own] == [29]
    assert {f["severity"] for f in found["findings"] if f["code"] == "X-OWN001"} == {"high"}
    assert "X-OWN001" in run("rules").stdout
    assert run("letters", "-o", "letters", "--as-of", "2021-06-30").rc == 0
    assert run(*(word.replace("X-OWN001", "item-without-remark") for word in WAIVE)).rc == 0
    assert json.loads(run("report", "latest", "--format", "json").stdout)["findings"]
    shown = run("audit", "--show-config")
    assert f'[rules]\nfolder = "{folder}"' in shown.stdout
    config = ("--config", "../registry.toml")
    apart = run("--db", built_copy, *AUDIT, *config, cwd=elsewhere)
    assert [r["code"] for r in json.loads(apart.stdout)["rules"] if r["code"] == "X-OWN001"]
    (tmp_path / "registry.toml").write_text('[rules]\nfolder = "gone"\n', encoding="utf-8")
    gone = run(*AUDIT)
    assert gone.rc == 2
    assert "gone: there is no such folder" in gone.stderr
