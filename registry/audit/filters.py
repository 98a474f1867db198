"""What an audit is narrowed to: an instrument, a zone, a department."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# Papers name who signed or was asked; who took over from them answers for those.
_OF_ZONE: Final = (
    "zone IN (SELECT z.zone FROM zone_holders AS z JOIN zone AS h ON h.no = z.holder_no"
    " WHERE h.id = :zone)"
)
_OF_DEPARTMENT: Final = (
    "department IN (SELECT s.department FROM department_successions AS s"
    " WHERE s.current = :department)"
)

DEPARTMENT_ITEMS: Final = "department_item"
"""The temporary table of the items of the department that an audit is narrowed to."""


@dataclass(frozen=True)
class Filters:
    """Narrows an audit to subjects of one zone, department or instrument, or of several of them.

    What belongs to no zone (a list's total, an item as such) is not examined under a zone.
    """

    zone: str | None = None
    department: str | None = None
    instrument: str | None = None

    def __str__(self) -> str:
        filters = (
            *(("instrument", self.instrument), ("zone", self.zone)),
            ("department", self.department),
        )
        return " ".join(f"{name}={value}" for name, value in filters if value)

    def condition(self, columns: Sequence[str]) -> str:
        """The SQL condition on a rule's columns; parameters :instrument, :zone, :department."""
        terms = ["1 = 1"]
        if self.instrument:
            terms.append("instrument = :instrument")
        if self.zone:
            terms.append(_OF_ZONE if "zone" in columns else "0 = 1")
        if self.department:
            tests = []
            if "department" in columns:
                tests.append(_OF_DEPARTMENT)
            if "item" in columns:
                tests.append(
                    f"(instrument, item) IN (SELECT instrument, item FROM {DEPARTMENT_ITEMS})"
                )
            terms.append(f"({' OR '.join(tests) or '0 = 1'})")
        return " AND ".join(terms)


EVERYTHING: Final = Filters()


def list_department_items(conn: sqlite3.Connection, department: str) -> None:
    """Fill the temporary table by which `Filters.condition` knows a department's items."""
    conn.execute(f"CREATE TEMP TABLE {DEPARTMENT_ITEMS} (instrument TEXT, item TEXT)")
    conn.execute(
        f"INSERT INTO temp.{DEPARTMENT_ITEMS} SELECT ins.id, i.id FROM item_departments AS x"
        " JOIN item AS i ON i.no = x.item_no JOIN instrument AS ins ON ins.no = i.instrument"
        " WHERE x.department = ?",
        (department,),
    )
