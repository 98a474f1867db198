"""What lists of offices look like: sixty shapes, and what a list says of an item."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import NamedTuple


class Said(NamedTuple):
    """What a list says of an item; departments by their short names, zones by id."""

    name: str
    power_type: str
    departments: frozenset[str]
    zones: frozenset[str]
    mode: str
    parent: str | None


@dataclass(frozen=True)
class Shape:
    """What a list looks like.

    `departments`, `types`, `modes`: in a column, in a column whose equal cells are merged, or in
    headings above the rows; no modes: the annex has but one. `zones`: none, names in a cell, or
    columns with ticks below one header row or two. `numbers`: of a column of numbers, or before
    the names. `parts`: sub-items in a column of their own, or by the numbers of rows. `duties`:
    each item has several rows of 责任事项, its other cells merged over them.
    """

    departments: str = "column"
    types: str = "column"
    modes: str = ""
    zones: str = ""
    numbers: str = "column 1"
    parts: str = ""
    duties: bool = False
    levels: bool = False
    title: bool = False
    total: bool = False
    note: bool = False
    again: str = ""
    counts: bool = False
    where: str = "first"

    @property
    def flat(self) -> bool:
        """Whether records with named fields say as much."""
        around = self.title or self.again or self.levels or self.zones == "ticks 2" or self.duties
        return not (around or "headings" in (self.departments, self.types, self.modes))

    @property
    def open_without_merging(self) -> bool:
        """Whether it is open what empty cells mean where merged cells can't be told: as in CSV."""
        return self.duties or "merged" in (self.types, self.modes)


def draw_shape(random: Random) -> Shape:
    """A shape, of features that go together."""
    pick = random.choice
    modes = pick(["", "column", "merged", "headings"])
    parts = pick(["", "", "column", "1.1", "（1）", "1-1"])
    departments = pick(["column", "merged"] + ["headings"] * (modes != "headings"))
    types = pick(["column", "column", "merged", "headings"])
    numbers = pick(["column 1", "column 1", "column 一", "column （1）", "none"])
    if parts in ("1.1", "（1）", "1-1"):
        numbers = "column 1"
    elif not parts and pick([True, False]):
        numbers = pick(["1.", "1、", "一、", "（一）", "（1）", "①", "1．"])
    if "一" in numbers and "headings" in (departments, types, modes):
        numbers = numbers.replace("（一）", "1.").replace("一、", "1.").replace("一", "1")
    duties = not parts and not numbers.startswith("none") and random.random() < 0.3
    return Shape(
        departments=departments,
        types=types,
        modes=modes,
        zones=pick(["", "cell", "ticks 1", "ticks 2"]) if modes else "",
        numbers=numbers,
        parts=parts,
        duties=duties,
        levels=random.random() < 0.3 and parts != "column",
        title=random.random() < 0.6,
        total=random.random() < 0.4,
        note=random.random() < 0.4,
        again=pick(["", "", "same", "spaced"]),
        counts=pick([True, False]),
        where=pick(["first", "name", "merged", "number"]),
    )


def draw_shapes(count: int, seed: int = 11) -> list[Shape]:
    """Shapes, no two of them alike, the same every time."""
    random = Random(seed)
    found: dict[Shape, None] = {}
    while len(found) < count:
        found[draw_shape(random)] = None
    return list(found)


SHAPES = draw_shapes(60)
