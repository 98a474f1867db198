"""Where in a sheet the fields of items stand, and which of its rows need a closer look."""

from __future__ import annotations

from typing import Final

from registry.intake.grid import Flaw, Sheet
from registry.intake.listing.fields import Field, header_key, recognise
from registry.intake.listing.header import Header
from registry.intake.listing.merged import rows_covered
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.value_columns import value_columns
from registry.intake.listing.zone_columns import zone_columns

_GUARDS: Final[tuple[Field, ...]] = ("power_type", "mode", "seq", "department", "basis", "code")


_OF_TOTALS: Final = frozenset("合总共小累")
"""How lines begin that sum up: 合计, 总计, 小计."""
_LONGEST_HEADER: Final = 12
"""Characters of a header, at the most, that may stand again further down."""
_REMEMBERED: Final = 1000


class Layout:
    """The columns of a sheet below a header, counted from 0, from row `start` on.

    `name`, `sub`, `seq`, `type`, `department`: of these fields; None where there is none. `guard`:
    a column that headings leave empty. `beside`: columns that name items of a second list. `ticks`:
    those that are headed by zones; `unknown_ticks`: those that only look so; `values`: those that
    are headed by values. `covered…`: rows whose
    cell in a column is merged with the one above. `special`: rows that are no plain rows for what
    is merged, hidden or wanting in them. `read`: the columns that are read, but for the numbers.
    """

    def __init__(self, header: Header, sheet: Sheet, start: int, known: KnownNames) -> None:
        fields = header.fields
        self.header = header
        self.name = fields["name"].index
        self.sub = fields["sub_name"].index if "sub_name" in fields else None
        self.seq = fields["seq"].index if "seq" in fields else None
        self.type = fields["power_type"].index if "power_type" in fields else None
        self.department = fields["department"].index if "department" in fields else None
        self.guard = next((fields[f].index for f in _GUARDS if f in fields), self.name)
        self.last = max(column.index for column in header.columns)
        self.beside = [c.index for c in header.columns if c.second == "name"]
        self.ticks, self.unknown_ticks = zone_columns(header, known.is_zone)
        self.values = value_columns(header, sheet, start, known.modes)
        self._key = header_key(header.texts[self.name])
        self._start = self._key[:1]
        self._headers: dict[str, bool] = {}
        self._closer = _OF_TOTALS | {self._start, *" \t\n\r\u3000\xa0\ufeff"}
        self.covered = rows_covered(sheet, self.name)
        self.covered_sub = rows_covered(sheet, self.sub)
        self.covered_seq = rows_covered(sheet, self.seq)
        self._flaws = sheet.flaws_by_row()
        self.special = {
            *(*self.covered, *self.covered_seq, *sheet.hidden_rows),
            *self._flaws,
            *(row for row, _column in sheet.concealed),
        }
        self.read = {c.index for c in header.columns if c.field and c.field != "seq"}
        self.read |= {tick.column for tick in self.ticks}
        self.read |= {one.column for one in self.values}
        headed = {c.index for c in header.columns}
        width = max((len(cells) for cells in sheet.rows[start:]), default=0)
        self._unheaded = [index for index in range(width) if index not in headed]

    def is_plain(self, row: int, cells: list[str]) -> bool:
        """Whether a row is an item at first sight: headings, totals and notes are not."""
        if row in self.special or len(cells) <= self.last:
            return False
        name, guard = cells[self.name], cells[self.guard]
        if not (name and guard) or name == guard:
            return False
        # Hardly a name begins as a total or the header does, or with a space.
        if name[0] in self._closer and (name[0] in _OF_TOTALS or self.is_header(name)):
            return False
        if self.guard == self.seq and not guard.isdecimal():
            return False  # 合计 stands there too
        if self.may_be_header(guard):
            return False
        return not self._unheaded or not self.strays(cells)

    def may_be_header(self, guard: str) -> bool:
        """Whether a cell says what headers say; it is asked of cells that mostly say the same."""
        if len(guard) > _LONGEST_HEADER:
            return False
        known = self._headers.get(guard)
        if known is None:
            known = recognise(guard) is not None
            if len(self._headers) < _REMEMBERED:
                self._headers[guard] = known
        return known

    def is_header(self, name: str) -> bool:
        """Whether the cell of the name is the header over again, however it is spaced."""
        return name.lstrip()[:1] == self._start and header_key(name) == self._key

    def strays(self, cells: list[str]) -> list[int]:
        """The columns without a header in which a row has text."""
        return [i for i in self._unheaded if i < len(cells) and cells[i].strip()]

    def flaws(self, row: int) -> list[tuple[int, Flaw]]:
        """The cells of a row that are read, and of whose value the file has not all."""
        found = self._flaws.get(row, {})
        return [(column, flaw) for column, flaw in found.items() if column in self.read]
