"""`registry runs` and `registry diff` as processes."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run

Runner = Callable[..., Run]
AUDIT = ("audit", "--select", "SEA001", "--as-of", "2021-06-30")


@pytest.fixture
def db(built_copy: Path) -> Path:
    """The demonstration, in the folder where commands run."""
    return built_copy


def change(db: Path, *statements: str) -> None:
    with sqlite3.connect(db) as conn:
        for statement in statements:
            conn.execute(statement)
    conn.close()


def test_three_changes_are_told_in_their_groups(run: Runner, db: Path) -> None:
    assert run(*AUDIT).rc == 1
    proof = "duty = (SELECT no FROM duty WHERE id = 'seal')"
    change(
        db,
        f"UPDATE proof SET done_on = '2021-06-29' WHERE {proof} AND done_on > '2021-06-30'",
        f"DELETE FROM proof WHERE {proof} AND delegation = (SELECT min(delegation) FROM proof"
        f" WHERE {proof})",
    )
    assert run(*AUDIT).rc == 1
    found = json.loads(run("diff", "--format", "json").stdout)
    assert [f["subject_id"] for f in found["new"]] == ["1-01-etdz"]
    assert len(found["resolved"]) == 2
    assert {f["code"] for f in found["resolved"]} == {"SEA001"}
    assert (found["changed"], found["newly_waived"], found["not_evaluated"]) == ([], [], [])
    shown = run("--lang", "zh", "diff", "1", "2").stdout
    assert "新增：1" in shown
    assert "已解决：2" in shown
    assert "1-01-etdz" in shown


def test_runs_lists_the_latest_first(run: Runner, db: Path) -> None:
    assert "No audit is stored." in run("runs").stdout
    run(*AUDIT)
    run(*AUDIT, "--zone", "etdz")
    rows = json.loads(run("runs", "--format", "json").stdout)
    assert [(row["run"], row["filters"]) for row in rows] == [(2, "zone=etdz"), (1, "")]
    assert "2021-06-30" in run("runs").stdout
    text = run("runs", "--format", "csv").stdout
    assert len(list(csv.reader(io.StringIO(text)))) == 3


def test_the_trend_counts_open_alarms_by_body(run: Runner, db: Path) -> None:
    run("audit", "--select", "SEA001", "--as-of", "2021-05-29")
    run(*AUDIT)
    shown = json.loads(run("runs", "--trend", "--format", "json").stdout)
    row = next(row for row in shown if row["body"] == "市应急局")
    before, after = row["1: 2021-05-29"], row["2: 2021-06-30"]
    assert before >= after >= 1


@pytest.mark.parametrize("arguments", [(), ("1",), ("1", "9"), ("one", "two")])
def test_diff_refuses_what_is_not_there(run: Runner, db: Path, arguments: tuple[str, ...]) -> None:
    run(*AUDIT)
    done = run("diff", *arguments)
    assert (done.rc, done.stdout) == (2, "")
    assert done.stderr


def test_what_something_else_changed_is_told_and_makes_audits_old(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    db = ("--db", built_copy)
    assert run(*db, "audit", "--as-of", "2021-06-30", "--fail-on", "never").rc == 0
    with closing(sqlite3.connect(built_copy)) as conn, conn:
        conn.execute("UPDATE guidance_request SET answered_on = NULL WHERE no = 1")
    told = run(*db, "runs")
    assert "something else than this program changed the registry, 1 times" in told.stderr
    publish = (*db, "publish", "--internal", "--to", tmp_path / "int")
    refused = run(*publish)
    assert refused.rc == 2
    assert "the data has changed since audit run" in refused.stderr
    verified = run(*db, "verify")
    assert "were made by none of the program's commands" in verified.stderr
    assert run(*db, "audit", "--as-of", "2021-06-30", "--fail-on", "never").rc == 0
    assert "something else" not in run(*db, "runs").stderr
    with closing(sqlite3.connect(built_copy)) as conn, conn:
        conn.execute("UPDATE finding SET waived = 1")
    refused = run(*publish)
    assert "is not as it was stored: its digest does not match" in refused.stderr
    assert run(*db, "verify").rc == 1


def test_a_clock_that_is_behind_is_told(built_copy: Path, run: Callable[..., Run]) -> None:
    with closing(sqlite3.connect(built_copy)) as conn, conn:
        conn.execute("UPDATE log_state SET last_at = '2999-01-01T00:00:00+08:00'")
    done = run("--db", built_copy, "runs")
    assert "but the registry was last changed on 2999-01-01" in done.stderr
    assert done.rc == 0
