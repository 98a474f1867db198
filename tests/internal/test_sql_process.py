"""Queries in a process of their own: what they answer, and that they end."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.internal.sql_child import decoded, encoded, identity
from registry.internal.sql_limits import MAX_CUSTOM_VALUE_BYTES, TOO_LARGE
from registry.internal.sql_process import (
    MAX_FILE_BYTES,
    Answer,
    FileReplaced,
    Query,
    QueryStopped,
    Row,
    run_apart,
)
from tests.conftest import ROOT, examples

C = "with recursive c(n) as (select 1 union all select n+1 from c) "
SLOW = {
    "glob": "with p(p) as (select '*'||replace(printf('%.*c',195,'x'),'x','[a-b]')||'c'),"
    " r(i) as (select 1 union all select i+1 from r limit 250)"
    " select sum((printf('%.*c',199000,'a')||i) glob p) from p, r",
    "one glob of many": "select a.x glob '*' || replace(printf('%.*c',195,'x'),'x','[a-b]') || 'c'"
    " from (select printf('%.*c',199000,'a') x from (values (1),(2),(3),(4),(5),(6),(7),(8))) a"
    ", json_each('['||replace(printf('%.*c',900,'x'),'x','1,')||'1]') b",
    "instr": "with r(i) as (select 1 union all select i+1 from r limit 100)"
    " select sum(instr(printf('%.*c',199000,'a')||i, printf('%.*c',99000,'a')||'b'||i)) from r",
    "patch": "with v(x,y) as (select json_group_object(value||'',1),"
    " json_group_object('b'||value,1) from (select row_number() over () value from"
    " json_each('['||replace(printf('%.*c',9000,'x'),'x','1,')||'1]'))),"
    " r(i) as (select 1 union all select i+1 from r limit 400)"
    " select sum(length(json_patch(x,y))) from v, r",
    "endless": f"{C}select count(*) from c",
    "planner": "with a0 as (select 1 x), "
    + ", ".join(f"a{n} as (select 1 x from a{n - 1} p, a{n - 1} q)" for n in range(1, 40))
    + " select count(*) from a39",
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("query") / "一个 文件#1.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE t (n INTEGER, 名 TEXT, b BLOB, r REAL)")
        rows = ((n, f"第{n}项", bytes([n % 256]) * 3, n / 7) for n in range(1_000))
        conn.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
        conn.commit()
    return path


def ask(file: Path, sql: str, **more: object) -> Answer:
    return run_apart(file, identity(file), Query(sql, **more))  # type: ignore[arg-type]


def test_rows_are_read_by_place_and_by_name(file: Path) -> None:
    found = ask(file, "SELECT n, 名, b, r, NULL AS absent FROM t WHERE n >= :from", params={
        "from": 998
    })  # fmt: skip
    assert found.columns == ["n", "名", "b", "r", "absent"]
    assert (found.total, found.cut) == (2, False)
    row = found.rows[1]
    assert list(row) == [999, "第999项", b"\xe7\xe7\xe7", 999 / 7, None]
    assert (row["N"], row[-1], row["名"], row[:2]) == (999, None, "第999项", (999, "第999项"))
    assert dict(row)["b"] == b"\xe7\xe7\xe7"  # type: ignore[call-overload]
    assert row.keys() == found.columns
    with pytest.raises(IndexError):
        row["other"]


def test_of_two_columns_of_one_name_the_first_is_named(file: Path) -> None:
    (row,) = ask(file, "SELECT 1 AS a, 2 AS a").rows
    assert (row["a"], tuple(row), isinstance(row, Row)) == (1, (1, 2), True)


@given(
    value=st.one_of(
        st.none(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False),
        st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")),
        st.binary(),
    )
)
@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_value_comes_back_as_it_went(file: Path, value: object) -> None:
    assert decoded(encoded(value)) == value
    (row,) = ask(file, "SELECT :v AS v", params={"v": value}).rows
    assert row["v"] == value


@pytest.mark.parametrize(("most", "rows", "cut"), [(999, 999, True), (1_000, 1_000, False)])
def test_what_is_cut_says_so(file: Path, most: int, rows: int, cut: bool) -> None:
    found = ask(file, "SELECT * FROM t", most=most)
    assert (len(found.rows), found.total, found.cut) == (rows, rows, cut)


def test_a_file_gets_every_row_in_parts(file: Path) -> None:
    found = ask(file, "SELECT a.n FROM t AS a, t AS b WHERE b.n < 30 ORDER BY 1", for_file=True)
    assert (found.total, found.cut) == (30_000, False)
    parts = list(found.parts())
    assert len(found.rows) + sum(map(len, parts)) == 30_000
    assert parts[-1][-1]["n"] == 999


@pytest.mark.parametrize("way", SLOW)
def test_what_takes_long_is_ended(file: Path, way: str) -> None:
    began = time.monotonic()
    with pytest.raises((QueryStopped, sqlite3.DataError, MemoryError)):
        ask(file, SLOW[way], seconds=0.4)
    assert time.monotonic() - began < 2.5


def test_what_is_explained_is_ended_too(file: Path) -> None:
    """SQLite looks at no clock while it plans."""
    began = time.monotonic()
    with pytest.raises((QueryStopped, sqlite3.DataError, MemoryError)):
        ask(file, f"explain {SLOW['planner']}", seconds=0.4)
    assert time.monotonic() - began < 2.5


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are listed in /proc")
def test_no_process_is_left(file: Path) -> None:
    ask(file, "SELECT 1")
    for sql in (SLOW["glob"], "SELECT nothing"):
        with pytest.raises((QueryStopped, sqlite3.OperationalError)):
            ask(file, sql, seconds=0.2)
    parents = [path.read_text(encoding="ascii").rpartition(")")[2].split()[1] for path in _stats()]
    assert str(os.getpid()) not in parents


def _stats() -> list[Path]:
    """The states of processes that run queries."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if b"sql_child" in (path / "cmdline").read_bytes():
                found.append(path / "stat")
    return found


