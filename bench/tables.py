"""The tables that an audit reads, as plain Python: one SELECT a table, no joins, no views."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from typing import Any, Final

TABLES: Final = {
    "instrument": "issued_on",
    "zone": "id",
    "department": "id",
    "duty": "amount",
    "duty_mode": "duty",
    "workday": "ordinal",
    "item": "name_key",
    "item_department": "department",
    "delegation": "zone",
    "agreement": "signed_on",
    "agreement_item": "agreement",
    "proof": "deliverable",
}
"""Every table that the rules of duties read, with a column to sum when it is scanned."""


class Record:
    """A row whose columns are attributes."""

    def __init__(self, names: list[str], values: tuple[Any, ...]) -> None:
        self.__dict__.update(zip(names, values, strict=True))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


class Tables:
    """Everything in memory. The three long tables are kept as numbers and dates only."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self.instruments = self._by_no("instrument")
        self.zones = self._by_no("zone")
        self.items = self._by_no("item")
        self.duties = self._by_no("duty")
        self.agreements = self._by_no("agreement")
        self.duty_modes: dict[int, set[str]] = defaultdict(set)
        for row in self._all("duty_mode"):
            self.duty_modes[row.duty].add(row.mode)
        self.covering: dict[int, list[int]] = defaultdict(list)
        for item, agreement in conn.execute("SELECT item, agreement FROM agreement_item"):
            self.covering[item].append(agreement)
        self.responsible: dict[int, list[int]] = defaultdict(list)
        for item, department in conn.execute("SELECT item, department FROM item_department"):
            self.responsible[item].append(department)
        self.delegations: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for no, item, zone in conn.execute("SELECT no, item, zone FROM delegation"):
            self.delegations[item].append((no, zone))
        self.workdays = self._all("workday")
        self._by_ordinal = {w.ordinal: w for w in self.workdays if w.is_workday}
        self._by_date = {w.date: w for w in self.workdays}

    def _all(self, table: str) -> list[Record]:
        cursor = self._conn.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        return [Record(names, row) for row in cursor]

    def _by_no(self, table: str) -> dict[int, Record]:
        return {row.no: row for row in self._all(table)}

    def proofs(self, as_of: str) -> dict[int, dict[int, str]]:
        """Duty → delegation → the earliest day by `as_of` on which it was proved."""
        earliest: dict[int, dict[int, str]] = {}
        for duty in self.duties:
            days: dict[int, str] = {}
            for delegation, done_on in self._conn.execute(
                "SELECT delegation, done_on FROM proof WHERE duty = ?", (duty,)
            ):
                if done_on <= as_of and done_on < days.get(delegation, "9"):
                    days[delegation] = done_on
            earliest[duty] = days
        return earliest

    def signatures(self, as_of: str) -> dict[int, str]:
        """Delegation → the earliest day by `as_of` on which the right parties signed for it."""
        signed: dict[int, str] = {}
        for item, agreements in self.covering.items():
            of_zone: dict[int, str] = {}
            for no in agreements:
                agreement = self.agreements[no]
                if agreement.department in self.responsible[item] and agreement.signed_on <= as_of:
                    day = min(agreement.signed_on, of_zone.get(agreement.zone, "9"))
                    of_zone[agreement.zone] = day
            for delegation, zone in self.delegations[item]:
                if zone in of_zone:
                    signed[delegation] = of_zone[zone]
        return signed

    def deadline(self, duty: Record) -> Record | None:
        """The day on which a duty counted from issue falls due, if it is covered."""
        start = self._by_date.get(self.instruments[duty.instrument].issued_on)
        if start is None:
            return None
        if duty.unit == "working":
            return self._by_ordinal.get(start.ordinal + duty.amount)
        number = start.day_number + duty.amount
        after = (w for w in self.workdays if w.is_workday and w.day_number >= number)
        return min(after, key=lambda w: w.day_number, default=None)


def days_after(start: str, end: str) -> int:
    """Calendar days from `start` to `end`."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days
