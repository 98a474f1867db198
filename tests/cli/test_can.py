"""`can`, `who` and `powers`: words as people write them, exit codes, tables of questions."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Run
from tests.store.log.offices import Clock

Runner = Callable[..., Run]
CAN = ("can", "聊城经开区", "1-09", "决定")


@pytest.fixture
def db(built: Path, tmp_path: Path) -> Path:
    """Copy the demonstration to where commands find it."""
    return _copied(built, tmp_path)


@pytest.fixture
def bare_db(bare: Path, tmp_path: Path) -> Path:
    """The same without the demonstration ledger."""
    return _copied(bare, tmp_path)


def _copied(file: Path, folder: Path) -> Path:
    copy = Path(shutil.copyfile(file, folder / "registry.db"))
    copy.chmod(0o644)
    return copy


def said(run: Runner, *words: str) -> dict[str, object]:
    """What `can` says as JSON."""
    return dict(json.loads(run("can", *words, "--format", "json").stdout))


# can


@pytest.mark.parametrize(
    ("words", "code", "begins"),
    [
        (("聊城经开区", "1-09", "决定", "--on", "2021-06-30"), 0, "Yes: "),
        (("聊城经开区", "1-09", "决定", "--on", "2022-06-30"), 1, "No: "),
        (("聊城经开区", "1-09", "撤销变更注销", "--on", "2021-06-30"), 3, "Undetermined: "),
        (("聊城经开区", "1-09", "决定", "--on", "2021-06-30", "--strict"), 3, "Undetermined: "),
    ],
)
def test_exit_codes_are_the_answer_s(
    run: Runner, db: Path, words: Sequence[str], code: int, begins: str
) -> None:
    done = run("can", *words)
    assert (done.rc, done.stderr) == (code, "")
    assert done.stdout.startswith(begins)
    assert said(run, *words)["answer"] == begins.removesuffix(": ").lower()


def test_the_answer_of_the_design(run: Runner, db: Path) -> None:
    """The example that AUTHORITY.md gives."""
    env = {"COLUMNS": "110"}
    done = run("--lang", "zh", *CAN, "--on", "2022-06-30", env=env)
    assert done.rc == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "不可以：聊城经开区2022-06-30不得对“特种设备使用登记”作出决定。"
    assert [line.split()[0] for line in lines[1:8]] == ["√", "√", "√", "×", "√", "?", "√"]
    names = ["已赋权", "上级依据", "环节", "委托协议", "法律禁止", "委托依据", "权限范围"]
    assert [line.split()[1] for line in lines[1:8]] == names
    assert "示例〔2021〕003号，2021-05-11至2021-12-15，委托届满" in lines[4]
    below = "\n".join(lines[8:])
    assert "当日由市市场监管局实施（理解）" in below
    assert "可以的期间：2021-05-11至2021-12-15" in below
    assert "演示数据，非正式文件" in below
    assert "sha256" in below


@pytest.mark.parametrize(
    "words",
    [
        ("etdz", "1-09", "decide"),
        ("聊城经济技术开发区管委会", "特种设备使用登记", "决定"),
        ("聊城经开区", "1-9", "DECIDE"),
        ("聊城经开区", "liaocheng-2021-8:1-09", " 决定 "),
        ("ＥＴＤＺ", "１－０９", "决定"),
    ],
)
def test_words_as_people_write_them(run: Runner, db: Path, words: tuple[str, ...]) -> None:
    record = said(run, *words, "--on", "2021-06-30")
    assert record["question"] == {
        **{"zone": "etdz", "item": "liaocheng-2021-8:1-09", "act": "decide"},
        **{"on": "2021-06-30", "accepted_on": None, "strict": False},
    }
    assert record["answer"] == "yes"


@pytest.mark.parametrize(
    ("words", "problem", "remedy"),
    [
        (("etdz", "1-09", "decied"), "no act called decied", "decide"),
        (("etdz", "1-09", "受里"), "no act called 受里", "受理"),
        (("etdz", "1-09", "飞"), "no act called 飞", "受理"),
        (("聊城经开", "1-09", "决定"), "聊城经开", "聊城经开区"),
        (("etdz", "特种设备使用登计", "决定"), "特种设备使用登计", "特种设备使用登记"),
        (("etdz", "9-99", "决定"), "9-99", ""),
    ],
)
def test_what_is_not_known_offers_the_nearest(
    run: Runner, db: Path, words: tuple[str, ...], problem: str, remedy: str
) -> None:
    done = run("can", *words)
    assert done.rc == 2
    assert done.stdout == ""
    assert problem in done.stderr
    assert remedy in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("can",),
        ("can", "etdz", "1-09"),
        (*CAN, "-o", "a.csv"),
        (*CAN, "--batch", "a.csv"),
        (*CAN, "--on", "2021-13-01"),
        ("can", "--batch", "a.csv", "--timeline"),
    ],
)
def test_what_does_not_go_together_is_an_error(
    run: Runner, db: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "a.csv").write_text("zone,item,act\netdz,1-09,decide\n", encoding="utf-8")
    done = run(*words)
    assert done.rc == 2
    assert done.stderr


def test_the_timeline(run: Runner, db: Path) -> None:
    done = run(*CAN, "--on", "2022-06-30", "--timeline")
    assert done.rc == 1
    rows = [line.split() for line in done.stdout.splitlines()[2:]]
    assert rows == [
        ["…", "2021-05-10", "no"],
        ["2021-05-11", "2021-12-15", "yes"],
        ["2021-12-16", "…", "no"],
    ]
    periods = said(run, *CAN[1:], "--on", "2022-06-30")["periods"]
    told = [[p["from"] or "…", p["to"] or "…", p["answer"]] for p in periods]  # type: ignore[attr-defined]
    assert told == rows


def test_as_it_was_known_on_a_day(run: Runner, db: Path) -> None:
    clock = Clock()
    clock.now = datetime.now() + timedelta(days=5)
    begun = (clock.now - timedelta(days=5)).date()
    question = (*CAN[1:], "--on", "2021-06-30")
    with clock.read_by_commands():
        before = said(run, *question)
        ended = ("示例〔2021〕003号", "--on", "2021-06-01", "--basis", "双方协商", "--by", "张三")
        assert run("record", "termination", *ended).rc == 0
        now = said(run, *question)
        then = said(run, *question, "--known-on", begun.isoformat())
        assert (before["answer"], now["answer"], then["answer"]) == ("yes", "no", "yes")
        assert then == before
        assert now["receipt"] != then["receipt"]
        earlier = run("can", *question, "--known-on", "2021-06-29")
    assert earlier.rc == 2
    assert "2021-06-29" in earlier.stderr


def test_without_the_ledger_all_that_is_entrusted_awaits_an_agreement(
    run: Runner, bare_db: Path
) -> None:
    record = json.loads(run("powers", "etdz", "--on", "2021-06-30", "--format", "json").stdout)
    entrusted = [item for item in record["items"] if item["state"] == "待签协议"]
    assert len(entrusted) == 14
    for item in entrusted:
        assert {item["answers"][act] for act in ("receive", "accept", "decide", "issue")} == {"no"}
    done = run("--lang", "zh", *CAN, "--on", "2021-06-30")
    assert done.rc == 1
    assert "待签协议，未登记协议" in done.stdout
    assert "当日由市市场监管局实施" in done.stdout
    assert "没有可以的期间" in done.stdout
    others = [item for item in record["items"] if item["item"].startswith("liaocheng-2021-8:1-1")]
    assert any(item["answers"]["examine"] == "yes" for item in others)


# who and powers


def test_who_may(run: Runner, db: Path) -> None:
    done = run("who", "1-09", "决定", "--on", "2021-06-30")
    assert done.rc == 0
    assert "聊城经开区" in done.stdout
    assert "聊城高新区" not in done.stdout
    none = run("who", "特种设备使用登记", "decide", "--on", "2021-04-15")
    assert none.rc == 0
    assert "市市场监管局" in none.stdout
    record = json.loads(run("who", "1-9", "决定", "--on", "2021-04-15", "--format", "json").stdout)
    assert len(record["municipal"]) == 1
    assert run("who", "1-09", "决顶").rc == 2
    assert run("who", "9-99", "决定").rc == 2


def test_powers_in_every_format(run: Runner, db: Path, tmp_path: Path) -> None:
    words = ("powers", "聊城经开区", "--on", "2021-06-30")
    record = json.loads(run(*words, "--format", "json").stdout)
    assert run(*words, "--format", "csv", "-o", tmp_path / "a.csv").rc == 0
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["item"] for row in rows] == [item["item"] for item in record["items"]]
    for row, item in zip(rows, record["items"], strict=True):
        assert {act: row[act] for act in item["answers"]} == item["answers"]
    one = json.loads(run(*words, "--act", "决定", "--format", "json").stdout)
    assert [item["item"] for item in one["items"]] == [
        item["item"] for item in record["items"] if item["answers"]["decide"] == "yes"
    ]
    table = run(*words, "--act", "决定", env={"COLUMNS": "200"})
    assert f"{len(one['items']):,} items" in table.stdout
    assert run("powers", "市水利局", "--on", "2021-06-30").rc == 2
    assert run("powers", "聊城经开", "--on", "2021-06-30").rc == 2


# a table of questions

QUESTIONS = [
    ("聊城经开区", "1-09", "决定", "2021-06-30"),
    ("聊城经开区", "1-09", "决定", "2022-06-30"),
    ("hidz", "特种设备使用登记", "accept", "2021年6月30日"),
    ("etdz", "1-09", "revoke", ""),
]


def _asked(path: Path, rows: Sequence[Sequence[str]], head: Sequence[str]) -> Path:
    if path.suffix == ".csv":
        out = io.StringIO()
        csv.writer(out).writerows([head, *rows])
        path.write_text(out.getvalue(), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "问题"
        for row in (head, *rows):
            sheet.append([*row])
        book.save(path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("out", [".csv", ".xlsx"])
def test_a_table_is_answered_as_its_questions_are(
    run: Runner, db: Path, tmp_path: Path, suffix: str, out: str
) -> None:
    head = ("备注", "承接主体", "事项", "环节", "日期")
    rows = [("=1+1", *row) for row in QUESTIONS]
    file = _asked(tmp_path / f"asked{suffix}", rows if suffix == ".csv" else _plain(rows), head)
    target = tmp_path / f"answered{out}"
    done = run("can", "--batch", file, "--on", "2021-06-30", "-o", target)
    assert (done.rc, done.stderr) == (0, "")
    if out == ".csv":
        with target.open(encoding="utf-8-sig", newline="") as stream:
            shown = list(csv.reader(stream))
    else:
        sheet = openpyxl.load_workbook(target).active
        assert sheet is not None
        shown = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
        assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row if cell.value)
    assert shown[0][:6] == [*head, "Answer"]
    for row, (zone, item, act, day) in zip(shown[1:], QUESTIONS, strict=True):
        record = said(
            run, zone, item, act, "--on", "2021-06-30" if "年" in day else day or "2021-06-30"
        )
        assert row[5:7] == [record["answer"], record["certainty"]]
        assert row[8] == record["name_of"]
        assert row[9] == record["respondent"]
        lacking = [p for p in record["premises"] if p["value"] is False]  # type: ignore[attr-defined]
        assert all(premise["because"]["en"] in row[7] for premise in lacking)
    if suffix == ".csv":
        assert shown[1][0] == {".csv": "'=1+1", ".xlsx": "=1+1"}[out]


def _plain(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Without the formula, which a workbook would compute."""
    return [["注", *row[1:]] for row in rows]


