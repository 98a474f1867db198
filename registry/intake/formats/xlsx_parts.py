"""The exact pass over parts of a workbook (.xlsx): sheets, shared strings, and formats of cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from xml.parsers import expat

from registry.intake.formats.archive import Archive
from registry.intake.formats.details import CellStyles, Details
from registry.intake.formats.errors import library_errors_refused
from registry.intake.formats.number_formats import pattern_of
from registry.intake.formats.xmlparts import column_number, refuse_entities
from registry.intake.grid import MAX_COLUMNS, MAX_ROWS

_REFERENCE: Final = re.compile(r"\s*\$?([A-Za-z]{0,4})\$?(\d{0,9})\s*")
_MOST_FORMATS: Final = 1 << 16
"""More than Excel allows; what lies beyond is used by no cell."""
_FALSE: Final = frozenset(("0", "false"))


class Shown(NamedTuple):
    """What people see of a text that has runs: where the cell's own type is plain (None: all of
    it), and where that is struck through."""

    plain: str | None
    struck: str


class _Text:
    """A text in the making, run by run, as calamine reads it: without readings of characters."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, bool | None]] = []
        self._struck: bool | None = None
        self._piece: list[str] | None = None
        self._kept = False
        self._reading = False

    def start(self, kind: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if kind == "r":
            self._struck = None
        elif kind == "rPr":
            self._struck = False
        elif kind == "strike":
            self._struck = attributes.get("val") not in _FALSE
        elif kind == "rPh":
            self._reading = True
        elif kind == "t" and not self._reading:
            self._piece = []
            self._kept = "preserve" in attributes.values()

    def end(self, kind: str) -> None:
        """An element ends."""
        if kind == "rPh":
            self._reading = False
        elif kind == "t" and self._piece is not None:
            text = "".join(self._piece).replace("_x000D_", "\r")
            self.parts.append((text if self._kept else text.strip(), self._struck))
            self._piece = None

    def add(self, text: str) -> None:
        """Text, of whatever element."""
        if self._piece is not None:
            self._piece.append(text)

    def shown(self) -> Shown:
        """What of it is seen."""
        plain = None
        if any(struck for _text, struck in self.parts):
            plain = "".join(text for text, struck in self.parts if not struck)
        return Shown(plain, "".join(text for text, struck in self.parts if struck is False))


@dataclass
class Strings:
    """Shared strings. `lengths` of all; `shown`, by number, of those that have runs."""

    lengths: list[int] = field(default_factory=list)
    shown: dict[int, Shown] = field(default_factory=dict)

    @classmethod
    def of(cls, archive: Archive, names: Iterable[str], *, struck: bool) -> Strings:
        """Parse the parts. `struck`: whether any of it may be struck through."""
        strings = cls()
        text = _Text()

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal text
            kind = _local(name)
            if kind == "si":
                strings.lengths.append(0)
                text = _Text()
            else:
                text.start(kind, attributes)

        def end(name: str) -> None:
            kind = _local(name)
            text.end(kind)
            if kind == "si" and struck and (shown := text.shown()) != (None, ""):
                strings.shown[len(strings.lengths) - 1] = shown

        def add(found: str) -> None:
            if strings.lengths:
                strings.lengths[-1] += len(found)
            text.add(found)

        for name in names:
            _parse(archive, name, start, end, add)
        return strings


def read_styles(archive: Archive, name: str) -> CellStyles:
    """What the formats of cells say, from the part of styles; nothing where there is none."""
    styles = CellStyles()
    if name not in archive.members:
        return styles
    struck_fonts: set[int] = set()
    codes: dict[str, str] = {}
    inside: list[str] = []
    fonts = formats = -1

    def start(full: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        nonlocal fonts, formats
        kind = _local(full)
        holder = inside[-1] if inside else ""
        inside.append(kind)
        if kind == "font" and holder == "fonts":
            fonts += 1
        elif kind == "strike" and inside[-3:-1] == ["fonts", "font"]:
            if attributes.get("val") not in _FALSE and fonts < _MOST_FORMATS:
                struck_fonts.add(fonts)
        elif kind == "numFmt" and holder == "numFmts" and len(codes) < _MOST_FORMATS:
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif kind == "xf" and holder == "cellXfs":
            formats += 1
            if formats >= _MOST_FORMATS:
                return
            font = attributes.get("fontId", "0")
            if font.isdecimal() and len(font) < 10 and int(font) in struck_fonts:
                styles.struck.add(formats)
            if pattern := pattern_of(codes.get(attributes.get("numFmtId", ""), "")):
                styles.patterns[formats] = pattern

    _parse_small(archive, name, start, lambda _name: inside.pop())
    return styles


@dataclass
class Extent:
    """The exact pass over a sheet: how far its cells with text reach, and its details."""

    strings: Strings
    styles: CellStyles
    rows: int = 0
    columns: int = 0
    text: int = 0
    details: Details = field(default_factory=Details)
    _row: int = 0
    _column: int = 0
    _place: tuple[int, int] = (0, 0)
    _type: str = ""
    _style: int = 0
    _formula: bool = False
    _valued: bool = False
    _value: list[str] | None = None
    _inline: _Text | None = None
    _shown: Shown | None = None

    @classmethod
    def of(cls, archive: Archive, name: str, strings: Strings, styles: CellStyles) -> Extent:
        """Parse the part."""
        extent = cls(strings, styles)
        _parse(archive, name, extent._start, extent._end, extent._text)
        return extent

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = _local(name)
        if kind == "c":
            row, column = self._row, self._column
            if reference := attributes.get("r"):
                row, column = _place(reference)
            self._place = row, column
            self._column = column + 1
            self._type = attributes.get("t", "")
            style = attributes.get("s", "0")
            self._style = int(style) if style.isdecimal() and len(style) < 10 else 0
            self._formula = self._valued = False
            self._shown = None
        elif kind == "v":
            self._reach()
            self._value = []
        elif kind == "is":
            self._reach()
            self._inline = _Text()
        elif self._inline is not None:
            self._inline.start(kind, attributes)
        elif kind == "f":
            self._formula = True
        elif kind == "row":
            if reference := attributes.get("r"):
                self._row = _place(reference)[0]
            self._column = 0
            if self._row < MAX_ROWS and _hidden(attributes, "ht"):
                self.details.hidden_rows.add(self._row)
        elif kind == "col" and _hidden(attributes, "width"):
            first, last = (_number(attributes.get(name, "")) for name in ("min", "max"))
            self.details.hidden_columns.update(range(first - 1, min(last, MAX_COLUMNS)))

    def _reach(self) -> None:
        self.rows = max(self.rows, self._place[0] + 1)
        self.columns = max(self.columns, self._place[1] + 1)

    def _end(self, name: str) -> None:
        kind = _local(name)
        if kind == "v" and self._value is not None:
            self._take("".join(self._value))
            self._value = None
        elif kind == "is" and self._inline is not None:
            self._valued = True
            self._shown = self._inline.shown()
            self._inline = None
        elif self._inline is not None:
            self._inline.end(kind)
        elif kind == "c":
            self._close()
        elif kind == "row":
            self._row += 1
            self._column = 0

    def _take(self, value: str) -> None:
        """The value of a cell. An empty one is the result of a formula only where that is text."""
        self._valued = bool(value.strip()) or self._type == "str"
        if self._type == "e":
            self.details.errors[self._place] = value
        elif self._type == "s" and value.isdecimal() and len(value) < 10:
            number = int(value)
            if number < len(self.strings.lengths):
                self.text += self.strings.lengths[number]
            self._shown = self.strings.shown.get(number)

    def _close(self) -> None:
        if self._formula and not self._valued:
            self._reach()
            self.details.formulas.add(self._place)
        if not self._valued:
            return
        if self._style in self.styles.struck:
            self.details.shown[self._place] = self._shown.struck if self._shown else ""
        elif self._shown and self._shown.plain is not None:
            self.details.shown[self._place] = self._shown.plain
        if (pattern := self.styles.patterns.get(self._style)) and self._type in ("", "n"):
            self.details.patterns[self._place] = pattern

    def _text(self, text: str) -> None:
        if self._value is not None:
            self._value.append(text)
        elif self._inline is not None:
            self._inline.add(text)


def _hidden(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or column is hidden, or of no height or width."""
    if attributes.get("hidden") in ("1", "true"):
        return True
    value = attributes.get(size, "")
    return value.startswith("0") and not value.strip("0.")


def _number(value: str) -> int:
    return max(int(value), 1) if value.isdecimal() and len(value) < 10 else 1


def _place(reference: str) -> tuple[int, int]:
    """Row and column, from 0, of a reference like B7 or 7."""
    match = _REFERENCE.match(reference)
    letters, digits = match.groups() if match else ("", "")
    return max(int(digits or 1) - 1, 0), max(column_number(letters) - 1, 0)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


_Start = Callable[[str, dict[str, str]], None]
_End = Callable[[str], object]


def _parser(archive: Archive, start: _Start, end: _End) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = lambda *_args: refuse_entities(archive.path)
    return parser


def _parse(
    archive: Archive, name: str, start: _Start, end: _End, text: Callable[[str], None]
) -> None:
    parser = _parser(archive, start, end)
    parser.CharacterDataHandler = text
    with library_errors_refused(archive.path):
        for block in archive.blocks(name):
            parser.Parse(block, False)
        parser.Parse(b"", True)


def _parse_small(archive: Archive, name: str, start: _Start, end: _End) -> None:
    """The same of a part without text of note, before the archive's limits have been checked."""
    with library_errors_refused(archive.path):
        _parser(archive, start, end).Parse(archive.read(name), True)
