"""A ledger workbook that came back -> its rows, wherever they stand now, and what was sent out.

A hidden row above the header names the fields and moves with the columns; without it the headers
themselves are known again in either language. A hidden sheet holds what every open cell said when
the workbook was sent out, without which nobody can tell what was changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from registry.intake.formats import read_source
from registry.intake.grid import Sheet, column_letters
from registry.intake.ledger.sheet_specs import (
    FORMAT,
    LISTS_MARK,
    MARK,
    SHEETS,
    BodyKind,
    Field,
    SheetSpec,
    sheet_specs,
)
from registry.intake.ledger.values import plain
from registry.intake.problems import ProblemLog, refuse
from registry.locale import _, bracketed, list_separator

_MARKER: Final = re.compile(rf"({'|'.join(SHEETS)})\.\w+")
_HEADER_ROWS: Final = 40


@dataclass(slots=True)
class SentRow:
    """A row as it was sent out: its open cells by field. `open`: it was there to be filled in."""

    open: bool
    cells: dict[str, str]


@dataclass
class Sent:
    """What the hidden sheet knows: to whom the workbook was sent, when, and what it said."""

    facts: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, SentRow]] = field(default_factory=dict)
    sheets: set[str] = field(default_factory=set)

    @property
    def kind(self) -> BodyKind:
        """What kind of body it was sent to."""
        return "zone" if self.facts["kind"] == "zone" else "department"


@dataclass(slots=True)
class FilledRow:
    """A row as it came back. `cells`: the text of every column that the specification knows."""

    sheet: ReturnedSheet
    index: int
    key: str
    cells: dict[str, str]

    @property
    def cell(self) -> str:
        """The cell of its key, as people name it: `应办任务!A7`."""
        return self.sheet.grid.place(self.index, self.sheet.columns.get(self.sheet.spec.key.name))

    def place(self, name: str | None = None) -> dict[str, Any]:
        """Where the row, or one of its cells, stands: row, column and sheet of a problem."""
        place: dict[str, Any] = {"row": self.sheet.grid.number(self.index)}
        place["sheet"] = self.sheet.grid.name
        if name in self.sheet.columns:
            place["column"] = self.sheet.column_words(str(name))
        return place


@dataclass
class ReturnedSheet:
    """A sheet of the workbook: in which columns its fields stand, and its rows."""

    spec: SheetSpec
    grid: Sheet
    columns: dict[str, int]
    rows: list[FilledRow] = field(default_factory=list)

    def column_words(self, name: str) -> str:
        """A column as people find it: its letter and its heading."""
        known = self.spec.field(name)
        letters = column_letters(self.columns[name])
        return bracketed(letters, _(known.heading)) if known else letters


@dataclass
class ReturnedWorkbook:
    """A workbook that came back."""

    path: Path
    sha256: str
    encoding: str
    sent: Sent
    sheets: list[ReturnedSheet]
    log: ProblemLog


def read_workbook(path: Path) -> ReturnedWorkbook:
    """Read a workbook. Raises InputError; what is merely odd goes to the notes of its log."""
    source, grids = read_source(path, hidden=True)
    sent, others = _sent(path, grids)
    log = ProblemLog(path)
    sheets: list[ReturnedSheet] = []
    for grid in others:
        found = _find(grid, sheet_specs(sent.kind), log)
        if found is None:
            if grid.name not in sent.sheets and any(map(any, grid.rows)):
                log.notes.append(
                    _("{path}: the sheet {sheet} was added, and is not read").format(
                        path=path, sheet=grid.name
                    )
                )
            continue
        sheet, above = found
        known = sent.rows.get(sheet.spec.name, {})
        sheet.rows = list(_rows(sheet, above, known))
        _tell_lost(sheet, known, log)
        sheets.append(sheet)
    for spec in sheet_specs(sent.kind):
        if all(sheet.spec.name != spec.name for sheet in sheets):
            log.notes.append(
                _("{path}: the sheet {sheet} is missing; nothing of it was changed").format(
                    path=path, sheet=_(spec.title)
                )
            )
    return ReturnedWorkbook(path, source.sha256, source.encoding or source.kind, sent, sheets, log)


def _sent(path: Path, grids: list[Sheet]) -> tuple[Sent, list[Sheet]]:
    """What the hidden sheet holds, and the sheets that are people's."""
    sent: Sent | None = None
    others: list[Sheet] = []
    for grid in grids:
        first = grid.rows[0] if grid.rows else []
        if first[:1] == [MARK]:
            sent = _read_sent(path, grid)
        elif first[:1] != [LISTS_MARK]:
            others.append(grid)
    if sent is None:
        _lost(path)
    return sent, others


