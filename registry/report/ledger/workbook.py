"""A body's ledger as a workbook that an office fills in, circulates and sends back.

A hidden row above each header names the fields, and a hidden sheet keeps what every open cell held
when the workbook went out: by these an import knows what was changed, however it was rearranged.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any, Final

from registry.locale import _
from registry.locale.labels import obligation_status_label, provenance_label
from registry.report.ledger.cells import (
    LedgerFormats,
    source_line,
    validation,
    workbook_title,
)
from registry.report.xlsx_parts import (
    SheetNames,
    column_widths,
    row_height,
    set_up_page,
    write_cell,
)
from registry.store.ledger.workbooks import (
    FORMAT,
    LISTS_MARK,
    MARK,
    BookRow,
    BookSheet,
    LedgerBook,
)
from registry.text import NOT_IN_FILE_NAMES

_META: Final = "registry"
_LISTS: Final = "registry-lists"
_NEW_ROWS: Final = 20
_FROZEN: Final = {"obligations": 3}
_PROTECTION: Final = {
    **{"sort": True, "autofilter": True, "format_columns": True, "format_rows": True},
    **{"select_locked_cells": True, "select_unlocked_cells": True},
}
_EARLIEST_YEAR: Final = 1901


def file_name(body: str, number: str | None = None) -> str:
    """市水利局-台账.xlsx; with the instrument's number, where a body has several workbooks."""
    name = f"{body}-{number}" if number else body
    return f"{name.translate(NOT_IN_FILE_NAMES)}-台账.xlsx"


def status_of(row: BookRow) -> str | None:
    """The label of an obligation's status; None for rows of other sheets."""
    if row.status is None:
        return None
    return obligation_status_label(row.status, late=row.late)


def workbook_bytes(book: LedgerBook) -> bytes:
    """The whole workbook; the same book gives the same bytes."""
    return _Workbook(book).to_bytes()


