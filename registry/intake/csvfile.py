"""CSV files -> validated rows, in batches, so that a file of any length needs little memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from registry.formulas import unguarded_row
from registry.intake.problems import ProblemLog, refuse
from registry.intake.textfile import TextFile
from registry.locale import _, list_separator
from registry.model.fields import Row
from registry.validation import explain

R = TypeVar("R", bound=Row)

_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows as the file has them, the first of them in its row `first`. `header`: the fields that
    the columns are; None for those that nobody knows."""

    header: list[str | None]
    first: int
    rows: list[list[str]]

    @property
    def has_column_twice(self) -> bool:
        """Whether a field has two columns, of which a row's last filled cell counts."""
        fields = [name for name in self.header if name]
        return len(set(fields)) < len(fields)


class CsvFile(Generic[R]):
    """A CSV file whose rows are to be `model`s.

    Iterate over `batches()`, or over `chunks()` and have each validated; once they are exhausted,
    `log.close()` raises InputError with every problem found, so that whoever stores rows meanwhile
    does so in a transaction.
    """

    def __init__(self, file: TextFile, model: type[R]) -> None:
        self.file = file
        self.log = ProblemLog(file.path)
        self._model = model
        self._adapter = TypeAdapter(list[model])  # type: ignore[valid-type]
        if file.encoding == "gb18030":
            self.log.notes.append(
                _("{path}: read as GB18030; UTF-8 is the registry's own encoding").format(
                    path=file.path
                )
            )

    def batches(self) -> Iterator[list[tuple[int, R]]]:
        """Lists of (row number, model). Rows with problems go to the log instead."""
        return map(self.validated, self.chunks())

    def chunks(self) -> Iterator[Chunk]:
        """The rows below the header, a thousand at a time, before anything is asked of them."""
        with self.file.path.open(encoding=self.file.encoding, newline="") as stream:
            rows = self._rows(csv.reader(stream, strict=True))
            cells = next(rows, [])
            self.log.close()
            header = self._header(unguarded_row(cells))
            first = 2
            while chunk := list(islice(rows, _BATCH)):
                yield Chunk(header, first, chunk)
                first += len(chunk)

    def _rows(self, reader: Iterator[list[str]]) -> Iterator[list[str]]:
        """Rows up to where the table breaks off, if it does."""
        number = 0
        try:
            for number, cells in enumerate(reader, start=1):  # noqa: B007
                yield cells
        except csv.Error as error:
            self.log.add(
                _("the table breaks off: {error}").format(error=error),
                _("Look for an unclosed quotation mark near this line."),
                number + 1,
            )

    def _header(self, cells: list[str]) -> list[str | None]:
        names = [cell.strip("\ufeff").strip() for cell in cells]  # GB18030 has a mark as well
        fields = self._model.model_fields
        lacking = [n for n, f in fields.items() if f.is_required() and n not in names]
        if lacking:
            refuse(
                self.file.path,
                _("the table has no column {columns}").format(
                    columns=list_separator().join(lacking)
                ),
                _("Add it; the header row names: {names}.").format(
                    names=list_separator().join(fields)
                ),
                row=1,
                column=lacking[0],
            )
        for name in dict.fromkeys(n for n in names if n in fields and names.count(n) > 1):
            self.log.add(_("the column stands twice"), _("Take one of them out."), 1, name)
        unknown = [n for n in names if n and n not in fields]
        if unknown:
            self.log.notes.append(
                _("{path}: columns not known, and not read: {columns}").format(
                    path=self.file.path, columns=list_separator().join(unknown)
                )
            )
        return [n if n in fields else None for n in names]

    def validated(self, chunk: Chunk) -> list[tuple[int, R]]:
        """A chunk's rows as (row number, model). Those with problems go to the log instead."""
        width = len(chunk.header)
        numbers: list[int] = []
        records: list[dict[str, str]] = []
        for number, cells in enumerate(map(unguarded_row, chunk.rows), start=chunk.first):
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                self.log.add(
                    _("the row has more cells than the header"),
                    _("Put text that holds a comma between quotation marks."),
                    number,
                )
                continue
            record = {
                name: cell
                for name, cell in zip(chunk.header, cells, strict=False)
                if cell and name and not cell.isspace()
            }
            if record or any(cell and not cell.isspace() for cell in cells):
                numbers.append(number)
                records.append(record)
        try:
            return list(zip(numbers, self._adapter.validate_python(records), strict=True))
        except ValidationError as failure:
            bad = set()
            for error in failure.errors(include_url=False):
                place = error["loc"]
                index = int(place[0])
                bad.add(index)
                # An error between fields names one of them itself.
                column = str(place[1]) if len(place) > 1 else error.get("ctx", {}).get("field")
                self.log.add(*explain(error), numbers[index], column)
            good = [i for i in range(len(records)) if i not in bad]
            rows = self._adapter.validate_python([records[i] for i in good])
            return [(numbers[i], row) for i, row in zip(good, rows, strict=True)]
