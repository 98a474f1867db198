"""One list of 60 items, saved in every format as offices save lists, gives the same 60 items."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from registry.intake.formats import read_sheets
from registry.intake.grid import Span
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.reader import read_list
from tests.intake.formats.make_files import WRITERS, write_csv, write_html

DEPARTMENTS = ["市水利局", "市住建局", "市生态环境局", "市交通运输局", "市应急局"]
MODES = ["委托下放", "下放实质性审核权", "委托收件"]
TYPES = ["行政许可", "行政确认", "其他行政权力"]
WIDTH = 7


def make() -> tuple[list[list[str]], list[Span], list[tuple[str, ...]]]:
    """The list's rows, its merged cells, and its items: name, main item, type, department, mode.

    A title, a header of two levels, departments merged over their rows, two totals, a note, and
    below every third main item a sub-item with the number 3.1.
    """
    rows = [
        ["测试市赋权事项目录", *[""] * (WIDTH - 1)],
        ["序号", "赋权事项", "", "实施单位", "赋权方式", "权限", "备注"],
        ["", "事项名称", "事项类型", "", "", "", ""],
    ]
    spans = [Span(0, 0, 0, WIDTH - 1), Span(1, 1, 1, 2)]
    spans += [Span(1, column, 2, column) for column in (0, 3, 4, 5, 6)]
    items: list[tuple[str, ...]] = []
    number = 0
    for place, department in enumerate(DEPARTMENTS):
        first = len(rows)
        for n in range(9):
            number += 1
            name, kind = f"{department[1:3]}事项{n + 1}核准", TYPES[n % 3]
            mode = MODES[(place + n) % 3]
            remark = f"限第{n + 1}类" if n % 4 == 0 else ""
            scope = "部分" if remark else "全部"
            cell = f"{name[:4]} {name[4:]}" if n == 5 else name
            rows.append([str(number), cell, kind, department, mode, scope, remark])
            items.append((name, "", kind, department, mode))
            if n % 3 == 2:
                rows.append([f"{number}.1", f"{name}（变更）", kind, department, mode, "全部", ""])
                items.append((f"{name}（变更）", name, kind, department, mode))
        spans.append(Span(first, 3, len(rows) - 1, 3))
        for row in rows[first + 1 :]:
            row[3] = ""
        if place == 2:
            rows.append(["小计", "27项", *[""] * (WIDTH - 2)])
    rows.append(["合计", "45项", *[""] * (WIDTH - 2)])
    rows.append(["注：本目录自公布之日起施行。", *[""] * (WIDTH - 1)])
    spans.append(Span(len(rows) - 1, 0, len(rows) - 1, WIDTH - 1))
    return rows, spans, items


ROWS, SPANS, ITEMS = make()


def check(path: Path) -> None:
    listing = read_list(read_sheets(path), known=KnownNames(frozenset(DEPARTMENTS), tuple(MODES)))
    found = [
        (
            *(item.name, listing.items[item.parent].name if item.parent is not None else ""),
            *(item.power_type, item.department, item.mode),
        )
        for item in listing.items
    ]
    assert found == ITEMS
    assert len(listing.main_items()) == 45
    assert [i.seq for i in listing.main_items()] == list(range(1, 46))
    assert sum(i.scope == "部分" and i.remark is not None for i in listing.items) == 15
    assert not listing.faults
    assert not listing.cautions
    reasons = listing.reasons()
    assert reasons["total"] == 2
    assert reasons["note"] == 1
    accounted = len(listing.items) + len(listing.skipped)
    assert accounted == listing.rows


def test_the_list_is_what_it_says() -> None:
    assert len(ITEMS) == 60
    assert len({name for name, *_rest in ITEMS}) == 60


@pytest.mark.parametrize("ending", [e for e in WRITERS if e not in (".csv", ".json")])
def test_sixty_items(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"附件1{ending}"
    WRITERS[ending](path, ROWS, SPANS)
    check(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("filled", [True, False])
def test_sixty_items_as_csv(tmp_path: Path, encoding: str, filled: bool) -> None:
    path = tmp_path / "附件1.csv"
    if filled:
        write_csv(path, ROWS, SPANS, encoding)
    else:
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream).writerows(ROWS)
    check(path)


def test_sixty_items_as_tsv(tmp_path: Path) -> None:
    path = tmp_path / "附件1.tsv"
    with path.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream, delimiter="\t").writerows(ROWS)
    check(path)


def test_sixty_items_as_a_spreadsheet_that_is_a_web_page(tmp_path: Path) -> None:
    path = tmp_path / "附件1.xls"
    write_html(path, ROWS, SPANS, "gb18030")
    check(path)


def test_sixty_items_as_records(tmp_path: Path) -> None:
    """JSON has neither merged cells nor two levels: its records name every field."""
    import json

    keys = ["序号", "事项名称", "事项类型", "实施单位", "赋权方式", "权限", "备注"]
    path = tmp_path / "附件1.json"
    records = []
    department = ""
    for row in ROWS[3:]:
        department = row[3] or department
        records.append(dict(zip(keys, [*row[:3], row[3] and department, *row[4:]], strict=True)))
    path.write_text(json.dumps({"data": records}, ensure_ascii=False), encoding="utf-8")
    check(path)
