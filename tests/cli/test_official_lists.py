"""Official lists over the reconstruction: what they leave open, what they change, what is told."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import DATA, MadeOnce, Run
from tests.publications import Visitor, publish
from tests.reading import LANGUAGES, text_of
from tests.running import environment, run_in_process

HEADS = {
    **{"seq": "序号", "name": "事项名称", "power_type": "事项类型", "department": "实施部门"},
    **{"mode": "赋权方式", "remark": "备注", "scope": "权限", "initiation": "申请方式"},
    **{"law": "法律法规名称", "law_version": "law_version", "article": "条款"},
}
OPEN = ("scope", "initiation", "law", "law_version", "article")
"""Columns that the sparse lists lack."""

DAY = ("--as-of", "2021-06-30")
MARKED = "initiation;scope;law;law_version;article"
Rows = list[dict[str, str]]


def shipped(annex: int) -> Rows:
    path = DATA / "liaocheng-2021-8" / f"annex{annex}.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def write_list(path: Path, rows: Rows, without: Collection[str] = OPEN) -> Path:
    """Write rows of an annex as an office lists them."""
    columns = [column for column in HEADS if column not in without]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([HEADS[column] for column in columns])
        writer.writerows([[row[column] for column in columns] for row in rows])
    return path


def load_official(folder: Path, built: Path, without: Collection[str]) -> None:
    """Load all three annexes as official lists over a copy of the built file."""
    Path(shutil.copyfile(built, folder / "registry.db")).chmod(0o644)
    for annex in (1, 2, 3):
        path = write_list(folder / f"附件{annex}.csv", shipped(annex), without)
        words = ["load", "annex", str(path), "--annex", str(annex), "--replace"]
        done = run_in_process(words, environment(), folder)
        assert done.rc == 0, done.stderr


@pytest.fixture(scope="session")
def sparse(built: Path, made_once: MadeOnce) -> Path:
    """Give the file with three official annexes that lack basis, initiation and scope."""
    return made_once("sparse", lambda f: load_official(f, built, OPEN)) / "registry.db"


@pytest.fixture(scope="session")
def complete(built: Path, made_once: MadeOnce) -> Path:
    """Give the file with three official annexes that state everything."""
    return made_once("complete", lambda f: load_official(f, built, ())) / "registry.db"


@pytest.fixture(scope="session")
def visit(made_once: MadeOnce, metadata: dict[str, Any]) -> Iterator[Callable[..., Visitor]]:
    """Give a visitor of the public site of a file."""
    visitors = []

    def give(name: str, db: Path) -> Visitor:
        made = made_once(
            f"official-{name}",
            lambda folder: publish(db, folder / "c.db", as_of="2021-06-30", demo=False),
        )
        visitors.append(Visitor(made / "c.db", metadata))
        return visitors[-1]

    yield give
    for visitor in visitors:
        visitor.close()


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    conn = sqlite3.connect(f"{db.as_uri()}?mode=ro", uri=True)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


def audit(run: Callable[..., Run], db: Path, tmp_path: Path) -> dict[str, Any]:
    """Audit a copy of the file."""
    copy = Path(shutil.copyfile(db, tmp_path / f"{db.parent.name}.db"))
    copy.chmod(0o644)
    done = run("--db", copy, "audit", *DAY, "--format", "json")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_manual_findings_do_not_grow(
    built: Path, sparse: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    before, after = (audit(run, db, tmp_path) for db in (built, sparse))
    counts = [Counter((f["code"], f["status"]) for f in one["findings"]) for one in (before, after)]
    assert counts[0] == counts[1]
    prints = [{f["fingerprint"] for f in one["findings"]} for one in (before, after)]
    assert prints[0] == prints[1]
    assert after["unofficial_fields"] == {"items": 1847, "fields": MARKED.split(";")}
    told = [f["message"] for f in after["findings"] if f["code"] == "CAT008"]
    assert told[0] == (
        "Annex 1: 0 of 29 items are not from the official annex; of 29 the official annex leaves "
        "open: initiation, scope, law, version of the law, article."
    )


def test_every_kept_field_is_marked_and_as_it_was(built: Path, sparse: Path) -> None:
    kept = (
        "SELECT id, scope, initiation, law, law_version, article, department, remark, mode"
        " FROM items"
    )
    assert rows(sparse, kept) == rows(built, kept)
    expected = [(1, MARKED, 29), (2, MARKED, 1794), (3, "initiation;law;law_version;article", 24)]
    sql = "SELECT annex, unofficial_fields, count(*) FROM {} GROUP BY 1, 2"
    assert rows(sparse, sql.format("items")) == expected
    assert rows(sparse, sql.format("delegations")) == [(a, f, 2 * n) for a, f, n in expected]
    assert rows(
        sparse, "SELECT annex, unofficial, partly_official, unofficial_fields FROM annexes"
    ) == [(annex, 0, n, fields) for annex, fields, n in expected]
    assert rows(sparse, "SELECT field, count(*) FROM item_unofficial_fields GROUP BY 1") == [
        *(("article", 1847), ("initiation", 1847), ("law", 1847), ("law_version", 1847)),
        ("scope", 1823),
    ]


def test_no_mark_is_left_where_lists_state_everything(
    complete: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    assert rows(complete, "SELECT count(*) FROM item_unofficial_fields") == [(0,)]
    document = audit(run, complete, tmp_path)
    assert not [f for f in document["findings"] if f["code"] == "CAT008"]
    done = run("--db", complete, "show", "1-05")
    assert "official, 附件1.csv" in done.stdout
    for words in ("Not from the official list", "reconstructed"):
        assert words not in done.stdout + done.stderr


def test_show_and_compare_say_what_is_not_official(sparse: Path, run: Callable[..., Run]) -> None:
    done = run("--db", sparse, "show", "1-05", env={"COLUMNS": "200"})
    assert "initiation, scope, law, version of the law, article" in done.stdout
    assert "official, but for some fields (initiation, scope" in done.stderr
    path = sparse.parent / "附件1.csv"
    found = json.loads(run("--db", sparse, "compare", path, "--format", "json").stdout)
    assert found["same"]
    assert {pair["here"]["unofficial_fields"] for pair in found["same"]} == {MARKED}


PAGES = ("/", "/data", "/item/1-05", "/zone/etdz", "/search?q=许可", "/notice")


def whole(visitor: Visitor, path: str, language: str) -> str:
    """A page with its banner and its footer."""
    return visitor.get(f"{path}{'&' if '?' in path else '?'}_lang={language}").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_which_fields_are_not_official(
    sparse: Path, visit: Callable[..., Visitor], language: str
) -> None:
    visitor = visit("sparse", sparse)
    fields = {
        "zh": "申请方式、权限、法律法规、法律版本日期、条款",
        "en": "initiation, scope, law, version of the law, article",
    }[language]
    for path in PAGES:
        page = whole(visitor, path, language)
        assert page.count("notice-unofficial") == 1, path
        assert "notice-reconstruction" not in page, path
        assert fields in page.partition("<footer")[2], path
    for path in ("/", "/data", "/item/1-05", "/zone/etdz", "/search?q=施工许可"):
        assert fields in text_of(visitor, path, language), path
    lines = visitor.get("/data/items.csv").text.splitlines()
    where = lines[0].split(",").index("unofficial_fields")
    assert lines[1].split(",")[where] == MARKED
    (one,) = visitor.get("/catalogue/items/1-05.json?_shape=array").json()
    assert one["unofficial_fields"] == MARKED


@pytest.mark.parametrize("language", LANGUAGES)
def test_once_the_annexes_are_official_no_page_says_otherwise(
    complete: Path, visit: Callable[..., Visitor], language: str
) -> None:
    visitor = visit("complete", complete)
    rest = {"zh": "以下不全是正式数据：市级部门。", "en": "official: departments."}[language]
    for path in PAGES:
        page = whole(visitor, path, language)
        assert "notice notice-" not in page, path
        assert rest in page.partition("<footer")[2], path
        if path not in ("/", "/data"):  # which tell where every table is from
            main = text_of(visitor, path, language)
            assert not [w for w in ("重建", "reconstruct", "非正式", "not official") if w in main]
    assert "badge-reconstruction" not in visitor.get("/item/1-05").text
    home = text_of(visitor, "/", language)
    assert not [w for w in ("put together from the law", "据法律条文") if w in home]


def test_the_reconstruction_is_still_called_so(visitor: Visitor) -> None:
    for path in PAGES:
        page = whole(visitor, path, "en")
        assert page.count("notice-reconstruction") == 1
        rest = "official: answers in a sentence, changes of state, delegations, departments, items."
        assert rest in page.partition("<footer")[2]


# ---- what a load changes ----


def changed_list(path: Path) -> Path:
    """Write annex 1 with one item renamed, one replaced by another, two changed."""
    listed = shipped(1)
    listed[2]["name"] = "建设用地规划许可证的核发与管理"
    listed[4]["mode"] = "委托收件"
    listed[5]["remark"] = "限规划区内"
    listed[6]["name"] = "全新的一个官方事项办理"
    return write_list(path, listed)


def test_the_dry_run_names_what_is_new_changed_and_retired(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    before = built_copy.read_bytes()
    path = changed_list(tmp_path / "改.csv")
    words = ("load", "annex", path, "--annex", "1", "--dry-run")
    text = run("--db", built_copy, *words, env={"COLUMNS": "80"}).stdout
    for line in (
        "New (1)\n  1-31 全新的一个官方事项办理 (in the list: 8)\n",
        "1-05 建筑工程施工许可证核发 (in the list: 6)\n      mode: 委托下放 → 委托收件\n",
        "      scope: 全部 → 部分\n      remark: — → 限规划区内\n",
        "To be decided (1)\n  92  1-03 建设用地规划许可证核发 | 4 建设用地规划许可证的核发与管理\n",
        "No longer listed (1)\n  1-07 建设项目环境影响评价文件审批\n"
        "      no longer covered by agreement: 示例〔2021〕004号, 示例〔2021〕014号\n",
        "      no longer proved, handbook: 聊城经开区 2021-05-18 示例-业务手册-005.pdf;",
        "Loading it takes --replace",
    ):
        assert line in text, line
    document = json.loads(run("--db", built_copy, *words, "--format", "json").stdout)
    changes = document["changes"]
    kinds = ("new", "changed", "unchanged", "retired")
    assert [len(changes[kind]) for kind in kinds] == [1, 2, 25, 1]
    (gone,) = changes["retired"]
    assert gone["agreements"] == ["示例〔2021〕004号", "示例〔2021〕014号"]
    assert {paper["kind"] for paper in gone["papers"]} >= {"seal", "handbook", "service"}
    assert changes["changed"][0]["fields"] == {"mode": {"old": "委托下放", "new": "委托收件"}}
    assert document["undecided"][0]["item"] == "1-03"
    assert built_copy.read_bytes() == before


def test_what_the_dry_run_names_is_what_the_load_does(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    path, pairs = changed_list(tmp_path / "改.csv"), tmp_path / "pairs.xlsx"
    words = ("--db", built_copy, "load", "annex", path, "--annex", "1", "--replace")
    assert run(*words, "--pairs", pairs).rc == 2
    book = openpyxl.load_workbook(pairs)
    book.active.cell(3, 1).value = "是"
    # A person knows that the new item is the one that is no longer listed.
    last = book.active.max_row
    for column, value in {1: "是", 3: "1-7", 5: "8"}.items():
        book.active.cell(last, column).value = value
    book.save(pairs)
    tried = json.loads(run(*words, "--pairs", pairs, "--dry-run", "--format", "json").stdout)
    report = tmp_path / "report.txt"
    done = run(*words, "--pairs", pairs, "--report", report)
    assert done.rc == 0, done.stderr
    assert "29 items replaced, 0 added, 0 retired" in report.read_text(encoding="utf-8")
    changes = tried["changes"]
    assert (changes["new"], changes["retired"], len(changes["changed"])) == ([], [], 4)
    for change in changes["changed"]:
        columns = ", ".join(change["fields"])
        sql = f"SELECT {columns} FROM items WHERE id = '{change['item']}'"
        (shown,) = rows(built_copy, sql)
        assert list(shown) == [field["new"] for field in change["fields"].values()]
    decided = "SELECT item FROM item_history WHERE decided_by = 'person' ORDER BY 1"
    assert rows(built_copy, decided) == [("1-03",), ("1-07",)]
    # The agreements stay with it.
    agreed = "SELECT d.agreement FROM delegations AS d WHERE d.item = '1-07' ORDER BY 1"
    assert rows(built_copy, agreed) == [("示例〔2021〕004号",), ("示例〔2021〕014号",)]


def test_a_workbook_for_pairs_by_hand_is_written_where_no_pair_is_doubtful(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    listed = shipped(1)
    listed[6]["name"] = "全新的一个官方事项办理"
    path, pairs = write_list(tmp_path / "附件1.csv", listed), tmp_path / "pairs.xlsx"
    words = ("--db", built_copy, "load", "annex", path, "--annex", "1", "--replace")
    assert run(*words, "--pairs", pairs, "--dry-run").rc == 0
    sheet = openpyxl.load_workbook(pairs).active
    assert [cell.value for cell in sheet[1]][:3] == ["decision", "score", "item"]
    assert all(cell.value is None for cell in sheet[3])
    assert (sheet.cell(3, 3).protection.locked, sheet.cell(3, 3).number_format) == (False, "@")
    assert run(*words, "--pairs", pairs).rc == 0


def test_a_pair_of_equal_names_that_a_person_denies_is_none(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    path, pairs = write_list(tmp_path / "附件1.csv", shipped(1)), tmp_path / "pairs.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["decision", "item", "place"])
    book.active.append(["是否同一", "事项", "清单"])
    book.active.append(["否", "1-05", "6"])
    book.save(pairs)
    words = ("load", "annex", path, "--annex", "1", "--replace", "--pairs", pairs)
    done = run("--db", built_copy, *words, "--dry-run", "--format", "json")
    changes = json.loads(done.stdout)["changes"]
    assert [change["name"] for change in changes["new"]] == ["建筑工程施工许可证核发"]
    assert [change["item"] for change in changes["retired"]] == ["1-05"]


def test_a_pair_that_cannot_be_followed_changes_nothing(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run]
) -> None:
    path, pairs = changed_list(tmp_path / "改.csv"), tmp_path / "pairs.xlsx"
    words = ("--db", built_copy, "load", "annex", path, "--annex", "1", "--replace")
    run(*words, "--pairs", pairs)
    book = openpyxl.load_workbook(pairs)
    for column, value in {1: "是", 3: "2-0007", 5: "8"}.items():
        book.active.cell(4, column).value = value
    book.save(pairs)
    before = built_copy.read_bytes()
    done = run(*words, "--pairs", pairs)
    assert done.rc == 2
    for text in ("row 4", "column Item", "annex 1 holds no item 2-0007", "Nothing was changed"):
        assert text in done.stderr
    assert built_copy.read_bytes() == before


def test_a_terminal_names_the_first_and_says_where_the_rest_is(
    built_copy: Path, tmp_path: Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = shipped(2)
    for row in listed:
        row["remark"] = "限本区"
    path = write_list(tmp_path / "附件2.csv", listed)
    words = ("--db", built_copy, "load", "annex", path, "--annex", "2", "--dry-run")
    line = "remark: — → 限本区"
    assert run(*words).stdout.count(line) == 1794
    monkeypatch.setattr("registry.cli.load_annex.shows_colour", lambda: True)
    report = tmp_path / "r.txt"
    folded = run(*words, "--report", report).stdout
    assert folded.count(line) == 20
    assert "1,774 more: --report FILE has all of them" in folded
    assert report.read_text(encoding="utf-8").count(line) == 1794


def test_a_first_list_names_every_new_item(tmp_path: Path, run: Callable[..., Run]) -> None:
    assert run("build", "--data", DATA, "--official-only").rc == 0
    path = write_list(tmp_path / "附件1.csv", shipped(1))
    first = ("--instrument", "liaocheng-2021-8")
    done = run("load", "annex", path, "--annex", "1", "--dry-run", *first)
    assert "New (29)\n  1-01 企业投资项目核准 (in the list: 2)\n" in done.stdout
    assert "--replace" not in done.stdout
    assert run("load", "annex", path, "--annex", "1", *first).rc == 0
    of_first = "FROM items WHERE instrument = 'liaocheng-2021-8'"
    assert rows(tmp_path / "registry.db", f"SELECT DISTINCT unofficial_fields {of_first}") == [
        ("initiation;scope",)
    ]
    found = f"SELECT DISTINCT scope, remark IS NULL, scope_basis {of_first} ORDER BY 1"
    assert rows(tmp_path / "registry.db", found) == [("全部", 1, "reading"), ("部分", 0, "reading")]


def test_a_query_shows_the_marks_where_there_are_any(
    built: Path, sparse: Path, run: Callable[..., Run]
) -> None:
    for db, marked in ((built, False), (sparse, True)):
        text = run("--db", db, "query", "by-law", "-p", "law=水法").stdout
        assert ("unofficial_fields" in text) is marked
        found = json.loads(run("--db", db, "query", "by-law", "--format", "json").stdout)
        assert {row["unofficial_fields"] for row in found} != {None} or not marked