def test_what_is_wrong_in_a_table_is_told_by_sheet_row_and_column(
    run: Runner, db: Path, tmp_path: Path
) -> None:
    rows = [
        ("聊城经开区", "1-09", "决顶", "2021-06-30"),
        ("东昌府区", "1-09", "决定", "2021-06-30"),
        ("etdz", "9-99", "决定", "2021-06-31"),
        ("etdz", "1-09", "决定", "2021-06-30"),
    ]
    file = _asked(tmp_path / "asked.xlsx", rows, ("zone", "item", "act", "on"))
    done = run("can", "--batch", file, "-o", tmp_path / "answered.csv")
    assert done.rc == 2
    assert not (tmp_path / "answered.csv").exists()
    told = done.stderr
    assert "asked.xlsx" in told
    assert "问题" in told
    for place, column, *words in (
        ("row 2", "C act", "决顶", "制证送达"),
        ("row 3", "A zone", "东昌府区"),
        ("row 4", "B item", "9-99"),
        ("row 4", "D on", "2021-06-31"),
    ):
        line = next(one for one in told.splitlines() if place in one and column in one)
        assert all(word in line for word in words)
    assert "row 5" not in told


def test_a_day_that_a_formula_has_not_told_is_not_today(
    run: Runner, db: Path, tmp_path: Path
) -> None:
    rows = [("etdz", "1-09", "决定", "=TODAY()", "=1+1")]
    file = _asked(tmp_path / "asked.xlsx", rows, ("zone", "item", "act", "on", "备注"))
    done = run("can", "--batch", file)
    assert done.rc == 2
    assert "row 2, column D on: the formula has no stored value" in done.stderr
    assert "column E" not in done.stderr


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        (",,\n", "no text"),
        ("zone,item\netdz,1-09\n", "act"),
        ("zone,item,act\n", "no question"),
        ("zone,item,act\netdz,1-09,\n", "row 2"),
    ],
)
def test_a_table_that_asks_nothing(
    run: Runner, db: Path, tmp_path: Path, text: str, problem: str
) -> None:
    (tmp_path / "asked.csv").write_text(text, encoding="utf-8")
    done = run("can", "--batch", "asked.csv")
    assert done.rc == 2
    assert problem in done.stderr


