"""OpenDocument spreadsheets (.ods), read from their XML: calamine tells none of their merged cells.

A row or cell that is repeated a million times takes a few bytes in the file. So what is empty is
only counted, and written out when something follows it; all else is held to the limits. Text in a
hidden or struck-through style is told apart from what people see.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from registry.intake.formats.archive import Archive
from registry.intake.formats.cells import decimal_text
from registry.intake.formats.details import LEAST_LOST, make_room
from registry.intake.formats.errors import (
    CellBudget,
    check_extent,
    library_errors_refused,
    refuse_damaged,
    refuse_encrypted,
    require_text,
)
from registry.intake.formats.ods_styles import STYLE_TAGS, Styles
from registry.intake.formats.xmlparts import events, forget, local
from registry.intake.grid import MAX_CELLS, MAX_COLUMNS, Flaw, Sheet, Span, fill_spans
from registry.locale import _

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ROWS_REPEATED: Final = f"{_TABLE}number-rows-repeated"
_COLUMNS_REPEATED: Final = f"{_TABLE}number-columns-repeated"
_ROWS_SPANNED: Final = f"{_TABLE}number-rows-spanned"
_COLUMNS_SPANNED: Final = f"{_TABLE}number-columns-spanned"
_STYLE_NAME: Final = f"{_TABLE}style-name"
_DEFAULT_STYLE: Final = f"{_TABLE}default-cell-style-name"
_TEXT_STYLE: Final = f"{_TEXT}style-name"
_VALUE_TYPE: Final = f"{_OFFICE}value-type"
_PARAGRAPHS: Final = (f"{_TEXT}p", f"{_TEXT}h")
_NUMBERS: Final = frozenset(("float", "percentage", "currency"))
_CELLS: Final = frozenset(("table-cell", "covered-table-cell"))
_NOT_TEXT: Final = frozenset(("annotation", "annotation-end", "note", "ruby-text", "frame"))
_TAGS: Final = (
    *(f"{_TABLE}{kind}" for kind in ("table", "table-row", "table-column")),
    *STYLE_TAGS,
)
_UNSEEN: Final = frozenset(("collapse", "filter"))
_COST_OF_A_NOTE: Final = 10
"""Cells that have more to tell than their text take as much memory as so many others."""
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
        styles = Styles()
        styles.read_common(archive)
        budget = CellBudget(path)
        tables: list[_Table] = []
        for event, element in events(archive, "content.xml", _TAGS):
            kind = local(element)
            if kind == "table":
                if event == "start":
                    tables.append(_Table(path, element, budget, styles))
                    continue
                table = tables.pop()
                if not tables:  # a table inside a cell is part of that cell, and not read
                    sheets.append(table.sheet())
                    forget(element)
            elif event == "end" and kind in ("style", "number-style"):
                styles.take(element)
            elif event == "end" and len(tables) == 1:
                if kind == "table-column":
                    tables[0].add_columns(element)
                    continue
                tables[0].add_row(element)
                forget(element)
    return require_text(path, sheets)


class _Note(NamedTuple):
    """What a cell has to tell besides what people see of it; it stands in so many columns."""

    column: int
    times: int
    whole: str | None
    flaw: Flaw | None


class _Table:
    """A sheet in the making."""

    def __init__(self, path: Path, element: Any, budget: CellBudget, styles: Styles) -> None:
        self._path = path
        self._budget = budget
        self._styles = styles
        self._name = element.get(f"{_TABLE}name") or None
        self._hidden = styles.hides("table", element.get(_STYLE_NAME))
        self._rows: list[list[str]] = []
        self._spans: list[Span] = []
        self._empty = 0
        self._width = 0
        self._columns: list[tuple[int, str | None]] = []  # where a style ends, and its name
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._concealed: dict[tuple[int, int], str] = {}
        self._flaws: dict[tuple[int, int], Flaw] = {}

    def add_columns(self, element: Any) -> None:
        """Take the style of one or more columns that are alike."""
        begin = self._columns[-1][0] if self._columns else 0
        end = begin + _times(element, _COLUMNS_REPEATED)
        self._columns.append((end, element.get(_DEFAULT_STYLE)))
        if self._is_hidden(element, "table-column"):
            self._hidden_columns.update(range(begin, min(end, MAX_COLUMNS)))

    def _is_hidden(self, element: Any, family: str) -> bool:
        return element.get(f"{_TABLE}visibility") in _UNSEEN or self._styles.hides(
            family, element.get(_STYLE_NAME)
        )

    def add_row(self, element: Any) -> None:
        """Take a row, as often as it is repeated."""
        times = _times(element, _ROWS_REPEATED)
        top = len(self._rows) + self._empty
        notes: list[_Note] = []
        cells = self._cells(element, top, notes)
        if not cells and not notes:
            self._empty += times
            return
        self._width = max(self._width, len(cells))
        check_extent(self._path, top + times, self._width, self._name)
        self._budget.spend(self._empty + (len(cells) + 1) * times)
        self._rows.extend([] for _row in range(self._empty))
        self._empty = 0
        self._rows.extend(list(cells) for _row in range(times))
        rows = range(top, top + times)
        if self._is_hidden(element, "table-row"):
            self._hidden_rows.update(rows)
        for note in notes:
            self._budget.spend(_COST_OF_A_NOTE * note.times * times)
            for row in rows:
                for column in range(note.column, note.column + note.times):
                    if note.whole is not None:
                        self._concealed[row, column] = note.whole
                    if note.flaw is not None:
                        self._flaws[row, column] = note.flaw

    def sheet(self) -> Sheet:
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
        for place in self._flaws:
            make_room(self._rows, place)
        width = max(map(len, self._rows), default=0)
        return Sheet(
            self._name,
            self._rows,
            spans,
            hidden=self._hidden,
            hidden_rows=self._hidden_rows,
            hidden_columns={column for column in self._hidden_columns if column < width},
            concealed=self._concealed,
            flaws=self._flaws,
        )

    def _beyond(self, span: Span) -> int:
        """How many cells filling this span adds."""
        rows = self._rows[span.top : span.bottom + 1]
        return sum(max(span.right + 1 - len(row), 0) for row in rows)

    def _cells(self, element: Any, top: int, notes: list[_Note]) -> list[str]:
        """The cells of a row up to the last with text; `notes` is given what else they tell."""
        cells: list[str] = []
        empty = 0
        of_row = element.get(_DEFAULT_STYLE)
        for cell in element:
            kind = local(cell)
            if kind not in _CELLS:
                continue
            times = _times(cell, _COLUMNS_REPEATED)
            column = len(cells) + empty
            text, whole, flaw = "", None, None
            if kind == "table-cell":
                style = cell.get(_STYLE_NAME) or of_row
                if self._styles.matter and style is None and len(cell):
                    style = self._default_style(column)
                text, whole, flaw = _cell(cell, self._styles, style)
                if whole is not None or flaw is not None:
                    check_extent(self._path, 1, column + times, self._name)
                    notes.append(_Note(column, times, whole, flaw))
            if not text:
                if whole:
                    self._span(cell, top, column)
                empty += times
                continue
            check_extent(self._path, 1, column + times, self._name)
            cells += [""] * empty
            empty = 0
            self._span(cell, top, column)
            cells += [text] * times
        return cells

    def _default_style(self, column: int) -> str | None:
        index = bisect_right(self._columns, column, key=lambda found: found[0])
        return self._columns[index][1] if index < len(self._columns) else None

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


def _cell(cell: Any, styles: Styles, style: str | None) -> tuple[str, str | None, Flaw | None]:
    """What people see of a cell, its whole text where that is more, and its flaw."""
    kind = cell.get(_VALUE_TYPE)
    if (
        kind == "string"
        and len(cell) == 1
        and cell[0].tag == _PARAGRAPHS[0]
        and not len(cell[0])
        and not styles.matter
    ):
        return cell[0].text or "", None, None  # as nearly every cell is
    struck = styles.struck("table-cell", style)
    value = _value(cell, kind, styles, style)
    flaw: Flaw | None = None
    if value is not None:
        shown = "" if struck else value
        if kind in _NUMBERS and abs(_number(cell)) >= LEAST_LOST:
            flaw = "digits"
    else:
        paragraphs = [list(_paragraph(p, styles, struck)) for p in cell.iterchildren(*_PARAGRAPHS)]
        value = "\n".join("".join(text for text, _seen in pieces) for pieces in paragraphs)
        seen = ["".join(text for text, seen in pieces if seen) for pieces in paragraphs]
        # A paragraph of which nothing is left is no empty line.
        shown = "\n".join(
            text for text, pieces in zip(seen, paragraphs, strict=True) if text or not pieces
        )
        if not value:
            value = str(cell.get(f"{_OFFICE}string-value") or "")
            shown = "" if struck else value
    if not value and kind != "string" and cell.get(f"{_TABLE}formula"):
        flaw = "formula"
    return shown, (value if value.strip() and shown != value else None), flaw


def _value(cell: Any, kind: str | None, styles: Styles, style: str | None) -> str | None:
    """A value that is no text, in the same form as from every other kind of file."""
    if kind in _NUMBERS and (number := cell.get(f"{_OFFICE}value")):
        text = decimal_text(number)
        lines = ["".join(p.itertext()) for p in cell.iterchildren(*_PARAGRAPHS)]
        return styles.number(text, "".join(lines), style)
    if kind == "boolean" and (truth := cell.get(f"{_OFFICE}boolean-value")):
        return str(truth).upper()
    if kind == "date" and (date := cell.get(f"{_OFFICE}date-value")):
        return _date(str(date))
    if kind == "time" and (time := cell.get(f"{_OFFICE}time-value")):
        return _time(str(time))
    return None


def _number(cell: Any) -> float:
    try:
        return float(cell.get(f"{_OFFICE}value"))
    except ValueError:
        return 0.0


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


def _paragraph(element: Any, styles: Styles, struck: bool) -> Iterator[tuple[str, bool]]:
    """The pieces of a paragraph, and whether each is seen."""
    struck = styles.struck("paragraph", element.get(_TEXT_STYLE), otherwise=struck)
    return _pieces(element, styles, struck)


def _pieces(element: Any, styles: Styles, struck: bool) -> Iterator[tuple[str, bool]]:
    if element.text:
        yield element.text, not struck
    for child in element:
        kind = local(child)
        if kind == "s":
            yield " " * min(int(child.get(f"{_TEXT}c", "1")), _MOST_SPACES), not struck
        elif kind == "tab":
            yield "\t", not struck
        elif kind == "line-break":
            yield "\n", not struck
        elif kind not in _NOT_TEXT:
            inner = styles.struck("text", child.get(_TEXT_STYLE), otherwise=struck)
            yield from _pieces(child, styles, inner)
        if child.tail:
            yield child.tail, not struck
