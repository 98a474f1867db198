"""`registry build` as a process: what it prints, and how it refuses."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Run, SmallRoot

PATIENT = "import registry.store.connection as c; c.BUSY_SECONDS = 0.1\n"
MAIN = "from registry.cli import main; main()"

FACTS = """
聊政字〔2021〕8号 聊城市人民政府关于赋予聊城经济技术开发区和高新技术产业开发区相关经济管理权限的通知
Annex 1  赋权事项清单                    29 of 29
Annex 2  原直接实施的事项清单            1,794 of 1,794
Annex 3  不再实施的市县同权改革事项清单  24 (no total stated)
Delegations: 3,694, of them conferred 3,646
official: notice 1
reconstructed, not official: items 1,847
demonstration, not official: agreements 18, deliverables 199, guidance requests 12, \
service reductions 45
"""

SECOND = """
聊政办发〔2021〕1号 聊城市人民政府办公室关于印发聊城市承接省政府用地审批权下放实施方案的通知
List 1 in the text  承接权限      2 (no total stated)
List 2 in the text  县级组卷初审  1 (no total stated)

Delegations: 3,707, of them conferred 3,659
official: notice 2, items 3
"""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "registry.db"


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    conn = sqlite3.connect(path)
    found = conn.execute(query).fetchall()
    conn.close()
    return found


def edit(path: Path, old: str, new: str, encoding: str = "utf-8") -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding=encoding)


@pytest.fixture
def folder(data_root: Path) -> Path:
    return data_root / "liaocheng-2021-8"


def test_what_is_printed_of_the_current_folder(
    run: Callable[..., Run], data_root: Path, db: Path
) -> None:
    assert run("build", "--demo") == (0, f"Built registry.db from data.\n{FACTS}", "")
    assert rows(db, "SELECT count(*) FROM items") == [(1847,)]
    assert rows(db, "SELECT value FROM meta WHERE key = 'calendar_origin'") == [
        (str(data_root / "calendar"),)
    ]


def test_the_carried_data(run: Callable[..., Run], tmp_path: Path, db: Path) -> None:
    done = run("--db", db, "build", "--demo")
    assert done.rc == 0
    first, *_rest = FACTS.split("Delegations")
    assert first + SECOND in done.stdout
    assert rows(db, "SELECT value FROM meta WHERE key = 'calendar_origin'") == [("",)]


def test_a_deleted_row_is_a_warning(
    run: Callable[..., Run], data_root: Path, folder: Path, db: Path
) -> None:
    lines = (folder / "annex2.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    del lines[1700]
    (folder / "annex2.csv").write_text("".join(lines), encoding="utf-8")
    done = run("build", "--data", data_root)
    assert done.rc == 0
    assert "原直接实施的事项清单            1,793 of 1,794\n" in done.stdout
    assert done.stderr == (
        "Warning: 聊政字〔2021〕8号, annex 2: 1,793 items, the notice states 1,794\n"
    )
    assert rows(db, "SELECT count(*) FROM delegations") == [(3692,)]


@pytest.mark.parametrize(
    ("option", "counted", "lines"),
    [
        ("--official-only", (1, 0), "official: notice 1, items 1"),
        ("--no-demonstration", (4, 3), "reconstructed, not official: items 6"),
        ("--fresh", (4, 3), "reconstructed, not official: items 6"),
        ("--demo", (4, 3), "demonstration, not official: items 2, agreements 1"),
    ],
)
def test_row_filters(
    run: Callable[..., Run],
    small_root: SmallRoot,
    option: str,
    counted: tuple[int, int],
    lines: str,
) -> None:
    small_root.annexes[1][0]["provenance"] = "official"
    for item in small_root.annexes[3]:
        item["provenance"] = "demonstration"
    small_root.ledger["agreements"] = [small_root.agreement()]
    env = {"REGISTRY_DB": "台账.db"}
    done = run("build", option, "--data", small_root.write(), env=env)
    assert done.rc == 0
    assert done.stdout.startswith("Built 台账.db from ")
    assert f" {counted[0]} of 4\n" in done.stdout
    assert f" {counted[1]} of 3\n" in done.stdout
    assert done.stdout.endswith(f"\n{lines}\n")
    assert done.stderr.count("Warning: ") == (2 if option == "--official-only" else 0)


def test_filters_that_exclude_each_other(run: Callable[..., Run], db: Path) -> None:
    for other in ("--official-only", "--no-demonstration"):
        done = run("build", "--demo", other)
        assert done.rc == 2
        assert "--demo goes with neither" in done.stderr
    assert not db.exists()


def wrong_cells(folder: Path) -> None:
    path = folder / "annex1.csv"
    edit(path, "1-03,3,建设用地规划许可证核发,行政许可", "1-03,3,建设用地规划许可证核发,行政审批")
    edit(path, "\n1-05,5,", "\n1-04,5,")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[7] = lines[7].replace(",市", ",市教委；市", 1)
    path.write_text("".join(lines), encoding="utf-8")


def missing_column(folder: Path) -> None:
    edit(folder / "annex1.csv", "id,seq,name,power_type", "id,seq,name,type")


def impossible_date(folder: Path) -> None:
    edit(folder / "ledger" / "agreements.csv", "etdz,2021-04-29,", "etdz,2021-02-30,")


def impossible_date_in_yaml(folder: Path) -> None:
    edit(folder / "instrument.yml", "issued_on: 2021-04-15", "issued_on: 2021-02-30")


def empty_file(folder: Path) -> None:
    (folder / "annex2.csv").write_bytes(b"")


def wrong_encoding(folder: Path) -> None:
    path = folder / "annex2.csv"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-16")


def wrong_calendar(folder: Path) -> None:
    (folder.parent / "calendar" / "2027.yml").write_text("year: 2026\n", encoding="utf-8")


BAD_INPUT: dict[Callable[[Path], None], list[str]] = {
    wrong_cells: [
        "annex1.csv, row 4, column power_type: “行政审批” is not a known value. "
        "Use one of: 行政许可,",
        "annex1.csv, row 6, column id: the id 1-04 stands twice. "
        "An id belongs to one item: give the other a new one.",
        "annex1.csv, row 8, column department: “市教委” is no department of this instrument. "
        "Use a name from instrument.yml, or add",
    ],
    missing_column: [
        "annex1.csv, row 1, column power_type: the table has no column power_type. "
        "Add it; the header row names: id, seq, name, power_type,"
    ],
    impossible_date: [
        "agreements.csv, row 2, column signed_on: “2021-02-30” is not a date of the calendar. "
        "Write the date like 2021-05-28."
    ],
    impossible_date_in_yaml: [
        "instrument.yml, key issued_on: “2021-02-30” is not a date of the calendar. "
        "Write the date like 2021-05-28."
    ],
    empty_file: ["annex2.csv: the file is empty. Put the header row and the rows into it."],
    wrong_encoding: ["annex2.csv: this is not a text file. Save the table as CSV in UTF-8."],
    wrong_calendar: ["2027.yml: the file says year 2026, but its name says 2027"],
}


@pytest.mark.parametrize("spoil", BAD_INPUT)
def test_bad_input_is_named_and_changes_nothing(
    run: Callable[..., Run],
    built_copy: Path,
    data_root: Path,
    folder: Path,
    spoil: Callable[[Path], None],
) -> None:
    before = built_copy.read_bytes()
    spoil(folder)
    done = run("--db", built_copy, "build", "--data", data_root)
    assert (done.rc, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert lines[len(BAD_INPUT[spoil]) :] in ([], ["Nothing was changed."])
    for line, expected in zip(lines, BAD_INPUT[spoil], strict=False):
        assert re.match(rf"Error: {re.escape(str(data_root))}.*/{re.escape(expected)}", line), line
    assert built_copy.read_bytes() == before
    assert [p.name for p in built_copy.parent.iterdir() if p.name != "data"] == ["registry.db"]


def test_a_missing_data_folder(run: Callable[..., Run], built_copy: Path) -> None:
    before = built_copy.read_bytes()
    done = run("--db", built_copy, "build", "--data", "nowhere")
    assert done == (
        2,
        "",
        "Error: nowhere: there is no such folder. Name the data folder with --data, or create it.\n"
        "Nothing was changed.\n",
    )
    assert built_copy.read_bytes() == before


def test_gb18030_is_read_with_a_note(
    run: Callable[..., Run], small_root: SmallRoot, db: Path
) -> None:
    path = small_root.write_annex(1, small_root.annexes[1], "gb18030")
    done = run("build", "--data", small_root.path)
    assert done.rc == 0
    assert done.stderr == f"Note: {path}: read as GB18030; UTF-8 is the registry's own encoding\n"
    assert rows(db, "SELECT name FROM items WHERE id = '1-01'") == [("事项1-1",)]


def test_many_problems_are_counted_not_cut_in_silence(
    run: Callable[..., Run], data_root: Path, folder: Path
) -> None:
    path = folder / "annex2.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",原直接实施,", ",?,"), "utf-8")
    done = run("build", "--data", data_root)
    lines = done.stderr.splitlines()
    assert done.rc == 2
    assert [line.split(",")[1] for line in lines[:20]] == [f" row {n}" for n in range(2, 22)]
    assert lines[20].startswith("… and 1,774 more problems")


def test_a_file_with_runs_is_kept_unless_fresh(
    run: Callable[..., Run], small_root: SmallRoot, db: Path
) -> None:
    build = ("--db", db, "build", "--data", small_root.path)
    assert run(*build).rc == 0
    audit = run(
        "--db", db, "audit", "--as-of", "2021-12-31", "--select", "HBK", "--fail-on", "never"
    )
    assert audit.rc == 0
    before = db.read_bytes()
    refused = run(*build)
    assert (refused.rc, refused.stdout) == (2, "")
    assert refused.stderr == (
        f"Error: {db} holds 1 stored audits, 0 loaded annexes, 0 imported ledgers and 0 files of"
        " loaded instruments, which a build would lose. With --fresh it is set aside under a dated"
        " name first.\n"
    )
    assert db.read_bytes() == before
    done = run(*build, "--fresh")
    assert done.rc == 0
    found = re.search(r"The old file is now (.*registry-\d{8}-\d{6}\.db)\.", done.stderr)
    assert found
    assert rows(Path(found[1]), "SELECT as_of FROM runs") == [("2021-12-31",)]
    assert rows(db, "SELECT count(*) FROM runs") == [(0,)]


def test_something_else_is_not_replaced(
    run: Callable[..., Run], small_root: SmallRoot, tmp_path: Path
) -> None:
    path = tmp_path / "minutes.db"
    path.write_bytes(b"minutes of a meeting\n" * 60)
    done = run("--db", path, "build", "--data", small_root.path, "--fresh")
    error = f"Error: {path} is not a registry's working file. Name another with --db.\n"
    assert done == (2, "", error)
    assert path.read_bytes() == b"minutes of a meeting\n" * 60


def test_a_file_in_use(run: Callable[..., Run], small_root: SmallRoot, db: Path) -> None:
    shutil.move(small_root.build().path, db)
    before = db.read_bytes()
    holder = sqlite3.connect(db, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    program = ("-c", PATIENT + MAIN)
    done = run("--db", db, "build", "--data", small_root.path, program=program)
    holder.close()
    assert done == (
        2,
        "",
        f"Error: {db} is in use by another command. Try again when it has ended.\n",
    )
    assert db.read_bytes() == before


def test_a_folder_that_is_not_there(run: Callable[..., Run], small_root: SmallRoot) -> None:
    done = run("--db", "no/registry.db", "build", "--data", small_root.path)
    assert done.rc == 2
    assert "can't be opened" in done.stderr
    assert "Check the folder and its rights." in done.stderr


@pytest.mark.parametrize("language", ["en", "zh"])
def test_redirected_output_holds_what_gbk_lacks(
    run: Callable[..., Run], small_root: SmallRoot, language: str
) -> None:
    """GBK lacks the character 㐂, and stands for what a console is set to."""
    small_root.instrument["title"] = "㐂文件"
    small_root.annexes[1].pop()
    gbk = {"env": {"PYTHONIOENCODING": "gbk"}, "encoding": "utf-8"}
    done = run("--lang", language, "build", "--data", small_root.write(), **gbk)
    assert done.rc == 0
    assert "㐂文件" in done.stdout
    small_root.annexes[1][0]["mode"] = "㐂"
    failed = run("--lang", language, "build", "--data", small_root.write(), **gbk)
    assert (failed.rc, failed.stdout) == (2, "")
    assert "annex1.csv" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_help(run: Callable[..., Run]) -> None:
    done = run("build", "--help")
    assert done.rc == 0
    for option in ("--data DIR", "--demo", "--official-only", "--fresh"):
        assert option in done.stdout
