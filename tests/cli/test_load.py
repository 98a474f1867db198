"""`registry load annex`, from the file to the registry."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from registry.intake.grid import Span
from tests.conftest import DATA, Run, SmallRoot
from tests.intake.formats.make_files import WRITERS, write_csv, write_xlsx

ANNEXES = DATA / "liaocheng-2021-8"
HEAD = ["序号", "事项名称", "事项类型", "实施部门", "赋权方式", "备注"]


def rows_of(annex: int) -> list[dict[str, str]]:
    with (ANNEXES / f"annex{annex}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def official(
    path: Path, annex: int, renamed: dict[str, str], dropped: tuple[str, ...] = ()
) -> Path:
    """Write a list shaped like an official annex: title, merged departments, total, note.

    `renamed`: id → another name; `dropped`: ids in whose place an item stands that is new.
    """
    rows = [
        [f"附件{annex}", *[""] * 5],
        ["聊城市赋权事项目录", *[""] * 5],
        ["序号", "赋权事项", "", "市级实施单位", "调整方式", "备注"],
        ["", "事项名称", "事项类别", "", "", ""],
    ]
    spans = [Span(1, 0, 1, 5), Span(2, 1, 2, 2), *(Span(2, c, 3, c) for c in (0, 3, 4, 5))]
    listed = sorted(rows_of(annex), key=lambda row: row["department"])
    first, previous = len(rows), ""
    for n, row in enumerate(listed, start=1):
        if row["department"] != previous:
            if len(rows) - first > 1:
                spans.append(Span(first, 3, len(rows) - 1, 3))
            first, previous = len(rows), row["department"]
        name = renamed.get(row["id"], row["name"])
        if row["id"] in dropped:
            name = f"官方新增事项{n}办理"
        kind, mode = row["power_type"], row["mode"]
        rows.append([str(n), f" {name}", kind, row["department"], mode, row["remark"]])
    rows.append(["合计", f"{len(listed)}项", *[""] * 4])
    rows.append(["注：本目录动态调整。", *[""] * 5])
    write_xlsx(path, rows, spans, f"附件{annex}")
    return path


def decide(pairs: Path, item: str) -> None:
    """Say of every doubtful pair that it is the same where it is with this item, else not."""
    book = openpyxl.load_workbook(pairs)
    sheet = book.active
    for row in range(3, sheet.max_row + 1):
        sheet.cell(row, 1).value = "是" if sheet.cell(row, 3).value == item else "否"
    book.save(pairs)


def dump(path: Path) -> str:
    conn = sqlite3.connect(path)
    try:
        return "\n".join(conn.iterdump())
    finally:
        conn.close()


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    conn = sqlite3.connect(path)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


PROVED = (
    "SELECT i.id, z.id, du.id, p.done_on FROM proof AS p JOIN delegation AS d ON d.no ="
    " p.delegation JOIN item AS i ON i.no = d.item JOIN zone AS z ON z.no = d.zone"
    " JOIN duty AS du ON du.no = p.duty ORDER BY 1, 2, 3, 4"
)
AGREED = (
    "SELECT i.id, a.number FROM agreement_item AS ai JOIN item AS i ON i.no = ai.item"
    " JOIN agreement AS a ON a.no = ai.agreement ORDER BY 1, 2"
)


def test_official_annexes_replace_the_reconstruction(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    db = ("--db", built_copy)
    proved, agreed = query(built_copy, PROVED), query(built_copy, AGREED)
    before = run(*db, "audit", "--as-of", "2021-06-30", "--format", "json")
    one = official(tmp_path / "附件1.xlsx", 1, {"1-03": "建设用地规划许可证的核发"})
    two = official(
        tmp_path / "附件2.xlsx",
        2,
        {"2-0003": "股份公司（含上市公司）设立、变更、注销登记"},
        dropped=("2-0007", "2-0011"),
    )
    pairs = tmp_path / "pairs.xlsx"
    done = run(*db, "load", "annex", one, "--annex", "1", "--replace", "--pairs", pairs)
    if done.rc == 2:  # the renamed item is doubtful: a person says that it is the same
        assert "to be decided" in done.stderr
        decide(pairs, "1-03")
        done = run(*db, "load", "annex", one, "--annex", "1", "--replace", "--pairs", pairs)
    assert done.rc == 0, done.stderr
    assert "29 items replaced, 0 added, 0 retired" in done.stdout

    two_pairs = tmp_path / "pairs2.xlsx"
    asked = run(*db, "load", "annex", two, "--annex", "2", "--replace", "--pairs", two_pairs)
    assert asked.rc == 2, "the new and renamed items resemble others"
    decide(two_pairs, "2-0003")
    done = run(*db, "load", "annex", two, "--annex", "2", "--replace", "--pairs", two_pairs)
    assert done.rc == 0, done.stderr
    assert "1,792 items replaced, 2 added, 2 retired" in done.stdout

    counted = query(built_copy, "SELECT annex, counted FROM annexes")
    assert counted == [(1, 29), (2, 1794), (3, 24)]
    assert query(
        built_copy, "SELECT annex, provenance, count(*) FROM item GROUP BY 1, 2 ORDER BY 1, 2"
    ) == [(1, "official", 29), (2, "official", 1794), (3, "reconstruction", 24)]
    # Ledger rows follow the items that were paired, and nobody else's.
    gone = {"2-0007", "2-0011"}
    assert query(built_copy, PROVED) == [row for row in proved if row[0] not in gone]
    assert query(built_copy, AGREED) == [row for row in agreed if row[0] not in gone]
    added = query(built_copy, "SELECT item FROM item_history WHERE change = 'added' ORDER BY 1")
    assert added == [("2-1795",), ("2-1796",)]
    assert query(built_copy, "PRAGMA foreign_key_check") == []

    after = run(*db, "audit", "--as-of", "2021-06-30", "--format", "json")
    findings = [
        {f["fingerprint"] for f in json.loads(out.stdout)["findings"] if f["code"] == "HBK001"}
        for out in (before, after)
    ]
    assert findings[0] == findings[1]
    shown = run(*db, "show", "2-0007")
    assert shown.rc == 0
    assert "no longer lists it" in shown.stdout
    refused = run(*db, "build")
    assert (refused.rc, "annexes" in refused.stderr) == (2, True)


def test_a_dry_run_accounts_for_rows_and_changes_nothing(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    before = built_copy.read_bytes()
    path = official(tmp_path / "附件1.xlsx", 1, {})
    done = run("--db", built_copy, "load", "annex", path, "--annex", "1", "--replace", "--dry-run")
    assert done.rc == 0, done.stderr
    assert "items 29" in done.stdout
    assert "as the notice states" in done.stdout
    assert "the same 29" in done.stdout
    assert "nothing was changed" in done.stderr
    document = json.loads(
        run(
            *("--db", built_copy, "load", "annex", path, "--annex", "1", "--dry-run"),
            *("--format", "json"),
        ).stdout
    )
    assert document["rows"]["items"] == 29
    assert {s["reason"] for s in document["skipped"]} == {"title", "header", "total", "note"}
    assert document["items"][0]["cell"] == "附件1!5"
    assert document["items"][0]["listed_name"].startswith(" ")
    assert built_copy.read_bytes() == before


def test_errors_name_cells_and_nothing_is_changed(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    before = dump(built_copy)
    path = tmp_path / "附件1.csv"
    write_csv(path, [HEAD, ["1", "甲许可", "审批", "神秘局", "下放", ""], ["2", "乙许可"]])
    wide = {"COLUMNS": "300"}
    done = run("--db", built_copy, "load", "annex", path, "--annex", "1", "--replace", env=wide)
    assert done.rc == 2
    for words in ("C2", "D2", "E2", "C3", "--alias 神秘局="):
        assert words in done.stdout
    assert "2 rows can't be taken in" in done.stderr
    assert dump(built_copy) == before


def test_an_annex_that_holds_items_is_not_added_to(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    path = official(tmp_path / "附件1.xlsx", 1, {})
    done = run("--db", built_copy, "load", "annex", path, "--annex", "1")
    assert done.rc == 2
    assert "--replace" in done.stderr


@pytest.fixture
def small(small_root: SmallRoot, tmp_path: Path) -> Path:
    """Build the small file."""
    return Path(shutil.move(small_root.build().path, tmp_path / "registry.db"))


@pytest.mark.parametrize("ending", [".xls", ".ods", ".docx", ".html", ".pdf"])
def test_every_format_loads(
    small: Path, tmp_path: Path, run: Callable[..., Run], ending: str
) -> None:
    path = tmp_path / f"附件2{ending}"
    rows = [HEAD, *([str(n), f"事项2-{n}", "许可", "市丙局", "", ""] for n in (1, 2, 3))]
    WRITERS[ending](path, rows)
    done = run("load", "annex", path, "--annex", "2", "--replace", "--source", "乙")
    assert done.rc == 0, done.stderr + done.stdout
    assert query(small, "SELECT id, name, source FROM item WHERE annex = 2") == [
        (f"2-0{n}", f"事项2-{n}", "乙") for n in (1, 2, 3)
    ]


def test_options_that_help(small: Path, tmp_path: Path, run: Callable[..., Run]) -> None:
    path = tmp_path / "list.csv"
    write_csv(path, [["标题", "性质", "归口"], ["事项2-1", "1", "丙处"], ["事项2-2", "2", "丙处"]])
    options = ("--annex", "2", "--replace", "--map", "标题=name", "--map", "性质=power_type")
    options += ("--map", "归口=department", "--type-codes", "1=行政许可,2=行政奖励")
    options += ("--alias", "丙处=市丙局", "--initiation", "行政奖励=依职权")
    done = run("load", "annex", path, *options)
    assert done.rc == 0, done.stderr + done.stdout
    assert query(
        small, "SELECT name, power_type, initiation, department FROM items WHERE annex = 2"
    ) == [
        ("事项2-1", "行政许可", "依申请", "市丙局"),
        ("事项2-2", "行政奖励", "依职权", "市丙局"),
    ]
    # The alias held for this list, and is known from now on only when that is asked.
    audit = ("audit", "--department", "丙处", "--as-of", "2021-06-30")
    assert run(*audit).rc == 2
    assert run("load", "annex", path, *options, "--alias", "丁区=east", "--remember").rc == 0
    assert run(*audit).rc in (0, 1)
    assert run("audit", "--zone", "丁区", "--as-of", "2021-06-30").rc in (0, 1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--annex", "9"), "has no annex 9"),
        (("--annex", "1", "--map", "名称=nonsense"), "HEADER=FIELD"),
        (("--annex", "1", "--type-codes", "1=审批"), "1=审批"),
        (("--annex", "1", "--alias", "丙处"), "--alias"),
        (("--annex", "1", "--alias", "丙处=无此局"), "无此局"),
        (("--annex", "1", "--initiation", "行政许可=自动"), "--initiation"),
        (("--annex", "1", "--instrument", "other"), "other"),
    ],
)
def test_wrong_options_are_named(
    small: Path, tmp_path: Path, run: Callable[..., Run], options: tuple[str, ...], words: str
) -> None:
    path = tmp_path / "list.csv"
    write_csv(path, [HEAD, ["1", "甲许可", "许可", "市甲局", "委托下放", ""]])
    done = run("load", "annex", path, *options)
    assert (done.rc, words in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr
    assert small.exists()


def test_a_file_without_a_list(small: Path, tmp_path: Path, run: Callable[..., Run]) -> None:
    path = tmp_path / "list.csv"
    write_csv(path, [["甲", "乙"], ["丙", "丁"]])
    done = run("load", "annex", path, "--annex", "1")
    assert done.rc == 2
    assert "--map" in done.stderr
    assert run("load", "annex", tmp_path / "none.xlsx", "--annex", "1").rc == 2
    assert small.exists()


HOSTILE = {
    "截断.xlsx": lambda path: write_xlsx(path, [HEAD]) or path.write_bytes(path.read_bytes()[:900]),
    "改名.xlsx": lambda path: path.write_text("序号,事项名称,事项类型\n", encoding="utf-8"),
    "图片.csv": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9),
    "空.csv": lambda path: path.write_bytes(b""),
    "空.xlsx": lambda path: write_xlsx(path, [[]]),
    "乱码.xls": lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x07" * 4096),
    "太宽.csv": lambda path: write_csv(path, [["事项名称", "事项类型", *["x"] * 10_000]]),
    "引号.csv": lambda path: path.write_text(
        '事项名称,事项类型\n"甲许可,许可\n乙\n', encoding="utf-8"
    ),
    "脚本.html": lambda path: path.write_text("<script>alert(1)</script><p>x", encoding="utf-8"),
    "套娃.json": lambda path: path.write_text("[" * 100_000, encoding="utf-8"),
    "损坏.pdf": lambda path: path.write_bytes(b"%PDF-1.7\n1 0 obj\n<<"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_damaged_and_hostile_files(
    small: Path, tmp_path: Path, run: Callable[..., Run], name: str
) -> None:
    before = small.read_bytes()
    path = tmp_path / name
    HOSTILE[name](path)
    for command in (("load", "annex", path, "--annex", "1", "--replace"), ("compare", path)):
        done = run(*command)
        assert done.rc == 2, done.stdout
        assert done.stderr.startswith("Error: ")
        assert name in done.stderr
        assert "Traceback" not in done.stderr
        assert "panicked" not in done.stderr
    assert small.read_bytes() == before
