"""The comparison as a workbook: a sheet for each of its parts."""

from __future__ import annotations

import io
from typing import Any, Final

from registry.intake.listing.listing import Listing
from registry.locale import N_, _
from registry.locale.labels import item_fields_label, provenance_label
from registry.model.listing import ListedItem
from registry.report.listing.comparison import SECTIONS, Comparison, closed_rows
from registry.report.xlsx_parts import Formats, SheetNames, row_height, set_up_page, write_cell
from registry.store.annex_load import StoredItem

_HERE: Final = (
    *((N_("Item"), 10), (N_("Name in the registry"), 42), (N_("Type"), 12)),
    *((N_("Department"), 20), (N_("Provenance"), 14)),
)
_CLOSED: Final = (
    *((N_("In the list"), 12), (N_("Name in the list"), 42), (N_("Item"), 10)),
    *((N_("Score"), 7), (N_("Why the zone may not"), 70)),
)
_THERE: Final = (
    *((N_("In the list"), 12), (N_("Name in the list"), 42), (N_("Type"), 12)),
    *((N_("Department"), 20), (N_("Code"), 26)),
)


def comparison_workbook(comparison: Comparison) -> bytes:
    """The workbook, whole."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    formats, names = Formats(book), SheetNames()
    listing, stored = comparison.listing, comparison.stored
    rows: dict[str, list[list[object]]] = {
        "same": [
            [*_here(stored[p.right]), *_there(listing, listing.items[p.left])]
            for p in comparison.same
        ],
        "probable": [
            [p.score, *_here(stored[p.right]), *_there(listing, listing.items[p.left])]
            for p in comparison.probable
        ],
        "there": [_there(listing, listing.items[i]) for i in comparison.there],
        "here": [_here(stored[i]) for i in comparison.here],
    }
    headings = {
        "same": [*_HERE, *_THERE],
        "probable": [(N_("Score"), 7), *_HERE, *_THERE],
        "there": list(_THERE),
        "here": list(_HERE),
    }
    if comparison.day is not None:
        title = _("May not be exercised")
        sheet = book.add_worksheet(names.unique(title))
        set_up_page(sheet, f"{comparison.source.path.name}: {title} {comparison.day}", "")
        _fill(sheet, list(_CLOSED), [[*row] for row in closed_rows(comparison)], formats)
    for section, title in SECTIONS.items():
        sheet = book.add_worksheet(names.unique(_(title)))
        set_up_page(sheet, f"{comparison.source.path.name}: {_(title)}", "")
        _fill(sheet, headings[section], rows[section], formats)
    book.close()
    return buffer.getvalue()


def _fill(
    sheet: Any, headings: list[tuple[str, int]], rows: list[list[object]], formats: Formats
) -> None:
    widths = [width for _head, width in headings]
    for column, (head, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, _(head), formats.head)
    for index, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, float):
                sheet.write_number(index, column, value, formats.text)
            else:
                write_cell(sheet, index, column, value, formats.text)
        sheet.set_row(index, row_height(row, widths))
    sheet.autofilter(0, 0, max(len(rows), 1), len(headings) - 1)
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 20)
    sheet.repeat_rows(0)


def _here(item: StoredItem) -> list[object]:
    named = item.named
    provenance = provenance_label(item.provenance)
    if item.unofficial_fields:
        fields = item_fields_label(item.unofficial_fields)
        provenance = _("{provenance}; not official: {fields}").format(
            provenance=provenance, fields=fields
        )
    return [item.id, named.name, named.power_type or "", item.departments, provenance]


def _there(listing: Listing, item: ListedItem) -> list[object]:
    code = item.basic_code or item.implementation_code or ""
    place = listing.place(item)
    return [place, item.name, item.power_type or "", item.department or "", code]
