"""Items of different instruments tied as one legal power: suggested, recorded, shown, voided."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import MadeOnce, Run
from tests.many import TwoRoots

Runner = Callable[..., Run]
TIED = ("record", "power", "test-1:1-01", "test-2:1-01", "--by", "张三")


@pytest.fixture(scope="module")
def alike(made_once: MadeOnce) -> Path:
    """Build two instruments: 1-01 of one name, 1-02 of one code, 1-03 and 1-05 of one name only."""

    def make(folder: Path) -> None:
        (folder / "two").mkdir()
        roots = TwoRoots(folder / "two")
        first, second = roots.first.annexes[1], roots.second.annexes[1]
        second[0]["name"] = " 事项１-1"
        first[0]["law"], first[0]["article"] = "某法", "第一条"
        first[1]["basic_code"] = second[1]["basic_code"] = "000117001000"
        second[2]["name"] = first[2]["name"]
        first[2]["basic_code"], second[2]["basic_code"] = "000117002000", "000117003000"
        roots.build(folder / "registry.db")

    return made_once("alike", make) / "registry.db"


@pytest.fixture
def db(alike: Path, tmp_path: Path) -> Path:
    """Copy it to where commands find it."""
    copy = tmp_path / "registry.db"
    copy.write_bytes(alike.read_bytes())
    return copy


def rows(db: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute(sql).fetchall()


def shown(run: Runner, item: str, language: str = "en") -> str:
    """What `show` prints of an item, before its delegations, on one line."""
    done = run("--lang", language, "show", item, env={"COLUMNS": "300"})
    assert done.rc == 0, done.stderr
    return "\n\n".join(done.stdout.split("\n\n")[:2])  # the answer, and the item


@pytest.mark.parametrize(
    ("item", "other", "why"),
    [
        ("test-1:1-01", "test-2:1-01", "the name is equal"),
        ("test-2:1-01", "test-1:1-01", "the name is equal"),
        ("test-1:1-02", "test-2:1-02", "the code is equal"),
    ],
)
def test_what_may_be_the_same_power_is_suggested_and_not_applied(
    db: Path, run: Runner, item: str, other: str, why: str
) -> None:
    before = db.read_bytes()
    text = shown(run, item)
    assert "Possibly the same power" in text
    assert f"{other} " in text
    assert why in text
    assert f"`registry record power {item} {other}`" in text
    assert db.read_bytes() == before


@pytest.mark.parametrize("item", ["test-2:1-05", "test-1:1-03", "test-1:1-04", "test-1:2-01"])
def test_equal_names_of_other_codes_and_names_of_one_instrument_are_not(
    db: Path, run: Runner, item: str
) -> None:
    assert "same power" not in shown(run, item)


def test_the_suggestion_is_chinese(db: Path, run: Runner) -> None:
    text = shown(run, "test-1:1-01", "zh")
    assert "可能是同一权力" in text
    assert "名称相同" in text
    assert "用 registry record power test-1:1-01 test-2:1-01 确认" in text


def test_a_recorded_power_ties_its_items_and_is_shown(db: Path, run: Runner) -> None:
    done = run(*TIED, "--code", "000117009000", "--source", "省通用目录")
    assert done.rc == 0, done.stderr
    assert "Recorded: power Q-1; items that are new in it: 2" in done.stdout
    assert "test-2:1-01" in done.stdout
    told = "key, name, power_type, law, article, basic_code, items, instruments, provenance"
    assert rows(db, f"SELECT {told} FROM powers") == [
        ("Q-1", "事项1-1", "行政许可", "某法", "第一条", "000117009000", 2, 2, "official")
    ]
    assert rows(db, "SELECT reference, power, tied_by FROM item_powers ORDER BY 1") == [
        ("test-1:1-01", "Q-1", "张三"),
        ("test-2:1-01", "Q-1", "张三"),
    ]
    ((source,),) = rows(db, "SELECT source FROM powers")
    assert str(source).startswith("省通用目录（张三，")
    text = shown(run, "test-1:1-01")
    assert "Q-1 事项1-1" in text
    assert "test-2:1-01" in text
    assert "邻市政发〔2021〕20号" in text
    assert "Possibly" not in text
    whole = run("show", "q1").stdout
    assert "000117009000" in whole
    assert "test-1:1-01" in whole
    assert '"Q-1"' in run("find", "000117009000", "--format", "json").stdout


def test_a_further_item_joins_and_facts_are_restated(db: Path, run: Runner) -> None:
    assert run(*TIED, "--provenance", "demonstration").rc == 0
    joined = run("record", "power", "test-1:1-01", "test-2:1-05", "--name", "甲权力")
    assert joined.rc == 0, joined.stderr
    assert "items that are new in it: 1" in joined.stdout
    assert rows(db, "SELECT name, law, items, provenance FROM powers") == [
        ("甲权力", "某法", 3, "demonstration")
    ]


def test_a_dry_run_writes_nothing(db: Path, run: Runner) -> None:
    before = db.read_bytes()
    for words in (TIED, ("record", "power", "test-1:1-02", "test-2:1-02")):
        done = run(*words, "--dry-run")
        assert done.rc == 0
        assert "tried only" in done.stderr
    assert db.read_bytes() == before
    assert run(*TIED).rc == 0
    before = db.read_bytes()
    assert run("void", "power", "Q-1", "--why", "错", "--dry-run").rc == 0
    assert db.read_bytes() == before


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (("test-1:1-03", "test-1:1-04"), "of one instrument"),
        (("test-1:1-03",), "of one instrument"),
        (("test-1:1-01", "test-1:1-02"), "of several powers: Q-1, Q-2"),
        (("1-02", "test-2:1-02"), "several instruments have 1-02"),
        (("test-1:1-99", "test-2:1-02"), "no item"),
        (("test-1:1-03-east", "test-2:1-05"), "test-1:1-03-east is a delegation"),
    ],
)
def test_what_is_refused(db: Path, run: Runner, items: tuple[str, ...], said: str) -> None:
    assert run(*TIED).rc == run("record", "power", "test-1:1-02", "test-2:1-02").rc == 0
    before = db.read_bytes()
    done = run("record", "power", *items)
    assert (done.rc, db.read_bytes()) == (2, before)
    assert said in done.stderr


def test_a_voided_power_ties_nothing_stays_to_be_seen_and_is_not_suggested(
    db: Path, run: Runner
) -> None:
    assert run(*TIED).rc == 0
    done = run("void", "power", "q-1", "--why", "不是同一权力", "--by", "李四")
    assert done.rc == 0, done.stderr
    assert "Voided: power Q-1; items that are no longer tied: 2" in done.stdout
    assert rows(db, "SELECT count(*) FROM powers") == [(0,)]
    assert rows(db, "SELECT count(*) FROM item_powers") == [(0,)]
    columns = "instrument, key, voided_why, voided_by, what, covers"
    assert rows(db, f"SELECT {columns} FROM voided_rows WHERE kind = 'power' ORDER BY 1") == [
        ("test-1", "Q-1", "不是同一权力", "李四", "事项1-1", "1-01"),
        ("test-2", "Q-1", "不是同一权力", "李四", "事项1-1", "1-01"),
    ]
    assert "power" not in shown(run, "test-1:1-01").replace("Power type", "")
    assert "Q-1 voided" in run("show", "Q-1").stdout
    again = run("void", "power", "Q-1", "--why", "错")
    assert (again.rc, "was voided on" in again.stderr) == (2, True)
    assert "keys look like Q-1" in run("void", "power", "P-1", "--why", "错").stderr
    assert "Recorded: power Q-2" in run(*TIED).stdout, "its items are free for the right one"


def load(run: Runner, tmp_path: Path, items: str) -> None:
    """Have a list replace annex 1 of test-1: its items keep their names, or are gone."""
    text = "序号,事项名称,事项类型,市级部门,赋权方式,备注\n" + items
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    done = run(
        *("load", "annex", "list.csv", "--instrument", "test-1", "--annex", "1"),
        *("--provenance", "official", "--source", "清单", "--replace"),
    )
    assert done.rc == 0, done.stdout + done.stderr


def test_a_list_that_replaces_an_item_leaves_it_its_power(
    db: Path, run: Runner, tmp_path: Path
) -> None:
    assert run(*TIED).rc == 0
    load(run, tmp_path, "1,事项1-1,行政许可,市甲局,委托下放,\n")
    assert rows(db, "SELECT item, power FROM item_powers WHERE instrument = 'test-1'") == [
        ("1-01", "Q-1")
    ]


def test_an_item_that_a_list_retires_leaves_its_power_which_its_history_tells(
    db: Path, run: Runner, tmp_path: Path
) -> None:
    assert run(*TIED).rc == 0
    load(run, tmp_path, "1,事项1-3,行政许可,市乙局,委托收件,\n")
    assert rows(db, "SELECT reference FROM item_powers") == [("test-2:1-01",)]
    assert rows(db, "PRAGMA foreign_key_check") == []
    ((old,),) = rows(db, "SELECT old FROM item_history WHERE item = '1-01'")
    assert '"power": "Q-1"' in str(old)


def test_demonstration_powers_go_with_the_demonstration(db: Path, run: Runner) -> None:
    assert run(*TIED, "--provenance", "demonstration").rc == 0
    done = run("demo", "remove")
    assert done.rc == 0, done.stderr
    assert "powers" in done.stdout
    assert rows(db, "SELECT (SELECT count(*) FROM power), count(*) FROM item_power") == [(0, 0)]
