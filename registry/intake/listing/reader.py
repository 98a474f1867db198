"""Sheets -> a Listing: the header found, headings carried down, sub-items joined to their parents.

Nothing is guessed that decides on a power: a department is carried down from the heading or the
cell above, as lists are written; a missing type or mode is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from registry.intake.gc_pause import gc_paused
from registry.intake.grid import Sheet
from registry.intake.listing.cells import Cells, department_text
from registry.intake.listing.cleaning import clean, clean_name, is_nothing, match_key, numbering
from registry.intake.listing.fields import Field
from registry.intake.listing.header import Header, find_header, read_header
from registry.intake.listing.listing import Fault, Listing, Skipped
from registry.intake.listing.non_items import (
    KnownNames,
    NonItem,
    classify_note,
    classify_single,
    classify_total,
    stated_total,
)
from registry.locale import _
from registry.model.vocabulary import PowerType

_SUB_NUMBER: Final = re.compile(
    r"[0-9]{1,4}(?:[.．\-—－][0-9]{1,3})+[、.．]?|[（(].+[）)]|[①-⑳⑴-⒇]"
)
_SHORT_NUMBER: Final = re.compile(r"[（(]?[0-9一二三四五六七八九十百]{1,5}[）)]?[、.．]?")
_TICK: Final = 5_000
_GUARDS: Final[tuple[Field, ...]] = ("power_type", "mode", "seq", "department", "basis", "code")


def read_list(
    sheets: list[Sheet],
    *,
    known: KnownNames = KnownNames(),  # noqa: B008  (frozen, and without state)
    maps: Mapping[str, Field] | None = None,
    codes: Mapping[str, PowerType] | None = None,
    tick: Callable[[int, int], None] = lambda done, total: None,
) -> Listing:
    """Read the sheets as one list.

    `maps`: header → field, said by a person. `codes`: number → type, where a list gives numbers.
    `tick` is called with the rows done, of all. A list in which no sheet has a header has no items,
    and every row of it counts as unheaded.
    """
    listing = Listing(sheets)
    walk = _Walk(listing, known, maps or {}, codes or {})
    total, done = sum(len(sheet.rows) for sheet in sheets), 0
    with gc_paused():
        for index, sheet in enumerate(sheets):
            walk.sheet(index, lambda row, before=done: tick(before + row, total))  # type: ignore[misc]
            done += len(sheet.rows)
        walk.cells.close()
    _check_totals(listing)
    return listing


class _Walk:
    """Goes through the rows, and remembers what holds for those below."""

    def __init__(
        self,
        listing: Listing,
        known: KnownNames,
        maps: Mapping[str, Field],
        codes: Mapping[str, PowerType],
    ) -> None:
        self.listing = listing
        self.known = known
        self.maps = maps
        self.cells = Cells(listing, codes)
        self.header: Header | None = None
        self.width = 0
        self.at = 0
        self._forget()

    def _forget(self) -> None:
        """A list begins: nothing holds from above."""
        self.carried: dict[str, str] = {}
        self.last_main: int | None = None
        self.last_main_name = ""
        self.mains: dict[tuple[str, str], int] = {}
        self.titles: set[str] = set()
        self.department_cell = ""

    def sheet(self, index: int, tick: Callable[[int], None]) -> None:
        """Read one sheet; one without a header goes on from the sheet before, if it is as wide."""
        sheet = self.listing.sheets[index]
        self.at = index
        header = None if sheet.hidden else find_header(sheet, self.maps)
        width = max(map(len, sheet.rows), default=0)
        self.listing.headers.append(header)
        start = 0
        if header:
            self._forget()
            self.width = width
            start = header.last + 1
            for row in range(start):
                self._skip_above(header, row, sheet.rows[row])
            if sheet.name and sheet.name.strip() in self.known.departments:
                self._enter(sheet.name.strip())
        elif sheet.hidden or self.header is None or width != self.width:
            for row, cells in enumerate(sheet.rows):
                if texts := _texts(cells):
                    self.listing.rows += 1
                    self._skip(row, NonItem("hidden" if sheet.hidden else "unheaded", texts[0]))
            return
        self._use(header or self.header)
        for row, cells in enumerate(sheet.rows):
            if row < start:
                continue
            if self._is_plain(cells):
                self.listing.rows += 1
                self._item(row, cells)
            else:
                self._row(row, cells)
            if row % _TICK == 0:
                tick(row)

    def _use(self, header: Header | None) -> None:
        assert header is not None
        self.header = header
        self.cells.use(header)
        fields = header.fields
        self.name = fields["name"].index
        self.sub = fields["sub_name"].index if "sub_name" in fields else None
        self.seq = fields["seq"].index if "seq" in fields else None
        self.department = fields["department"].index if "department" in fields else None
        self.guard = next((fields[f].index for f in _GUARDS if f in fields), self.name)
        self.last = max(column.index for column in header.columns)
        self.header_name = header.texts[self.name]

    def _skip_above(self, header: Header, row: int, cells: list[str]) -> None:
        texts = _texts(cells)
        if not texts:
            return
        self.listing.rows += 1
        line = (
            classify_single(texts, self.known) if row < header.first and len(texts) == 1 else None
        )
        if line and line.reason == "department":
            self._enter(line.value)
        else:
            line = NonItem("title" if row < header.first else "header", " ".join(texts))
            self.titles.add(line.text)
        self._skip(row, line)

    def _skip(self, row: int, line: NonItem) -> None:
        self.listing.skipped.append(Skipped(self.at, row, line.reason, line.text))

    def _is_plain(self, cells: list[str]) -> bool:
        """Whether a row is an item at first sight: headings, totals and notes are not."""
        if len(cells) <= self.last:
            return False
        name, guard = cells[self.name], cells[self.guard]
        return bool(name and guard) and guard != name != self.header_name

    def _row(self, row: int, cells: list[str]) -> None:
        if len(cells) <= self.last:
            cells = cells + [""] * (self.last + 1 - len(cells))
        if texts := _texts(cells):
            self.listing.rows += 1
            if line := self._line(row, cells, texts):
                self._skip(row, line)
            else:
                self._item(row, cells)

    def _line(self, row: int, cells: list[str], texts: list[str]) -> NonItem | None:
        """What the row is, if it is no item; it may change what holds for the rows below."""
        assert self.header is not None
        again = [clean(cell) for cell in cells]
        if self.header_name and self.header_name == again[self.name]:
            if other := read_header(self.listing.sheets[self.at], row, self.maps):
                if other.texts != self.header.texts:
                    self._use(other)
                return NonItem("repeated", " ".join(texts))
            return None
        if " ".join(texts) in self.titles:
            return NonItem("repeated", " ".join(texts))
        if line := classify_total(texts) or classify_note(texts):
            return line
        # A number and a heading, in two cells: 一、 | 市发展改革委
        one = len(texts) == 1 or (len(texts) == 2 and bool(_SHORT_NUMBER.fullmatch(texts[0])))
        if not one or (self.name == self.guard and len(texts) > 1):
            return None
        line = classify_single(texts, self.known)
        if line is None:
            # A text in the column of names is taken for an item, with its faults, and not dropped.
            named = cells[self.name] or (self.sub is not None and cells[self.sub])
            return None if named else NonItem("note", " ".join(texts))
        if line.reason == "department":
            self.carried = {}
            self.department_cell = ""
            self._enter(line.value)
        elif line.reason in ("type", "mode"):
            self.carried["power_type" if line.reason == "type" else "mode"] = line.value
        return line

    def _item(self, row: int, cells: list[str]) -> None:
        record: dict[str, Any] = {"sheet": self.at, "row": row}
        if self.department is not None and cells[self.department] != self.department_cell:
            self.department_cell = cells[self.department]
            self._enter(department_text(self.department_cell))
        self.cells.fill(record, row, cells, self.carried)
        listed = cells[self.name]
        if self.sub is None:
            name = clean_name(listed)
            if "seq" not in record and self._is_sub_item(cells):
                record["parent"] = self.last_main
        else:
            name, listed = self._main_and_sub(row, cells, record)
        if not name:
            self.listing.faults.append(
                Fault(self.at, row, self.name, _("the item has no name"), _("Fill it in."))
            )
            return
        record["name"], record["listed_name"] = name, listed
        number = self.cells.add(record)
        if "parent" not in record:
            self.last_main = number
            self.last_main_name = name

    def _enter(self, department: str) -> None:
        """From here on rows are this department's, until a cell or a heading names another."""
        if not is_nothing(department) and department != self.carried.get("department"):
            self.carried["department"] = department
            self.last_main, self.last_main_name = None, ""

    def _is_sub_item(self, cells: list[str]) -> bool:
        """Whether the row's number says that it is part of the item above: 3.1, （一）, ①."""
        if self.last_main is None:
            return False
        if seq := clean(cells[self.seq]) if self.seq is not None else "":
            return bool(_SUB_NUMBER.fullmatch(seq))
        return bool(_SUB_NUMBER.fullmatch(numbering(cells[self.name])))

    def _main_and_sub(self, row: int, cells: list[str], record: dict[str, Any]) -> tuple[str, str]:
        """The item's name where a list gives main item and sub-item in two columns."""
        assert self.sub is not None
        main, sub = clean_name(cells[self.name]), clean_name(cells[self.sub])
        main, sub = ("" if is_nothing(text) else text for text in (main, sub))
        if not sub:
            return main, cells[self.name]
        # Below a main item, an empty cell without a number of its own means the same again.
        if (
            not cells[self.name]
            and (self.seq is None or not cells[self.seq])
            and self.last_main_name
        ):
            main = self.last_main_name
        if not main or main == sub:
            return sub, cells[self.sub]
        key = (record.get("department", ""), match_key(main))
        parent = self.mains.get(key)
        if parent is None and self.last_main is not None and self.last_main_name == main:
            parent = self.last_main
        if parent is None:
            implied = record | {"name": main, "listed_name": cells[self.name], "implied": True}
            for code in ("basic_code", "implementation_code", "basis", "remark"):
                implied.pop(code, None)
            parent = self.cells.add(implied)
        self.mains[key] = parent
        self.last_main, self.last_main_name = parent, main
        record["parent"] = parent
        record.pop("seq", None)
        return sub, cells[self.sub]


