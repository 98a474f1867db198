"""The first sheet of a ledger workbook: title, obligations by status, how to fill it in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from registry.locale import N_, _, list_separator
from registry.report.ledger.cells import LedgerFormats, source_line, workbook_title
from registry.report.xlsx_parts import row_height, write_cell
from registry.store.ledger.workbooks import LedgerBook

_WIDTHS: Final = (22, 14, 14, 60)
_TEXTS: Final = (
    N_(
        "Fill in white cells only, those below yellow headings. Grey cells are locked and are not "
        "read back."
    ),
    N_(
        "Obligations: once a task is done, enter the date it was done and the name of the document "
        "that shows it. Rows in red are overdue; the red goes when a date is entered. Leave a row "
        "as it is if nothing has changed."
    ),
    N_(
        "A record that is wrong is voided: say why in its column “Void: why”; it stays to be seen, "
        "and no longer counts. A task whose white cells are all cleared is taken back likewise. A "
        "task that is met by an agreement is done once the agreement stands on the sheet of "
        "agreements."
    ),
    N_("Write dates like 2021-05-28; where a cell has a list, choose from it."),
    N_(
        "Sheets with empty rows at their end take new records there. Numbers that are there are "
        "not to be changed."
    ),
    N_(
        "Rows may be sorted and filtered, columns moved or renamed, sheets and columns added. To "
        "sort in Excel, unprotect the sheet first (there is no password). Don't delete the hidden "
        "row above the headings or the hidden sheets: without them the workbook can't be read back."
    ),
    N_("Rows that are deleted are not taken out of the registry: void them instead."),
    N_(
        "When done, save as .xlsx and return the file to 〔unit〕 by 〔date〕. Contact: 〔name〕, "
        "telephone: 〔number〕."
    ),
)


def write_instructions(
    sheet: Any,
    ledger: LedgerBook,
    formats: LedgerFormats,
    banner: str,
    statuses: Sequence[str | None],
) -> None:
    """Write the sheet; `statuses`: the label of each obligation's status."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    row = 0
    for text, style in _head(ledger, formats, banner):
        _across(sheet, row, text, style)
        row += 1
    sheet.set_row(0, 30)
    write_cell(sheet, row + 1, 0, _("How it stands"), formats.heading)
    row = _table(sheet, row + 2, formats, ledger, statuses)
    write_cell(sheet, row + 1, 0, _("How to fill it in"), formats.heading)
    row += 2
    for number, text in enumerate(_TEXTS, 1):
        _across(sheet, row, f"{number}. {_(text)}", formats.strong)
        row += 1
    sheet.fit_to_pages(1, 1)


def _head(ledger: LedgerBook, formats: LedgerFormats, banner: str) -> Iterator[tuple[str, Any]]:
    yield workbook_title(ledger), formats.title
    if banner:
        yield banner, formats.banner
    yield ledger.title, formats.strong
    yield source_line(ledger, [r for sheet in ledger.sheets for r in sheet.rows]), formats.note


def _table(
    sheet: Any, row: int, formats: LedgerFormats, ledger: LedgerBook, statuses: Sequence[str | None]
) -> int:
    """Rows of every sheet, and obligations by status; returns the row after the table."""
    counts = Counter(status for status in statuses if status)
    headings = (_("Sheet"), _("Rows"), _("How they stand"))
    lines: list[tuple[object, object, object]] = []
    for part in ledger.sheets:
        shown = counts if part.spec.name == "obligations" else {}
        texts = [_("{status} {n:,}").format(status=status, n=n) for status, n in shown.items()]
        lines.append((_(part.spec.title), len(part.rows), list_separator().join(texts)))
    for n, cells in enumerate([headings, *lines]):
        styles = [formats.head] * 3 if n == 0 else [formats.text, formats.number, formats.text]
        sheet.merge_range(row + n, 2, row + n, len(_WIDTHS) - 1, "", styles[2])
        for column, (value, style) in enumerate(zip(cells, styles, strict=True)):
            write_cell(sheet, row + n, column, value, style)
    return row + len(lines) + 1


def _across(sheet: Any, row: int, text: str, style: Any) -> None:
    sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, "", style)
    write_cell(sheet, row, 0, text, style)
    sheet.set_row(row, row_height([text], [sum(_WIDTHS)]) + 3)
