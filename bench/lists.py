"""(d) A long list in a workbook, read to validated items, and what only reads its cells."""

from __future__ import annotations

from pathlib import Path
from typing import Final

HEADER: Final = (
    "序号",
    "事项名称",
    "事项类型",
    "市级实施单位",
    "调整方式",
    "权限",
    "实施依据",
    "备注",
)


def write_list(path: Path, rows: int) -> None:
    """A workbook with one list of `rows` items, of the shape of an official annex."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("附件2")
    for column, text in enumerate(HEADER):
        sheet.write_string(0, column, text)
    for n in range(1, rows + 1):
        sheet.write_number(n, 0, n)
        name, basis = f"对第{n}号单位违反规定排放污染物的处罚", f"《排污许可管理条例》第{n % 50}条"
        texts = (name, "行政处罚", "市生态环境局", "原直接实施", "全部", basis)
        for column, text in enumerate(texts, start=1):
            sheet.write_string(n, column, text)
    book.close()


def read_items(path: Path) -> int:
    """The registry: cells, header, headings, types; how many items."""
    from registry.intake.formats import read_sheets
    from registry.intake.gc_pause import gc_paused
    from registry.intake.listing.reader import read_list

    with gc_paused():
        listing = read_list(read_sheets(path))
        assert not listing.faults
        return len(listing.items)


def read_cells(path: Path) -> int:
    """python-calamine: the bare cells; how many rows below the header."""
    from python_calamine import CalamineWorkbook

    return len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()) - 1


def read_only(path: Path) -> int:
    """openpyxl in its read-only mode; how many rows below the header."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    return sum(1 for _row in book.worksheets[0].iter_rows(values_only=True)) - 1
