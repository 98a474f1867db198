"""Documents of Word and WPS (.docx): their tables, each a sheet.

The XML is walked here, row by row: python-docx looks up merged cells anew for each cell, which
takes the square of a long table. Paragraphs between tables (titles, names of departments) become
rows of one cell on top of the table that follows, with the row number 0; what follows the last
table belongs to none. Numbers that Word itself counts (一、二、) are not in the file's text.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from registry.intake.formats.archive import Archive
from registry.intake.formats.docx_text import (
    WRAPPERS,
    Paragraph,
    Styles,
    Words,
    blocks,
    join_lines,
    value,
)
from registry.intake.formats.errors import (
    CellBudget,
    check_extent,
    library_errors_refused,
    require_text,
)
from registry.intake.formats.table_builder import LEAD
from registry.intake.formats.xmlparts import events, forget, local, parse
from registry.intake.grid import Sheet, Span, fill_spans
from registry.intake.problems import refuse
from registry.locale import _

_OF_BODY: Final = ("{*}p", "{*}tbl", "{*}sdt", "{*}AlternateContent")


def read(path: Path) -> list[Sheet]:
    """Every table of the document's body, those inside others after the one they are in."""
    archive = Archive(path)
    archive.inflate(lambda _name: None)
    with library_errors_refused(path):
        body = _body(archive)
        tables = _Tables(path, Styles(archive, body))
        for event, element in events(archive, body, _OF_BODY):
            if event == "end" and local(element.getparent()) == "body":
                tables.take(element)
                forget(element)
    if not tables.sheets:
        refuse(
            path,
            _("the document holds no table"),
            _("Give the list as a table, in a document or a workbook."),
        )
    return require_text(path, tables.sheets)


def _body(archive: Archive) -> str:
    """The name of the part that holds the document."""
    if "_rels/.rels" in archive.members:
        for relation in parse(archive, "_rels/.rels").iter("{*}Relationship"):
            if relation.get("Type", "").endswith("/officeDocument"):
                return posixpath.normpath(str(relation.get("Target", ""))).lstrip("/")
    return "word/document.xml"


class _Tables:
    """The sheets found so far, and the paragraphs that wait for a table."""

    def __init__(self, path: Path, styles: Styles) -> None:
        self.sheets: list[Sheet] = []
        self._path = path
        self._styles = styles
        self._budget = CellBudget(path)
        self._leads: list[Words] = []

    def take(self, element: Any) -> None:
        """A child of the body, or of whatever else holds paragraphs and tables."""
        for block in blocks([element]):
            if local(block) == "p":
                paragraph = Paragraph.of(block, self._styles)
                shown, whole = (text.strip() for text in paragraph.words())
                if whole:
                    self._budget.spend(1)
                    self._leads.append(Words(shown, whole))
                for table in paragraph.tables:
                    self._take_table(table)
            else:
                self._take_table(block)

    def _take_table(self, table: Any) -> None:
        leads, self._leads = self._leads, []
        self._table(table, leads)

    def _table(self, table: Any, leads: list[Words]) -> None:
        name = _("table {n}").format(n=len(self.sheets) + 1)
        sheet = Sheet(name, [[text.shown] for text in leads])
        for index, text in enumerate(leads):
            _conceal(sheet, index, 0, text)
        self.sheets.append(sheet)
        inner: list[Any] = []
        merged: dict[int, list[int]] = {}
        spans: list[list[int]] = []
        for row in _children(table, "tr"):
            self._row(sheet, row, merged, spans, inner)
        rows = sheet.rows
        check_extent(self._path, len(rows), max(map(len, rows), default=0), name)
        sheet.spans = [Span(*span) for span in spans if span[0] < span[2] or span[1] < span[3]]
        fill_spans(rows, sheet.spans)
        if leads:
            sheet.numbers = [LEAD] * len(leads) + list(range(1, len(rows) - len(leads) + 1))
        for nested in inner:
            self._table(nested, [])

    def _row(
        self,
        sheet: Sheet,
        row: Any,
        merged: dict[int, list[int]],
        spans: list[list[int]],
        inner: list[Any],
    ) -> None:
        """Write one row; `merged` holds, by its first column, each cell that may go on below."""
        number = len(sheet.rows)
        cells: list[str] = [""] * _count(row, "trPr", "gridBefore", 0)
        hidden = _property(row, "trPr", "hidden")
        if hidden is not None and value(hidden) not in ("0", "false", "off"):
            sheet.hidden_rows.add(number)
        going_on: dict[int, list[int]] = {}
        for cell in _children(row, "tc"):
            left, width = len(cells), max(_count(cell, "tcPr", "gridSpan", 1), 1)
            check_extent(self._path, 1, left + width, sheet.name)
            merge = _property(cell, "tcPr", "vMerge")
            above = merged.get(left)
            if merge is not None and value(merge) != "restart" and above is not None:
                above[2] = number
                going_on[left] = above
                cells += [""] * width
                continue
            span = [number, left, number, left + width - 1]
            spans.append(span)
            if merge is not None:
                going_on[left] = span
            text = self._cell(cell, inner)
            _conceal(sheet, number, left, text)
            cells += [text.shown, *[""] * (width - 1)]
        merged.clear()
        merged.update(going_on)
        self._budget.spend(len(cells) + 1)
        sheet.rows.append(cells)

    def _cell(self, cell: Any, inner: list[Any]) -> Words:
        """A cell's text. Tables inside are put to `inner`, and are no part of it."""
        lines: list[Words] = []
        for block in blocks(cell):
            if local(block) == "p":
                paragraph = Paragraph.of(block, self._styles)
                lines.append(paragraph.words())
                inner += paragraph.tables
            else:
                inner.append(block)
        return join_lines(lines)


def _conceal(sheet: Sheet, row: int, column: int, text: Words) -> None:
    if text.whole.strip() and text.shown != text.whole:
        sheet.concealed[row, column] = text.whole


def _children(parent: Any, kind: str) -> Iterator[Any]:
    """The rows of a table, or the cells of a row; deleted rows are left out."""
    for element in parent:
        name = local(element)
        if name == kind:
            if _property(element, "trPr", "del") is None:
                yield element
        elif name in WRAPPERS:
            yield from _children(element, kind)


def _property(element: Any, holder: str, name: str) -> Any:
    """The property element of this name, or None."""
    for properties in element.iterchildren(f"{{*}}{holder}"):
        for found in properties.iterchildren(f"{{*}}{name}"):
            return found
    return None


def _count(element: Any, holder: str, name: str, default: int) -> int:
    found = _property(element, holder, name)
    count = value(found) if found is not None else ""
    return min(int(count), 1 << 20) if count.isdecimal() else default
