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

_WRAPPERS: Final = frozenset(
    ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "body", "txbxContent")
)
_NOT_TEXT: Final = frozenset(
    ("del", "moveFrom", "pPr", "rPr", "drawing", "pict", "object", "AlternateContent", "rt", "tbl")
)
_BREAKS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read(path: Path) -> list[Sheet]:
    """Every table of the document's body, those inside others after the one they are in."""
    archive = Archive(path)
    archive.inflate(lambda _name: None)
    tables = _Tables(path)
    with library_errors_refused(path):
        for event, element in events(archive, _body(archive), ("{*}p", "{*}tbl", "{*}sdt")):
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

    def __init__(self, path: Path) -> None:
        self.sheets: list[Sheet] = []
        self._path = path
        self._budget = CellBudget(path)
        self._leads: list[str] = []

    def take(self, element: Any) -> None:
        """A child of the body, or of whatever else holds paragraphs and tables."""
        for block in _blocks([element]):
            if local(block) == "p":
                if text := _paragraph(block).strip():
                    self._budget.spend(1)
                    self._leads.append(text)
            else:
                leads, self._leads = self._leads, []
                self._table(block, leads)

    def _table(self, table: Any, leads: list[str]) -> None:
        name = _("table {n}").format(n=len(self.sheets) + 1)
        sheet = Sheet(name, [[text] for text in leads])
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
        going_on: dict[int, list[int]] = {}
        for cell in _children(row, "tc"):
            left, width = len(cells), max(_count(cell, "tcPr", "gridSpan", 1), 1)
            check_extent(self._path, 1, left + width, sheet.name)
            merge = _property(cell, "tcPr", "vMerge")
            above = merged.get(left)
            if merge is not None and _value(merge) != "restart" and above is not None:
                above[2] = number
                going_on[left] = above
                cells += [""] * width
                continue
            span = [number, left, number, left + width - 1]
            spans.append(span)
            if merge is not None:
                going_on[left] = span
            cells += [_cell(cell, inner), *[""] * (width - 1)]
        merged.clear()
        merged.update(going_on)
        self._budget.spend(len(cells) + 1)
        sheet.rows.append(cells)


def _cell(cell: Any, inner: list[Any]) -> str:
    """A cell's text. Tables inside are put to `inner`, and are no part of it."""
    paragraphs = []
    for block in _blocks(cell):
        if local(block) == "p":
            paragraphs.append(_paragraph(block))
        else:
            inner.append(block)
    return "\n".join(paragraphs).strip("\n")


def _blocks(elements: Any) -> Iterator[Any]:
    """The paragraphs and tables among these elements, and in what merely wraps them."""
    for element in elements:
        kind = local(element)
        if kind in ("p", "tbl"):
            yield element
        elif kind in _WRAPPERS:
            yield from _blocks(element)


def _children(parent: Any, kind: str) -> Iterator[Any]:
    """The rows of a table, or the cells of a row; deleted rows are left out."""
    for element in parent:
        name = local(element)
        if name == kind:
            if _property(element, "trPr", "del") is None:
                yield element
        elif name in _WRAPPERS:
            yield from _children(element, kind)


def _paragraph(paragraph: Any) -> str:
    parts: list[str] = []
    _gather(paragraph, parts)
    return "".join(parts)


def _gather(element: Any, parts: list[str]) -> None:
    for child in element:
        kind = local(child)
        if kind == "t":
            parts.append(child.text or "")
        elif kind in _BREAKS:
            parts.append(_BREAKS[kind])
        elif kind not in _NOT_TEXT:
            _gather(child, parts)


def _property(element: Any, holder: str, name: str) -> Any:
    """The property element of this name, or None."""
    for properties in element.iterchildren(f"{{*}}{holder}"):
        for found in properties.iterchildren(f"{{*}}{name}"):
            return found
    return None


def _value(element: Any) -> str:
    return next((str(v) for k, v in element.attrib.items() if k.rpartition("}")[2] == "val"), "")


def _count(element: Any, holder: str, name: str, default: int) -> int:
    found = _property(element, holder, name)
    value = _value(found) if found is not None else ""
    return min(int(value), 1 << 20) if value.isdecimal() else default
