"""Annexes by columns: rows and problems are those of taking each row by itself."""

from __future__ import annotations

import csv
import io
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.intake import annex_csv, csvfile
from registry.intake.instrument import read_instrument
from registry.intake.problems import InputError
from registry.intake.textfile import examine
from registry.model.instrument import Instrument
from registry.model.item import ItemRow
from registry.model.vocabulary import PROVENANCES
from registry.store.inserting import insert_columns, insert_rows
from registry.store.item_load import AnnexLoader
from registry.store.load import write_instrument
from registry.store.schema.migrations import apply
from tests.conftest import SmallRoot

TABLES = (
    *("item", "item_department", "delegation", "item_unofficial_field", "derivation"),
    "entrustment_basis",
)
CELLS: dict[str, list[str]] = {
    "id": ["", "1-01", "1-02", "1-03", "1-04", "1-05", "2-01", "1-x", " 1-07 ", "1-０9"],
    "seq": ["1", "2", "3", "4", "5", " 6 ", "", "0", "x", "1_0", "+7", "1.0", "9" * 12],
    "name": ["取水", "取 水（甲）", "Ａ类", "'=1", "\u3000", "", "\x1c", "名" * 501, "a\nb", "①が"],
    "power_type": ["行政许可", " 行政许可", "公共服务", "别的", ""],
    "initiation": ["依申请", "依职权", "申请", ""],
    "department": ["", "市甲局", "甲局；市乙局（联合）", "市丁局", "市丙局\u3000"],
    "mode": ["委托下放", "委托收件", "原直接实施", ""],
    "scope": ["", "全部", "部分", "?"],
    "remark": ["", " ", "限西区", "'-", "备注" * 3],
    "law_version": ["", "2021-05-28", "2021.5.28", "2021-02-30"],
    "parent": ["", "1-01", "1-02", "1-77", "2-01", "x"],
    "counts_in_total": ["", "1", "0", "是", "true"],
    "zones": ["", "east", "west", "西区、east", "east;east", "南区"],
    "legal_level": ["", "地方性法规", "?"],
    "derives_from": ["", "test-1:1-01-east", "x"],
    "entrustment_basis": ["", "某法第九条"],
    "provenance": ["", "official", "reconstruction", "demonstration", "真的"],
    "source": ["", "某处"],
    "ours": ["", "x"],
}
REQUIRED = [name for name, field in ItemRow.model_fields.items() if field.is_required()]


def _good(column: str) -> list[str]:
    keep = {"id": 6, "seq": 6, "name": 4, "power_type": 3, "initiation": 2, "department": 3}
    more = {"mode": 2, "scope": 3, "law_version": 3, "parent": 3, "counts_in_total": 3, "zones": 4}
    last = {"legal_level": 1, "derives_from": 2, "provenance": 4}
    return CELLS[column][: {**keep, **more, **last}.get(column)]


@st.composite
def annexes(draw: st.DrawFn) -> str:
    """The text of an annex: mostly in order, or with faults in some cells."""
    optional = [name for name in CELLS if name not in REQUIRED]
    columns = REQUIRED + draw(st.lists(st.sampled_from(optional), unique=True, max_size=10))
    columns = draw(st.permutations(columns))
    twice = draw(st.sampled_from([[], [], [], [], ["remark"], ["name"]]))
    faults = draw(st.sampled_from([0, 0, 1, 9]))
    rows: list[list[str]] = [columns + twice]
    for number in range(draw(st.integers(0, 9))):
        row = []
        for name in columns + twice:
            wrong = draw(st.integers(0, 60)) < faults
            row.append(draw(st.sampled_from(CELLS[name] if wrong else _good(name))))
        if draw(st.booleans()) and "id" in columns:
            row[columns.index("id")] = f"1-{number + 20}"
        if wrong := draw(st.integers(0, 60)) < faults:
            row = draw(st.sampled_from([row[:-1], [*row, ""], [*row, "x"], [], [""] * len(row)]))
        rows.append(row)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue() + draw(st.sampled_from(["", "", "", "\n", '"', '"a"b']))


