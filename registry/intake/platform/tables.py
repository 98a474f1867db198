"""The tables of the platform's files: which kind each is by its header, and its rows in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from registry.intake.formats import read_sheets
from registry.intake.formats.errors import library_errors_refused
from registry.intake.formats.file_kind import detect_kind
from registry.intake.formats.text_rows import TextRows
from registry.intake.grid import Sheet
from registry.intake.header import DEPTH, Header, find_header
from registry.intake.platform.fields import SHEETS, VOCABULARIES
from registry.intake.platform.personal import header_label
from registry.intake.platform.places import Place, PlatformFileError, told_by_ordinal
from registry.locale import _, list_separator
from registry.model.case import FileKind, SheetKind

BATCH: Final = 4_000
"""Rows that are converted at a time."""

Maps = Mapping[SheetKind, Mapping[str, str]]
"""Kind of sheet → header → field, as a person said."""


class _Rows(Protocol):
    """The rows of a table from an index on, with the number of each, so many at a time."""

    def __call__(self, start: int) -> Iterator[tuple[Sequence[int], list[list[str]]]]: ...


@dataclass(frozen=True)
class Table:
    """A table whose header is understood. `file`, `sheet`: ordinals from 1."""

    file: int
    sheet: int
    kind: SheetKind
    header: Header[str]
    _rows: _Rows

    def batches(self) -> Iterator[tuple[Sequence[int], list[list[str]]]]:
        """Numbers and cells of the rows below the header. Rows differ in length."""
        with told_by_ordinal(self.file), library_errors_refused(Path()):
            yield from self._rows(self.header.last + 1)

    def place(self, row: int, field: str | None = None) -> Place:
        """A row, or the cell of a field in it."""
        return Place(self.file, self.sheet, row, self.label(field) if field else None)

    def label(self, field: str) -> str | None:
        """What the column of a field is called, by its header if that is one for sure."""
        column = self.header.fields.get(field)
        return (header_label(column.header) or column.letters) if column else None

    @property
    def unused(self) -> tuple[str, ...]:
        """Headers of the columns that are not read; letters where one may be a value."""
        return tuple(
            header_label(column.header) or column.letters
            for column in self.header.columns
            if column.field is None
        )


@dataclass
class Tables:
    """The tables of all files that are understood, and the places of those that are not."""

    understood: list[Table] = field(default_factory=list)
    other: list[Place] = field(default_factory=list)

    def of(self, kind: SheetKind) -> list[Table]:
        """Those of one kind, in order."""
        return [table for table in self.understood if table.kind == kind]


def read_tables(paths: Sequence[Path], kind: FileKind, maps: Maps) -> Tables:
    """The tables of files of one kind. Raises PlatformFileError where a file has none."""
    found = Tables()
    for file, path in enumerate(paths, start=1):
        with told_by_ordinal(file), library_errors_refused(path):
            sheets = [*_sheets(path)]
        before = len(found.understood)
        for sheet, (head, rows) in enumerate(sheets, start=1):
            if not any(cell for row in head.rows for cell in row):
                continue
            table = _understand(file, sheet if len(sheets) > 1 else 0, head, rows, kind, maps)
            if table:
                found.understood.append(table)
            else:
                found.other.append(Place(file, sheet if len(sheets) > 1 else 0))
        if len(found.understood) == before:
            raise PlatformFileError(
                _("no table of it has a header that is understood"),
                _("Name its columns with --map COLUMN=FIELD. Fields are: {fields}.").format(
                    fields=list_separator().join(known_fields(kind))
                ),
                Place(file),
            )
    return found


def known_fields(kind: FileKind) -> list[str]:
    """The fields that columns of such files can give."""
    from registry.intake.platform.fields import HEADERS

    return [*dict.fromkeys(name for one in reversed(SHEETS[kind]) for name in HEADERS[one])]


def _sheets(path: Path) -> Iterator[tuple[Sheet, _Rows]]:
    if detect_kind(path, text_of_any_size=True) == "text":
        text = TextRows(path)
        yield Sheet(None, text.head(2 * DEPTH)), _rows_of_text(text)
        return
    for sheet in read_sheets(path):
        yield sheet, _rows_of_sheet(sheet)


def _rows_of_text(text: TextRows) -> _Rows:
    def rows(start: int) -> Iterator[tuple[Sequence[int], list[list[str]]]]:
        first = 1
        for batch in text.batches(BATCH):
            last = first + len(batch)
            skipped = min(max(start + 1 - first, 0), len(batch))
            yield range(first + skipped, last), batch[skipped:] if skipped else batch
            first = last

    return rows


def _rows_of_sheet(sheet: Sheet) -> _Rows:
    def rows(start: int) -> Iterator[tuple[Sequence[int], list[list[str]]]]:
        for first in range(start, len(sheet.rows), BATCH):
            last = min(first + BATCH, len(sheet.rows))
            yield [sheet.number(row) for row in range(first, last)], sheet.rows[first:last]

    return rows


def _understand(
    file: int, sheet: int, head: Sheet, rows: _Rows, kind: FileKind, maps: Maps
) -> Table | None:
    """The table, as the kind of sheet of which its header names most fields."""
    best: Table | None = None
    for one in SHEETS[kind]:
        header = find_header(head, VOCABULARIES[one], maps.get(one, {}))
        if header and (best is None or len(header.fields) > len(best.header.fields)):
            best = Table(file, sheet, one, header, rows)
    return best
