"""Sheets -> a Listing: the header found, headings carried down, sub-items joined to their parents.

Nothing is guessed that decides on a power: a department is carried down from the heading or the
cell above, as lists are written; a missing type or mode is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from registry.intake.gc_pause import gc_paused
from registry.intake.grid import Sheet
from registry.intake.listing import account
from registry.intake.listing.cells import Cells
from registry.intake.listing.cleaning import clean, texts_of
from registry.intake.listing.fields import Field, header_key, is_header_like, type_of_all
from registry.intake.listing.header import Header, read_header
from registry.intake.listing.items import ItemRows
from registry.intake.listing.layout import Layout
from registry.intake.listing.listing import Fault, Listing, Skipped
from registry.intake.listing.non_items import (
    LONGEST_HEADING,
    KnownNames,
    NonItem,
    classify_note,
    classify_single,
    classify_total,
    department_in_title,
    is_power,
)
from registry.intake.listing.numbering import is_below, number_alone
from registry.intake.listing.plan import Part, own_numbers, parts_of
from registry.intake.listing.signs import holds_ticks
from registry.intake.listing.zone_columns import (
    bodies_of_zones,
    unknown_zone,
    unread_zones,
)
from registry.locale import _
from registry.model.vocabulary import PowerType
from registry.text import shell_word

_TICK: Final = 5_000


def read_list(
    sheets: list[Sheet],
    *,
    known: KnownNames = KnownNames(),  # noqa: B008  (frozen, and without state)
    maps: Mapping[str, Field] | None = None,
    codes: Mapping[str, PowerType] | None = None,
    type_words: Mapping[str, PowerType] | None = None,
    mode_words: Mapping[str, str] | None = None,
    stated: Mapping[str, str] | None = None,
    tick: Callable[[int, int], None] = lambda done, total: None,
) -> Listing:
    """Read the sheets as one list.

    `maps`: header, or letters of a column, → field, said by a person. `codes`: number → type, where
    a list gives numbers; `type_words`, `mode_words`: words of the list → type, mode. `stated`: what
    holds of every item of which the list says nothing, by field: department, power_type, mode,
    scope. `tick` is called with the rows done, of all. A list in which no sheet has a header has
    no items, and every row of it counts as unheaded.
    """
    listing = Listing(sheets)
    with gc_paused():
        parts = parts_of(listing, maps or {}, known)
        cells = Cells(listing, codes or {}, type_words or {}, mode_words or {})
        walk = _Walk(listing, parts, known, maps or {}, cells, stated or {})
        total, done = sum(len(sheet.rows) for sheet in sheets), 0
        for index, sheet in enumerate(sheets):
            walk.sheet(index, lambda row, before=done: tick(before + row, total))  # type: ignore[misc]
            done += len(sheet.rows)
        cells.close()
    account.check(listing, walk.items.implied, walk.strays, walk.headings)
    return listing


class _Walk:
    """Goes through the rows, and remembers what holds for those below."""

    def __init__(
        self,
        listing: Listing,
        parts: list[Part],
        known: KnownNames,
        maps: Mapping[str, Field],
        cells: Cells,
        stated: Mapping[str, str],
    ) -> None:
        self.listing = listing
        self.parts = parts
        self.known = known
        self.maps = maps
        self.cells = cells
        self.stated = stated
        self.items = ItemRows(
            *(listing, known, cells, own_numbers(parts, "name"), own_numbers(parts, "sub_name"))
        )
        self.strays: list[account.Stray] = []
        self.headings: list[account.Heading] = []
        self.header: Header | None = None
        self.at = 0
        self._forget()

    def _forget(self) -> None:
        """A list begins: nothing holds from above."""
        self.titles: set[str] = set()
        self.items.begin(self.stated)

    def sheet(self, index: int, tick: Callable[[int], None]) -> None:
        """Read one sheet, as far as it is part of a list."""
        part = self.parts[index]
        self.part, self.at, self.items.at = part, index, index
        hidden = self.listing.sheets[index].hidden
        if not part.read:
            for row, cells in enumerate(part.sheet.rows):
                if texts := texts_of(cells):
                    self.listing.rows += 1
                    self._skip(row, NonItem("hidden" if hidden else "unheaded", texts[0]))
            return
        if part.anew:
            self._forget()
        header = part.header or self.header
        assert header is not None
        start = part.header.last + 1 if part.header else 0
        self._use(header, start)
        if part.header:
            self._above(part.header, part.sheet)
        rows, items, plain = part.sheet.rows, self.items, 0
        layout = self.layout
        is_plain, name = layout.is_plain, layout.name
        for row in range(start, len(rows)):
            cells = rows[row]
            # A name over again may be one merged cell, of which each row was filled.
            if is_plain(row, cells) and cells[name] != items.last_cell:
                plain += 1
                items.take(row, cells)
            else:
                self._row(row, cells)
                if layout is not self.layout:  # another header began
                    layout = self.layout
                    is_plain, name = layout.is_plain, layout.name
            if row % _TICK == 0:
                tick(row)
        self.listing.rows += plain

    def _use(self, header: Header, start: int) -> None:
        """Read by this header from a row on."""
        self.header = header
        self.cells.use(header)
        self.layout = self.items.layout = layout = Layout(
            header, self.part.sheet, start, self.known
        )
        self.listing.zones[self.at] = {tick.column: tick.zone for tick in layout.ticks}
        self.listing.values[self.at] = {one.column: one.field for one in layout.values}
        for tick in layout.unknown_ticks:
            if holds_ticks(self.part.sheet, start, tick.column):
                self.listing.faults.append(unknown_zone(self.at, header, tick))
        for column in unread_zones(header, self.part.sheet, start, self.known.is_zone):
            what = _("column {letters} names zones, and is not read").format(letters=column.letters)
            remedy = _("To read it: --map {option}.").format(
                option=shell_word(f"{column.header}=zones")
            )
            at = self.at, max(header.last, 0), column.index
            self.listing.cautions.append(Fault(*at, what, remedy))
        for column, zone in bodies_of_zones(header, self.known.is_zone):
            what = _("column {letters} names bodies of {zone}, and is not read").format(
                letters=column.letters, zone=zone
            )
            remedy = _("Which zones an item goes to has to stand in a column of its own.")
            at = self.at, max(header.last, 0), column.index
            self.listing.cautions.append(Fault(*at, what, remedy))
        if kind := type_of_all(header.fields["name"].header):
            self.items.hold("power_type", kind)

    def _above(self, header: Header, sheet: Sheet) -> None:
        """Account for the rows above the header, and for its own."""
        for row in range(header.last + 1):
            texts = texts_of(sheet.rows[row])
            if not texts:
                continue
            self.listing.rows += 1
            above = row < header.first
            line = classify_single(texts, self.known) if above and len(texts) == 1 else None
            if line and line.reason == "department":
                self.items.enter(line.value)
            else:
                line = NonItem("title" if above else "header", " ".join(texts))
                self.titles.add(header_key("".join(texts)))
                if above:
                    self._title(row, line.text)
            if not self.part.anew and not above:
                line = NonItem("repeated", line.text)
            self._skip(row, line)
        if sheet.name:
            self._title(None, sheet.name.strip())

    def _title(self, row: int | None, text: str) -> None:
        """Take the department from a title, where no column and no person says one; a sheet's name
        may be the department's, or a type.
        """
        if row is None and (line := classify_single([text], self.known)):
            if line.value in self.known.departments:
                self.items.enter(line.value)
                return
            if line.reason == "type" and self.layout.type is None:
                self.items.carried["power_type"] = line.value
                return
        if self.layout.department is not None or "department" in self.stated:
            return
        name = department_in_title(text, self.known.departments)
        if name and name != self.items.carried.get("department"):
            self.items.enter(name)
            if row is not None:
                what = _("the department was taken from the title: {name}").format(name=name)
                remedy = _("Say another with --department.")
                self.listing.cautions.append(Fault(self.at, row, None, what, remedy))

    def _skip(self, row: int, line: NonItem) -> None:
        self.listing.skipped.append(Skipped(self.at, row, line.reason, line.text))

    def _row(self, row: int, cells: list[str]) -> None:
        layout, sheet = self.layout, self.part.sheet
        if len(cells) <= layout.last:
            cells = cells + [""] * (layout.last + 1 - len(cells))
        texts = texts_of(cells)
        flaws = layout.flaws(row)
        if not texts and not flaws:
            return
        self.listing.rows += 1
        if row in sheet.hidden_rows:
            self._skip(row, NonItem("hidden", " ".join(texts)))
            return
        if flaws:
            self.listing.faults += [
                Fault(self.at, row, column, *account.flaw_words(flaw)) for column, flaw in flaws
            ]
            return
        if (row, self.layout.name) in sheet.concealed and not cells[self.layout.name].strip():
            self._skip(row, NonItem("hidden", " ".join(texts)))
            return
        if header_key("".join(texts)) in self.titles:
            self._skip(row, NonItem("repeated", " ".join(texts)))
        elif self.items.goes_on(row, cells):
            self.items.go_on(row, cells, texts)
        elif line := self._line(row, cells, texts):
            self._skip(row, line)
        else:
            for column in layout.strays(cells):
                wanting = [i for i in (layout.department, layout.type) if i is not None]
                shifted = any(not cells[i] for i in wanting)
                self.strays.append(account.Stray(self.at, row, column, cells[column], shifted))
            self.items.take(row, cells)

    def _line(self, row: int, cells: list[str], texts: list[str]) -> NonItem | None:
        """What the row is, if it is no item; it may change what holds for the rows below."""
        name = cells[self.layout.name]
        again = self.layout.is_header(name)
        if again or (self.layout.may_be_header(name) and is_header_like(texts)):
            if other := read_header(self.listing.sheets[self.at], row, self.maps, self.known):
                if [*map(header_key, other.texts)] != [*map(header_key, self.layout.header.texts)]:
                    self._use(other, row + 1)
                return NonItem("repeated", " ".join(texts))
            return None
        if line := classify_total(texts) or classify_note(texts):
            return line
        if not cells[self.layout.name] and any(cells[i].strip() for i in self.layout.beside):
            return NonItem("aside", " ".join(texts))
        # A number and a heading, or what it is and a heading, in two cells: 一、 | 市发展改革委
        one = len(texts) == 1 or (len(texts) == 2 and account.is_number_or_label(texts[0]))
        if not one or (self.layout.name == self.layout.guard and len(texts) > 1):
            return None
        line = classify_single(texts, self.known)
        if line is None:
            # A text in the column of names is taken for an item, with its faults, and not dropped.
            named = name or (self.layout.sub is not None and cells[self.layout.sub])
            if self._heads_a_part(row, cells, texts):
                self.items.forget_item()
                return NonItem("title", " ".join(texts))
            across = len(texts) == 1 and bool(name) and name == cells[self.layout.guard]
            if named and not (across and self._is_note(texts[0])):
                return None
            return NonItem("note", " ".join(texts))
        if line.reason == "department":
            self.items.restart()
            self.items.enter(line.value)
        elif line.reason in ("type", "mode"):
            self.items.carried["power_type" if line.reason == "type" else "mode"] = line.value
        if line.reason in ("department", "type", "mode"):
            self.items.forget_item()
            self.headings.append(account.Heading(self.at, row, line.reason, line.stated))
        return line

    def _heads_a_part(self, row: int, cells: list[str], texts: list[str]) -> bool:
        """Whether a number and a name head the rows below, which are numbered as its parts, and say
        what it doesn't: 一 | 城乡规划类 above 1 | 某许可 | 行政许可."""
        seq = self.layout.seq
        if seq is None or len(texts) != 2 or not cells[seq] or is_power(texts[1]):
            return False
        number = number_alone(clean(cells[seq]))
        below = next(filter(any, self.part.sheet.rows[row + 1 :]), None)
        if number is None or number.style not in ("hanzi", "paren hanzi") or below is None:
            return False
        first = number_alone(clean(below[seq])) if len(below) > seq else None
        return first is not None and is_below(first, number) and len(texts_of(below)) > 2

    def _is_note(self, text: str) -> bool:
        """Whether a text that one cell across the whole table holds can head no rows below it."""
        return self.layout.department is not None or len(text) > LONGEST_HEADING or "。" in text