def _read_sent(path: Path, grid: Sheet) -> Sent:
    sent = Sent()
    if (grid.rows[0] + [""])[1] != FORMAT:
        refuse(
            path,
            _("the workbook was sent out by another version of this program"),
            _("Export it anew, and copy what was filled in."),
        )
    fields: dict[str, list[str]] = {}
    for row in grid.rows[1:]:
        kind, *rest = row + [""] * 3
        if kind == "fact":
            sent.facts[rest[0]] = rest[1]
        elif kind == "sheet":
            sent.sheets.add(rest[0])
        elif kind == "fields":
            fields[rest[0]] = [name for name in rest[1:] if name]
            sent.rows[rest[0]] = {}
        elif kind == "row" and rest[0] in fields:
            sheet, open_, key, *cells = rest
            names = fields[sheet]
            cells += [""] * (len(names) - len(cells))
            sent.rows[sheet][key] = SentRow(open_ == "1", dict(zip(names, cells, strict=False)))
    if not {"instrument", "kind", "body", "as_of", "identity"} <= set(sent.facts):
        _lost(path)
    return sent


def _lost(path: Path) -> NoReturn:
    refuse(
        path,
        _(
            "this is no ledger workbook, or its hidden sheet was lost, without which changes "
            "can't be told"
        ),
        _("Export it anew, and copy what was filled in."),
    )


def _find(
    grid: Sheet, specs: tuple[SheetSpec, ...], log: ProblemLog
) -> tuple[ReturnedSheet, int] | None:
    """The sheet with its columns, and the index of its header row; None: none of ours."""
    for index, row in enumerate(grid.rows):
        found = [m[1] for cell in row if (m := _MARKER.fullmatch(cell.strip()))]
        if found:
            for spec in specs:
                if spec.name == found[0]:
                    return _by_markers(grid, spec, index, log), index + 1
    best: tuple[int, SheetSpec, int] | None = None
    for index, row in enumerate(grid.rows[:_HEADER_ROWS]):
        cells = {plain(cell) for cell in row}
        for spec in specs:
            known = sum(not f.headings.isdisjoint(cells) for f in spec.fields)
            enough = 2 * known > len(spec.fields) and not spec.key.headings.isdisjoint(cells)
            if enough and (best is None or known > best[0]):
                best = (known, spec, index)
    if best is None:
        return None
    log.notes.append(
        _(
            "{path}: the hidden row of sheet {sheet} was lost; its columns were told by their "
            "headings"
        ).format(path=log.path, sheet=grid.name)
    )
    return _by_headings(grid, best[1], best[2], log), best[2]


def _by_markers(grid: Sheet, spec: SheetSpec, index: int, log: ProblemLog) -> ReturnedSheet:
    places: dict[str, list[int]] = {}
    named = {spec.marker(f): f.name for f in spec.fields}
    for column, cell in enumerate(grid.rows[index]):
        if name := named.get(cell.strip()):
            places.setdefault(name, []).append(column)
    return _sheet(grid, spec, places, index + 1, log)


