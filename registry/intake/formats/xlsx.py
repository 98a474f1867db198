"""Workbooks of Excel and WPS (.xlsx, .xlsm): examined first, then read by calamine.

calamine allots the whole rectangle between the first and the last cell, so that two cells far apart
ask for more memory than there is and end the process. So the extent of each sheet is found first,
while the archive is inflated for its own limits. That pass is kept cheap: it looks only for what is
unlike the usual `<c r="B7"`; a sheet where that isn't enough is parsed exactly. Rows need no look:
they say where cells are that don't say so themselves, and those are unusual.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

import registry.intake.formats.errors as format_errors
from registry.intake.formats.archive import Archive, Sink
from registry.intake.formats.cells import text_of
from registry.intake.formats.errors import (
    CellBudget,
    check_extent,
    check_length,
    library_errors_refused,
    refuse_damaged,
    refuse_encrypted,
    require_text,
)
from registry.intake.formats.xmlparts import parse, refuse_entities
from registry.intake.grid import MAX_CELLS, MAX_COLUMNS, Sheet, Span, fill_spans
from registry.locale import _

_USUAL_ROWS, _USUAL_COLUMNS = 99_999, 26
_UNUSUAL: Final = re.compile(rb'<c(?! r="[A-Z]\d{1,5}")(?: r="([A-Z]{0,3})(\d{1,7})")?[\s/>]')
_PREFIXED: Final = re.compile(rb"<[^\s<>/]{1,200}:(?:c|row)[\s/>]")
_MOST_CARRIED: Final = 4 << 20
_REFERENCE: Final = re.compile(r"\s*\$?([A-Za-z]{0,4})\$?(\d{0,9})\s*")
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_STRINGS: Final = "sharedstrings.xml"
_SHORTEST_CELL: Final = len('<c r="A1" t="s"><v>0</v>')
_IN_VAIN: Final = (".png", ".jpeg", ".jpg", ".gif", ".emf", ".wmf", ".bin", ".vml")


def read(path: Path) -> list[Sheet]:
    """Every worksheet of a workbook, in its order."""
    archive = Archive(path)
    strings: dict[str, _SharedStrings] = {}
    scans: dict[str, _Scan] = {}
    innocent = _shared_strings_are_no_sheet(archive)

    def sinks(name: str) -> Sink | None:
        """What looks at the part of that name while it is inflated."""
        # A part's name is what the workbook says it is, so any part may be a sheet.
        if name.lower().endswith(_IN_VAIN):
            return None
        if not name.lower().endswith(_STRINGS):
            return scans.setdefault(name, _Scan(path))
        strings[name] = _SharedStrings(None if innocent else scans.setdefault(name, _Scan(path)))
        return strings[name]

    archive.inflate(sinks)
    longest = max((found.longest for found in strings.values()), default=0)
    cells = sum(scan.size for scan in scans.values()) // _SHORTEST_CELL
    lengths = _lengths(archive, strings) if longest * cells > format_errors.MAX_TEXT else []
    errors: dict[str, dict[tuple[int, int], str]] = {}
    text = 0
    for name, scan in scans.items():
        if scan.look_closer() or lengths:
            extent = _Extent.of(archive, name, lengths)
            check_extent(path, extent.rows, extent.columns)
            text += extent.text
            if extent.errors:
                errors[name] = extent.errors
    check_length(path, text)
    with library_errors_refused(path):
        parts = _parts(archive)
        named = [part for part in parts if part]
        if len(set(named)) < len(named):  # each of them would be read anew
            refuse_damaged(path, _("its list of sheets makes no sense"))
        sheets = read_workbook(path)
        for sheet, part in zip(sheets, parts, strict=False):
            if sheet is not None and part in errors:
                put_errors(sheet, errors[part])
    return require_text(path, [sheet for sheet in sheets if sheet is not None])


def read_workbook(path: Path) -> list[Sheet | None]:
    """What calamine reads, sheet by sheet; None stands for a sheet that is only a chart.

    Only for a file whose extent has been examined.
    """
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    sheets: list[Sheet | None] = []
    budget = CellBudget(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
    except PasswordError:
        refuse_encrypted(path)
    with workbook:
        for index, about in enumerate(workbook.sheets_metadata):
            if about.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
                sheets.append(None)
                continue
            found = workbook.get_sheet_by_index(index)
            rows: list[list[Any]] = found.to_python(skip_empty_area=False)
            _to_text(rows)
            sheet = Sheet(about.name, rows, hidden=about.visible != SheetVisibleEnum.Visible)
            if rows:
                check_extent(path, len(rows), len(rows[0]), about.name)
                budget.spend(len(rows) * len(rows[0]))
                sheet.spans = _clip(path, found.merged_cell_ranges or [], sheet)
                fill_spans(rows, sheet.spans)
            sheets.append(sheet)
    return sheets


def _to_text(rows: list[list[Any]]) -> None:
    """Turn the cells into text where they stand; most of them are text already."""
    for row in rows:
        for column, cell in enumerate(row):
            if type(cell) is not str:
                # Sequence numbers are floats, one a row: not worth a call each.
                whole = type(cell) is float and cell.is_integer() and abs(cell) < 1e15
                row[column] = str(int(cell)) if whole else text_of(cell)


def _clip(
    path: Path, ranges: list[tuple[tuple[int, int], tuple[int, int]]], sheet: Sheet
) -> list[Span]:
    """Merged cells as far as the sheet has text: a title may span all columns there can be."""
    height, width = len(sheet.rows), len(sheet.rows[0])
    spans, cells = [], 0
    for (top, left), (bottom, right) in sorted(ranges):
        span = Span(top, left, min(bottom, height - 1), min(right, width - 1))
        if span.bottom < top or span.right < left:
            continue
        spans.append(span)
        cells += (span.bottom - top + 1) * (span.right - left + 1)
        if cells > MAX_CELLS:
            refuse_damaged(path, _("its merged cells overlap"), sheet=sheet.name)
    return spans


def _shared_strings_are_no_sheet(archive: Archive) -> bool:
    """Whether the workbook names the part of shared strings no more than once, as is usual."""
    relations = "xl/_rels/workbook.xml.rels"
    return relations in archive.members and (
        archive.read(relations).lower().count(_STRINGS.encode()) <= 1
    )


class _SharedStrings:
    """The quick pass over shared strings: none is longer than `longest`; give it the blocks."""

    def __init__(self, scan: _Scan | None) -> None:
        self.longest = 0
        self._going_on = 0
        self._scan = scan

    def __call__(self, block: bytes) -> None:
        if self._scan:
            self._scan(block)
        first, *others = block.split(b"<si")
        self._going_on += len(first)
        self.longest = max(self.longest, self._going_on)
        if others:
            self.longest = max(self.longest, *map(len, others))
            self._going_on = len(others[-1])


def _lengths(archive: Archive, names: Iterable[str]) -> list[int]:
    """The length of each shared string."""
    lengths: list[int] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            lengths.append(0)

    def text(found: str) -> None:
        if lengths:
            lengths[-1] += len(found)

    for name in names:
        _parse(archive, name, start, None, text)
    return lengths


def _parse(
    archive: Archive,
    name: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None,
    text: Callable[[str], None],
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = lambda *_args: refuse_entities(archive.path)
    with library_errors_refused(archive.path):
        for block in archive.blocks(name):
            parser.Parse(block, False)
        parser.Parse(b"", True)


class _Scan:
    """The quick pass over one part; give it the blocks."""

    def __init__(self, path: Path) -> None:
        self.size = 0
        self._path = path
        self._carried = b""
        self._odd = False
        self._rows, self._columns = _USUAL_ROWS, _USUAL_COLUMNS

    def __call__(self, block: bytes) -> None:
        self.size += len(block)
        if self._carried:
            block = self._carried + block
        # Whatever begins in this block and ends in the next is looked at then.
        cut = max(block.rfind(b"<"), 0)
        self._carried = block[cut:]
        if len(self._carried) > _MOST_CARRIED:
            refuse_damaged(self._path, _("a text in it does not end"))
        self._look(block[:cut])

    def look_closer(self) -> bool:
        """Whether the quick pass can't vouch for this part."""
        self._look(self._carried)
        return self._odd or self._columns > MAX_COLUMNS or self._rows * self._columns > MAX_CELLS

    def _look(self, block: bytes) -> None:
        if b"\0" in block[:4096]:
            refuse_damaged(self._path, _("a part of it is not UTF-8"))
        if self._odd:
            return
        self._odd = b't="e"' in block or (b":" in block and bool(_PREFIXED.search(block)))
        for letters, digits in set(_UNUSUAL.findall(block)):
            if not digits:
                self._odd = True
                break
            self._rows = max(self._rows, int(digits))
            self._columns = max(self._columns, _column(letters.decode()))


