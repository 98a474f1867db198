"""`registry report`: a stored audit, printed again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.report.audit import FORMATS
from tests.conftest import Run

Runner = Callable[..., Run]
AUDIT = (
    *("audit", "--as-of", "2021-06-30", "--zone", "etdz"),
    *("--select", "SEA001,AGR001,DUT002,WVR,X-OWN001", "--rules", "own"),
)
OWN = """/*
code: X-OWN001
name: own-rule
title: {zh: 自定规则, en: a rule of our own}
severity: medium
general: true
owed_by: [zone]
remedy: {zh: 请补正, en: mend it}
message: {zh: 有误, en: wrong}
*/
SELECT d.instrument AS instrument, 'delegation' AS subject_type, d.id AS subject_id,
       d.item AS item, d.zone AS zone, 'alarm' AS status, NULL AS due_on
FROM delegations AS d WHERE d.id = '1-10-etdz'
"""
WAIVER = (
    "- {rule: SEA001, subject: 1-10-etdz, reason: 另行移交, approver: 主任,"
    " issued: 2021-06-01, expires: 2021-12-31}\n"
)


@pytest.fixture
def office(built_copy: Path, tmp_path: Path) -> Path:
    """A folder with a registry, a rule, a waiver and a configuration of one's own."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "own.sql").write_text(OWN, encoding="utf-8")
    (tmp_path / "waivers.yml").write_text(WAIVER, encoding="utf-8")
    (tmp_path / "registry.toml").write_text('[severity]\nSEA001 = "info"\n', encoding="utf-8")
    return tmp_path


def change(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "registry.db") as conn:
        conn.execute(statement)
    conn.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_format_is_as_the_audit_printed_it(run: Runner, office: Path, language: str) -> None:
    for form in FORMATS:
        first, again = office / f"audit.{form}", office / f"report.{form}"
        done = run("--lang", language, *AUDIT, "--format", form, "-o", first)
        assert done.rc == 1, done.stderr
        done = run(
            *("--lang", language, "report", "latest", "--rules", "own"),
            *("--format", form, "-o", again),
        )
        assert (done.rc, done.stdout, done.stderr) == (0, "", "")
        assert first.read_bytes() == again.read_bytes(), form
    text = (office / "report.table").read_text(encoding="utf-8")
    assert "zone=etdz" in text
    assert "X-OWN001" in text
    assert ("豁免" if language == "zh" else "waived") in text


def test_bodies_are_named_as_on_the_day_of_the_audit(run: Runner, office: Path) -> None:
    """One that was renamed before the day has its new name in both."""
    words = ("record", "body-event", "renamed", "市水利局", "--on", "2022-01-01", "--basis", "文")
    assert run(*words, "--name", "聊城市水务局", "--short-name", "市水务局").rc == 0
    audit = run("audit", "--as-of", "2022-02-01", "--department", "slj", "--format", "markdown")
    again = run("report", "latest", "--format", "markdown")
    assert "市水务局" in audit.stdout
    assert again.stdout == audit.stdout


def test_several_instruments_are_told_apart_as_in_the_audit(
    run: Runner, shipped: Path, tmp_path: Path
) -> None:
    (tmp_path / "registry.db").write_bytes(shipped.read_bytes())
    audit = run("audit", "--as-of", "2021-12-31", "--select", "EVD,CAT,REQ,DUT", "--bom").stdout
    assert run("report", "1").stdout == audit


def test_waivers_and_severities_are_those_of_the_run(run: Runner, office: Path) -> None:
    stored = json.loads(run(*AUDIT, "--format", "json").stdout)
    (office / "waivers.yml").unlink()
    (office / "registry.toml").unlink()
    again = run("report", "latest", "--rules", "own", "--format", "json").stdout
    assert json.loads(again) == stored
    page = run("report", "1", "--rules", "own", "--format", "markdown").stdout
    assert "| SEA001 | 委托下放未移交专用章 |" not in page
    (row,) = [line for line in page.splitlines() if line.startswith("| SEA001 |")]
    assert "| info |" in row


def test_what_is_not_stored_is_not_made_up(run: Runner, office: Path) -> None:
    stored = json.loads(run(*AUDIT, "--format", "json").stdout)
    change(office, "UPDATE meta SET value = 'other' WHERE key = 'data_digest'")
    done = run("report", "1", "--rules", "own", "--format", "json")
    assert "Note: The registry has changed since this audit" in done.stderr
    again = json.loads(done.stdout)
    assert (again["provenance"], again["unofficial_fields"]) == (None, None)
    assert again["findings"] == stored["findings"]
    assert again["rules"] == stored["rules"]
    shown = run("--lang", "zh", "report", "1", "--rules", "own", "--format", "markdown").stdout
    assert "核查后数据已有变动" in shown
    assert "演示数据" in shown  # findings say where they come from, whatever the ledger holds now


def test_a_rule_that_there_is_not_now_is_named(run: Runner, office: Path) -> None:
    run(*AUDIT)
    for form in FORMATS:
        done = run("report", "1", "--format", form, "-o", office / "out")
        assert done.rc == 0, done.stderr
        assert "There are no such rules now: X-OWN001;" in done.stderr
    shown = run("report", "1").stdout
    assert "X-OWN001 own-rule: own-rule (medium;" in shown


def test_a_run_that_there_is_not_is_answered_with_those_there_are(
    run: Runner, office: Path
) -> None:
    for word in ("latest", "1"):
        done = run("report", word)
        assert (done.rc, done.stdout) == (2, "")
        assert "no audit is stored. Run `registry audit` first." in done.stderr
    run(*AUDIT)
    for word in ("7", "first", "-1"):
        done = run("report", "--", word)
        assert (done.rc, done.stdout) == (2, "")
        assert f"there is no run {word}. There are, the latest first: 1 (2021-06-30)" in done.stderr
    assert "最近的在前）：1（2021-06-30）" in run("--lang", "zh", "report", "7").stderr
    assert run("report", "1", "--format", "xlsx").rc == 2
