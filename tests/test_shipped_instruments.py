"""The shipped data root: both instruments, each with what its text states."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from registry.intake.dataset import open_data_root
from registry.model.instrument import Instrument
from tests.conftest import DATA, FIRST, Run

SECOND = "liaocheng-office-2021-1"
COUNTIES = 11
"""Eight governments of counties, and three committees."""


@pytest.fixture
def conn(shipped: Path) -> Iterator[sqlite3.Connection]:
    conn = sqlite3.connect(f"{shipped.as_uri()}?mode=ro", uri=True)
    yield conn
    conn.close()


@pytest.fixture(scope="module")
def second() -> Instrument:
    return {f.instrument.id: f.instrument for f in open_data_root(DATA).instruments}[SECOND]


def test_both_are_shipped(conn: sqlite3.Connection) -> None:
    counts = "SELECT instrument, count(*) FROM {} GROUP BY instrument ORDER BY instrument"
    assert conn.execute(counts.format("items")).fetchall() == [(FIRST, 1847), (SECOND, 3)]
    delegations = conn.execute(counts.format("delegations")).fetchall()
    assert delegations == [(FIRST, 3694), (SECOND, 2 + COUNTIES)]


def test_what_the_text_does_not_state_is_not_stated(conn: sqlite3.Connection) -> None:
    rows = conn.execute(
        "SELECT law, article, legal_level, provenance, our_note FROM items WHERE instrument = ?",
        (SECOND,),
    ).fetchall()
    assert {row[:4] for row in rows} == {(None, None, None, "official")}
    assert all("正文未载明" in row[4] for row in rows)
    totals = conn.execute(
        "SELECT in_text, control_total FROM annexes WHERE instrument = ?", (SECOND,)
    )
    assert totals.fetchall() == [(1, None), (1, None)]


def test_written_out_names_are_no_facts_of_the_instrument(conn: sqlite3.Connection) -> None:
    origins = dict(conn.execute("SELECT id, provenance FROM zone").fetchall())
    assert origins["city"] == origins["etdz"] == "official"
    assert origins["donge"] == origins["resort"] == "reconstruction"


def test_bodies_of_both_are_the_same_bodies(conn: sqlite3.Connection) -> None:
    assert conn.execute("SELECT count(*) FROM department").fetchone() == (23,)
    named = conn.execute(
        "SELECT d.short_name FROM department_alias AS a JOIN department AS d"
        " ON d.no = a.department WHERE a.alias = '市自然资源和规划部门'"
    )
    assert named.fetchall() == [("市自然资源和规划局",)]
    shared = conn.execute(
        "SELECT instrument, count(*) FROM delegations WHERE zone = 'etdz' GROUP BY instrument"
    )
    assert shared.fetchall() == [(FIRST, 1847), (SECOND, 1)]


def test_every_duty_hangs_on_a_case_and_none_is_owed_before_there_is_one(
    conn: sqlite3.Connection, second: Instrument
) -> None:
    assert {(d.amount, d.unit, d.counted_from) for d in second.duties} == {
        (10, "working", "case"),
        (10, "calendar", "case"),
    }
    states = conn.execute(
        "SELECT status, due_on, count(*) FROM obligation_status WHERE instrument = ?"
        " GROUP BY status, due_on",
        (SECOND,),
    )
    assert states.fetchall() == [("skip", None, 3 * COUNTIES)]
    assert conn.execute(
        "SELECT count(*) FROM duty_deadlines WHERE instrument = ?", (SECOND,)
    ).fetchone() == (0,)


def test_an_entrustment_without_agreement_is_exercised_from_the_day_of_issue(
    conn: sqlite3.Connection,
) -> None:
    row = conn.execute(
        "SELECT entrusts, agreement_status, exercisable_from FROM delegations"
        " WHERE instrument = ? AND id = '1-02-city'",
        (SECOND,),
    ).fetchone()
    assert row == (1, "不适用", "2021-04-08")


def test_every_clause_is_checked_or_says_why_not(second: Instrument) -> None:
    assert len(second.clauses) == 33
    assert all(clause.checked != "no" or clause.reason for clause in second.clauses)
    cited = {clause for duty in second.duties for clause in duty.clauses}
    assert {clause.id for clause in second.clauses if clause.checked == "rules"} >= cited


def test_show_says_from_what_in_a_case_a_duty_is_counted(
    run: Callable[..., Run], shipped: Path
) -> None:
    done = run("--db", shipped, "--lang", "zh", "show", "2-01-donge", "--as-of", "2021-06-30")
    assert done.rc == 0
    assert done.stdout.count("逐件起算：") == 3
    assert "正文所列" in done.stdout
    entrusted = run("--db", shipped, "--lang", "zh", "show", "1-02-city", "--as-of", "2021-06-30")
    assert re.search("委托协议 +不适用\n", entrusted.stdout)
    assert "可行使起始日" not in entrusted.stdout


def test_the_second_instrument_owes_nothing_by_the_calendar(
    run: Callable[..., Run], shipped: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "registry.db"
    copy.write_bytes(shipped.read_bytes())
    assert run("--db", copy, "audit", "--as-of", "2021-12-31").rc == 1
    conn = sqlite3.connect(copy)
    found = conn.execute("SELECT DISTINCT instrument FROM findings WHERE duty IS NOT NULL")
    assert found.fetchall() == [(FIRST,)]
    conn.close()


def test_clauses_of_both_are_listed(run: Callable[..., Run]) -> None:
    done = run("--lang", "zh", "rules", "--by", "clause", env={"COLUMNS": "300"})
    assert done.rc == 0
    assert "聊政字〔2021〕8号" in done.stdout
    assert "聊政办发〔2021〕1号" in done.stdout
    assert "无法核查：须按办件核查，尚无办件数据" in done.stdout


WAIVED = ("--reason", "r", "--approver", "a", "--issued", "2021-06-01", "--expires", "2021-12-31")
DAY = ("--as-of", "2021-06-30")


@pytest.fixture
def office(shipped: Path, tmp_path: Path, run: Callable[..., Run]) -> Callable[..., Run]:
    """Run commands on a registry of both instruments, with the demonstration."""
    assert run("build", "--demo", "--data", DATA).rc == 0
    return run


def test_what_both_number_alike_is_told_apart(office: Callable[..., Run]) -> None:
    ambiguous = office("--lang", "en", "show", "1-01")
    assert ambiguous.rc == 2
    assert f"{FIRST}:1-01" in ambiguous.stderr
    assert f"{SECOND}:1-01" in ambiguous.stderr
    assert "企业投资项目核准" in office("show", f"{FIRST}:1-01").stdout
    assert "农用地转" in office("show", f"{SECOND}:1-01").stdout
    assert office("show", "1-07").rc == 0, "one alone has it"


def test_a_waiver_for_one_leaves_the_other(office: Callable[..., Run], tmp_path: Path) -> None:
    """Neither item 1-01 has what CAT006 and CAT010 ask for."""
    office("audit", *DAY)
    both = "SELECT instrument FROM findings WHERE run = {} AND subject_id = '1-01' AND waived = {}"
    db = tmp_path / "registry.db"
    (code,) = {
        code
        for code, count in sqlite3.connect(db).execute(
            "SELECT code, count(DISTINCT instrument) FROM findings WHERE subject_id = '1-01'"
            " GROUP BY code"
        )
        if count == 2
    } or {None}
    if code is None:  # only one of them has a fault: then the other's waiver is told so
        code = "CAT006"
    assert office("waive", code, "1-01", *WAIVED).rc == 2, "which of the two is not said"
    assert office("waive", code, f"{SECOND}:1-01", *WAIVED).rc == 0
    office("audit", *DAY)
    assert sqlite3.connect(db).execute(both.format(2, 1)).fetchall() == [(SECOND,)]


def test_letters_and_pages_name_the_one_that_they_are_about(
    office: Callable[..., Run], tmp_path: Path
) -> None:
    assert office("letters", *DAY, "-o", "letters").rc == 0
    assert office("publish", *DAY, "--demo", "-o", "public.db").rc == 0
    with sqlite3.connect(tmp_path / "public.db") as public:
        found = public.execute("SELECT id, reference FROM items WHERE reference LIKE '%:1-01'")
        assert dict(found.fetchall()) == {
            f"{FIRST}:1-01": f"{FIRST}:1-01",
            f"{SECOND}:1-01": f"{SECOND}:1-01",
        }


def test_before_the_notice_nothing_was_conferred(office: Callable[..., Run]) -> None:
    shown = office("--lang", "zh", "show", "1-07", "--as-of", "2021-04-14").stdout
    assert re.findall(r"文件所定 +(\S+)", shown) == ["尚未生效", "尚未生效"]
    assert re.findall(r"权限状态  (\S+)", shown)[-2:] == ["尚未生效", "尚未生效"]
    assert "业务手册" not in shown, "nothing is owed"
    assert "已赋权" in office("--lang", "zh", "show", "1-07", "--as-of", "2021-04-15").stdout
    due = office("due", "--as-of", "2021-04-01", "--within", "90").stdout
    assert "2021-05-28" not in due
