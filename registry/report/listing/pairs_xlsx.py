"""The workbook in which a person decides which row of a list is which item of the registry."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from registry.intake.pair_decisions import KEYS
from registry.loading.annex import UndecidedPair
from registry.locale import N_, _
from registry.report.xlsx_parts import Formats, row_height, set_up_page, write_cell

_HEADS: Final = (
    *(N_("The same? 是/否"), N_("Score"), N_("Item"), N_("Name in the registry")),
    *(N_("In the list"), N_("Name in the list"), N_("Department"), N_("Type")),
)
_SPARE: Final = 20
"""Empty rows below, for pairs that names don't suggest."""

_WIDTHS: Final = (10, 7, 9, 44, 16, 44, 22, 12)


def pairs_workbook(rows: Sequence[UndecidedPair], title: str) -> bytes:
    """The workbook, rows as given. Its first row is hidden and holds the keys."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    formats = Formats(book)
    sheet = book.add_worksheet(_("Pairs"))
    set_up_page(sheet, title, "")
    look = {"border": 1, "bg_color": "#FFF8DC", "locked": False, "valign": "top"}
    answer = book.add_format({**look, "align": "center"})
    # As text: a program would take an id that is typed, such as 1-07, for a date.
    side = book.add_format({**look, "num_format": "@"})
    for column, (key, head, width) in enumerate(
        zip((*KEYS, "departments", "power_types"), _HEADS, _WIDTHS, strict=True)
    ):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, key)
        sheet.write_string(1, column, _(head), formats.head)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_row(1, 30)
    for index, row in enumerate(rows, start=2):
        _write(sheet, index, row, formats, answer)
    last = len(rows) + 1 + _SPARE
    for index in range(len(rows) + 2, last + 1):
        for key, form in (("decision", answer), ("item", side), ("place", side)):
            sheet.write_blank(index, KEYS.index(key), None, form)
    sheet.data_validation(
        2, 0, max(last, 2), 0, {"validate": "list", "source": ["是", "否"], "ignore_blank": True}
    )
    sheet.autofilter(1, 0, last, len(_HEADS) - 1)
    sheet.freeze_panes(2, 1)
    sheet.protect("", {"sort": True, "autofilter": True, "format_columns": True})
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, index: int, row: UndecidedPair, formats: Formats, answer: Any) -> None:
    sheet.write_blank(index, 0, None, answer)
    sheet.write_number(index, 1, row.score, formats.text)
    texts = (
        *(row.item, row.old_name, row.place, row.new_name),
        *(
            "\n".join(dict.fromkeys(filter(None, pair)))
            for pair in (row.departments, row.power_types)
        ),
    )
    for column, text in enumerate(texts, start=2):
        write_cell(sheet, index, column, text, formats.text)
    sheet.set_row(index, row_height(["", "", *texts], _WIDTHS))