class _Workbook:
    def __init__(self, ledger: LedgerBook) -> None:
        import xlsxwriter

        self.ledger = ledger
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.buffer, {"in_memory": True})
        self.title = workbook_title(ledger)
        self.banner = ""
        if "demonstration" in ledger.provenances:
            self.banner = _("Demonstration data, not an official paper.")
        as_of = dt.datetime.fromisoformat(ledger.as_of)
        comments = source_line(ledger, [r for sheet in ledger.sheets for r in sheet.rows])
        self.book.set_properties({"title": self.title, "created": as_of, "comments": comments})
        self.formats = LedgerFormats(self.book)
        self.names = SheetNames()
        self.sent: list[list[str]] = []
        self.lists: dict[tuple[str, ...], str] = {}

    def to_bytes(self) -> bytes:
        from registry.report.ledger.instructions import write_instructions

        instructions = self._sheet(_("Instructions"))
        sheets = [(part, self._sheet(_(part.spec.title))) for part in self.ledger.sheets]
        statuses = [status_of(row) for row in self.ledger.sheets[0].rows]
        write_instructions(instructions, self.ledger, self.formats, self.banner, statuses)
        lists = self.book.add_worksheet(_LISTS)
        self._choices(lists)
        for part, sheet in sheets:
            self._part(sheet, part)
        self._keep_what_was_sent([instructions.name, *(sheet.name for _part, sheet in sheets)])
        lists.very_hidden()
        instructions.activate()
        self.book.close()
        return self.buffer.getvalue()

    def _sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(self.names.unique(name))
        set_up_page(sheet, self.title, self.banner)
        return sheet

    def _choices(self, sheet: Any) -> None:
        """Drop-downs: what they offer is too long to stand in the validations themselves."""
        sheet.write_string(0, 0, LISTS_MARK)
        for part in self.ledger.sheets:
            for choices in part.choices.values():
                if choices in self.lists:
                    continue
                column = len(self.lists) + 1
                sheet.write_column(1, column, choices)
                letter = chr(ord("A") + column)
                self.lists[choices] = f"='{_LISTS}'!${letter}$2:${letter}${len(choices) + 1}"

    def _part(self, sheet: Any, part: BookSheet) -> None:
        spec, fields = part.spec, part.fields
        rows = [self._cells(part, row) for row in part.rows]
        headings = [_(f.heading) for f in fields]
        columns: list[list[object]] = [[row[n] for row in rows] for n in range(len(fields))]
        widths = column_widths(headings, columns, [f.widest for f in fields])
        for n, f in enumerate(fields):
            if f.fill != "never":
                widths[n] = max(widths[n], f.widest + 1)
        top = self._head(sheet, part, widths)
        for column, f in enumerate(fields):
            sheet.set_column(column, column, widths[column])
            sheet.write_string(top, column, spec.marker(f), self.formats.note)
            opened = f.fill != "never"
            write_cell(sheet, top + 1, column, headings[column], self.formats.headings[opened])
        sheet.set_row(top, None, None, {"hidden": True})
        sheet.set_row(top + 1, row_height(headings, [width - 2 for width in widths]))
        first = top + 2
        for line, (row, cells) in enumerate(zip(part.rows, rows, strict=True), first):
            sheet.set_row(line, row_height(cells, widths))
            opens = [row.open and f.fill == "always" for f in fields]
            self._line(sheet, line, part, cells, opens)
        last = first + len(rows)
        if spec.adds:
            for line in range(last, last + _NEW_ROWS):
                self._line(
                    sheet, line, part, [None] * len(fields), [f.fill != "never" for f in fields]
                )
            last += _NEW_ROWS
        if last > first:
            self._check(sheet, part, first, last - 1)
            sheet.autofilter(top + 1, 0, last - 1, len(fields) - 1)
        if spec.name == "obligations" and rows:
            self._mark_overdue(sheet, part, first, last - 1)
        sheet.freeze_panes(first, _FROZEN.get(spec.name, 1))
        sheet.repeat_rows(top + 1)
        sheet.protect("", _PROTECTION)

    def _head(self, sheet: Any, part: BookSheet, widths: Sequence[int]) -> int:
        """Title, banner and provenance line; returns the next free row."""
        formats = self.formats
        title = _("{body}: {sheet}").format(
            body=self.ledger.body.short_name, sheet=_(part.spec.title)
        )
        lines = [(title, formats.title), (self.banner, formats.banner)]
        source = source_line(self.ledger, part.rows)
        if not part.rows:
            source += " " + _("Nothing is recorded here for this body.")
        lines.append((source, formats.note))
        row = 0
        for text, style in lines:
            if text:
                sheet.merge_range(row, 0, row, len(widths) - 1, "", style)
                write_cell(sheet, row, 0, text, style)
                sheet.set_row(row, row_height([text], [sum(widths)]))
                row += 1
        sheet.set_row(0, 28)
        return row

    def _cells(self, part: BookSheet, row: BookRow) -> list[object]:
        """What the row shows, and, noted on the way, what is sent out by it."""
        texts = dict(row.cells)
        if not row.open:
            texts["note"] = _("to be filled in on the sheet “{sheet}”").format(
                sheet=_("Agreements")
            )
        sent = {name: str(texts.get(name) or "") for name in row.sent}
        if not self.sent or self.sent[-1][1] != part.spec.name:
            self.sent.append(["fields", part.spec.name, *sent])
        self.sent.append(["row", part.spec.name, "1" if row.open else "0", row.key, *sent.values()])
        texts["status"] = status_of(row)
        texts["provenance"] = provenance_label(row.provenance)
        cells: list[object] = []
        for f in part.fields:
            value: object = texts.get(f.name)
            if isinstance(value, str) and (f.type == "date" or f.name == "due_on"):
                value = _day(value)
            elif isinstance(value, str) and f.type == "number" and value:
                value = float(value)
            elif isinstance(value, str) and f.type in ("terms", "items", "acts"):
                value = value.replace(";", "；")
            cells.append(value)
        return cells

    def _line(
        self,
        sheet: Any,
        line: int,
        part: BookSheet,
        cells: Sequence[object],
        opens: Sequence[bool],
    ) -> None:
        for column, (f, value, opened) in enumerate(zip(part.fields, cells, opens, strict=True)):
            style = self.formats.cell(f.type, value, opened)
            if isinstance(value, float):
                sheet.write_number(line, column, value, style)
            else:
                write_cell(sheet, line, column, value, style)

    def _check(self, sheet: Any, part: BookSheet, first: int, last: int) -> None:
        """Drop-downs, and checks of dates and numbers, over every column that may be filled in."""
        for column, f in enumerate(part.fields):
            if f.fill != "never":
                choices = self.lists.get(part.choices.get(f.name, ()))
                rule = validation(f, choices, self.ledger.terms)
                if rule:
                    sheet.data_validation(first, column, last, column, rule)

    def _mark_overdue(self, sheet: Any, part: BookSheet, first: int, last: int) -> None:
        """Mark rows that are overdue, until a date is written into them."""
        names = [f.name for f in part.fields]
        letters = {n: chr(ord("A") + names.index(n)) for n in ("status", "done_on")}
        overdue = obligation_status_label("alarm").replace('"', '""')
        formula = (
            f'=AND(${letters["status"]}{first + 1}="{overdue}",${letters["done_on"]}{first + 1}="")'
        )
        rule = {"type": "formula", "criteria": formula, "format": self.formats.overdue}
        sheet.conditional_format(first, 0, last, len(names) - 1, rule)

    def _keep_what_was_sent(self, sheets: list[str]) -> None:
        ledger = self.ledger
        facts = {
            "instrument": ledger.instrument,
            "kind": ledger.body.kind,
            "body": ledger.body.id,
            "as_of": ledger.as_of,
            "identity": ledger.identity,
        }
        lines = [[MARK, FORMAT], *(["fact", *fact] for fact in facts.items())]
        lines += [["sheet", name] for name in sheets]
        sheet = self.book.add_worksheet(_META)
        for number, line in enumerate([*lines, *self.sent]):
            for column, text in enumerate(line):
                if text:
                    write_cell(sheet, number, column, text, None)
        sheet.very_hidden()


def _day(text: str) -> object:
    """A date that spreadsheets can reckon with; one that they can't remains text."""
    day = dt.date.fromisoformat(text) if text else None
    return text if day is None or day.year < _EARLIEST_YEAR else day
