"""Formats of cells, rows and columns in old workbooks (.xls), from their records."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

from registry.intake.formats.details import CellStyles, Details
from registry.intake.formats.number_formats import pattern_of

_FONT, _FORMAT, _CELL_FORMAT = 0x0031, 0x041E, 0x00E0
_STRUCK, _ROW_HIDDEN, _COLUMN_HIDDEN = 0x08, 0x20, 0x01
_NO_SUCH_FONT: Final = 4
"""Fonts are counted from 0, but no font has this number."""


@dataclass
class Fonts:
    """The fonts and formats of a workbook, record by record. `wide`: texts are as in BIFF8."""

    wide: bool = True
    _struck: list[bool] = field(default_factory=list)
    _codes: dict[int, str] = field(default_factory=dict)
    _formats: list[tuple[int, int]] = field(default_factory=list)

    def take(self, kind: int, body: bytes) -> bool:
        """Take a record, if it is one of these."""
        if kind == _FONT and len(body) >= 4:
            if len(self._struck) == _NO_SUCH_FONT:
                self._struck.append(False)
            self._struck.append(bool(body[2] & _STRUCK))
        elif kind == _CELL_FORMAT and len(body) >= 4:
            self._formats.append(struct.unpack_from("<HH", body))
        elif kind == _FORMAT and len(body) >= 5:
            self._codes[struct.unpack_from("<H", body)[0]] = self._text(body[2:])
        else:
            return False
        return True

    def _text(self, body: bytes) -> str:
        if not self.wide:
            return body[1 : 1 + body[0]].decode("latin-1")
        length = struct.unpack_from("<H", body)[0]
        if body[2] & 1:
            return body[3 : 3 + 2 * length].decode("utf-16-le", "replace")
        return body[3 : 3 + length].decode("latin-1")

    @property
    def any_struck(self) -> bool:
        """Whether any font is struck through."""
        return any(self._struck)

    def struck(self, font: int) -> bool:
        """Whether the font of this number is struck through."""
        return font < len(self._struck) and self._struck[font]

    def styles(self) -> CellStyles:
        """What the formats of cells say."""
        styles = CellStyles(matter=self.any_struck)
        for number, (font, code) in enumerate(self._formats):
            if self.struck(font):
                styles.struck.add(number)
            if pattern := pattern_of(self._codes.get(code, "")):
                styles.patterns[number] = pattern
                styles.matter = True
        return styles


def read_flags(details: Details, body: bytes, *, is_row: bool) -> None:
    """Take down whether a row, or a range of columns, is hidden, or of no height or width."""
    if is_row and len(body) >= 14:
        row, _first, _last, height = struct.unpack_from("<4H", body)
        if body[12] & _ROW_HIDDEN or not height & 0x7FFF:
            details.hidden_rows.add(row)
    elif not is_row and len(body) >= 10:
        first, last, width, _format, flags = struct.unpack_from("<5H", body)
        if flags & _COLUMN_HIDDEN or not width:
            details.hidden_columns.update(range(first, min(last, 0xFF) + 1))


def shown_part(text: str, runs: bytes, fonts: Fonts, *, struck: bool) -> str:
    """What of a text is not struck through. `struck`: whether what comes before the first run is.

    Runs are counted in units of UTF-16.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    shown, at = [], 0
    for offset in range(0, len(runs) - 3, 4):
        start, font = struct.unpack_from("<HH", runs, offset)
        if not struck:
            shown.append(units[at : 2 * start])
        at, struck = max(at, 2 * start), fonts.struck(font)
    if not struck:
        shown.append(units[at:])
    return b"".join(shown).decode("utf-16-le", "replace")
