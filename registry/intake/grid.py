"""The one model that every table takes, whatever file it came in: sheets of rows of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from registry.locale import _

MAX_COLUMNS = 1_000
MAX_ROWS = 2_000_000
MAX_CELLS = 8_000_000
"""Beyond these a file is refused; counted as the rectangles that span all cells with text."""


class Span(NamedTuple):
    """A merged cell: its first and last row and column, all counted from 0, all included."""

    top: int
    left: int
    bottom: int
    right: int


Flaw = Literal["formula", "digits"]
"""Why the file itself doesn't hold a cell's value: a formula that was saved without its result; a
number of more digits than a spreadsheet keeps."""


@dataclass
class Sheet:
    """A table. `rows[r][c]` is a cell's text, "" where it is empty; rows may differ in length.

    Merged cells are filled: each cell of a span holds the span's text. `name` is None where the
    file has but one table, without a name. `numbers`: where a row's number in the file is not its
    place in `rows` plus one, the number of each.

    What people don't see: `hidden` (the whole sheet), `hidden_rows` and `hidden_columns` are hidden
    by the program that made it, or by a filter, and stand in `rows` nevertheless; text that is
    hidden or struck through inside a cell does not, and `concealed` has the whole text of such a
    cell, by row and column. `flaws`: cells of whose value the file has nothing, or not all. `page`:
    it is a page of a document, on which a table may go on from the page before.
    """

    name: str | None
    rows: list[list[str]]
    spans: list[Span] = field(default_factory=list)
    numbers: list[int] | None = None
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    concealed: dict[tuple[int, int], str] = field(default_factory=dict)
    flaws: dict[tuple[int, int], Flaw] = field(default_factory=dict)
    page: bool = False

    def reveal(self) -> None:
        """Take what is hidden for what it is without that."""
        self.hidden = False
        self.hidden_rows, self.hidden_columns = set(), set()
        for (row, column), text in self.concealed.items():
            cells = self.rows[row]
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = text
        self.concealed = {}
        fill_spans(self.rows, self.spans)

    def without_hidden_columns(self) -> Sheet:
        """The sheet with nothing in the columns that are hidden."""
        if not self.hidden_columns:
            return self
        rows = [
            ["" if column in self.hidden_columns else cell for column, cell in enumerate(cells)]
            for cells in self.rows
        ]
        return replace(self, rows=rows)

    def without_hidden_rows(self) -> Sheet:
        """The sheet with nothing in the rows that are hidden."""
        if not self.hidden_rows:
            return self
        rows = [[] if row in self.hidden_rows else cells for row, cells in enumerate(self.rows)]
        return replace(self, rows=rows)

    def flaws_by_row(self) -> dict[int, dict[int, Flaw]]:
        """Row → column → flaw, each of a merged cell in all the cells that it spans."""
        found: dict[int, dict[int, Flaw]] = {}
        for (row, column), flaw in self.flaws.items():
            found.setdefault(row, {})[column] = flaw
        for span in self.spans if self.flaws else ():
            if spanned := self.flaws.get((span.top, span.left)):
                for row in range(span.top, min(span.bottom + 1, len(self.rows))):
                    columns = range(span.left, span.right + 1)
                    found.setdefault(row, {}).update(dict.fromkeys(columns, spanned))
        return found

    def number(self, row: int) -> int:
        """The number that people see beside a row; `row` counts from 0."""
        return self.numbers[row] if self.numbers else row + 1

    def place(self, row: int, column: int | None = None) -> str:
        """A cell as people name it: `附件1!C7`, or `C7` in a file of one table without a name."""
        cell = f"{column_letters(column) if column is not None else ''}{self.number(row)}"
        return f"{self.name}!{cell}" if self.name else cell

    def place_in_words(self, row: int, column: int | None = None) -> str:
        """The same to be read in a sentence: a row without a column is called one.

        Words that stand above a page's table, in no row of it, are on the page.
        """
        if column is not None:
            return self.place(row, column)
        if self.name and self.number(row) < 1:
            return self.name
        words = _("row {row}").format(row=self.number(row))
        return f"{self.name}!{words}" if self.name else words


def column_letters(column: int) -> str:
    """A column, counted from 0, as spreadsheets name it: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The column of these letters, counted from 0: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def fill_spans(rows: list[list[str]], spans: list[Span]) -> None:
    """Give every cell of each span the text of its first cell; what lies outside is let be."""
    for span in spans:
        if span.top >= len(rows) or span.left >= len(rows[span.top]):
            continue
        text = rows[span.top][span.left]
        if not text:
            continue
        for row in rows[span.top : span.bottom + 1]:
            if len(row) <= span.right:
                row.extend([""] * (min(span.right, MAX_COLUMNS) + 1 - len(row)))
            row[span.left : span.right + 1] = [text] * (len(row[span.left : span.right + 1]))


def rows_with_text(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Index and cells of every row that holds any text."""
    for index, row in enumerate(sheet.rows):
        if any(row):
            yield index, row
