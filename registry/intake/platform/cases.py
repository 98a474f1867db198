"""Tables of cases -> rows in batches, each column converted as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final, NamedTuple

from registry.intake.listing.cleaning import is_nothing
from registry.intake.platform import values
from registry.intake.platform.names import NO_BODY, Bodies, Body, Items
from registry.intake.platform.personal import case_numbers
from registry.intake.platform.tables import Table, is_footer
from registry.intake.platform.tally import MARK, Tally
from registry.intake.platform.values import BAD, Converter, certified

DAYS: Final = ("applied_on", "accepted_on", "promised_on", "decided_on")
_CODES: Final = ("implementation_code", "basic_code", "item_code", "item_name")


class CaseRow(NamedTuple):
    """A case as it is kept: columns of `case_record`, items and bodies by their row numbers."""

    line: int
    number: str
    item: int | None
    matched: str
    accepted_zone: int | None
    accepted_department: int | None
    applied_on: str | None
    accepted_on: str | None
    promised_on: str | None
    decided_zone: int | None
    decided_department: int | None
    decided_on: str | None
    result: str | None
    certified: int | None
    seal_zone: int | None
    seal_department: int | None
    satisfaction: int | None


ROW_FIELDS: Final = CaseRow._fields
_STATED_BY: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("item", "matched"), _CODES),
    **dict.fromkeys(("accepted_zone", "accepted_department"), ("accepted_by", "window")),
    **dict.fromkeys(("decided_zone", "decided_department"), ("decided_by",)),
    **dict.fromkeys(("seal_zone", "seal_department"), ("seal",)),
    **{day: (day,) for day in DAYS},
    **{"result": ("result", "status"), "certified": ("certificate",)},
    "satisfaction": ("satisfaction",),
}
"""Part of a row → the columns that state it."""
Row = tuple[Any, ...]
"""As `CaseRow`, without the time that making one takes."""


def unstated(table: Table, corrected: Collection[str]) -> tuple[int, ...]:
    """Places in a row of what a table has no column for. `corrected`: fields that a column gave
    which is said now to give another: what they held was wrong."""
    stated = {*table.header.fields, *corrected}
    return tuple(
        place
        for place, field in enumerate(ROW_FIELDS)
        if field in _STATED_BY and stated.isdisjoint(_STATED_BY[field])
    )


@dataclass
class CaseReader:
    """Reads tables of cases. `year`: this one, by which numbers with a birth date are told."""

    items: Items
    bodies: Bodies
    year: int
    tally: Tally

    def __post_init__(self) -> None:
        self.pairs = BodyPairs(self.bodies)

    def rows(self, table: Table, ordinal: int) -> Iterator[list[Row]]:
        """The rows of a table that hold anything, a batch at a time.

        `ordinal`: of the table among those of cases: lines of the second are `#2-5`.
        """
        reader = _TableReader(self, table, f"{MARK}{ordinal}-" if ordinal > 1 else MARK)
        self.tally.begin(table)
        for numbers, rows in table.batches():
            self.tally.read += len(rows)
            lines: Sequence[int] = numbers
            if not all(map(any, rows)):
                filled = [(line, row) for line, row in zip(numbers, rows, strict=True) if any(row)]
                self.tally.empty += len(rows) - len(filled)
                lines, rows = [line for line, _row in filled], [row for _line, row in filled]
            if footers := [place for place, row in enumerate(rows) if is_footer(row)]:
                for place in footers:
                    self.tally.refuse("footer", table.place(lines[place]))
                lines = [line for place, line in enumerate(lines) if place not in footers]
                rows = [row for place, row in enumerate(rows) if place not in footers]
            if rows:
                yield reader.convert(lines, rows)


class BodyPairs(dict[tuple[str, str], Body]):
    """Texts of two cells → the body that the first names, or else the second."""

    def __init__(self, bodies: Bodies) -> None:
        super().__init__()
        self._bodies = bodies

    def __missing__(self, texts: tuple[str, str]) -> Body:
        if len(self) >= values.MAX_KEPT:
            self.clear()
        first, second = map(self._bodies.__getitem__, texts)
        found = self[texts] = first if first.is_known else second
        return found


Cells = Mapping[str, Sequence[str]]
"""Field → the texts of its column in a batch."""


class _TableReader:
    """Converts the rows of one table."""

    def __init__(self, reader: CaseReader, table: Table, mark: str) -> None:
        self._reader = reader
        self._table = table
        self._mark = mark
        self._tally = reader.tally
        self._cells = {field: column.index for field, column in table.header.fields.items()}
        self._width = max(self._cells.values()) + 1
        self._days = {name: values.days() for name in DAYS}
        self._results = values.results()
        self._states = values.results()
        self._satisfaction = values.satisfaction()

    def convert(self, lines: Sequence[int], rows: list[list[str]]) -> list[Row]:
        """The rows; what is not understood in a cell is left out and told."""
        width = self._width
        if min(map(len, rows)) < width:
            for row in rows:
                if len(row) < width:
                    row += [""] * (width - len(row))
        # Cells beyond the shortest row, which has all that are read, fall away here.
        columns = list(zip(*rows, strict=False))
        cells = {name: columns[index] for name, index in self._cells.items()}
        days = {name: self._converted(name, self._days[name], cells, lines) for name in DAYS}
        accepted = self._accepted(cells, lines)
        decided = self._bodies("decided_by", cells, lines)
        seals = self._bodies("seal", cells, lines)
        accepted_zones, accepted_departments = _split(accepted)
        decided_zones, decided_departments = _split(decided)
        seal_zones, seal_departments = _split(seals)
        found = self._items(cells, lines, accepted_zones, decided_zones)
        converted = list(
            zip(
                lines,
                self._numbers(cells, lines),
                *found,
                *(accepted_zones, accepted_departments),
                *(days["applied_on"], days["accepted_on"], days["promised_on"]),
                *(decided_zones, decided_departments, days["decided_on"]),
                self._result(cells, lines),
                certified(cells["certificate"]) if "certificate" in cells else repeat(None),
                *(seal_zones, seal_departments),
                self._converted("satisfaction", self._satisfaction, cells, lines),
                strict=False,  # what is repeated has no end
            )
        )
        return self._understood(converted, rows)

    def _understood(self, converted: list[Row], rows: list[list[str]]) -> list[Row]:
        """The rows without those in which neither a number, an item nor a day was understood."""
        left_out = {
            place
            for place, row in enumerate(converted)
            if row[3] == "none" and row[1][0] == MARK and row[6:9] == _NO_DAYS and row[11] is None
        }
        if not left_out:
            return converted
        for place in left_out:
            if any(map(str.strip, rows[place])):
                line = converted[place][0]
                self._tally.refuse("nothing_understood", self._table.place(line))
            else:
                self._tally.empty += 1
        return [row for place, row in enumerate(converted) if place not in left_out]

    def _numbers(self, cells: Cells, lines: Sequence[int]) -> list[str]:
        column, mark = cells.get("number"), self._mark
        if column is None:
            return [f"{mark}{line}" for line in lines]
        numbers = case_numbers(column, self._reader.year)
        if "" in numbers:
            for place, number in enumerate(numbers):
                if not number:
                    numbers[place] = f"{mark}{lines[place]}"
                    if column[place].strip():
                        self._note("number_not_kept", "number", lines[place])
        return numbers

    def _items(
        self,
        cells: Cells,
        lines: Sequence[int],
        accepted_zones: Sequence[int | None] | repeat[None],
        decided_zones: Sequence[int | None] | repeat[None],
    ) -> tuple[Sequence[int | None], Sequence[str]]:
        """Numbers of items, and how each was found."""
        zones = accepted_zones
        if not isinstance(decided_zones, repeat):
            zones = (
                decided_zones
                if isinstance(accepted_zones, repeat)
                else [
                    one or other for one, other in zip(accepted_zones, decided_zones, strict=True)
                ]
            )
        columns = [cells.get(name) or repeat("") for name in _CODES]
        found = list(map(self._reader.items.__getitem__, zip(*columns, zones, strict=False)))
        items, matched = [one.item for one in found], [one.matched for one in found]
        if self._reader.items.has_lost:
            for line, one in zip(lines, found, strict=True):
                if one.lost:
                    self._note("digits_lost", self._code_field(), line)
        if None in items:
            field = "item_name" if "item_name" in cells else self._code_field()
            for line, how in zip(lines, matched, strict=True):
                if how == "doubtful":
                    self._note("item_doubtful", field, line)
                elif how == "none":
                    self._note("item_unknown", field, line)
        return items, matched

    def _code_field(self) -> str:
        return next((name for name in _CODES if name in self._cells), _CODES[-1])

    def _accepted(self, cells: Cells, lines: Sequence[int]) -> list[Body] | repeat[Body]:
        """The bodies that accepted: of the window, which did it, or else the one that is named."""
        if "window" not in cells:
            return self._bodies("accepted_by", cells, lines)
        if "accepted_by" not in cells:
            return self._bodies("window", cells, lines)
        windows, named = cells["window"], cells["accepted_by"]
        found = list(map(self._reader.pairs.__getitem__, zip(windows, named, strict=True)))
        if NO_BODY in found:
            texts = [one or other for one, other in zip(windows, named, strict=True)]
            self._note_unknown("accepted_by", texts, found, lines)
        return found

    def _bodies(self, field: str, cells: Cells, lines: Sequence[int]) -> list[Body] | repeat[Body]:
        column = cells.get(field)
        if column is None:
            return repeat(NO_BODY)
        found = list(map(self._reader.bodies.__getitem__, column))
        self._note_unknown(field, column, found, lines)
        return found

    def _note_unknown(
        self, field: str, texts: Sequence[str], found: list[Body], lines: Sequence[int]
    ) -> None:
        if NO_BODY not in found:
            return
        for line, text, body in zip(lines, texts, found, strict=True):
            if body is NO_BODY and not is_nothing(text.strip()):
                self._note("body_unknown", field, line)

    def _result(self, cells: Cells, lines: Sequence[int]) -> Sequence[str | None] | repeat[None]:
        """The result, or where none is stated the state of the case."""
        stated = self._converted("result", self._results, cells, lines)
        states = self._converted("status", self._states, cells, lines)
        if isinstance(stated, repeat):
            return states
        if isinstance(states, repeat):
            return stated
        return [one or other for one, other in zip(stated, states, strict=True)]

    def _converted(
        self, field: str, converter: Converter, cells: Cells, lines: Sequence[int]
    ) -> list[Any] | repeat[None]:
        """A column's values; BAD ones are told, and become None."""
        column = cells.get(field)
        if column is None:
            return repeat(None)
        found = list(map(converter.__getitem__, column))
        if converter.has_bad:
            for place, value in enumerate(found):
                if value is BAD:
                    found[place] = None
                    self._note("not_understood", field, lines[place])
        return found

    def _note(self, what: Any, field: str, line: int) -> None:
        self._tally.note(what, self._table.place(line, field))


_NO_DAYS: Final = (None, None, None)


def _split(
    bodies: list[Body] | repeat[Body],
) -> tuple[Sequence[int | None] | repeat[None], Sequence[int | None] | repeat[None]]:
    """The zones and the departments of bodies."""
    if isinstance(bodies, repeat):
        return repeat(None), repeat(None)
    return [body[0] for body in bodies], [body[1] for body in bodies]
