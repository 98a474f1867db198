"""What a spreadsheet says of its cells beyond their values, put into the sheet that was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from registry.intake.formats.number_formats import Pattern
from registry.intake.grid import MAX_COLUMNS, MAX_ROWS, Sheet, fill_spans

LEAST_LOST: Final = 1e15
"""Spreadsheets keep 15 digits: of a number from here on, the last may be lost."""

Place = tuple[int, int]


@dataclass
class CellStyles:
    """Formats of cells, by their number: those in struck-through type, and those with zeros.

    `matter`: whether any cell may be other than it seems by its value alone.
    """

    struck: set[int] = field(default_factory=set)
    patterns: dict[int, Pattern] = field(default_factory=dict)
    matter: bool = False

    def notable(self) -> set[int]:
        """Formats that change what people see."""
        return self.struck | self.patterns.keys()


@dataclass
class Details:
    """What was found out of one sheet. `shown`: the part of a cell's text that is not struck."""

    errors: dict[Place, str] = field(default_factory=dict)
    shown: dict[Place, str] = field(default_factory=dict)
    patterns: dict[Place, Pattern] = field(default_factory=dict)
    formulas: set[Place] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def put(self, sheet: Sheet) -> None:
        """Put them into the sheet, before its merged cells are filled."""
        rows = sheet.rows
        # Readers leave a gap for an error value: a #REF! in a register is not an empty cell.
        for place, text in self.errors.items():
            if not _text(rows, place):
                _set(rows, place, text)
        for place, pattern in self.patterns.items():
            if place not in sheet.flaws:
                _set(rows, place, pattern.text(_text(rows, place)))
        for place, text in self.shown.items():
            whole = _text(rows, place)
            if whole.strip() and text != whole:
                sheet.concealed[place] = whole
                _set(rows, place, text)
        for place in self.formulas:
            if not _text(rows, place):
                sheet.flaws[place] = "formula"
                make_room(rows, place)
        width = max(map(len, rows), default=0)
        sheet.hidden_rows = {row for row in self.hidden_rows if row < len(rows)}
        sheet.hidden_columns = {column for column in self.hidden_columns if column < width}


def make_room(rows: list[list[str]], place: Place) -> None:
    """Let there be a cell at this place, within the limits of a sheet."""
    row, column = place
    if row >= MAX_ROWS or column >= MAX_COLUMNS:
        return
    rows.extend([] for _row in range(len(rows), row + 1))
    rows[row].extend([""] * (column + 1 - len(rows[row])))


def finish(sheet: Sheet, details: Details | None) -> None:
    """Put the details into the sheet, if there are any, and fill its merged cells."""
    if details is not None:
        details.put(sheet)
    fill_spans(sheet.rows, sheet.spans)


def _text(rows: list[list[str]], place: Place) -> str:
    row, column = place
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def _set(rows: list[list[str]], place: Place, text: str) -> None:
    row, column = place
    if row < len(rows) and column < len(rows[row]):
        rows[row][column] = text
