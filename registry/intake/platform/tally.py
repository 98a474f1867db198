"""What became of every row of the platform's files, and what was not understood in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from registry.intake.grid import Flaw
from registry.intake.platform.places import MAX_PLACES, Place
from registry.intake.platform.tables import Table

NoteKind = Literal[
    "not_understood",
    "item_doubtful",
    "item_unknown",
    "body_unknown",
    "number_not_kept",
    "login_not_kept",
    "window_not_kept",
    "role_unknown",
    "act_unknown",
    "digits_lost",
    "no_result",
]
RefusalKind = Literal[
    "nothing_understood", "no_such_case", "no_number", "no_day", "no_window", "footer"
]


_OF_FLAW: Final[dict[Flaw, NoteKind]] = {"digits": "digits_lost", "formula": "no_result"}


@dataclass
class Note:
    """How often something was found, and the first places of it. `column`: that it stands in."""

    count: int = 0
    places: list[Place] = field(default_factory=list)

    def add(self, place: Place) -> None:
        """Count one more; beyond MAX_PLACES without its place."""
        self.count += 1
        if len(self.places) < MAX_PLACES:
            self.places.append(place)


@dataclass
class Tally:
    """Every row that was read is in one of the counts.

    `new` and `superseding` rows are kept; `repeated` have the number and content of an earlier row
    of the same files, `contradicting` the number alone; `unchanged` are in the registry already;
    `empty` hold no text; `hidden` are not seen by who opens the file, and were not read; `refused`
    and `hidden` are told with their places.
    """

    read: int = 0
    new: int = 0
    superseding: int = 0
    repeated: Note = field(default_factory=Note)
    contradicting: Note = field(default_factory=Note)
    unchanged: int = 0
    empty: int = 0
    hidden: Note = field(default_factory=Note)
    refused: dict[RefusalKind, Note] = field(default_factory=dict)
    notes: dict[tuple[NoteKind, str | None], Note] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """Rows that are stored."""
        return self.new + self.superseding

    @property
    def accounted(self) -> int:
        """The sum of all counts, which is `read`."""
        refused = sum(note.count for note in self.refused.values())
        twice = self.repeated.count + self.contradicting.count
        return self.kept + twice + self.unchanged + self.empty + self.hidden.count + refused

    def begin(self, table: Table) -> None:
        """Count a table's hidden rows, and tell the cells in it that are without their value."""
        for row in table.hidden_rows():
            self.read += 1
            self.hidden.add(table.place(row))
        for row, name, flaw in table.flaws():
            self.note(_OF_FLAW[flaw], table.place(row, name))

    def refuse(self, why: RefusalKind, place: Place) -> None:
        """Count a row that is not kept."""
        self.refused.setdefault(why, Note()).add(place)

    def note(self, what: NoteKind, place: Place) -> None:
        """Count something that was not understood in a row, by the column that it stands in."""
        self.notes.setdefault((what, place.column), Note()).add(place)

    def noted(self, what: NoteKind) -> int:
        """How often it was found, in whatever column."""
        return sum(note.count for (kind, _column), note in self.notes.items() if kind == what)


MARK: Final = "#"
"""Begins what stands for a number that is not kept."""
