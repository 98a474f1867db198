"""Nothing of a list is lost in silence: every cell is in an item, or is told as not read."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import amount
from tests.offices import LICENCE, PENALTY, URGENT, WATER, Loaded, office_in

NUMBER = re.compile(r"[0-9一二三四五六七八九十（）().．、-]+")
HEADS = {
    "序号": ["1", "2", "3", "一", "（1）", "1.1", ""],
    "事项名称": [
        "甲许可",
        "乙类许可",
        "1.丙许可",
        "二、三类许可",
        "对丁的处罚",
        "戊许可（变更）",
        "",
    ],
    "事项类型": [LICENCE, PENALTY, LICENCE, "其他行政权力-备案", ""],
    "实施部门": [WATER, URGENT, f"{WATER}、{URGENT}", f"{WATER}（牵头）、{URGENT}", ""],
    "备注": ["限市级权限", "/", "无", ""],
    "实施依据": ["《水法》第四十八条", "《某市条例》第三条\n《某市办法》第五条", ""],
    "设定依据": ["《水法》第四十八条", ""],
    "电话": ["0000000", ""],
    "办理时限": ["20个工作日", ""],
    "经开区": ["√", "×", ""],
    "承接主体": ["经开区", ""],
    "": ["拟取消", URGENT, "待核", "", "", ""],
}
LINES = [
    *(
        "一、行政许可",
        "（一）市水利局（2项）",
        "合计",
        "注：自公布之日起施行",
        "附件1",
        "填表人：某某",
    ),
    *("续表", "市水利局", "以上事项由市级实施", "第1页共2页"),
]


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Tables as offices make them, with something amiss here and there."""
    some = [head for head in HEADS if head not in ("", "事项名称")]
    heads = [
        "事项名称",
        *draw(st.lists(st.sampled_from(some), min_size=2, max_size=6, unique=True)),
    ]
    heads = draw(st.permutations(heads)) + [""] * draw(st.integers(0, 2))
    rows: list[list[str]] = []
    for _row in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(["item", "item", "item", "line", "head", "empty"]))
        if kind == "item":
            rows.append([draw(st.sampled_from(HEADS[head])) for head in heads])
        elif kind == "line":
            row = [""] * len(heads)
            row[draw(st.integers(0, len(heads) - 1))] = draw(st.sampled_from(LINES))
            rows.append(row)
        else:
            rows.append(list(heads) if kind == "head" else [""] * len(heads))
    return [list(heads), *rows]


def squeezed(text: str) -> str:
    """A text without what cleaning may change: widths and spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def row_of(cell: str) -> int:
    """附件1!C7, 附件1!7, 7 → 7."""
    found = re.search(r"([0-9]+)\D*$", cell)
    assert found, cell
    return int(found[1])


def column_of(cell: str) -> int | None:
    """附件1!C7 → 2; 7 → none."""
    found = re.search(r"(?:^|!)([A-L])[0-9]+$", cell)
    return "ABCDEFGHIJKL".index(found[1]) if found else None


def values(item: dict[str, Any], items: list[dict[str, Any]]) -> list[str]:
    """What was read of an item, and the name of its main item."""
    found = [squeezed(str(value)) for value in item.values() if value is not None]
    if (parent := item.get("parent_index")) is not None:
        found += [squeezed(str(items[parent][key])) for key in ("name", "listed_name")]
    return found


def unaccounted(rows: list[list[str]], found: Loaded) -> list[tuple[int, str]]:
    """Row and text of the cells of which nothing was said."""
    document = found.document
    told = {row_of(s["cell"]) for s in document["skipped"]}
    told |= {note.row for note in found.faults + found.cautions if note.row}
    told |= {row_of(note.cell) for note in found.faults + found.cautions if note.cell}
    columns = {column_of(note.cell) for note in found.faults + found.cautions}
    items: list[dict[str, Any]] = document["items"]
    fields = {
        "ABCDEFGHIJKL".index(column["column"]): column["field"]
        for sheet in document["sheets"]
        for column in sheet["columns"]
    }
    lost = []
    for number, row in enumerate(rows, 1):
        of_row = [item for item in items if row_of(item["cell"]) == number]
        texts = [text for item in of_row for text in values(item, items)]
        for column, cell in enumerate(row):
            if not cell.strip() or number in told:
                continue
            if column not in fields and column in columns:
                continue  # a column without a header, told once
            if column in fields and of_row:
                if fields[column] is None:  # a column that is shown as not read
                    continue
                if fields[column] == "seq" and NUMBER.fullmatch(cell):
                    continue
                if fields[column] == "power_type" and any(cell.startswith(t) for t in texts if t):
                    continue  # a type and its subclass
                if cell in "√×/无":  # a tick, or "nothing" in words
                    continue
            if not any(squeezed(cell) in text for text in texts):
                lost.append((number, cell))
    return lost


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".xls", ".ods", ".html", ".docx"])
@settings(max_examples=amount(8, 60, 170))
@given(rows=tables())
def test_every_cell_is_in_an_item_or_told(city: Path, ending: str, rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = office_in(Path(folder), city).read(rows, "--dry-run", ending=ending)
    if "items" not in found.document:
        assert found.rc == 2
        assert found.run.stderr
        return
    assert unaccounted(rows, found) == [], found.why


@pytest.mark.parametrize("annex", [1, 2])
@settings(max_examples=amount(10, 40, 100))
@given(rows=tables())
def test_what_is_said_for_the_whole_list_hides_nothing(
    city: Path, annex: int, rows: list[list[str]]
) -> None:
    words = ("--dry-run", "--type", LICENCE, "--department", WATER)
    words += ("--mode", "委托下放") if annex == 1 else ()
    with tempfile.TemporaryDirectory() as folder:
        found = office_in(Path(folder), city).read(rows, *words, annex=annex)
    assert "No such option" not in found.run.stderr
    if "items" in found.document:
        assert unaccounted(rows, found) == [], found.why


def test_a_cell_that_nobody_reads_would_be_seen(city: Path, tmp_path: Path) -> None:
    """The test can fail: a document that leaves a cell out is found out."""
    rows = [["事项名称", "事项类型", "实施部门"], ["甲许可", LICENCE, WATER]]
    found = office_in(tmp_path, city).read(rows, "--dry-run")
    assert unaccounted(rows, found) == []
    found.document["items"][0]["department"] = None
    assert unaccounted(rows, found) == [(2, WATER)]