@dataclass
class _Extent:
    """The exact pass over one part: how far its cells with text reach, and its error values."""

    lengths: list[int]
    rows: int = 0
    columns: int = 0
    text: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    _row: int = 0
    _column: int = 0
    _place: tuple[int, int] = (0, 0)
    _type: str = ""
    _value: list[str] | None = None

    @classmethod
    def of(cls, archive: Archive, name: str, lengths: list[int]) -> _Extent:
        """Parse the part; `lengths` of shared strings, if they are to be added up."""
        extent = cls(lengths)
        _parse(archive, name, extent._start, extent._end, extent._text)
        return extent

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "c":
            row, column = self._row, self._column
            if reference := attributes.get("r"):
                row, column = _place(reference)
            self._place = row, column
            self._column = column + 1
            self._type = attributes.get("t", "")
        elif kind == "row":
            if reference := attributes.get("r"):
                self._row = _place(reference)[0]
            self._column = 0
        elif kind in ("v", "is"):
            self.rows = max(self.rows, self._place[0] + 1)
            self.columns = max(self.columns, self._place[1] + 1)
            wanted = self._type == "e" or (self._type == "s" and self.lengths)
            self._value = [] if wanted and kind == "v" else None

    def _end(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        if kind == "row":
            self._row += 1
            self._column = 0
        elif kind == "v" and self._value is not None:
            value = "".join(self._value)
            self._value = None
            if self._type == "e":
                self.errors[self._place] = value
            elif value.isdecimal() and len(value) < 10 and int(value) < len(self.lengths):
                self.text += self.lengths[int(value)]

    def _text(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)


def _place(reference: str) -> tuple[int, int]:
    """Row and column, from 0, of a reference like B7 or 7."""
    match = _REFERENCE.match(reference)
    letters, digits = match.groups() if match else ("", "")
    return max(int(digits or 1) - 1, 0), max(_column(letters) - 1, 0)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def put_errors(sheet: Sheet, errors: dict[tuple[int, int], str]) -> None:
    """Put error values where calamine leaves a gap: a #REF! in a register is not an empty cell."""
    for (row, column), text in errors.items():
        if row < len(sheet.rows) and column < len(sheet.rows[row]):
            sheet.rows[row][column] = sheet.rows[row][column] or text


def _parts(archive: Archive) -> list[str]:
    """The names of the parts that hold the sheets, in the order of the workbook."""
    targets = {
        relation.get("Id"): posixpath.normpath(
            posixpath.join("/xl", relation.get("Target", ""))
        ).lstrip("/")
        for relation in parse(archive, "xl/_rels/workbook.xml.rels").iter("{*}Relationship")
    }
    return [
        targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION), "")
        for sheet in parse(archive, "xl/workbook.xml").iter("{*}sheet")
    ]
