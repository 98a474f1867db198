"""`registry load services`: what lists of services and of contacts state, whatever their form."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from registry.model.service import ServiceRow
from registry.store.connection import connect
from registry.store.demonstration import remove_demonstration
from tests.conftest import MadeOnce, Run, SmallRoot, examples
from tests.intake.formats.make_files import write_csv, write_xlsx

Runner = Callable[..., Run]
HEADER = [
    "序号",
    "事项名称",
    "实施主体",
    "办事指南",
    "在线办理",
    "办理地点",
    "咨询电话",
    "承诺时限",
    "收费",
]
GUIDE = "https://a.invalid/1"
ROWS = [
    HEADER,
    ["1", "事项１-1", "东区", GUIDE, "", "大厅3号窗口", "0000-1", "5个工作日", "无"],
    ["2", "事项1-3", "east", "", "http://a.invalid/2", "", "12345", "", ""],
]
CONTACTS = [["承接主体", "地址", "咨询电话"], ["东区", "一路1号", "0000-2"]]
SERVICES = "SELECT item, zone, guide_url, apply_url, consult_phone, fee, provenance, source"


@pytest.fixture(scope="module")
def small(made_once: MadeOnce) -> Path:
    """Build the small instrument."""

    def make(folder: Path) -> None:
        (folder / "root").mkdir()
        SmallRoot(folder / "root").build(db=folder / "registry.db")

    return made_once("services", make) / "registry.db"


@pytest.fixture
def db(small: Path, tmp_path: Path) -> Path:
    """Copy it to where commands find it."""
    copy = tmp_path / "registry.db"
    copy.write_bytes(small.read_bytes())
    return copy


def rows(db: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(db)) as conn:
        return conn.execute(sql).fetchall()


def load(run: Runner, path: Path, table: list[list[str]], *more: object) -> Run:
    (write_xlsx if path.suffix == ".xlsx" else write_csv)(path, table)
    return run("load", "services", path, *(more or ("--source", "政务网")))


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_list_is_read_by_what_offices_call_its_columns(
    run: Runner, db: Path, tmp_path: Path, name: str
) -> None:
    done = load(run, tmp_path / name, ROWS)
    assert done.rc == 0, done.stderr
    assert "Columns that are not read: 序号" in done.stdout
    assert "Services of items: 2; contacts of zones: 0." in done.stdout
    assert rows(db, f"{SERVICES} FROM services ORDER BY item") == [
        ("1-01", "east", GUIDE, None, "0000-1", "无", "official", "政务网"),
        ("1-03", "east", None, "http://a.invalid/2", "12345", None, "official", "政务网"),
    ]


def test_a_table_without_items_is_of_the_zones(run: Runner, db: Path, tmp_path: Path) -> None:
    done = load(run, tmp_path / "c.csv", CONTACTS, "--source", "x", "--provenance", "demonstration")
    assert done.rc == 0, done.stderr
    assert rows(db, "SELECT zone, address, consult_phone, provenance FROM zone_contacts") == [
        ("east", "一路1号", "0000-2", "demonstration")
    ]


def test_rows_take_the_place_of_what_was_recorded_and_empty_ones_take_it_out(
    run: Runner, db: Path, tmp_path: Path
) -> None:
    load(run, tmp_path / "a.csv", ROWS)
    again = load(run, tmp_path / "a.csv", ROWS)
    assert "New 0, changed 0, as before 2, taken out 0." in again.stdout
    before = rows(db, "SELECT count(*) FROM entry")
    changed = [HEADER, [*ROWS[1][:6], "0000-9", "", ""], ["", "1-03", "东区", *[""] * 6]]
    tried = load(run, tmp_path / "a.csv", changed, "--source", "政务网", "--dry-run")
    assert "New 0, changed 1, as before 0, taken out 1." in tried.stdout
    assert rows(db, "SELECT count(*) FROM entry") == before
    load(run, tmp_path / "a.csv", changed)
    assert rows(db, "SELECT item, consult_phone, fee FROM services") == [("1-01", "0000-9", None)]
    logged = rows(db, 'SELECT body FROM entry WHERE body LIKE \'%"table":"service","op"%\'')
    assert [("end" if '"op":"end"' in str(body) else "set") for (body,) in logged] == [
        *("set", "set", "set", "end")
    ]
    assert run("verify").rc == 0


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["", "事项1-1", "东区", "javascript:alert(1)", *[""] * 5], "is not a web address"),
        (["", "事项1-1", "东区", "https://u:p@a.invalid/", *[""] * 5], "is not a web address"),
        (["", "事项1-1", "东区", "", "", "", "电话", "", ""], "is not a telephone number"),
        (["", "没有的事项", "东区", GUIDE, *[""] * 5], "names no item for certain"),
        (["", "事项1-1", "西北区", GUIDE, *[""] * 5], "no zone is called 西北区"),
        (["", "事项1-1", "", GUIDE, *[""] * 5], "the cell is empty"),
        (ROWS[1], "the same is stated in row 2 already"),
    ],
)
def test_what_is_wrong_is_told_with_its_row_and_nothing_is_written(
    run: Runner, db: Path, tmp_path: Path, row: list[str], told: str
) -> None:
    done = load(run, tmp_path / "a.csv", [*ROWS[:2], row])
    assert done.rc == 2
    assert told in done.stderr
    assert "row 3" in done.stderr
    assert rows(db, "SELECT * FROM services") == []


def test_every_row_says_where_it_comes_from(run: Runner, db: Path, tmp_path: Path) -> None:
    done = load(run, tmp_path / "a.csv", ROWS, "--dry-run")
    assert "does not say where it comes from" in done.stderr
    own = [[*HEADER, "来源", "出处"], [*ROWS[1], "演示", "某处"]]
    assert load(run, tmp_path / "b.csv", own, "--why", "x").rc == 0
    assert rows(db, f"{SERVICES} FROM services")[0][-2:] == ("demonstration", "某处")


def test_a_file_without_such_a_table_is_refused(run: Runner, db: Path, tmp_path: Path) -> None:
    done = load(run, tmp_path / "a.csv", [["甲", "乙"], ["1", "2"]])
    assert done.rc == 2
    assert "服务指南" in done.stderr


def test_the_demonstration_goes_out_again(built_copy: Path) -> None:
    assert rows(
        built_copy, "SELECT count(*) FROM services WHERE provenance <> 'demonstration'"
    ) == [(0,)]
    assert rows(built_copy, "SELECT count(*) FROM zone_contacts") == [(2,)]
    conn = connect(built_copy)
    try:
        removed = remove_demonstration(conn)
    finally:
        conn.close()
    assert removed["service"] == 54
    assert removed["zone_contact"] == 2
    assert rows(built_copy, "SELECT * FROM services") == []


@settings(max_examples=examples(400, 100), deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"https?://[a-z@:/.\s\[\]]{0,20}", fullmatch=True))
def test_no_odd_address_gets_in(text: str) -> None:
    try:
        row = ServiceRow(guide_url=text)
    except ValidationError:
        return
    assert row.guide_url is not None
    assert row.guide_url.lower().startswith(("http://", "https://"))
    assert not set(row.guide_url) & set(' "<>\\\n\t')
    assert "@" not in row.guide_url.split("/")[2]
