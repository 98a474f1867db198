"""Names, departments and working days by which the rows of rules become findings.

Read once an audit.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from registry.model.vocabulary import Body, Provenance
from registry.store.bodies import kinds_that_owe
from registry.store.provenance import LEDGER_TABLES

_OF_LEDGER: Final = {
    "agreement": "JOIN agreement AS of ON of.no = x.no",
    "deliverable": "JOIN duty AS of ON of.no = x.duty",
    "guidance_request": "JOIN guidance_request AS of ON of.no = x.no",
    "service_reduction": "JOIN item AS of ON of.no = x.item",
}
"""Table of the ledger, as `x` → the join to what names its instrument, as `of`."""


@dataclass(frozen=True, slots=True)
class ItemInfo:
    """An item's name, mode, provenance, and the ids of its departments, the lead first."""

    name: str
    mode: str
    provenance: Provenance
    departments: tuple[str, ...]


class Lookups:
    """What findings look up, of one file.

    `zones` and `departments`: id → short name; `successors`: id of a department that is gone → who
    answers for it; `owed_by`: (instrument, duty) → the kinds of body that owe it; `items`:
    (instrument, item) → what is known of it; `demonstrating`: the instruments of whose ledger any
    row is a demonstration.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.zones: dict[str, str] = dict(
            conn.execute("SELECT id, short_name FROM zones ORDER BY zone_no").fetchall()
        )
        self.departments: dict[str, str] = dict(
            conn.execute("SELECT id, short_name FROM departments ORDER BY department_no").fetchall()
        )
        self.successors: dict[str, str] = dict(
            conn.execute(
                "SELECT department, min(current) FROM department_successions"
                " WHERE current <> department GROUP BY department"
            ).fetchall()
        )
        kinds = kinds_that_owe(conn)
        self.owed_by: dict[tuple[str, str], tuple[Body, ...]] = {
            (instrument, duty): kinds[no]
            for instrument, duty, no in conn.execute(
                "SELECT ins.id, du.id, du.no"
                " FROM duty AS du JOIN instrument AS ins ON ins.no = du.instrument"
            )
        }
        self.items = self._read_items(conn)
        self.demonstrating: frozenset[str] = frozenset(
            instrument
            for (instrument,) in conn.execute(
                "SELECT ins.id FROM instrument AS ins WHERE "
                + " OR ".join(
                    f"EXISTS (SELECT 1 FROM {table} AS x {_OF_LEDGER[table]}"
                    " WHERE x.provenance = 'demonstration' AND x.voided_on IS NULL"
                    " AND of.instrument = ins.no)"
                    for table in LEDGER_TABLES
                )
            )
        )
        self._ordinal = lru_cache(maxsize=None)(self._read_ordinal)
        self._conn = conn

    @staticmethod
    def _read_items(conn: sqlite3.Connection) -> dict[tuple[str, str], ItemInfo]:
        departments: dict[int, list[str]] = {}
        for item, department in conn.execute(
            "SELECT item_no, department FROM item_departments ORDER BY item_no, rank, department_no"
        ):
            departments.setdefault(item, []).append(department)
        return {
            (instrument, item): ItemInfo(name, mode, provenance, tuple(departments.get(no, ())))
            for instrument, item, no, name, mode, provenance in conn.execute(
                "SELECT ins.id, i.id, i.no, i.name, i.mode, i.provenance"
                " FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument"
            )
        }

    def _read_ordinal(self, day: str) -> int | None:
        row = self._conn.execute("SELECT ordinal FROM workday WHERE date = ?", (day,)).fetchone()
        return row[0] if row else None

    def working_days(self, start: str, end: str) -> int | None:
        """Working days after `start` up to and including `end`; None where not covered."""
        first, last = self._ordinal(start), self._ordinal(end)
        return None if first is None or last is None else last - first


@lru_cache(maxsize=4096)
def days_between(start: str, end: str) -> int:
    """Calendar days from `start` to `end`."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days