def test_further_sheets_are_told(run: Runner, db: Path, tmp_path: Path) -> None:
    head, rows = ("zone", "item", "act", "on"), [("etdz", "1-09", "决定", "2021-06-30")]
    file = _asked(tmp_path / "asked.xlsx", rows, head)
    book = openpyxl.load_workbook(file)
    book.create_sheet("空表")
    book.create_sheet("补充").append(["hidz", "1-09", "决定"])
    book.save(file)
    done = run("can", "--batch", file)
    assert done.rc == 0
    assert done.stderr == "Note: only the first sheet was read, not 补充.\n"


def test_a_day_of_acceptance_in_a_table(run: Runner, db: Path, tmp_path: Path) -> None:
    head = ("zone", "item", "act", "on", "受理日期")
    rows = [("etdz", "1-09", "决定", "2021-06-30", "2021.6.1")]
    file = _asked(tmp_path / "asked.csv", rows, head)
    done = run("can", "--batch", file)
    assert done.rc == 0
    assert next(csv.DictReader(io.StringIO(done.stdout)))["Answer"] == "yes"


# what it takes


@pytest.mark.parametrize(
    "arguments",
    [
        (*CAN, "--on", "2021-06-30"),
        (*CAN, "--on", "2021-06-30", "--format", "json"),
        ("who", "1-09", "决定", "--on", "2021-06-30"),
        ("powers", "etdz", "--on", "2021-06-30", "--act", "决定"),
    ],
)
def test_heavy_libraries_are_not_imported(
    run: Runner, db: Path, arguments: tuple[str, ...]
) -> None:
    program = (
        "-c",
        "import sys, atexit; from registry.cli import main;"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr)); main()",
    )
    modules = run(*arguments, program=program).stderr.split()
    assert "registry.authority.answering" in modules
    for heavy in ("datasette", "sqlite_utils", "uvicorn", "jinja2", "pydantic", "yaml"):
        assert heavy not in modules
