"""`registry load cases`: every row accounted for, understood as far as it is, and no further."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from registry.intake.formats import read_sheets
from registry.intake.grid import Sheet
from registry.intake.platform import tables
from tests.platform_files import (
    CODE,
    NUMERIC_CODE,
    Runner,
    case,
    load,
    notes,
    rows,
    workbook,
    write,
)


@pytest.fixture
def db(platform_db: Path) -> Path:
    return platform_db


def test_a_case_is_kept_with_all_that_is_understood(db: Path, run: Runner, tmp_path: Path) -> None:
    account = load(run, "cases", write(tmp_path / "a.csv", [case()]))
    assert (account["load"], account["source"], account["rows_kept"]) == ("L-1", "未注明", 1)
    (found,) = rows(
        db,
        "SELECT number, item, matched, zone, accepted_on, promised_on, decided_zone, decided_on,"
        " result, certified, seal_department, satisfaction, line, provenance FROM cases",
    )
    assert found == (
        *("SL-2022-0001", "1-01", "name", "east", "2022-03-01", "2022-03-29", "east"),
        *("2022-03-10", "出证办结", 1, "jia", 5, 2, "official"),
    )
    (covered,) = rows(db, "SELECT from_on, to_on FROM platform_loads")
    assert covered == ("2022-03-01", "2022-03-01")
    assert run("verify").rc == 0


@pytest.mark.parametrize(
    "day",
    [
        *("2022-03-01", "2022/3/1", "2022.3.1", "2022年3月1日", "20220301", "44621"),
        *("2022-03-01 09:30:00", "2022/3/1 9:30", "2022年3月1日 9时30分", "44621.4"),
        *("20220301093000", "2022-03-01T16:30:00+08:00", "２０２２－０３－０１"),
        *("\u200b2022‑03‑01", "２０２２年３月１日\u200e 9:30", "2022-03-01\u00a009:30:00"),
    ],
)
def test_days_in_every_form(db: Path, run: Runner, tmp_path: Path, day: str) -> None:
    account = load(run, "cases", write(tmp_path / "a.csv", [case(受理时间=day)]))
    assert rows(db, "SELECT accepted_on FROM cases") == [("2022-03-01",)]
    assert notes(account) == {}


def test_a_bad_day_is_left_out_and_told(db: Path, run: Runner, tmp_path: Path) -> None:
    bad = [case(f"A-{n}", 受理时间="昨天" if n % 2 else "2022-03-01") for n in range(60)]
    account = load(run, "cases", write(tmp_path / "a.csv", bad))
    (note,) = account["rows"]["cases"]["notes"]
    assert (note["what"], note["column"], note["count"]) == ("not_understood", "受理时间", 30)
    assert note["places"][0] == {"file": 1, "row": 3, "column": "受理时间"}
    assert len(note["places"]) == 20
    assert rows(db, "SELECT count(*) FROM cases WHERE accepted_on IS NULL") == [(30,)]


@pytest.mark.parametrize(
    ("cells", "item", "matched", "noted"),
    [
        ({"实施编码": CODE}, "1-01", "code", {}),
        ({"实施编码": CODE.lower(), "事项名称": ""}, "1-01", "code", {}),
        ({"实施编码": NUMERIC_CODE, "事项名称": ""}, "1-03", "code", {}),
        ({"实施编码": "3.715E+30"}, "1-01", "name", {"digits_lost": 1}),
        ({"实施编码": "3715000000000000000000000000000"}, "1-01", "name", {"digits_lost": 1}),
        ({"事项编码": "1-03", "事项名称": ""}, "1-03", "code", {}),
        ({"事项编码": "test-1:1-3", "事项名称": ""}, "1-03", "code", {}),
        ({"基本编码": "000117001000", "事项名称": ""}, "1-01", "code", {}),
        ({"事项名称": " 事项１-1 "}, "1-01", "name", {}),
        ({"实施编码": CODE, "事项名称": "事项1-3"}, None, "doubtful", {"item_doubtful": 1}),
        ({"事项名称": "特种设备使用登记证"}, None, "doubtful", {"item_doubtful": 1}),
        ({"事项名称": "特种设备使用登记证的核发"}, None, "doubtful", {"item_doubtful": 1}),
        ({"事项名称": "别的什么事情"}, None, "none", {"item_unknown": 1}),
    ],
)
def test_items(
    db: Path,
    run: Runner,
    tmp_path: Path,
    cells: dict[str, str],
    item: str | None,
    matched: str,
    noted: dict[str, int],
) -> None:
    account = load(run, "cases", write(tmp_path / "a.csv", [case(**cells)]))
    assert rows(db, "SELECT item, matched FROM cases") == [(item, matched)]
    assert notes(account) == noted


def test_a_numeric_code_of_a_workbook_has_lost_digits(
    db: Path, run: Runner, tmp_path: Path
) -> None:
    cells = ["办件编号", "实施编码", "事项名称", "受理时间"]
    path = workbook(
        tmp_path / "a.xlsx",
        [cells, ["A-1", float(NUMERIC_CODE), "事项1-1", "2022-03-01"]],
        [cells, ["A-2", NUMERIC_CODE, "", "2022-03-01"]],
    )
    account = load(run, "cases", path)
    assert notes(account) == {"digits_lost": 1}
    assert rows(db, "SELECT item FROM cases ORDER BY number") == [("1-01",), ("1-03",)]
    (note,) = account["rows"]["cases"]["notes"]
    assert note["places"] == [{"file": 1, "table": 1, "row": 2, "column": "实施编码"}]


def test_what_is_hidden_is_left_out_and_told(
    db: Path, run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = ["办件编号", "实施编码", "事项名称", "受理时间", "备注"]
    data = [[f"A-{n}", CODE, "事项1-1", "2022-03-01", "无"] for n in range(1, 5)]
    path = workbook(tmp_path / "a.xlsx", [cells, *data], [cells, *data])

    def read_filtered(path: Path) -> list[Sheet]:
        shown, hidden = read_sheets(path)
        shown.hidden_rows, shown.hidden_columns, shown.flaws = {2, 3}, {4}, {(4, 1): "digits"}
        hidden.hidden = True
        return [shown, hidden]

    monkeypatch.setattr(tables, "read_sheets", read_filtered)
    text = run("--lang", "zh", "load", "cases", path, "--dry-run").stdout
    assert "隐藏的列，未读取：备注" in text
    assert "表2：已隐藏，未读取" in text.replace(" ", "")
    assert "确应载入的，请在文件中取消隐藏（清除筛选）后重新载入" in text
    account = load(run, "cases", path)
    assert rows(db, "SELECT number FROM cases") == [("A-1",), ("A-4",)]
    counts = account["rows"]["cases"]
    assert (counts["read"], counts["new"], counts["hidden"]) == (4, 2, 2)
    assert [place["row"] for place in counts["hidden_rows"]["places"]] == [3, 4]
    assert notes(account) == {"digits_lost": 1}
    assert account["tables"][0]["hidden_columns"] == ["备注"]
    assert account["hidden_tables"] == [{"file": 1, "table": 2}]


@pytest.mark.parametrize(
    ("cell", "body"),
    [
        ("东区管委会", ("east", None)),
        ("east", ("east", None)),
        ("东区", ("east", None)),
        ("测试市甲局", (None, "jia")),
        ("甲局", (None, "jia")),
        ("东区管委会政务大厅3号窗口", ("east", None)),
        ("市乙局窗口", (None, "yi")),
        ("某某单位", (None, None)),
    ],
)
def test_bodies(
    db: Path, run: Runner, tmp_path: Path, cell: str, body: tuple[str | None, str | None]
) -> None:
    account = load(run, "cases", write(tmp_path / "a.csv", [case(受理部门=cell)]))
    assert rows(db, "SELECT zone, department FROM cases") == [body]
    assert notes(account) == ({} if any(body) else {"body_unknown": 1})


def test_the_window_says_who_acted(db: Path, run: Runner, tmp_path: Path) -> None:
    found = [
        case("A-1", 受理部门="市甲局", 窗口名称="西区管委会3号窗口"),
        case("A-2", 受理部门="市甲局", 窗口名称="3号窗口"),
    ]
    load(run, "cases", write(tmp_path / "a.csv", found))
    assert rows(db, "SELECT zone, department FROM cases ORDER BY number") == [
        ("west", None),
        (None, "jia"),
    ]


@pytest.mark.parametrize(
    ("cell", "result"),
    [
        *(("0", "出证办结"), ("1", "退回"), ("2", "作废"), ("3", "删除"), ("4", "转报办结")),
        *(("5", "补正不来"), ("6", "办结"), ("7", "纸质"), ("6.0", "办结"), ("9", None)),
        *(("不予许可", "不予许可"), ("不予批准", "不予许可"), ("办理中", "在办")),
        *(("已办结", "办结"), ("转报", "转报办结"), ("退件", "退回"), ("怪结果", None)),
    ],
)
def test_results(db: Path, run: Runner, tmp_path: Path, cell: str, result: str | None) -> None:
    load(run, "cases", write(tmp_path / "a.csv", [case(办结结果=cell)]))
    assert rows(db, "SELECT result FROM cases") == [(result,)]


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        *(("非常满意", 5), ("5分", 5), ("四星", 4), ("基本满意", 3), ("2.0", 2)),
        *(("很不满意", 1), ("6", None)),
    ],
)
def test_satisfaction(db: Path, run: Runner, tmp_path: Path, cell: str, level: int | None) -> None:
    load(run, "cases", write(tmp_path / "a.csv", [case(满意度=cell)]))
    assert rows(db, "SELECT satisfaction FROM cases") == [(level,)]


def test_every_row_is_accounted_for(db: Path, run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, [case("A-1"), case("A-1"), case("A-1", 办结结果="1"), case("A-2"), case("")])
    with path.open("a", encoding="utf-8") as stream:
        stream.write("\n ,\n说明：以上为样例\n")
    tally = load(run, "cases", path)["rows"]["cases"]
    assert {name: tally[name] for name in ("read", "new", "repeated", "contradicting")} == {
        "read": 8,
        "new": 3,
        "repeated": 1,
        "contradicting": 1,
    }
    assert (tally["empty"], tally["refused"]) == (2, 1)
    assert tally["refusals"][0]["places"] == [{"file": 1, "row": 9}]
    assert rows(db, "SELECT number, result FROM cases ORDER BY number") == [
        ("#6", "出证办结"),
        ("A-1", "出证办结"),
        ("A-2", "出证办结"),
    ]


def test_a_later_file_takes_the_place_of_what_it_says_otherwise(
    db: Path, run: Runner, tmp_path: Path
) -> None:
    write(tmp_path / "a.csv", [case("A-1", 办结结果="在办"), case("A-2"), case("")])
    write(tmp_path / "b.csv", [case("A-2"), case("A-1"), case("A-3"), case("", 办结结果="6")])
    load(run, "cases", tmp_path / "a.csv")
    tally = load(run, "cases", tmp_path / "b.csv")["rows"]["cases"]
    assert (tally["new"], tally["superseding"], tally["unchanged"]) == (2, 1, 1)
    now = "SELECT number, result, load_no FROM cases ORDER BY number"
    later = rows(db, now)
    assert ("A-1", "出证办结", 2) in later
    assert len(later) == 5
    before = db.read_bytes()
    again = load(run, "cases", tmp_path / "b.csv")
    assert (again["load"], again["rows"]["cases"]["unchanged"]) == (None, 4)
    assert db.read_bytes() == before
    assert run("verify").rc == 0
    done = run("void", "load", "L-2", "--why", "错的文件")
    assert done.rc == 0, done.stderr
    assert "1" in done.stdout.rsplit(":", 1)[1]
    assert rows(db, now) == [("#4", "出证办结", 1), ("A-1", "在办", 1), ("A-2", "出证办结", 1)]
    assert run("verify").rc == 0
    assert load(run, "cases", tmp_path / "b.csv")["load"] == "L-3"
    assert rows(db, "SELECT result, load_no FROM cases WHERE number = 'A-1'") == [("出证办结", 3)]
    assert run("void", "load", "L-2", "--why", "x").rc == 2
    assert run("void", "load", "L-9", "--why", "x").rc == 2
    assert run("verify").rc == 0


def test_steps_and_stops(db: Path, run: Runner, tmp_path: Path) -> None:
    write(tmp_path / "a.csv", [case("A-1"), case("A-2")])
    step = {"办件编号": "A-1", "办理环节名称": "", "办理部门": "东区", "结束时间": "2022-03-02"}
    steps = [
        {**step, "业务动作": "收件"},
        {**step, "业务动作": "批后备案"},
        {**step, "业务动作": "上传", "办理环节名称": "审核"},
        {**step, "业务动作": "别的"},
        {**step, "业务动作": "收件", "办件编号": "A-9"},
    ]
    stop = {"办件编号": "A-2", "特别程序种类": "组织听证", "特别程序开始时间": "2022-03-03"}
    write(tmp_path / "s.csv", steps)
    write(tmp_path / "p.csv", [{**stop, "特别程序结束时间": "2022-03-05"}])
    account = load(run, "cases", *(tmp_path / name for name in ("s.csv", "p.csv", "a.csv")))
    assert account["rows"]["steps"]["new"] == 4
    assert account["rows"]["steps"]["refusals"][0]["why"] == "no_such_case"
    assert notes(account, "steps") == {"act_unknown": 1}
    assert rows(db, "SELECT act, duty IS NOT NULL, ended_on FROM case_step ORDER BY position") == [
        ("receive", 0, "2022-03-02"),
        (None, 1, "2022-03-02"),
        ("examine", 0, "2022-03-02"),
        (None, 0, "2022-03-02"),
    ]
    assert rows(db, "SELECT kind, from_on, to_on FROM case_stop") == [
        ("听证", "2022-03-03", "2022-03-05")
    ]
    assert run("verify").rc == 0
    # A file without steps takes none away; steps alone are added to a case that is there.
    load(run, "cases", write(tmp_path / "b.csv", [case("A-1", 办结结果="6")]))
    assert rows(db, "SELECT count(*) FROM case_step JOIN cases USING (case_no)") == [(4,)]
    alone = load(run, "cases", write(tmp_path / "t.csv", [{**steps[0], "办件编号": "A-2"}]))
    assert alone["rows"]["steps"]["superseding"] == 1
    assert rows(db, "SELECT count(*) FROM case_step JOIN cases USING (case_no)") == [(5,)]
    assert run("verify").rc == 0


def test_headers_of_two_levels_and_merged_cells(db: Path, run: Runner, tmp_path: Path) -> None:
    table = [
        ["办件清单", None, None, None, None],
        ["办件编号", "事项名称", "受理", None, "办结时间"],
        [None, None, "受理部门", "受理时间", None],
        ["A-1", "事项1-1", "东区", "2022-03-01", "2022-03-10"],
    ]
    merged = ("A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3")
    account = load(run, "cases", workbook(tmp_path / "a.xlsx", table, merged=merged))
    assert rows(db, "SELECT number, zone, accepted_on, decided_on FROM cases") == [
        ("A-1", "east", "2022-03-01", "2022-03-10")
    ]
    assert account["rows"]["cases"]["read"] == 1


def test_the_exchange_s_fields_tabs_and_gb18030(db: Path, run: Runner, tmp_path: Path) -> None:
    row = {
        "project_no": "A-1",
        "task_name": "事项1-1",
        "org_name": "东区",
        "accept_date": "2022-03-01",
        "result_type": "4",
    }
    load(run, "cases", write(tmp_path / "a.txt", [row], "gb18030", delimiter="\t"))
    assert rows(db, "SELECT item, zone, result FROM cases") == [("1-01", "east", "转报办结")]


def test_a_column_is_mapped_and_remembered(db: Path, run: Runner, tmp_path: Path) -> None:
    row = case()
    row["甲乙丙"] = row.pop("受理时间")
    path = write(tmp_path / "a.csv", [row])
    source = ("--source", "省平台")
    load(run, "cases", path, *source, "--map", "甲乙丙=受理时间")
    assert rows(db, "SELECT accepted_on FROM cases") == [("2022-03-01",)]
    assert rows(db, "SELECT kind, header, field FROM platform_mapping") == [
        ("cases", "甲乙丙", "accepted_on")
    ]
    again = load(run, "cases", path, *source)
    assert again["rows"]["cases"]["unchanged"] == 1
    for wrong in ("甲=受理时间", "甲乙丙=没有", "甲乙丙"):
        assert run("load", "cases", path, "--map", wrong).rc == 2


def test_a_column_may_be_named_by_its_letters_in_these_files(
    db: Path, run: Runner, tmp_path: Path
) -> None:
    row = case()
    row["经办人王小明"] = row.pop("印章")
    letter = "ABCDEFGHIJK"[list(row).index("经办人王小明")]
    path = write(tmp_path / "a.csv", [row])
    told = load(run, "cases", path)
    assert "王小明" not in str(told)
    assert letter in str(told)
    load(run, "cases", path, "--map", f"{letter}=印章")
    assert rows(db, "SELECT seal_department FROM cases") != [(None,)]
    assert rows(db, "SELECT count(*) FROM platform_mapping") == [(0,)], "not of other files"
    assert run("load", "cases", path, "--map", "Z=印章").rc == 2


def test_what_is_said_of_a_column_now_corrects_what_was_remembered(
    db: Path, run: Runner, tmp_path: Path
) -> None:
    row = case()
    row["甲乙丙"] = row.pop("受理时间")
    path = write(tmp_path / "a.csv", [row])
    source = ("--source", "省平台")
    load(run, "cases", path, *source, "--map", "甲乙丙=受理时间")
    load(run, "cases", path, *source, "--map", "甲 乙丙=办结时间")
    days = "SELECT accepted_on, decided_on FROM cases"
    assert rows(db, days) == [(None, "2022-03-01")], "in this load already"
    load(run, "cases", path, *source)
    assert rows(db, days) == [(None, "2022-03-01")]


def test_a_later_file_that_says_less_takes_nothing_away(
    db: Path, run: Runner, tmp_path: Path
) -> None:
    whole = case("A-1", 满意度="")
    load(run, "cases", write(tmp_path / "a.csv", [whole]))
    columns = "zone, accepted_on, decided_zone, decided_on, result, item, matched, seal_department"
    before = rows(db, f"SELECT {columns} FROM cases")
    rated = {"办件编号": "A-1", "事项名称": whole["事项名称"], "满意度": "不满意"}
    path = write(tmp_path / "b.csv", [rated])
    told = load(run, "cases", path)["rows"]["cases"]
    assert told["superseding"] == 1
    assert rows(db, f"SELECT {columns} FROM cases") == before
    assert rows(db, "SELECT satisfaction FROM cases") == [(2,)]
    assert load(run, "cases", path)["rows"]["cases"]["unchanged"] == 1
    emptied = {"办件编号": "A-1", "事项名称": whole["事项名称"], "办结时间": ""}
    load(run, "cases", write(tmp_path / "c.csv", [emptied]))
    assert rows(db, "SELECT decided_on, accepted_on FROM cases") == [(None, "2022-03-01")]
    assert run("verify").rc == 0


def test_a_day_that_can_not_be_covers_nothing(db: Path, run: Runner, tmp_path: Path) -> None:
    days = ("2022-03-01", "2022-03-04", "9999-12-31", "1900-01-01", "2022-04-02")
    odd = [case(办件编号=f"B{n}", 受理时间=day) for n, day in enumerate(days)]
    load(run, "cases", write(tmp_path / "a.csv", odd), "--exported-on", "2022-04-01")
    assert rows(db, "SELECT from_on, to_on FROM platform_load") == [("2022-03-01", "2022-03-04")]


@pytest.mark.parametrize(
    "first",
    [
        *("合计", "总计：3", "合 计", "共计1件", "共 3 件", "制表人：王小明", "填报单位：某局"),
        *("审核：", "打印时间：2022-07-01", "注：以上不含在办件", "备注：无"),
    ],
)
def test_what_stands_below_a_table_is_no_case(
    db: Path, run: Runner, tmp_path: Path, first: str
) -> None:
    row = case()
    below = dict.fromkeys(row, "") | {"办件编号": first, "办结时间": "2022-03-30", "满意度": "3"}
    told = load(run, "cases", write(tmp_path / "a.csv", [row, below]))
    assert rows(db, "SELECT number FROM cases") == [(row["办件编号"],)]
    assert told["rows"]["cases"]["refused"] == 1
    assert "王小明" not in str(told)


def test_a_case_whose_number_begins_like_a_total_is_one(
    db: Path, run: Runner, tmp_path: Path
) -> None:
    numbers = ["统计2022-1", "共青1", "合2022-3"]
    load(run, "cases", write(tmp_path / "a.csv", [case(number) for number in numbers]))
    assert rows(db, "SELECT count(*) FROM cases") == [(3,)]


def test_a_dry_run_changes_nothing(db: Path, run: Runner, tmp_path: Path) -> None:
    before = db.read_bytes()
    done = run("load", "cases", write(tmp_path / "a.csv", [case()]), "--dry-run")
    assert (done.rc, db.read_bytes()) == (0, before)
    assert "Would be kept: 1 of 1 rows." in done.stdout


def test_other_rows_than_those_loaded_are_found(db: Path, run: Runner, tmp_path: Path) -> None:
    load(run, "cases", write(tmp_path / "a.csv", [case("A-1"), case("A-2")]))
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE case_record SET result = '退回' WHERE number = 'A-1'")
    done = run("verify")
    assert done.rc == 1
    assert "load L-1: its rows are not those that were loaded" in done.stdout
    with closing(sqlite3.connect(db)) as conn, conn:
        conn.execute("UPDATE case_record SET result = '出证办结' WHERE number = 'A-1'")
        conn.execute("UPDATE case_record SET superseded_by = no WHERE number = 'A-2'")
    assert "superseded" in run("verify").stdout


def test_the_demonstration_is_taken_out(db: Path, run: Runner, tmp_path: Path) -> None:
    for name, result, provenance in (
        ("a", "在办", "official"),
        ("b", "6", "demonstration"),
        ("c", "0", "official"),
    ):
        path = write(tmp_path / f"{name}.csv", [case("A-1", 办结结果=result)])
        load(run, "cases", path, "--provenance", provenance)
    assert run("demo", "remove").rc == 0
    assert rows(db, "SELECT key FROM platform_loads") == [("L-1",), ("L-3",)]
    assert rows(db, "SELECT result FROM cases") == [("出证办结",)]
    assert run("verify").rc == 0
    run("void", "load", "L-3", "--why", "x")
    assert rows(db, "SELECT result FROM cases") == [("在办",)]
    assert load(run, "cases", tmp_path / "c.csv")["load"] == "L-4"


def test_the_log_keeps_the_load_and_no_row(db: Path, run: Runner, tmp_path: Path) -> None:
    load(run, "cases", write(tmp_path / "a.csv", [case("CASE-77")]))
    assert run("log", "export", tmp_path / "log.jsonl").rc == 0
    exported = (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    assert '"table":"platform_load"' in exported
    assert "CASE-77" not in exported


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "甲,乙\n1,2\n", "file 1: no table of it has a header that is understood"),
        ("a.csv", "", "file 1: the file is empty"),
        ("a.csv", '办件编号,事项名称\nA-1,"事项', "is not closed"),
        ("a.xlsx", "PK\x03\x04", "file 1: the file can't be read as a table"),
    ],
)
def test_what_can_t_be_taken_is_refused(
    db: Path, run: Runner, tmp_path: Path, name: str, text: str, told: str
) -> None:
    before = db.read_bytes()
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("load", "cases", tmp_path / name)
    assert (done.rc, db.read_bytes()) == (2, before)
    assert told in done.stderr


def test_a_quotation_mark_in_a_line_is_let_be(db: Path, run: Runner, tmp_path: Path) -> None:
    text = '办件编号,事项名称,受理时间\nA-1,"事项"1-1,2022-03-01\nA-2,事项1-1,2022-03-02\n'
    (tmp_path / "a.csv").write_text(text + 'A-3,"事"项,2022-03-03\n', encoding="utf-8")
    load(run, "cases", tmp_path / "a.csv")
    assert rows(db, "SELECT number, accepted_on FROM cases ORDER BY number") == [
        ("A-1", "2022-03-01"),
        ("A-2", "2022-03-02"),
        ("A-3", "2022-03-03"),
    ]


def test_an_item_that_goes_leaves_its_cases(db: Path, run: Runner, tmp_path: Path) -> None:
    from registry.store.connection import connect, transaction
    from registry.store.item_history import retire

    load(run, "cases", write(tmp_path / "a.csv", [case("A-1", 事项名称="事项2-1")]))
    with closing(connect(db)) as conn, transaction(conn):
        ((instrument, no),) = conn.execute(
            "SELECT instrument, no FROM item WHERE id = '2-01'"
        ).fetchall()
        retire(conn, instrument, no)
    assert rows(db, "SELECT item, matched FROM cases") == [(None, "none")]
    assert run("verify").rc == 0
