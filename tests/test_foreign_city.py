"""The generator of another city: what it writes is a data root, and shares nothing with ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import yaml

from registry.intake.dataset import open_data_root
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
