"""OpenDocument spreadsheets (.ods), read from their XML: calamine tells none of their merged cells.

A row or cell that is repeated a million times takes a few bytes in the file. So what is empty is
only counted, and written out when something follows it; all else is held to the limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from registry.intake.formats.archive import Archive
from registry.intake.formats.cells import decimal_text
from registry.intake.formats.errors import (
    CellBudget,
    check_extent,
    library_errors_refused,
    refuse_damaged,
    refuse_encrypted,
    require_text,
)
from registry.intake.formats.xmlparts import events, forget, local
from registry.intake.grid import MAX_CELLS, MAX_COLUMNS, Sheet, Span, fill_spans
from registry.locale import _

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_ROWS_REPEATED: Final = f"{_TABLE}number-rows-repeated"
_COLUMNS_REPEATED: Final = f"{_TABLE}number-columns-repeated"
_ROWS_SPANNED: Final = f"{_TABLE}number-rows-spanned"
_COLUMNS_SPANNED: Final = f"{_TABLE}number-columns-spanned"
_VALUE_TYPE: Final = f"{_OFFICE}value-type"
_PARAGRAPHS: Final = (f"{_TEXT}p", f"{_TEXT}h")
_NUMBERS: Final = frozenset(("float", "percentage", "currency"))
_CELLS: Final = frozenset(("table-cell", "covered-table-cell"))
_NOT_TEXT: Final = frozenset(("annotation", "annotation-end", "note", "ruby-text", "frame"))
_TAGS: Final = (f"{_TABLE}table", f"{_TABLE}table-row", f"{_STYLE}style")
_MOST_SPACES: Final = 1_000


def read(path: Path) -> list[Sheet]:
    """Every sheet of a spreadsheet, in its order."""
    archive = Archive(path)
    if "META-INF/manifest.xml" in archive.members and (
        b"encryption-data" in archive.read("META-INF/manifest.xml")
    ):
        refuse_encrypted(path)
    archive.inflate(lambda _name: None)
    sheets: list[Sheet] = []
    with library_errors_refused(path):
        hidden: set[str | None] = set()
        budget = CellBudget(path)
        tables: list[_Table] = []
        for event, element in events(archive, "content.xml", _TAGS):
            kind = local(element)
            if kind == "style":
                if event == "end" and _hides(element):
                    hidden.add(element.get(f"{_STYLE}name"))
            elif kind == "table":
                if event == "start":
                    tables.append(_Table(path, element, budget))
                    continue
                table = tables.pop()
                if not tables:  # a table inside a cell is part of that cell, and not read
                    sheets.append(table.sheet(hidden))
                    forget(element)
            elif event == "end" and len(tables) == 1:
                tables[0].add_row(element)
                forget(element)
    return require_text(path, sheets)


def _hides(style: Any) -> bool:
    return style.get(f"{_STYLE}family") == "table" and any(
        properties.get(f"{_TABLE}display") == "false"
        for properties in style.iterchildren(f"{_STYLE}table-properties")
    )


class _Table:
    """A sheet in the making."""

    def __init__(self, path: Path, element: Any, budget: CellBudget) -> None:
        self._path = path
        self._budget = budget
        self._name = element.get(f"{_TABLE}name") or None
        self._style = element.get(f"{_TABLE}style-name")
        self._rows: list[list[str]] = []
        self._spans: list[Span] = []
        self._empty = 0
        self._width = 0

    def add_row(self, element: Any) -> None:
        """Take a row, as often as it is repeated."""
        times = _times(element, _ROWS_REPEATED)
        top = len(self._rows) + self._empty
        cells = self._cells(element, top)
        if not cells:
            self._empty += times
            return
        self._width = max(self._width, len(cells))
        check_extent(self._path, top + times, self._width, self._name)
        self._budget.spend(self._empty + (len(cells) + 1) * times)
        self._rows.extend([] for _row in range(self._empty))
        self._empty = 0
        self._rows.extend(list(cells) for _row in range(times))

    def sheet(self, hidden: set[str | None]) -> Sheet:
        """The sheet, its merged cells filled."""
        height = len(self._rows)
        spans = [
            Span(span.top, span.left, min(span.bottom, height - 1), span.right)
            for span in self._spans
        ]
        area = sum((s.bottom - s.top + 1) * (s.right - s.left + 1) for s in spans)
        if area > MAX_CELLS:
            refuse_damaged(self._path, _("its merged cells overlap"), sheet=self._name)
        self._budget.spend(sum(self._beyond(span) for span in spans))
        fill_spans(self._rows, spans)
        return Sheet(self._name, self._rows, spans, hidden=self._style in hidden)

    def _beyond(self, span: Span) -> int:
        """How many cells filling this span adds."""
        rows = self._rows[span.top : span.bottom + 1]
        return sum(max(span.right + 1 - len(row), 0) for row in rows)

    def _cells(self, element: Any, top: int) -> list[str]:
        """The cells of a row up to the last with text."""
        cells: list[str] = []
        empty = 0
        for cell in element:
            kind = local(cell)
            if kind not in _CELLS:
                continue
            times = _times(cell, _COLUMNS_REPEATED)
            text = _cell_text(cell) if kind == "table-cell" else ""
            if not text:
                empty += times
                continue
            check_extent(self._path, 1, len(cells) + empty + times, self._name)
            cells += [""] * empty
            empty = 0
            self._span(cell, top, len(cells))
            cells += [text] * times
        return cells

    def _span(self, cell: Any, top: int, left: int) -> None:
        columns = _times(cell, _COLUMNS_SPANNED)
        rows = _times(cell, _ROWS_SPANNED)
        if columns > 1 or rows > 1:
            right = min(left + columns, MAX_COLUMNS) - 1
            self._spans.append(Span(top, left, top + rows - 1, right))


def _times(element: Any, name: str) -> int:
    value = element.get(name)
    if value is None:
        return 1
    return max(int(value), 1) if value.isdecimal() and len(value) < 10 else 1


def _cell_text(cell: Any) -> str:
    """What a cell holds, in the same form as from every other kind of file."""
    kind = cell.get(_VALUE_TYPE)
    if kind == "string" and len(cell) == 1 and cell[0].tag == _PARAGRAPHS[0] and not len(cell[0]):
        return cell[0].text or ""  # as nearly every cell is
    if kind in _NUMBERS and (number := cell.get(f"{_OFFICE}value")):
        return decimal_text(number)
    if kind == "boolean" and (truth := cell.get(f"{_OFFICE}boolean-value")):
        return str(truth).upper()
    if kind == "date" and (date := cell.get(f"{_OFFICE}date-value")):
        return _date(str(date))
    if kind == "time" and (time := cell.get(f"{_OFFICE}time-value")):
        return _time(str(time))
    paragraphs = ["".join(_pieces(p)) for p in cell.iterchildren(*_PARAGRAPHS)]
    return "\n".join(paragraphs) or str(cell.get(f"{_OFFICE}string-value") or "")


def _date(value: str) -> str:
    day, _t, time = value.partition("T")
    time = time.partition(".")[0]
    return f"{day} {time}" if time.strip("0:") else day


def _time(value: str) -> str:
    """PT08H30M00S -> 08:30:00."""
    hours, _h, rest = value.removeprefix("PT").partition("H")
    minutes, _m, rest = rest.partition("M")
    seconds = rest.rstrip("S").partition(".")[0]
    parts = (hours, minutes, seconds)
    return ":".join(part.zfill(2) for part in parts) if all(map(str.isdecimal, parts)) else value


def _pieces(element: Any) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        kind = local(child)
        if kind == "s":
            yield " " * min(int(child.get(f"{_TEXT}c", "1")), _MOST_SPACES)
        elif kind == "tab":
            yield "\t"
        elif kind == "line-break":
            yield "\n"
        elif kind not in _NOT_TEXT:
            yield from _pieces(child)
        if child.tail:
            yield child.tail
