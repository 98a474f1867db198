"""An office's registry of 0.1.0 goes on: thirty audits, a waiver, a list and a workbook taken in.

The file is a small registry that 0.1.0 built, audited on thirty days from 2021-05-01 to 2021-10-28,
took an official annex 2 into (1 item replaced by name, 1 new, 1 retired), and a ledger workbook.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run
from tests.internal.conftest import rows

FILE = ROOT / "tests/store/fixtures/living-0.1.0.db.gz"
WAIVER = """\
- rule: HBK001
  subject: 1-03-east
  reason: 材料正在印制
  approver: 张三
  issued: '2021-06-10'
  expires: '2022-03-31'
"""
KEPT = {
    "run": 30,
    "run_rule": 30 * 46,
    "finding": 1790,
    "annex_load": 1,
    "item_change": 4,
    "ledger_import": 1,
    "ledger_change": 3,
    "agreement": 2,
    "deliverable": 3,
}
NEW = {"AGR008", "AGR009", "AGR010", "DUT002", "HIS001", "HIS002", "LAW006"}
"""What 0.1.0 did not ask for."""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "registry.db"
    path.write_bytes(gzip.decompress(FILE.read_bytes()))
    (tmp_path / "waivers.yml").write_text(WAIVER, encoding="utf-8")
    return path


def test_nothing_is_lost(db: Path, run: Callable[..., Run]) -> None:
    columns = ", ".join(name for _, name, *_ in rows(db, "PRAGMA table_info(run)"))
    runs = f"SELECT {columns} FROM run"
    before = {"run": rows(db, runs), "finding": rows(db, "SELECT * FROM finding")}
    assert run("audit", "--as-of", "2021-10-28").rc == 1
    kept = {table: rows(db, f"SELECT count(*) FROM {table}")[0][0] for table in KEPT}
    assert kept["run"] == KEPT["run"] + 1
    for table, count in KEPT.items():
        if table not in ("run", "run_rule", "finding"):
            assert kept[table] == count, table
    assert rows(db, f"{runs} WHERE no <= 30") == before["run"]
    assert rows(db, "SELECT * FROM finding WHERE run <= 30") == before["finding"]
    assert rows(db, "PRAGMA foreign_key_check") == []
    assert rows(db, "PRAGMA integrity_check") == [("ok",)]


def test_the_same_day_is_judged_as_before(db: Path, run: Callable[..., Run]) -> None:
    """Nothing is resolved or changed: rules that rest on no clause of this instrument are not run,
    and an official list that states no initiation is told now.
    """
    run("audit", "--as-of", "2021-10-28")
    done = run("diff", "30", "31", "--format", "json")
    assert done.rc == 0, done.stderr
    found = json.loads(done.stdout)
    told = {name: found[name] for name in ("new", "resolved", "changed", "not_evaluated")}
    assert told["resolved"] == told["changed"] == []
    assert [(finding["code"], finding["subject_id"]) for finding in told["new"]] == [
        ("CAT008", "annex:2")
    ]
    evaluated = {code for (code,) in rows(db, "SELECT code FROM run_rule WHERE run = 31")}
    assert {finding["code"] for finding in told["not_evaluated"]} & evaluated <= NEW
    assert found["unchanged"] > 40


def test_the_waiver_still_fits(db: Path, run: Callable[..., Run]) -> None:
    run("audit", "--as-of", "2021-10-28")
    waived = "SELECT code, subject_id, fingerprint FROM finding WHERE run = {} AND waived = 1"
    assert rows(db, waived.format(31)) == rows(db, waived.format(30)) != []


def test_it_goes_on_living(db: Path, run: Callable[..., Run], tmp_path: Path) -> None:
    """A paper, its void, a successor of a department, and a renewal: each in one line."""
    words = ("--zone", "西区", "--items", "1-3", "--on", "2021-10-29", "--document", "手册")
    assert run("record", "proof", "handbook", *words).rc == 0
    assert run("void", "proof", "P-4", "--why", "登记有误").rc == 0
    event = ("merged", "市甲局", "--to", "市乙局", "--on", "2022-01-01", "--basis", "文")
    assert run("record", "body-event", *event).rc == 0
    shown = run("--lang", "zh", "show", "1-01", "--as-of", "2022-01-01").stdout
    assert "市乙局" in shown
    assert "市甲局" not in shown