def test_no_value_and_no_result_is_too_large(file: Path) -> None:
    largest = MAX_CUSTOM_VALUE_BYTES
    assert ask(file, f"SELECT length(printf('%.*c', {largest - 9}, 'x')) AS n").rows[0]["n"]
    for sql, more in (
        (f"SELECT hex(randomblob({largest}))", {}),
        (f"{C}select printf('%.*c', 90000, 'x') from c", {}),
        (f"{C}select printf('%.*c', 90000, 'x') from c", {"for_file": True}),
    ):
        with pytest.raises((sqlite3.DataError, QueryStopped)) as caught:
            ask(file, sql, **more)
        if isinstance(caught.value, sqlite3.DataError):
            assert str(caught.value) in (TOO_LARGE, "string or blob too big")
    assert MAX_FILE_BYTES < 20 * 1024 * 1024  # what Datasette lets a CSV have


def test_a_value_that_python_310_can_t_limit_is_not_given(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There no limit can be set: what counts is what comes out."""
    from registry.internal import sql_limits

    rows = sql_limits._SizedRows(100, 10_000)
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.row_factory = rows
        assert conn.execute("SELECT printf('%.*c', 99, 'x')").fetchone()
        assert conn.execute("SELECT printf('%.*c', 99, 'x') AS a, 1").fetchone() is not None
        for large in ("printf('%.*c', 101, 'x')", "zeroblob(101)", "hex(zeroblob(60))"):
            with pytest.raises(sqlite3.DataError):
                conn.execute(f"SELECT 1, {large}").fetchone()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT nothing",
        "SELECT 1; SELECT 2",
        "DELETE FROM t",
        "ATTACH ':memory:' AS x",
        "PRAGMA query_only = OFF",
        "SELECT * FROM sqlite_dbpage",
        "SELECT sql FROM sqlite_stmt",
        "SELECT load_extension('x')",
        "SELECT zeroblob(9)",
        "SELECT :missing",
        "SELECT json_extract('{}', cast(x'86' as text))",
        "",
    ],
)
def test_what_can_t_be_read_raises_as_sqlite_does(file: Path, sql: str) -> None:
    before = file.read_bytes()
    if not sql:
        assert ask(file, sql).rows == []
        return
    with pytest.raises((sqlite3.Error, sqlite3.Warning)):
        ask(file, sql)
    assert file.read_bytes() == before


def test_a_file_of_the_same_name_is_not_taken_for_it(file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copyfile(file, tmp_path / "a.db"))
    known = identity(path)
    assert run_apart(path, known, Query("SELECT 1")).total == 1
    other = Path(shutil.copyfile(file, tmp_path / "b.db"))
    other.replace(path)
    with pytest.raises(FileReplaced):
        run_apart(path, known, Query("SELECT 1"))


def test_what_the_process_imports_is_little() -> None:
    """It starts for every query."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import registry.internal.sql_child;"
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        " & {'datasette', 'pydantic', 'click', 'jinja2', 'yaml', 'asyncio', 'itsdangerous'}))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code, str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
