"""Old workbooks (.xls, .et): examined first, then read by calamine.

As in `xlsx`, what could make calamine ask for more memory than there is has to be found beforehand:
cells beyond what the format allows, and counts in headers that lie. What calamine doesn't tell is
taken down meanwhile: error values, what is hidden or struck through, and formats that add zeros.
"""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from registry.intake.formats.details import CellStyles, Details, Place, finish
from registry.intake.formats.errors import (
    CellBudget,
    check_length,
    library_errors_refused,
    refuse_damaged,
    refuse_encrypted,
    require_text,
)
from registry.intake.formats.ole import Container
from registry.intake.formats.xls_styles import Fonts, read_flags, shown_part
from registry.intake.formats.xlsx import read_workbook
from registry.intake.grid import Sheet
from registry.locale import _

STREAMS: Final = ("Workbook", "Book")

_ROWS, _COLUMNS = 65_536, 256
_BOF: Final = (0x0009, 0x0209, 0x0409, 0x0809)
_BOUND_SHEET, _FILE_PASSWORD, _STRINGS, _DIMENSIONS = 0x0085, 0x002F, 0x00FC, 0x0200
_BOOLEAN_OR_ERROR, _FORMULA, _LABEL = 0x0205, 0x0006, 0x00FD
_EOF, _CONTINUE = 0x000A, 0x003C
_ROW, _COLUMN_INFO, _MANY_NUMBERS = 0x0208, 0x007D, 0x00BD
_NUMBERS: Final = frozenset((_FORMULA, 0x0203, 0x027E, _MANY_NUMBERS))
_BIFF8: Final = 0x0600
_CELLS: Final = frozenset(
    (0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00BD, 0x00BE, 0x00D6, 0x00FD)
)
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


_MOST_DEPTH: Final = 16


@dataclass
class _Sheet:
    """What the records between a sheet's beginning and its end tell."""

    rows: int = 0
    columns: int = 0
    labels: array[int] = field(default_factory=lambda: array("L"))
    details: Details = field(default_factory=Details)
    runs: dict[Place, tuple[int, bool]] = field(default_factory=dict)
    """Where texts stand that may be struck in part: which, and whether the cell's type is struck"""


@dataclass
class _Found:
    """What the pass over a workbook's records brings: sheets by where they begin, and texts."""

    fonts: Fonts = field(default_factory=Fonts)
    styles: CellStyles | None = None

    starts: list[int] = field(default_factory=list)
    sheets: dict[int, _Sheet] = field(default_factory=dict)
    texts: list[bytes] = field(default_factory=list)


def read(path: Path) -> list[Sheet]:
    """Every worksheet of a workbook, in its order."""
    container = Container(path)
    name = next((name for name in STREAMS if name in container.streams), None)
    if name is None:
        refuse_damaged(path, _("{name} is missing").format(name=STREAMS[0]))
    with library_errors_refused(path):
        found = _examine(path, container.read(name))
        runs = _check_sheets(path, found)
        sheets = read_workbook(path)
        for index, sheet in enumerate(sheets):
            if sheet is None:
                continue
            about = found.sheets[found.starts[index]] if index < len(found.starts) else _Sheet()
            for place, (text, struck) in about.runs.items():
                if text in runs and place[0] < len(sheet.rows):
                    whole = "".join(sheet.rows[place[0]][place[1] : place[1] + 1])
                    shown = shown_part(whole, runs[text], found.fonts, struck=struck)
                    about.details.shown[place] = shown
            finish(sheet, about.details)
    return require_text(path, [sheet for sheet in sheets if sheet is not None])


def _examine(path: Path, data: bytes) -> _Found:
    """Go through the records; refuse what no sound workbook has."""
    found = _Found()
    inside: list[_Sheet] = []
    at, end, before = 0, len(data), 0
    while at + 4 <= end:
        kind, length = struct.unpack_from("<HH", data, at)
        body = at + 4
        if body + length > end:
            refuse_damaged(path, _("a record of it breaks off"))
        if kind in _CELLS and length >= 6:
            row, column = struct.unpack_from("<HH", data, body)
            if column >= _COLUMNS:
                refuse_damaged(path, _("a cell lies outside of the sheet"))
            text = _error(data, body, kind, length)
            found.styles = found.styles or found.fonts.styles()
            for sheet in inside:
                sheet.rows = max(sheet.rows, row + 1)
                sheet.columns = max(sheet.columns, column + 1)
                if kind == _LABEL and length >= 10:
                    sheet.labels.append(struct.unpack_from("<I", data, body + 6)[0])
                if text:
                    sheet.details.errors[row, column] = text
            if inside and found.styles.matter:
                _note_format(inside[-1], found.styles, data[body : body + length], kind)
        elif kind in (_ROW, _COLUMN_INFO):
            if inside:
                read_flags(inside[-1].details, data[body : body + length], is_row=kind == _ROW)
        elif found.fonts.take(kind, data[body : body + length]):
            pass
        elif kind in _BOF:
            inside.append(found.sheets.setdefault(at, _Sheet()))
            if length >= 2:
                found.fonts.wide = struct.unpack_from("<H", data, body)[0] >= _BIFF8
            if len(inside) > _MOST_DEPTH:
                refuse_damaged(path, _("it is nested too deeply"))
        elif kind == _EOF:
            del inside[-1:]
        elif kind == _FILE_PASSWORD:
            refuse_encrypted(path)
        elif kind == _BOUND_SHEET and length >= 4:
            found.starts.append(struct.unpack_from("<I", data, body)[0])
        elif kind == _STRINGS and length >= 8:
            if struct.unpack_from("<I", data, body + 4)[0] > len(data):
                refuse_damaged(path, _("its table of texts makes no sense"))
            found.texts = [data[body + 8 : body + length]]
        elif kind == _CONTINUE and before in (_STRINGS, _CONTINUE) and len(inside) < 2:
            found.texts.append(data[body : body + length])
        elif kind == _DIMENSIONS:
            _check_dimensions(path, data[body : body + length])
        at, before = body + length, kind
    return found