def _texts(cells: list[str]) -> list[str]:
    """The different texts of a row, in order; a merged cell is one."""
    return list(dict.fromkeys(filter(None, map(clean, cells))))


def _check_totals(listing: Listing) -> None:
    """Compare what total lines state with what was read above them."""
    totals = list(_totals(listing))
    places = [(item.sheet, item.row, item.parent is None) for item in listing.items if totals]
    for at, line in totals:
        above = [main for sheet, row, main in places if (sheet, row) < (at.sheet, at.row)]
        since = [
            main
            for sheet, row, main in places
            if (at.sheet, -1 if line is None else line) < (sheet, row) < (at.sheet, at.row)
        ]
        stated = stated_total(NonItem("total", at.text))
        if stated is not None and stated not in (
            *(len(above), sum(above), len(since), sum(since)),
        ):
            listing.cautions.append(
                Fault(
                    at.sheet,
                    at.row,
                    None,
                    _("the line states {stated:,}, but {items:,} items were read above it").format(
                        stated=stated, items=sum(since) or sum(above)
                    ),
                    _("Compare the list with its source."),
                )
            )


def _totals(listing: Listing) -> Iterator[tuple[Skipped, int | None]]:
    """Every total line, with the row of the one before it on its sheet."""
    before: dict[int, int] = {}
    for skipped in listing.skipped:
        if skipped.reason == "total":
            yield skipped, before.get(skipped.sheet)
            before[skipped.sheet] = skipped.row
