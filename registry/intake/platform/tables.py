"""The tables of the platform's files: which kind each is by its header, and its rows in batches.

What people don't see in a file is not read, and is told: where a filter was left on they see a
part of the cases, and the file holds all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

from registry.intake.formats import read_sheets
from registry.intake.formats.errors import library_errors_refused
from registry.intake.formats.file_kind import detect_kind
from registry.intake.formats.text_rows import TextRows
from registry.intake.grid import Flaw, Sheet, column_letters
from registry.intake.header import DEPTH, Header, find_header
from registry.intake.platform.fields import SHEETS, VOCABULARIES
from registry.intake.platform.personal import header_label
from registry.intake.platform.places import Place, PlatformFileError, told_by_ordinal
from registry.locale import _, list_separator
from registry.model.case import FileKind, SheetKind

BATCH: Final = 1_000
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
    _sheet: Sheet | None = None
    """The whole table, where it is no plain text: that hides nothing."""

    def batches(self) -> Iterator[tuple[Sequence[int], list[list[str]]]]:
        """Numbers and cells of the rows below the header, without those that are hidden.

        Rows differ in length. A cell without its value, see `flaws`, is empty.
        """
        with told_by_ordinal(self.file), library_errors_refused(Path()):
            yield from self._rows(self.header.last + 1)

    def hidden_rows(self) -> Iterator[int]:
        """Numbers of the rows below the header that hold text and are hidden."""
        if self._sheet:
            for row in sorted(self._sheet.hidden_rows):
                if self.header.last < row < len(self._sheet.rows) and any(self._sheet.rows[row]):
                    yield self._sheet.number(row)

    def flaws(self) -> Iterator[tuple[int, str, Flaw]]:
        """Row number and field of every cell that would be read, but has no value, or not all."""
        if self._sheet:
            fields = {column.index: name for name, column in self.header.fields.items()}
            for row, flaws in sorted(self._sheet.flaws_by_row().items()):
                hidden = row <= self.header.last or row in self._sheet.hidden_rows
                for column, flaw in sorted(flaws.items()):
                    if column in fields and not hidden:
                        yield self._sheet.number(row), fields[column], flaw

    @property
    def hidden_columns(self) -> tuple[str, ...]:
        """Headers of the columns that are hidden, as far as a header is one for sure."""
        if self._sheet is None or self.header.last >= len(self._sheet.rows):
            return ()
        texts = self._sheet.rows[self.header.last]
        return tuple(
            header_label(texts[column]) or column_letters(column)
            for column in sorted(self._sheet.hidden_columns)
            if column < len(texts) and texts[column]
        )

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


_FOOTER: Final = re.compile(
    "(?:合计|总计|共计|小计|总数|累计)(?:[:：]?[0-9０-９,，]*[件个条项户人次家]*)?$"
    "|共[0-9０-９]+[件个条项户人次家]"
    "|(?:制表|填表|填报|审核|复核|打印|导出|统计|经办)(?:人|员|时间|日期|单位|部门)?[:：]"
    "|[注备说][注明]?[:：]"
)
"""How the first text of a row begins that sums up, signs or remarks, and is no row of the table."""
_FOOTERS_BEGIN: Final = frozenset("合总共小累制填审复打导统经注备说")


def is_footer(row: Sequence[str]) -> bool:
    """Whether a row stands below a table, and is none of it."""
    first = row[0] if row and row[0] else next(filter(None, row), "")
    if first[:1] not in _FOOTERS_BEGIN and not first[:1].isspace():
        return False
    return _FOOTER.match("".join(first.split())) is not None


@dataclass
class Tables:
    """The tables of all files that are understood, and the places of those that are not, and of
    those that are hidden."""

    understood: list[Table] = field(default_factory=list)
    other: list[Place] = field(default_factory=list)
    hidden: list[Place] = field(default_factory=list)

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
        for number, (head, rows, sheet) in enumerate(sheets, start=1):
            if not any(cell for row in head.rows for cell in row):
                continue
            place = Place(file, number if len(sheets) > 1 else 0)
            if sheet and sheet.hidden:
                found.hidden.append(place)
            elif table := _understand(place, head, rows, sheet, kind, maps):
                found.understood.append(table)
            else:
                found.other.append(place)
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


def _sheets(path: Path) -> Iterator[tuple[Sheet, _Rows, Sheet | None]]:
    """Of each table the rows in which a header may stand, a reader of all, and it if at hand."""
    if detect_kind(path, text_of_any_size=True) == "text":
        text = TextRows(path)
        yield Sheet(None, text.head(2 * DEPTH)), _rows_of_text(text), None
        return
    for sheet in read_sheets(path):
        head = replace(sheet, rows=sheet.rows[: 4 * DEPTH])
        yield head.without_hidden_columns().without_hidden_rows(), _rows_of_sheet(sheet), sheet


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
    flawed = sheet.flaws_by_row()

    def shown(row: int) -> list[str]:
        cells = sheet.rows[row]
        if row in flawed:
            cells = ["" if i in flawed[row] else text for i, text in enumerate(cells)]
        return cells

    def rows(start: int) -> Iterator[tuple[Sequence[int], list[list[str]]]]:
        for first in range(start, len(sheet.rows), BATCH):
            batch = range(first, min(first + BATCH, len(sheet.rows)))
            if not sheet.hidden_rows and not flawed:
                yield [sheet.number(row) for row in batch], sheet.rows[first : batch.stop]
                continue
            seen = [row for row in batch if row not in sheet.hidden_rows]
            if seen:
                yield [sheet.number(row) for row in seen], [shown(row) for row in seen]

    return rows


def _understand(
    place: Place, head: Sheet, rows: _Rows, sheet: Sheet | None, kind: FileKind, maps: Maps
) -> Table | None:
    """The table, as the kind of sheet of which its header names most fields."""
    best: Table | None = None
    for one in SHEETS[kind]:
        header = find_header(head, VOCABULARIES[one], maps.get(one, {}))
        if header and (best is None or len(header.fields) > len(best.header.fields)):
            best = Table(place.file, place.sheet, one, header, rows, sheet)
    return best
