"""The generator of another city: what it writes is a data root, and shares nothing with ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from registry.audit.duty_rules import registry_rules
from registry.audit.engine import run_audit
from registry.audit.rule_book import RuleBook
from registry.intake.dataset import open_data_root
from registry.model.vocabulary import PROVENANCES
from registry.store.build import build
from registry.store.connection import connect
from tests.conftest import DATA, Run
from tests.foreign_city import (
    CONFERRED,
    CONTINUED,
    DEADLINES,
    ID,
    NAMES,
    ZONE,
    foreign_instrument,
    foreign_items,
    write_foreign_city,
)


def built(run: Callable[..., Run], folder: Path) -> Path:
    db = folder / "city.db"
    done = run("--db", db, "build", "--data", write_foreign_city(folder / "data"))
    assert (done.rc, done.stderr) == (0, "")
    return db


def test_it_is_a_data_root(tmp_path: Path) -> None:
    (folder,) = open_data_root(write_foreign_city(tmp_path)).instruments
    assert folder.instrument.id == ID
    assert [len(foreign_items(annex)) for annex in (1, 2)] == [CONFERRED, CONTINUED] == [45, 44]
    assert folder.ledger == []


def test_deadlines_are_as_counted_by_hand(run: Callable[..., Run], tmp_path: Path) -> None:
    conn = connect(built(run, tmp_path))
    try:
        found = dict(conn.execute("SELECT duty, due_on FROM duty_deadlines").fetchall())
        owed = {duty for (duty,) in conn.execute("SELECT DISTINCT duty FROM obligations")}
        zones = conn.execute("SELECT DISTINCT zone FROM delegations").fetchall()
    finally:
        conn.close()
    assert found == DEADLINES
    assert owed == set(DEADLINES)
    assert zones == [(ZONE,)]


def test_it_shares_nothing_with_the_shipped_instruments() -> None:
    own = foreign_instrument()
    for path in DATA.glob("*/instrument.yml"):
        shipped = yaml.safe_load(path.read_text(encoding="utf-8"))
        for part in ("duties", "clauses", "zones", "departments"):
            assert not {x["id"] for x in own[part]} & {x["id"] for x in shipped[part]}, part
        assert not {m["name"] for m in own["modes"]} & {m["name"] for m in shipped["modes"]}
        assert not any(name in path.read_text(encoding="utf-8") for name in NAMES)


def test_a_copy_is_fresh() -> None:
    foreign_instrument()["duties"].clear()
    assert {duty["id"] for duty in foreign_instrument()["duties"]} == set(DEADLINES)


def applying(duty: str) -> int:
    """How many items a duty applies to, counted from the rows and the duty's entry."""
    stated = next(d for d in foreign_instrument()["duties"] if d["id"] == duty)
    return sum(
        item["mode"] in stated["modes"] and stated.get("initiation") in (None, item["initiation"])
        for annex in (1, 2)
        for item in foreign_items(annex)
    )


@pytest.mark.parametrize("codes", [True, False])
def test_every_duty_alarms_the_day_after_its_deadline(tmp_path: Path, codes: bool) -> None:
    root = write_foreign_city(tmp_path / "data", foreign_instrument(codes=codes))
    now = datetime(2023, 3, 1)
    build(tmp_path / "city.db", open_data_root(root), accepted=PROVENANCES, now=now)
    own = {clause["id"] for clause in foreign_instrument()["clauses"]}
    for duty, due in DEADLINES.items():
        day_after = (date.fromisoformat(due) + timedelta(1)).isoformat()
        for day, expected in ((due, 0), (day_after, applying(duty))):
            conn = connect(tmp_path / "city.db")
            try:
                rules = registry_rules(conn)
                audit = run_audit(conn, rules, day)
                book = RuleBook(conn, rules)
            finally:
                conn.close()
            found = [f for f in audit.findings if f.duty == duty and f.status == "alarm"]
            assert len(found) == expected, (duty, day)
            for finding in audit.findings:
                assert set(book.of(finding)) <= own, finding.code
                assert finding.instrument == ID
