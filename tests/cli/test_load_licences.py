"""`registry load licences`: published lists of licences, and what LAW006 makes of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import MadeOnce, Run, SmallRoot
from tests.intake.formats.make_files import write_csv

Runner = Callable[..., Run]
HEADER = ["序号", "中央主管部门", "许可事项名称", "实施机关", "设定和实施依据"]
NATIONAL = [
    HEADER,
    ["1", "国家某局", "事项１-１", "省级、设区的市级某局", "某法"],
    ["2", "国家某局", "事项1-9", "设区的市级某局", "某条例"],
]


@pytest.fixture(scope="module")
def small(made_once: MadeOnce) -> Path:
    """Build the small instrument: of its licences 1-03 has a code, and 1-05 is part of 1-01."""

    def make(folder: Path) -> None:
        (folder / "root").mkdir()
        root = SmallRoot(folder / "root")
        root.annexes[1][2]["basic_code"] = "000117002000"
        root.annexes[1].append(root.item(1, 5, name="事项1-1（变更）", parent="1-01"))
        root.build(db=folder / "registry.db")

    return made_once("licences", make) / "registry.db"


@pytest.fixture
def db(small: Path, tmp_path: Path) -> Path:
    """Copy it to where commands find it."""
    copy = tmp_path / "registry.db"
    copy.write_bytes(small.read_bytes())
    return copy


@pytest.fixture
def national(tmp_path: Path) -> Path:
    """Write a list in the form of the national one."""
    path = tmp_path / "国家清单.csv"
    write_csv(path, NATIONAL)
    return path


def rows(db: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute(sql).fetchall()


def load(run: Runner, file: Path, *more: object, source: str = "国家清单") -> Run:
    done = run("--lang", "en", "load", "licences", file, "--source", source, *more)
    assert done.rc == 0, done.stderr
    return done


def statuses(run: Runner, day: str = "2021-06-30") -> dict[str, str]:
    """Subject of each finding of LAW006 → its status."""
    done = run("audit", "--as-of", day, "--select", "LAW006", "--format", "json")
    found = json.loads(done.stdout)
    return {f["subject_id"]: f["status"] for f in found["findings"]}


def test_without_a_list_a_person_is_asked_once(db: Path, run: Runner) -> None:
    assert statuses(run) == {"test-1": "manual"}


def test_what_no_list_has_by_name_or_code_is_found(db: Path, run: Runner, national: Path) -> None:
    told = load(run, national).stdout
    assert "Licences: 2; new 2, no longer listed 0." in told
    assert rows(db, "SELECT name, name_key, basic_code FROM licences") == [
        *(("事项1-1", "事项1-1", None), ("事项1-9", "事项1-9", None))
    ]
    alarms = statuses(run)
    assert set(alarms.values()) == {"alarm"}
    assert {"1-03", "1-04"} <= alarms.keys()
    assert not {"1-01", "1-05"} & alarms.keys(), "listed, and a part of what is listed"
    assert "1-02" not in alarms, "no licence"
    assert not {"3-01", "3-02"} & alarms.keys(), "withdrawn"
    write_csv(national.parent / "省.csv", [["许可名称", "基本编码"], ["某许可", "000117002000"]])
    load(run, national.parent / "省.csv", source="省清单")
    assert alarms.keys() - statuses(run).keys() == {"1-03"}, "by its code, in the other list"


def test_a_later_list_of_the_source_takes_its_place(db: Path, run: Runner, national: Path) -> None:
    load(run, national)
    write_csv(national, [HEADER, ["1", "国家某局", "事项1-3", "省级某局", "某法"]])
    before = db.read_bytes()
    told = load(run, national, "--dry-run")
    assert "Licences: 1; new 1, no longer listed 2." in told.stdout
    assert db.read_bytes() == before
    load(run, national, "--from", "2022年1月1日", "--by", "张三", "--why", "2022年版")
    assert rows(db, "SELECT source, name, from_on, provenance FROM licences") == [
        ("国家清单", "事项1-3", "2022-01-01", "official")
    ]
    assert statuses(run, "2021-12-31") == {"test-1": "manual"}, "not in force yet"
    assert "1-03" not in statuses(run, "2022-01-01")
    ((last,),) = rows(db, "SELECT body FROM entry WHERE instr(body, '2022年版') > 0")
    assert '"by":"张三"' in str(last)
    assert run("verify").rc == 0


def test_the_same_list_again_changes_nothing_in_the_log(
    db: Path, run: Runner, national: Path
) -> None:
    load(run, national)
    lines = """SELECT count(*) FROM entry WHERE instr(body, '"table":"licence') > 0"""
    before = rows(db, lines)
    assert "new 0, no longer listed 0" in load(run, national).stdout
    assert rows(db, lines) == before


def test_of_a_list_of_all_powers_only_licences_are_taken(
    db: Path, run: Runner, tmp_path: Path
) -> None:
    path = tmp_path / "权责清单.csv"
    write_csv(path, [["事项名称", "权力类型"], ["甲许可", "行政许可"], ["乙处罚", "行政处罚"]])
    assert "Powers of another type, left out: 1" in load(run, path).stdout
    assert rows(db, "SELECT name FROM licences") == [("甲许可",)]


@pytest.mark.parametrize(
    ("table", "what"),
    [
        ([HEADER, ["1", "国家某局", "", "省级某局", "某法"]], "1 rows can't be taken in"),
        ([["事项名称", "权力类型"], ["乙处罚", "行政处罚"]], "The list holds no licence."),
        ([["甲", "乙"], ["1", "2"]], "no row was recognised as the header"),
    ],
)
def test_what_can_not_be_taken_in_is_refused_and_nothing_is_written(
    db: Path, run: Runner, tmp_path: Path, table: list[list[str]], what: str
) -> None:
    path = tmp_path / "list.csv"
    write_csv(path, table)
    done = run("--lang", "en", "load", "licences", path, "--source", "清单")
    assert (done.rc, what in done.stderr) == (2, True), done.stderr
    assert rows(db, "SELECT count(*) FROM licence_list") == [(0,)]


def test_what_is_asked_about_an_instrument_can_be_waived(
    db: Path, run: Runner, tmp_path: Path
) -> None:
    (tmp_path / "waivers.yml").write_text(
        "- {rule: LAW006, subject: test-1, reason: 清单另行核对, approver: 市改革办,"
        " issued: 2021-06-01, expires: 2021-12-31}\n",
        encoding="utf-8",
    )
    done = run("audit", "--as-of", "2021-06-30", "--select", "LAW006", "--format", "json")
    assert done.rc == 0, done.stderr
    (finding,) = json.loads(done.stdout)["findings"]
    assert finding["waived"] is True
