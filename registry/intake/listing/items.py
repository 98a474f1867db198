"""The rows that are items, or go on with one: read in order, sub-items joined to their parents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from registry.intake.listing.cells import Cells, put
from registry.intake.listing.characters import doubts, loss, restored
from registry.intake.listing.cleaning import (
    EVEN,
    clean,
    clean_name,
    is_nothing,
    marks_off,
    match_key,
    names_text,
    spaced,
    texts_of,
)
from registry.intake.listing.fields import Field
from registry.intake.listing.layout import Layout
from registry.intake.listing.listing import Fault, Listing, Skipped
from registry.intake.listing.merged import contradiction, is_error, joined
from registry.intake.listing.non_items import (
    KnownNames,
    classify_note,
    classify_single,
    classify_total,
)
from registry.intake.listing.numbering import (
    FIRST,
    Number,
    Prefix,
    is_below,
    may_be_numbered,
    number_alone,
    number_of_date,
    prefix_of,
)
from registry.intake.listing.value_columns import said_by_signs
from registry.intake.listing.zone_columns import ticked_zones
from registry.locale import _

_DITTO: Final = frozenset(("同上", "〃", "″", "〞", "＂", '"', "''", "同前", "(同上)", "（同上）"))
"""What cells say that mean what stands above them."""
_NO_NAME: Final = re.compile(r"[\d\s.．、，,（）()—–-]+")


class ItemRows:
    """Takes the rows of items, and remembers what holds for those below.

    `at`, `layout`: the sheet being read, and its layout; `carried`: what holds from above;
    `implied`: main item without a row of its own → its sub-items. `numbers`, `sub_numbers`: of
    names and of sub-items' names, what is the list's own number, by sheet and row.
    """

    layout: Layout

    def __init__(
        self,
        listing: Listing,
        known: KnownNames,
        cells: Cells,
        numbers: Mapping[tuple[int, int], Prefix],
        sub_numbers: Mapping[tuple[int, int], Prefix],
    ) -> None:
        self.listing = listing
        self.known = known
        self.cells = cells
        self.numbers = numbers
        self.sub_numbers = sub_numbers
        self.implied: dict[int, list[int]] = {}
        self.at = 0
        self.begin({})

    def begin(self, stated: Mapping[str, str]) -> None:
        """A list begins: nothing holds from above but what is stated of the whole."""
        self.mains: dict[tuple[str, str], int] = {}
        self.of_all: dict[str, str] = dict(stated)
        self.restart()
        self.forget_item()

    def hold(self, field: Field, value: str) -> None:
        """From here on this holds of all items of the list that nothing else is said of."""
        self.of_all.setdefault(field, value)
        self.carried.setdefault(field, value)

    def restart(self) -> None:
        """A department's part begins: no type or mode of another's holds."""
        self.carried: dict[str, str] = dict(self.of_all)
        self.department_cell = ""

    def forget_item(self) -> None:
        """A heading: no row below it is part of an item above it."""
        self.last_main: int | None = None
        self.last_main_name = ""
        self.last_number: Number | str | None = None
        self.last_item: int | None = None
        self.last_record: dict[str, Any] = {}
        self.last_row = -1
        self.last_cell = ""
        self.last_cells: list[str] = []

    def goes_on(self, row: int, cells: list[str]) -> bool:
        """Whether a row says more of the item above: by merged cells, or without a name, a number
        and a type of its own where cells can't be merged."""
        if self.last_item is None:
            return False
        if (
            self.layout.sub is not None
            and cells[self.layout.sub]
            and row not in self.layout.covered_sub
        ):
            return False
        if row in self.layout.covered:
            return True
        if self.layout.is_header(cells[self.layout.name]):
            return False
        name, above = cells[self.layout.name], self.last_cell
        if row in self.layout.covered_seq and (not name or name == above):
            return True
        # Where merged cells were filled: the same number and name again, and nothing else new.
        seq = cells[self.layout.seq] if self.layout.seq is not None else ""
        if name and name == above and self.last_row == row - 1:
            if self.layout.seq is None:
                return all(cells[i] == self.last_cells[i] for i in self.layout.read)
            if seq:
                return seq == self.last_cells[self.layout.seq]
        typed = self.layout.type is not None and cells[self.layout.type]
        if name or typed or seq:
            return False
        if any(cells[i].strip() for i in self.layout.beside) or self.last_row != row - 1:
            return False
        if self.layout.department and cells[self.layout.department]:
            return True  # one department more, and no heading
        texts = texts_of(cells)
        return not (classify_total(texts) or classify_note(texts)) and (
            len(texts) > 1 or classify_single(texts, self.known) is None
        )

    def go_on(self, row: int, cells: list[str], texts: list[str]) -> None:
        """Put what the row says to the item above."""
        assert self.last_item is not None
        more: dict[str, Any] = {"sheet": self.at, "row": row}
        self.cells.fill(more, row, cells, {})
        self._zones(more, row, cells, required=False)
        self._values(more, row, cells)
        changed, against = joined(self.last_record, more)
        for field in against:
            words = contradiction(field, str(self.last_record[field]), str(more[field]))
            column = self.layout.header.fields.get(field)  # type: ignore[call-overload]
            fault = Fault(self.at, row, column.index if column else None, *words)
            (self.listing.faults if is_error(field) else self.listing.cautions).append(fault)
        if changed and row not in self.layout.covered:
            what = _("the row has no name; what it says was put to the item above")
            remedy = _("Fill the name in if it is an item of its own.")
            if cells[self.layout.name]:
                what = _("the row has the name of the item above; what it says was put to that")
                remedy = _("Number it, and tell it apart by its name, if it is an item of its own.")
            self.listing.cautions.append(Fault(self.at, row, self.layout.name, what, remedy))
        if changed:
            self.cells.amend(self.last_item, changed)
            self.last_record |= changed
        self.last_row = row
        self.listing.skipped.append(Skipped(self.at, row, "continued", " ".join(texts)))

    def take(self, row: int, cells: list[str]) -> None:
        """Take a row in as an item; without a name it is a fault."""
        layout = self.layout
        if not _DITTO.isdisjoint(cells):
            cells = self._without_ditto(cells)
        record: dict[str, Any] = {"sheet": self.at, "row": row}
        department = layout.department
        if department is not None and cells[department] != self.department_cell:
            self._enter_cell(cells[department])
        self.cells.fill(record, row, cells, self.carried)
        if department is not None and not cells[department]:
            self._look_beside(row, cells)
        if layout.ticks:
            self._zones(record, row, cells, required=True)
        if layout.values:
            self._values(record, row, cells)
        listed = cells[layout.name]
        seq = cells[layout.seq] if layout.seq is not None else ""
        # As nearly all are; such a number is below no other of its kind.
        plain = "seq" in record and not isinstance(self.last_number, Number)
        number = None if plain else self._number(row, cells)
        if layout.sub is None:
            # Nearly all names are neither numbered nor strange.
            name = listed
            if listed[:1] in FIRST or not EVEN.fullmatch(listed):
                name = self._clean(self.numbers, row, listed, layout.name)
            if number and self.last_main is not None and is_below(number, self._above()):
                record["parent"] = self.last_main
                record.pop("seq", None)
        else:
            name, listed = self._main_and_sub(row, cells, record)
        if not name or _NO_NAME.fullmatch(name):
            if not loss(listed):
                words = _("the item has no name"), _("Fill it in.")
                if name:
                    what = _("“{text}” is a number, and no name").format(text=name)
                    words = what, _("Write the name; or say which column gives it, with --map.")
                self.listing.faults.append(Fault(self.at, row, layout.name, *words))
            return
        record["name"], record["listed_name"] = name, listed
        self.last_record, self.last_row, self.last_cells = record, row, cells
        self.last_cell = cells[layout.name]
        self.last_item = self.cells.add(record)
        if "parent" not in record:
            self.last_main, self.last_main_name = self.last_item, name
            self.last_number = seq if plain else number
        elif record["parent"] in self.implied:
            self.implied[record["parent"]].append(self.last_item)

    def _zones(self, record: dict[str, Any], row: int, cells: list[str], *, required: bool) -> None:
        """The zones of a row whose columns are headed by zones."""
        found = ticked_zones(self.layout.ticks, cells, self.known.modes)
        for into, said in (
            (self.listing.faults, found.faults),
            (self.listing.cautions, found.cautions),
        ):
            into += [Fault(self.at, row, column, *words) for column, words in said]
        if found.zones:
            record["zones"] = "、".join(found.zones)
        elif required and not found.faults and "zones" not in record:
            what = _("no zone is ticked")
            remedy = _("Tick the zones that it goes to, or take the row out.")
            self.listing.faults.append(
                Fault(self.at, row, self.layout.ticks[0].column, what, remedy)
            )
        for field, value in found.says.items():
            record.setdefault(field, value)

    def _values(self, record: dict[str, Any], row: int, cells: list[str]) -> None:
        """What a row says in the columns that are headed by values."""
        found = said_by_signs(self.layout.values, cells)
        for field, value in found.says.items():
            put(record, field, value)
        self.listing.faults += [
            Fault(self.at, row, column, *words) for column, words in found.faults
        ]

    def _clean(
        self, numbers: Mapping[tuple[int, int], Any], row: int, listed: str, column: int
    ) -> str:
        """A name without its list's number; what is lost of it, or strange, is told."""
        numbered = listed[:1] in FIRST and may_be_numbered(listed)
        if not numbered and EVEN.fullmatch(listed):
            return listed
        if lost := loss(listed):
            self.listing.faults.append(Fault(self.at, row, column, *lost))
            return ""
        even = spaced(listed)
        prefix = numbers.get((self.at, row)) if numbered else None
        kept = prefix_of(even) if numbered and prefix is None else None
        if kept and not kept.goes_on:
            what = _("the name begins with a number that is not the list's own, and keeps it")
            remedy = _("Correct the cell if it is no part of the name.")
            self.listing.cautions.append(Fault(self.at, row, column, what, remedy))
        if strange := doubts(restored(listed)):
            self.listing.cautions.append(Fault(self.at, row, column, *strange))
        name, marks = marks_off(clean_name(listed, prefix.end if prefix else 0))
        if marks:
            what = _("“{marks}” beside the name is a mark, and no part of it").format(marks=marks)
            remedy = _("See in the list's notes what it means; what matters belongs in a remark.")
            self.listing.cautions.append(Fault(self.at, row, column, what, remedy))
        return name

    def _without_ditto(self, cells: list[str]) -> list[str]:
        """The cells, with what the row above says where they only say: as above."""
        above = self.last_cells or [""] * len(cells)
        return [
            above[i] if cell in _DITTO and i != self.layout.name and i < len(above) else cell
            for i, cell in enumerate(cells)
        ]

    def _look_beside(self, row: int, cells: list[str]) -> None:
        """Tell of a department that stands in another column, where its own is empty: the row may
        have slipped, and the department of the row above is not its own."""
        for column in self.layout.header.columns:
            text = cells[column.index]
            other = column.field not in (None, "department", "zones") and column.second is None
            if other and text and clean(text) in self.known.departments:
                what = _("“{name}” is a department, and stands in another column").format(
                    name=clean(text)
                )
                remedy = _("Look whether the row has slipped, and put it where it belongs.")
                self.listing.faults.append(Fault(self.at, row, column.index, what, remedy))

    def _enter_cell(self, text: str) -> None:
        """A cell names the department of this row, and of those below whose cell is empty; one that
        says that there is none ends what a cell above said."""
        if self.department_cell and is_nothing(clean(text)) and text:
            self.carried.pop("department", None)
            if "department" in self.of_all:
                self.carried["department"] = self.of_all["department"]
        self.department_cell = text
        self.enter(names_text(text))

    def enter(self, department: str) -> None:
        """From here on rows are this department's, until a cell or a heading names another."""
        if not is_nothing(department):
            self.carried["department"] = department

    def _above(self) -> Number | None:
        """The number of the last main item."""
        if isinstance(self.last_number, str):
            self.last_number = number_alone(clean(self.last_number))
        return self.last_number

    def _number(self, row: int, cells: list[str]) -> Number | None:
        """The number of a row: of its own column, or in front of its name."""
        if self.layout.seq is not None and (seq := cells[self.layout.seq]):
            if number := number_of_date(clean(seq)):
                level = "-".join(map(str, number.parts))
                what = _("“{value}” is a date, and was read as the number {number}").format(
                    value=clean(seq), number=level
                )
                remedy = _("Format the column as text, and write the number anew.")
                self.listing.cautions.append(Fault(self.at, row, self.layout.seq, what, remedy))
                return number
            return number_alone(clean(seq))
        prefix = self.numbers.get((self.at, row))
        return prefix.number if prefix else None

    def _main_and_sub(self, row: int, cells: list[str], record: dict[str, Any]) -> tuple[str, str]:
        """The item's name where a list gives main item and sub-item in two columns."""
        assert self.layout.sub is not None
        main = self._clean(self.numbers, row, cells[self.layout.name], self.layout.name)
        sub = self._clean(self.sub_numbers, row, cells[self.layout.sub], self.layout.sub)
        main, sub = ("" if is_nothing(text) else text for text in (main, sub))
        if not sub:
            return main, cells[self.layout.name]
        # Below a main item, an empty cell without a number of its own means the same again.
        unnumbered = (
            self.layout.seq is None or not cells[self.layout.seq] or row in self.layout.covered_seq
        )
        if not cells[self.layout.name] and unnumbered and self.last_main_name:
            main = self.last_main_name
        if not main or main == sub:
            return sub, cells[self.layout.sub]
        key = (record.get("department", ""), match_key(main))
        parent = None
        if self.last_main is not None and self.last_main_name == main:
            parent = self.last_main  # whatever department the sub-item is of
        if parent is None:
            parent = self.mains.get(key)
        if parent is None:
            implied = record | {
                "name": main,
                "listed_name": cells[self.layout.name],
                "implied": True,
            }
            for code in ("basic_code", "implementation_code", "basis", "remark"):
                implied.pop(code, None)
            parent = self.cells.add(implied)
            self.implied[parent] = []
        self.mains[key] = parent
        self.last_main, self.last_main_name = parent, main
        record["parent"] = parent
        record.pop("seq", None)
        return sub, cells[self.layout.sub]