def _by_headings(grid: Sheet, spec: SheetSpec, index: int, log: ProblemLog) -> ReturnedSheet:
    places: dict[str, list[int]] = {}
    for column, cell in enumerate(grid.rows[index]):
        for known in spec.fields:
            if plain(cell) in known.headings:
                places.setdefault(known.name, []).append(column)
    return _sheet(grid, spec, places, index, log)


def _sheet(
    grid: Sheet, spec: SheetSpec, places: dict[str, list[int]], header: int, log: ProblemLog
) -> ReturnedSheet:
    sheet = ReturnedSheet(spec, grid, {name: columns[0] for name, columns in places.items()})
    number = grid.number(min(header, len(grid.rows) - 1))
    for name, columns in places.items():
        for column in columns[1:]:
            log.add(
                _("the column stands twice"),
                _("Take one of them out."),
                number,
                bracketed(column_letters(column), _heading(spec, name)),
                grid.name,
            )
    if spec.key.name not in places:
        log.add(
            _("the column that names the rows is missing: {column}").format(
                column=_(spec.key.heading)
            ),
            _("Export the workbook anew, and copy what was filled in."),
            number,
            sheet=grid.name,
        )
    lacking = [_(f.heading) for f in spec.fillable if f.name not in places]
    if lacking:
        log.notes.append(
            _("{path}: sheet {sheet} lacks columns; nothing of them was changed: {columns}").format(
                path=log.path, sheet=grid.name, columns=list_separator().join(lacking)
            )
        )
    added = _added(grid, header, {column for columns in places.values() for column in columns})
    if added:
        log.notes.append(
            _("{path}: columns were added to sheet {sheet}, and are not read: {columns}").format(
                path=log.path, sheet=grid.name, columns=list_separator().join(added)
            )
        )
    return sheet


def _heading(spec: SheetSpec, name: str) -> str:
    known: Field | None = spec.field(name)
    return _(known.heading) if known else name


def _added(grid: Sheet, header: int, known: set[int]) -> list[str]:
    """Columns, from the header downwards, that hold something and are none of ours."""
    added: dict[int, str] = {}
    for row in grid.rows[header:]:
        for column, cell in enumerate(row):
            if column not in known and column not in added and cell.strip():
                added[column] = plain(cell) or column_letters(column)
    return [
        plain((grid.rows[header] + [""] * (column + 1))[column]) or column_letters(column)
        for column in sorted(added)
    ]


def _rows(sheet: ReturnedSheet, header: int, sent: dict[str, SentRow]) -> Iterator[FilledRow]:
    """Rows below the header; above it and in it only those that were sent out, sorted there."""
    key_column = sheet.columns.get(sheet.spec.key.name)
    if key_column is None:
        return
    spanned = {  # lines of text that people write across the sheet
        index
        for span in sheet.grid.spans
        if span.left <= key_column <= span.right and span.left < span.right
        for index in range(span.top, span.bottom + 1)
    }
    for index, row in enumerate(sheet.grid.rows):
        key = plain(row[key_column]) if key_column < len(row) else ""
        if key not in sent and (index <= header or key in sheet.spec.key.headings):
            continue
        cells = {
            name: row[column] if column < len(row) else "" for name, column in sheet.columns.items()
        }
        yield FilledRow(sheet, index, key, {} if index in spanned else cells)


def _tell_lost(sheet: ReturnedSheet, sent: dict[str, SentRow], log: ProblemLog) -> None:
    """Note open cells whose formula was saved without its value: they are not empty."""
    fields = (sheet.spec.key, *sheet.spec.fillable)
    names = {sheet.columns[f.name]: f.name for f in fields if f.name in sheet.columns}
    for row in sheet.rows:
        known = sent.get(row.key)
        if known is not None and not known.open:
            continue
        for column, name in names.items():
            if sheet.grid.flaws.get((row.index, column)) == "formula":
                log.add(
                    _("the formula has no stored value"),
                    _("Open the file in Excel or WPS, save it, and give it again."),
                    **row.place(name),
                )
