"""What findings need to know of items, bodies, duties and days, read once an audit."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from registry.audit.finding import Text
from registry.model.vocabulary import Provenance
from registry.store.provenance import LEDGER_TABLES


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """An item's name, mode, provenance, and the ids of its departments, the lead first."""

    name: str
    mode: str
    provenance: Provenance
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyLabel:
    """A duty's name and the kinds of body that owe it."""

    name: Text
    owed_by: tuple[str, ...]


class Labels:
    """Look-ups for one connection."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.zones: dict[str, str] = dict(
            conn.execute("SELECT id, short_name FROM zone ORDER BY no").fetchall()
        )
        self.departments: dict[str, str] = dict(
            conn.execute("SELECT id, short_name FROM department ORDER BY no").fetchall()
        )
        self.duties = {
            (instrument, duty): DutyLabel(Text(zh, en), tuple(owed_by.split(";")))
            for instrument, duty, zh, en, owed_by in conn.execute(
                "SELECT ins.id, du.id, du.name_zh, du.name_en, du.owed_by"
                " FROM duty AS du JOIN instrument AS ins ON ins.no = du.instrument"
            )
        }
        self.items = self._read_items(conn)
        self.ledger_demonstrates = any(
            conn.execute(
                f"SELECT 1 FROM {table} WHERE provenance = 'demonstration' LIMIT 1"
            ).fetchone()
            for table in LEDGER_TABLES
        )
        self._ordinal = lru_cache(maxsize=None)(self._read_ordinal)
        self._conn = conn

    @staticmethod
    def _read_items(conn: sqlite3.Connection) -> dict[tuple[str, str], ItemLabel]:
        departments: dict[int, list[str]] = {}
        for item, department in conn.execute(
            "SELECT x.item, dep.id FROM item_department AS x"
            " JOIN department AS dep ON dep.no = x.department"
            " ORDER BY x.item, CASE x.role WHEN '行业主管' THEN 1 WHEN '审批实施' THEN 2 ELSE 3 END"
        ):
            departments.setdefault(item, []).append(department)
        return {
            (instrument, item): ItemLabel(name, mode, provenance, tuple(departments.get(no, ())))
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

    def body(self, body: str) -> str | None:
        """Short name of a zone or department; None for the reform office."""
        return self.zones.get(body) or self.departments.get(body)


@lru_cache(maxsize=4096)
def days_between(start: str, end: str) -> int:
    """Calendar days from `start` to `end`."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days
