"""How far obligations have got: completion rates by zone, department and duty (进度).

An obligation is applicable unless what it is counted from has not happened. Completion rate =
met ÷ applicable; on-time rate = met by the due date ÷ applicable, so that the difference between
the two is what came late. An obligation that a department and a zone owe together counts for both,
one of an item with several departments for each of them; the overall tally counts each once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from registry.audit.finding import Text
from registry.store.provenance import provenance_counts
from registry.store.views import shadow

_COUNTS: Final = (
    "count(*), sum(s.status = 'ok'), sum(s.status = 'ok' AND s.late = 0),"
    " sum(s.status = 'pending'), sum(s.status = 'alarm'), sum(s.status = 'manual')"
)
_OWED_BY: Final = "';' || s.owed_by || ';' LIKE '%;{kind};%'"
_APPLICABLE: Final = "s.status <> 'skip'"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many applicable obligations stand how. `unknown`: their due date can't be worked out."""

    applicable: int
    met: int
    on_time: int
    pending: int
    overdue: int
    unknown: int

    @property
    def rate(self) -> float | None:
        """The completion rate, 0 to 1; None where nothing is owed."""
        return self.met / self.applicable if self.applicable else None

    @property
    def on_time_rate(self) -> float | None:
        """The share that was met by its due date, 0 to 1; None where nothing is owed."""
        return self.on_time / self.applicable if self.applicable else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A body or duty with its place; those with equal rates share a place."""

    place: int
    id: str
    name: Text
    tally: Tally


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of all obligations. `unowned`: obligations of departments not yet named."""

    as_of: str
    instruments: tuple[str, ...]
    overall: Tally
    zones: list[Standing]
    departments: list[Standing]
    duties: list[Standing]
    shared: int
    unowned: int
    demonstrates: bool
    reconstructs: bool

    @property
    def groups(self) -> tuple[tuple[str, list[Standing]], ...]:
        """The three rankings, by the word for what is ranked."""
        return (("zone", self.zones), ("department", self.departments), ("duty", self.duties))


def progress(conn: sqlite3.Connection, as_of: str) -> Progress:
    """The progress as of a day. Reads one state of the file and writes nothing to it."""
    conn.execute("PRAGMA temp_store = MEMORY")
    conn.execute("BEGIN")
    try:
        shadow(conn, as_of, materialise=True)
        return _read(conn, as_of)
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")  # of temporary objects only


def _read(conn: sqlite3.Connection, as_of: str) -> Progress:
    zone, department = _OWED_BY.format(kind="zone"), _OWED_BY.format(kind="department")
    (overall,) = conn.execute(
        f"SELECT {_COUNTS} FROM obligation_status AS s WHERE {_APPLICABLE}"
    ).fetchall()
    (shared,) = conn.execute(
        "SELECT count(*) FROM obligation_status AS s"
        f" WHERE {_APPLICABLE} AND {zone} AND {department}"
    ).fetchone()
    (unowned,) = conn.execute(
        f"SELECT count(*) FROM obligation_status AS s WHERE {_APPLICABLE} AND {department}"
        " AND NOT EXISTS (SELECT 1 FROM item_department AS x WHERE x.item = s.item_no)"
    ).fetchone()
    zones = conn.execute(
        f"SELECT z.id, z.short_name, z.short_name, {_COUNTS}"
        " FROM obligation_status AS s JOIN zone AS z ON z.no = s.zone_no"
        f" WHERE {_APPLICABLE} AND {zone} GROUP BY z.no ORDER BY z.no"
    )
    departments = conn.execute(
        f"SELECT dep.id, dep.short_name, dep.short_name, {_COUNTS}"
        " FROM obligation_status AS s"
        " JOIN (SELECT DISTINCT item, department FROM item_department) AS x ON x.item = s.item_no"
        " JOIN department AS dep ON dep.no = x.department"
        f" WHERE {_APPLICABLE} AND {department} GROUP BY dep.no ORDER BY dep.no"
    )
    duties = conn.execute(
        f"SELECT min(du.id), du.name_zh, du.name_en, {_COUNTS}"
        " FROM obligation_status AS s"
        " JOIN instrument AS ins ON ins.id = s.instrument"
        " JOIN duty AS du ON du.instrument = ins.no AND du.id = s.duty"
        f" WHERE {_APPLICABLE} GROUP BY du.name_zh, du.name_en ORDER BY min(du.no)"
    )
    instruments = conn.execute("SELECT number FROM instrument ORDER BY no").fetchall()
    provenances = provenance_counts(conn).values()
    return Progress(
        as_of,
        tuple(number for (number,) in instruments),
        _tally(overall),
        _ranked(zones),
        _ranked(departments),
        _ranked(duties),
        shared,
        unowned,
        demonstrates=any(counts.get("demonstration") for counts in provenances),
        reconstructs=any(counts.get("reconstruction") for counts in provenances),
    )


def _tally(counts: Iterable[int | None]) -> Tally:
    return Tally(*(n or 0 for n in counts))


def _ranked(rows: Iterable[tuple[Any, ...]]) -> list[Standing]:
    """Best first, by completion rate, then on-time rate; what is equal keeps its order."""
    unranked = [(id_, Text(zh, en), _tally(counts)) for id_, zh, en, *counts in rows]
    unranked.sort(key=lambda row: _key(row[2]), reverse=True)
    standings: list[Standing] = []
    for id_, name, tally in unranked:
        last = standings[-1] if standings else None
        tied = last is not None and _key(last.tally) == _key(tally)
        place = last.place if last is not None and tied else len(standings) + 1
        standings.append(Standing(place, id_, name, tally))
    return standings


def _key(tally: Tally) -> tuple[float, float]:
    return tally.rate or 0.0, tally.on_time_rate or 0.0
