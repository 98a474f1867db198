"""Builds a table cell by cell, from formats in which each cell states how far it spans."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from registry.intake.formats.errors import CellBudget, check_extent
from registry.intake.grid import MAX_COLUMNS, Sheet, Span, fill_spans

LEAD = 0
"""The row number of what stands above a table: its own rows are counted from 1."""


class _Open:
    """A cell that reaches further down than the row being written."""

    def __init__(self, left: int, right: int, top: int, last: int) -> None:
        self.left, self.right, self.top, self.last = left, right, top, last


class TableBuilder:
    """One table. Cells go into the first free place of their row, as in HTML."""

    def __init__(self, path: Path, name: str, budget: CellBudget, leads: list[str]) -> None:
        self.name = name
        self._path = path
        self._budget = budget
        self._leads = list(leads)
        self._rows: list[list[str]] = []
        self._spans: list[Span] = []
        self._open: dict[int, _Open] = {}
        self._column = 0
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._concealed: dict[tuple[int, int], str] = {}
        self._lead_concealed: dict[tuple[int, int], str] = {}
        self._beside: list[tuple[int, str]] = []

    def add_lead(self, text: str, whole: str | None = None) -> None:
        """A text that stands above the table, like its caption; `whole`: with what is not seen."""
        if whole is not None and whole != text:
            self._lead_concealed[len(self._leads), 0] = whole
        self._leads.append(text)

    def hide_columns(self, first: int, count: int) -> None:
        """Columns that are not seen, with all of their cells."""
        self._hidden_columns.update(range(first, min(first + count, MAX_COLUMNS)))

    def start_row(self, *, hidden: bool = False) -> None:
        """Begin the next row."""
        self._budget.spend(1)
        row = len(self._rows)
        self._rows.append([])
        if hidden:
            self._hidden_rows.add(row)
        self._column = 0
        for cell in {cell for cell in self._open.values() if cell.last < row}:
            self._close(cell, cell.last)
        for cell in set(self._open.values()):
            self._reach(cell.right)

    def add_cell(
        self,
        text: str,
        columns: int = 1,
        rows: int = 1,
        *,
        whole: str | None = None,
        gone: bool = False,
    ) -> None:
        """The next cell, which spans so many columns and rows.

        `whole`: its text with what is not seen. `gone`: the others take its place; so it is put at
        the end of its row, outside of the table, unless its column is hidden as a whole.
        """
        if not self._rows:
            self.start_row()
        while self._column in self._open:
            self._column = self._open[self._column].right + 1
        if gone and self._column not in self._hidden_columns:
            if whole:
                self._budget.spend(1)
                self._beside.append((len(self._rows) - 1, whole))
            return
        if whole is not None and whole != text:
            self._concealed[len(self._rows) - 1, self._column] = whole
        row, left = len(self._rows) - 1, self._column
        right = left + max(columns, 1) - 1
        self._reach(right)
        self._rows[row][left] = text
        self._column = right + 1
        if rows > 1:
            cell = _Open(left, right, row, row + rows - 1)
            for column in range(left, right + 1):
                if column in self._open:  # the file has cells overlap; the older one yields
                    self._close(self._open[column], row - 1)
                self._open[column] = cell
        elif columns > 1:
            self._spans.append(Span(row, left, row, right))

    def end_group(self) -> None:
        """No cell reaches beyond the rows written so far."""
        for cell in set(self._open.values()):
            self._close(cell, min(cell.last, len(self._rows) - 1))

    def sheet(self, *, hidden: bool = False) -> Sheet:
        """The table with what stands above it; spans are counted with those rows."""
        self.end_group()
        leads = len(self._leads)
        spans = sorted(
            Span(top + leads, left, bottom + leads, right)
            for top, left, bottom, right in self._spans
        )
        rows = [[text] for text in self._leads] + self._rows
        check_extent(self._path, len(rows), max(map(len, rows), default=0), self.name)
        fill_spans(rows, spans)
        numbers = [LEAD] * leads + list(range(1, len(self._rows) + 1)) if leads else None
        width = max(map(len, self._rows), default=0)
        concealed = {(row + leads, column): t for (row, column), t in self._concealed.items()}
        taken: Counter[int] = Counter()
        for row, text in self._beside:
            concealed[row + leads, width + taken[row]] = text
            taken[row] += 1
        return Sheet(
            self.name,
            rows,
            spans,
            numbers,
            hidden=hidden,
            hidden_rows={row + leads for row in self._hidden_rows},
            hidden_columns={column for column in self._hidden_columns if column < width},
            concealed=self._lead_concealed | concealed,
        )

    def _reach(self, column: int) -> None:
        row = self._rows[-1]
        more = column + 1 - len(row)
        if more > 0:
            if column >= MAX_COLUMNS:
                check_extent(self._path, len(self._rows), column + 1, self.name)
            self._budget.spend(more)
            row.extend([""] * more)

    def _close(self, cell: _Open, last: int) -> None:
        for column in range(cell.left, cell.right + 1):
            if self._open.get(column) is cell:
                del self._open[column]
        if last > cell.top or cell.right > cell.left:
            self._spans.append(Span(cell.top, cell.left, max(last, cell.top), cell.right))
