"""What reading a list gives: its items, and an account of every row that is none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from registry.intake.grid import Sheet
from registry.intake.listing.fields import Field
from registry.intake.listing.header import Header
from registry.intake.listing.non_items import Reason
from registry.model.listing import ListedItem


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was passed over, and why. `sheet` and `row` count from 0."""

    sheet: int
    row: int
    reason: Reason
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong, or doubtful, with a row or one of its cells."""

    sheet: int
    row: int
    column: int | None
    what: str
    remedy: str


@dataclass
class Listing:
    """A list as it was understood. `headers`: one a sheet, None where it goes on from the one
    before, or was not read; `zones`: of each sheet, the columns headed by a zone, with its name;
    `values`: those headed by a value, with its field.
    `rows` counts rows with text. Every row is an item's, or is skipped, or has a fault."""

    sheets: list[Sheet]
    headers: list[Header | None] = field(default_factory=list)
    zones: dict[int, dict[int, str]] = field(default_factory=dict)
    values: dict[int, dict[int, Field]] = field(default_factory=dict)
    items: list[ListedItem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    cautions: list[Fault] = field(default_factory=list)
    rows: int = 0

    def place(self, at: ListedItem | Skipped | Fault) -> str:
        """Where it stands, as people name it: `附件1!C7`."""
        return self.sheets[at.sheet].place(at.row, _column(at))

    def place_in_words(self, at: ListedItem | Skipped | Fault) -> str:
        """The same to be read in a sentence: `附件1!row 7`."""
        return self.sheets[at.sheet].place_in_words(at.row, _column(at))

    def cell(self, item: ListedItem, field_name: str) -> int | None:
        """The column that gives a field of an item, counted from 0."""
        header = next((h for h in self.headers[item.sheet :: -1] if h), None)
        column = header.fields.get(field_name) if header else None  # type: ignore[call-overload]
        return column.index if column else None

    def main_items(self) -> list[ListedItem]:
        """Items that count: those that are not part of another."""
        return [item for item in self.items if item.parent is None]

    def reasons(self) -> dict[Reason, int]:
        """How many rows were skipped, by reason."""
        return dict(Counter(skipped.reason for skipped in self.skipped))

    def faulty_rows(self) -> set[tuple[int, int]]:
        """(sheet, row) of every row with a fault."""
        return {(fault.sheet, fault.row) for fault in self.faults}


def _column(at: ListedItem | Skipped | Fault) -> int | None:
    return at.column if isinstance(at, Fault) else None