@pytest.fixture(scope="module")
def instrument(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    root = SmallRoot(tmp_path_factory.mktemp("columns"))
    root.write()
    return read_instrument(examine(root.folder / "instrument.yml"))


@pytest.fixture(scope="module")
def empty(instrument: Instrument) -> sqlite3.Connection:
    """A registry that has the instrument, and no item."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    apply(conn)
    assert write_instrument(conn, instrument, Path("instrument.yml")) == 1
    return conn


Outcome = tuple[dict[str, list[Any]], list[str], int]


@pytest.fixture(scope="module")
def load(instrument: Instrument, empty: sqlite3.Connection) -> Callable[..., Outcome]:
    """Load an annex's text, three rows a batch: the rows of every table, problems or notes, and how
    many batches were taken by columns."""
    by_columns = annex_csv.AnnexBatch.columns

    def outcome(
        text: str, accepted: tuple[Any, ...] = PROVENANCES, *, quickly: bool = True
    ) -> Outcome:
        taken = 0

        def counted(batch: annex_csv.AnnexBatch) -> annex_csv.ItemColumns | None:
            nonlocal taken
            found = by_columns(batch) if quickly else None
            taken += found is not None
            return found

        conn = sqlite3.connect(":memory:", isolation_level=None)
        empty.backup(conn)
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr(annex_csv.AnnexBatch, "columns", counted)
            patch.setattr(csvfile, "_BATCH", 3)
            path = Path(folder, "annex1.csv")
            path.write_text(text, encoding="utf-8", newline="")
            try:
                said = AnnexLoader(conn, instrument, 1, accepted).load(examine(path), 1).notes
            except InputError as error:
                said = [f"{p.row} {p.column} {p.what} {p.remedy}" for p in error.problems]
            said = [text.replace(folder, "") for text in said]
        rows = {
            table: conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in TABLES
        }
        conn.close()
        return rows, said, taken

    return outcome


@given(text=annexes(), accepted=st.sampled_from([PROVENANCES, ("official", "demonstration")]))
@example(
    text="seq,name,power_type,initiation,mode\n1,取水,行政许可,依申请,委托下放\n",
    accepted=PROVENANCES,
)
def test_by_columns_as_row_by_row(
    load: Callable[..., Outcome], text: str, accepted: tuple[Any, ...]
) -> None:
    quick = load(text, accepted)
    careful = load(text, accepted, quickly=False)
    assert quick[:2] == careful[:2]


HEADER = "id,seq,name,power_type,initiation,mode,department,parent,counts_in_total,zones"


def lines(*rows: str) -> str:
    return "\n".join([HEADER, *rows, ""])


def test_what_is_right_is_taken_by_columns(load: Callable[..., Outcome]) -> None:
    rows = [
        f"1-{n:02},{n},事项{n},行政许可,依申请,委托下放,市甲局,{'1-01' if n % 2 else ''},,"
        for n in range(2, 9)
    ]
    text = lines("1-01,1,主项,行政许可,依申请,委托下放,甲局；市乙局（联合）,,1,west", *rows)
    tables, said, taken = load(text)
    assert (said, taken) == ([], 3)
    assert [(row[1], row[16], row[17]) for row in tables["item"]] == [
        *(("1-01", None, 1), ("1-02", None, 1), ("1-03", 1, 0), ("1-04", None, 1), ("1-05", 1, 0)),
        *(("1-06", None, 1), ("1-07", 1, 0), ("1-08", None, 1)),
    ]
    assert [row[:3] for row in tables["delegation"]][:4] == [
        (1, 1, 2),
        (2, 2, 1),
        (3, 2, 2),
        (4, 3, 1),
    ]
    assert len(tables["delegation"]) == 15
    assert tables["item_department"][:3] == [(1, 1, "行业主管"), (1, 2, "联合"), (2, 1, "行业主管")]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1-01,9,又一,行政许可,依申请,委托下放,,,,", "the id 1-01 stands twice"),
        ("1-09,9,又一,行政许可,依申请,委托下放,,1-99,,", "there is no item 1-99"),
        ("1-09,9,又一,行政许可,依申请,委托下放,,1-09,,", "there is no item 1-09"),
        ("1-09,9,又一,行政许可,依申请,委托下放,市丁局,,,", "“市丁局” is no department"),
        ("1-09,9,又一,行政许可,依申请,委托下放,,,也许,", "“也许” is neither yes nor no"),
    ],
)
def test_the_batch_of_a_fault_alone_is_taken_row_by_row(
    load: Callable[..., Outcome], row: str, problem: str
) -> None:
    good = [f"1-{n:02},{n},事项{n},行政许可,依申请,委托下放,市甲局,,," for n in range(1, 7)]
    _rows, said, taken = load(lines(*good, row))
    (only,) = said
    assert problem in only
    assert only.startswith("8 ")
    assert taken == (3 if "item" in problem or "twice" in problem else 2)


def test_rows_of_many_sizes_go_in_as_they_are() -> None:
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE t (a, b, c, d)")
    for size in (1, 2, 99, 100, 101, 250):
        conn.execute("DELETE FROM t")
        columns = [range(size), ["x"] * size, [None] * size, [None, *range(1, size)]]
        insert_columns(conn, "t", columns)
        assert conn.execute("SELECT * FROM t ORDER BY rowid").fetchall() == list(
            zip(*columns, strict=True)
        )
    insert_columns(conn, "t (b, d)", [[1, 1.0, "1"], [0, None, 0]])
    assert conn.execute("SELECT b, typeof(b), d FROM t WHERE a IS NULL").fetchall() == [
        *((1, "integer", 0), (1.0, "real", None), ("1", "text", 0)),
    ]


def test_rows_go_in_with_what_they_share() -> None:
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE t (a, b, c)")
    for size in (0, 1, 100, 201):
        conn.execute("DELETE FROM t")
        insert_rows(conn, "t (c, a, b)", [(n, f"x{n}") for n in range(size)], (7,))
        expected = [(n, f"x{n}", 7) for n in range(size)]
        assert conn.execute("SELECT * FROM t ORDER BY rowid").fetchall() == expected
