"""CSV files: headers, cells, rows; and what is said of those that are wrong."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from registry.intake import csvfile
from registry.intake.csvfile import CsvFile
from registry.intake.problems import InputError, Problem
from registry.intake.textfile import examine
from registry.model.fields import LooseDate, Row
from registry.model.item import ItemRow
from registry.model.limits import Name


class Sample(Row):
    """A row with a required and with optional cells."""

    name: Name
    number: int = Field(default=0, ge=0)
    day: LooseDate | None = None


Rows = list[tuple[int, dict[str, Any]]]


def read(path: Path, text: str, encoding: str = "utf-8") -> tuple[Rows, list[str]]:
    path.write_bytes(text.encode(encoding))
    table = CsvFile(examine(path), Sample)
    rows = [(n, row.model_dump()) for batch in table.batches() for n, row in batch]
    table.log.close()
    return rows, table.log.notes


def problems(path: Path, text: str) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(path, text)
    assert all(p.path == path and p.remedy for p in caught.value.problems)
    return caught.value.problems


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


def row(name: str, number: int = 0, day: str | None = None) -> dict[str, Any]:
    return {"name": name, "number": number, "day": day}


def test_rows_are_numbered_as_in_a_sheet(path: Path) -> None:
    text = 'name,number,day\n a ,1,2021-05-28\n\n"b\nb",,\n , ,\nc\n'
    expected = [(2, row("a", 1, "2021-05-28")), (4, row("b\nb")), (6, row("c"))]
    assert read(path, text) == (expected, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(path: Path, encoding: str, newline: str) -> None:
    assert read(path, f"name,number{newline}甲,1{newline}", encoding) == ([(2, row("甲", 1))], [])


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_gb18030_is_read_with_a_note(path: Path, mark: str) -> None:
    rows, notes = read(path, f"{mark}name,number\n甲㐂,1\n", "gb18030")
    assert rows == [(2, row("甲㐂", 1))]
    assert notes == [f"{path}: read as GB18030; UTF-8 is the registry's own encoding"]


def test_columns_in_any_order_and_unknown_ones_noted(path: Path) -> None:
    rows, notes = read(path, "备注,number, name ,,x\nr,3,a,e,\n")
    assert rows == [(2, row("a", 3))]
    assert notes == [f"{path}: columns not known, and not read: 备注, x"]


def test_a_missing_column(path: Path) -> None:
    (problem,) = problems(path, "number,day\n1,2021-05-28\n")
    assert (problem.row, problem.column) == (1, "name")
    assert problem.what == "the table has no column name"
    assert problem.remedy == "Add it; the header row names: name, number, day."


@pytest.mark.parametrize("text", ["\n", "\ufeff", " \n\n", "a\n"])
def test_no_header_at_all(path: Path, text: str) -> None:
    assert problems(path, text)[0].what == "the table has no column name"


def test_columns_that_stand_twice(path: Path) -> None:
    found = problems(path, "name,number,name,number,x,x\na,b,c,d,,\n")
    what = "the column stands twice"
    assert [(p.row, p.column, p.what == what) for p in found] == [
        (1, "name", True),
        (1, "number", True),
        (2, "number", False),
    ]


def test_every_wrong_cell_is_named(path: Path) -> None:
    text = "name,number,day\n,1,\na,x,2021-02-30\nb,2,2021-05-28\nc,-1,\n" + "长" * 501 + ",,\n"
    found = [(p.row, p.column, p.what) for p in problems(path, text)]
    assert found == [
        (2, "name", "the cell is empty"),
        (3, "number", "“x” is not a number that fits"),
        (3, "day", "“2021-02-30” is not a date of the calendar"),
        (5, "number", "“-1” is not a number that fits"),
        (6, "name", "the text is longer than 500 characters"),
    ]


def test_rows_without_problems_are_given_beside_those_with(path: Path) -> None:
    path.write_text("name,number\na,1\nb,x\nc,3\n", encoding="utf-8")
    table = CsvFile(examine(path), Sample)
    given = [(n, r.name) for batch in table.batches() for n, r in batch]
    assert given == [(2, "a"), (4, "c")]


def test_more_cells_than_the_header(path: Path) -> None:
    found = problems(path, "name,number\na,1,,\nb,2,c\nd,x\n")
    assert [(p.row, p.column) for p in found] == [(3, None), (4, "number")]
    assert found[0].what == "the row has more cells than the header"
    assert "between quotation marks" in found[0].remedy


@pytest.mark.parametrize(
    "broken", ['"c,3\nd,4\n', 'c,"3\nd,4\n', '"c"c,3\n', '"' + "c" * 200_000 + '",3\n']
)
def test_a_broken_quotation_is_placed_where_it_begins(path: Path, broken: str) -> None:
    found = problems(path, f'name,number\n"a\na",x\nb,2\n{broken}')
    assert [(p.row, p.column) for p in found] == [(2, "number"), (4, None)]
    assert "the table breaks off" in found[1].what
    assert "unclosed quotation mark" in found[1].remedy


def test_a_header_that_breaks_off(path: Path) -> None:
    (problem,) = problems(path, '"name,number\na,1\n')
    assert (problem.row, "the table breaks off" in problem.what) == (1, True)


def test_problems_of_all_batches_are_gathered(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvfile, "_BATCH", 2)
    text = "name,number\n" + "".join(f"a{n},{'x' if n % 3 else n}\n" for n in range(10))
    assert [p.row for p in problems(path, text)] == [n + 2 for n in range(10) if n % 3]


cells = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["2021-05-28", "2021-02-30", "1", "-1", "1e9", "9" * 40, "1-01", "依申请", "部分"]
    ),
    st.sampled_from(["行政许可", "市甲局", "east;east", "nan", "true", '"', "\n", "\ufeff", "'"]),
)
headers = st.lists(
    st.one_of(st.sampled_from(list(ItemRow.model_fields)), st.text(max_size=4)), max_size=24
)
required = [name for name, field in ItemRow.model_fields.items() if field.is_required()]


def rows_or_refusal(content: bytes) -> list[ItemRow] | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "annex1.csv")
        path.write_bytes(content)
        try:
            table = CsvFile(examine(path), ItemRow)
            rows = [row for batch in table.batches() for _, row in batch]
            table.log.close()
        except InputError as error:
            refused = error
        else:
            return rows
    assert refused.problems
    assert all(map(str, refused.problems))
    return None


@given(
    header=st.one_of(headers, headers.map(lambda h: list(dict.fromkeys([*required, *h])))),
    table=st.lists(st.lists(cells, max_size=26), max_size=5),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_any_table_gives_rows_or_input_error(
    header: list[str], table: list[list[str]], encoding: str
) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([header, *table])
    rows = rows_or_refusal(text.getvalue().encode(encoding, errors="replace"))
    assert rows is None or len(rows) <= len(table)


@given(content=st.text(alphabet='"\n\r,;a1 甲', max_size=80))
def test_any_text_gives_rows_or_input_error(content: str) -> None:
    head = ",".join(required) + "\n"
    rows = rows_or_refusal((head + content).encode())
    assert rows is None or not content.strip('", ;\r\n')
