"""The refusal of a file in which no header was found: what was read, and what would go on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, takewhile
from pathlib import Path
from typing import Final

from registry.intake.grid import Sheet, column_letters, rows_with_text
from registry.intake.listing.cleaning import clean, texts_of
from registry.intake.listing.fields import Field
from registry.intake.listing.header import best_guess
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.numbering import number_alone
from registry.intake.listing.values import power_type
from registry.intake.problems import InputError, Problem
from registry.locale import _, list_separator
from registry.locale.labels import item_field_label
from registry.text import shell_word

_ROWS: Final = 5
"""Rows that are shown."""
_CELL: Final = 16
"""Characters of a cell that are shown."""
_LOOKED_AT: Final = 50


class NoHeader(InputError):
    """No row of a file is the header of a list. `shown`: its first rows, in words."""

    def __init__(self, problem: Problem, shown: list[str]) -> None:
        super().__init__([problem])
        self.shown = shown

    def remarks(self) -> Iterator[str]:
        """The first rows as they were read, with the letters of their columns."""
        yield _("The first rows, as they were read:")
        yield from self.shown
        yield from super().remarks()


def no_header(path: Path, sheets: list[Sheet], known: KnownNames) -> NoHeader:
    """The refusal of a file, from its sheets; hidden ones are left out where others have text."""
    seen = [sheet for sheet in sheets if not sheet.hidden and any(map(any, sheet.rows))] or sheets
    sheet = max(seen, key=lambda sheet: len(sheet.rows))
    guess = best_guess(sheet)
    if guess is not None and guess[1].keys():
        row, fields = guess
        named = list_separator().join(
            f"{column_letters(column)} {item_field_label(field)}"
            for column, field in sorted(fields.items())
        )
        what = _("the row names {fields}, but no column with the names of items").format(
            fields=named
        )
        column = _column_of_names(sheet, row + 1, set(fields))
        options = "" if column is None else f"--map {column_letters(column)}=name"
        problem = Problem(path, what, _remedy(options), row=sheet.number(row), sheet=sheet.name)
        return NoHeader(problem, _shown(sheet))
    options = " ".join(
        f"--map {shell_word(f'{column_letters(column)}={field}')}"
        for column, field in _proposed(sheet, known).items()
    )
    what = _("no row was recognised as the header of a list")
    return NoHeader(Problem(path, what, _remedy(options), sheet=sheet.name), _shown(sheet))


def _remedy(options: str) -> str:
    if not options:
        return _("Say which column gives what, by its letters: --map A=name --map B=department.")
    return _("Say which column gives what, by its letters, for example: {options}.").format(
        options=options
    )


def _shown(sheet: Sheet) -> list[str]:
    """The first rows with text, each cell with the letters of its column."""
    lines = []
    for row, cells in islice(rows_with_text(sheet), _ROWS):
        words = [
            f"{column_letters(column)} {_short(cell)}"
            for column, cell in enumerate(cells)
            if cell.strip()
        ]
        lines.append(f"  {sheet.number(row)}: {' | '.join(words)}")
    return lines


def _short(cell: str) -> str:
    text = " ".join(cell.split())
    return text if len(text) <= _CELL else f"{text[: _CELL - 1]}…"


def _columns(sheet: Sheet, start: int) -> dict[int, list[str]]:
    """The texts of each column, of the first rows from `start` on; titles of one text left out."""
    columns: dict[int, list[str]] = {}
    until = takewhile(lambda numbered: numbered[0] < start + _LOOKED_AT, rows_with_text(sheet))
    near = [(row, cells) for row, cells in until if row >= start]
    titled = any(len(texts_of(cells)) > 1 for _row, cells in near)
    for _row, cells in near:
        if not titled or len(texts_of(cells)) > 1:
            for column, cell in enumerate(cells):
                if cell.strip():
                    columns.setdefault(column, []).append(clean(cell))
    return columns


def _column_of_names(sheet: Sheet, start: int, taken: set[int]) -> int | None:
    """The column whose texts differ most and are the longest."""
    columns = {c: texts for c, texts in _columns(sheet, start).items() if c not in taken}
    return max(columns, key=lambda c: _weight(columns[c]), default=None)


def _weight(texts: list[str]) -> float:
    letters = sum(len(text) for text in texts if number_alone(text) is None)
    return len(set(texts)) * letters / len(texts)


def _proposed(sheet: Sheet, known: KnownNames) -> dict[int, Field]:
    """What the columns of a list without a header seem to give."""
    columns = _columns(sheet, 0)
    proposed: dict[int, Field] = {}
    for column, texts in columns.items():
        if all(power_type(text, {}) for text in texts):
            proposed.setdefault(column, "power_type")
        elif all(text in known.modes for text in texts):
            proposed.setdefault(column, "mode")
        elif any(text in known.departments for text in texts):
            proposed.setdefault(column, "department")
    name = _column_of_names(sheet, 0, set(proposed))
    if name is not None:
        proposed[name] = "name"
    return dict(sorted(proposed.items(), key=lambda pair: (pair[1] != "name", pair[0])))