def _note_format(sheet: _Sheet, styles: CellStyles, cell: bytes, kind: int) -> None:
    """Take down what the format of a cell does to its text."""
    row, column = struct.unpack_from("<HH", cell)
    step = 6 if kind == _MANY_NUMBERS else len(cell)
    for offset in range(4, len(cell) - 3, step):
        place = row, column + (offset - 4) // step
        (number,) = struct.unpack_from("<H", cell, offset)
        if kind == _LABEL and len(cell) >= 10:
            text = struct.unpack_from("<I", cell, 6)[0]
            sheet.runs[place] = (text, number in styles.struck)
        if number in styles.struck:
            sheet.details.shown[place] = ""
        if kind in _NUMBERS and (pattern := styles.patterns.get(number)):
            sheet.details.patterns[place] = pattern


def _check_sheets(path: Path, found: _Found) -> dict[int, bytes]:
    """Hold the sheets to the limits; calamine reads all of them before it gives the first.

    Gives the runs of the texts that have some.
    """
    if len(set(found.starts)) < len(found.starts) or not found.sheets.keys() >= set(found.starts):
        refuse_damaged(path, _("its list of sheets makes no sense"))
    budget = CellBudget(path)
    for start in found.starts:
        budget.spend(found.sheets[start].rows * found.sheets[start].columns)
    runs: dict[int, bytes] = {}
    lengths = _lengths(found.texts, runs)
    check_length(
        path,
        sum(
            lengths[label]
            for start in found.starts
            for label in found.sheets[start].labels
            if label < len(lengths)
        ),
    )
    return runs if found.fonts.any_struck else {}


def _lengths(blocks: list[bytes], runs: dict[int, bytes] | None = None) -> list[int]:
    """The length of each shared text. A text may go on in the next block, in another width.

    `runs` is given the runs of each text that has some: where each begins, and its font.
    """
    lengths: list[int] = []
    number, at = 0, 0
    while number < len(blocks):
        block = blocks[number]
        if at + 3 > len(block):
            number, at = number + 1, 0
            continue
        length, flags = struct.unpack_from("<HB", block, at)
        lengths.append(length)
        at += 3
        extra = formats = 0
        if flags & 8 and at + 2 <= len(block):
            extra = formats = 4 * struct.unpack_from("<H", block, at)[0]
            at += 2
        if flags & 4 and at + 4 <= len(block):
            extra += struct.unpack_from("<I", block, at)[0]
            at += 4
        wide, left = flags & 1, length
        while left > (room := max(len(block) - at, 0) >> wide):
            left -= room
            number += 1
            if number >= len(blocks):
                return lengths
            block, at = blocks[number], 1
            wide = block[0] & 1 if block else 0
        at += left << wide
        tail = b""
        while extra > (room := max(len(block) - at, 0)):
            if len(tail) < formats:
                tail += block[at:]
            extra -= room
            number += 1
            if number >= len(blocks):
                return lengths
            block, at = blocks[number], 0
        if formats and runs is not None:
            runs[len(lengths) - 1] = (tail + block[at : at + extra])[:formats]
        at += extra
    return lengths


def _check_dimensions(path: Path, body: bytes) -> None:
    if len(body) in (10, 14):
        top, bottom, left, right = struct.unpack_from("<4H" if len(body) == 10 else "<IIHH", body)
        if bottom > _ROWS or right > _COLUMNS or top > bottom or left > right:
            refuse_damaged(path, _("the extent of a sheet makes no sense"))


def _error(data: bytes, body: int, kind: int, length: int) -> str | None:
    """The error value of a cell, if it is one."""
    if kind == _BOOLEAN_OR_ERROR and length >= 8 and data[body + 7]:
        return _ERRORS.get(data[body + 6])
    if (
        kind == _FORMULA
        and length >= 14
        and data[body + 12 : body + 14] == b"\xff\xff"
        and data[body + 6] == 2
    ):
        return _ERRORS.get(data[body + 8])
    return None
