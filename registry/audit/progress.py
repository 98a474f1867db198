"""Completion rates of obligations by zone, department and duty (进度).

An obligation is applicable unless what it is counted from has not happened. Completion rate =
met ÷ applicable; on-time rate = met by the due date ÷ applicable, so that the difference between
the two is what came late. An obligation that a department and a zone owe together counts for both,
one of an item with several departments for each of them; the overall counts count each once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from typing import Any, Final

from registry.audit.finding import Text
from registry.store.provenance import provenance_counts
from registry.store.views import create_shadow_views

COUNT_COLUMNS: Final = {
    "applicable": "count(*)",
    "met": "sum(s.status = 'ok')",
    "on_time": "sum(s.met_on <= s.due_on)",
    "pending": "sum(s.status = 'pending')",
    "overdue": "sum(s.status = 'alarm')",
    "unknown": "sum(s.status = 'manual')",
}
"""The fields of ObligationCounts, of rows of obligation_state, as `s`."""
_COUNTS: Final = ", ".join(COUNT_COLUMNS.values())
OWED_BY_KIND: Final = (
    "EXISTS (SELECT 1 FROM duty_owed_by AS o WHERE o.duty = s.duty_no AND o.kind = '{kind}')"
)
APPLICABLE: Final = "s.status <> 'skip'"
_CHOSEN: Final = (
    f"{APPLICABLE} AND (:instrument IS NULL OR EXISTS (SELECT 1 FROM duty AS of"
    " JOIN instrument AS ins ON ins.no = of.instrument"
    " WHERE of.no = s.duty_no AND ins.id = :instrument))"
)
_DELEGATED: Final = (
    "s.item_no IN (SELECT i.no FROM item AS i JOIN annex AS ax ON ax.instrument = i.instrument"
    " AND ax.annex = i.annex WHERE ax.role = 'delegated')"
)


@dataclass(frozen=True, slots=True)
class ObligationCounts:
    """Applicable obligations, by status. `unknown`: their due date can't be worked out."""

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
class RankedEntry:
    """A body or duty, its rank and its obligations; those with equal rates share a rank."""

    rank: int
    id: str
    name: Text
    counts: ObligationCounts


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of all obligations. `unowned`: obligations of departments not yet named.

    `delegated`: those of items that are delegated, whose rate counts; None where all are.
    A list alone settles thousands of the others. `by_instrument` is empty where there is one
    instrument alone.
    """

    as_of: str
    instruments: tuple[str, ...]
    overall: ObligationCounts
    zones: list[RankedEntry]
    departments: list[RankedEntry]
    duties: list[RankedEntry]
    shared: int
    unowned: int
    demonstrates: bool
    reconstructs: bool
    by_instrument: list[RankedEntry] = field(default_factory=list)
    delegated: ObligationCounts | None = None

    @property
    def others(self) -> ObligationCounts:
        """What is owed for items that are not delegated."""
        if self.delegated is None:
            return ObligationCounts(*[0] * len(astuple(self.overall)))
        pairs = zip(astuple(self.overall), astuple(self.delegated), strict=True)
        return ObligationCounts(*(whole - part for whole, part in pairs))

    @property
    def groups(self) -> tuple[tuple[str, list[RankedEntry]], ...]:
        """The rankings, by the word for what is ranked; that of instruments where there is one."""
        several = (("instrument", self.by_instrument),) if self.by_instrument else ()
        return (
            *several,
            *(("zone", self.zones), ("department", self.departments), ("duty", self.duties)),
        )


def progress(conn: sqlite3.Connection, as_of: str, instrument: str | None = None) -> Progress:
    """The progress as of a day; with `instrument`, an id, of what that one asks for.

    Reads one state of the file and writes nothing to it.
    """
    conn.execute("PRAGMA temp_store = MEMORY")
    conn.execute("BEGIN")
    try:
        create_shadow_views(conn, as_of, materialise=True)
        return _read(conn, as_of, instrument)
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")  # of temporary objects only


def _read(conn: sqlite3.Connection, as_of: str, instrument: str | None) -> Progress:
    chosen = {"instrument": instrument}
    zone, department = OWED_BY_KIND.format(kind="zone"), OWED_BY_KIND.format(kind="department")
    (overall,) = conn.execute(
        f"SELECT {_COUNTS} FROM obligation_state AS s WHERE {_CHOSEN}", chosen
    ).fetchall()
    (delegated,) = conn.execute(
        f"SELECT {_COUNTS} FROM obligation_state AS s WHERE {_CHOSEN} AND {_DELEGATED}", chosen
    ).fetchall()
    (shared,) = conn.execute(
        f"SELECT count(*) FROM obligation_state AS s WHERE {_CHOSEN} AND {zone} AND {department}",
        chosen,
    ).fetchone()
    (unowned,) = conn.execute(
        f"SELECT count(*) FROM obligation_state AS s WHERE {_CHOSEN} AND {department}"
        " AND NOT EXISTS (SELECT 1 FROM item_department AS x WHERE x.item = s.item_no)",
        chosen,
    ).fetchone()
    zones = conn.execute(
        f"SELECT z.id, z.short_name, z.short_name, {_COUNTS}"
        " FROM obligation_state AS s JOIN zone AS z ON z.no = s.zone_no"
        f" WHERE {_CHOSEN} AND {zone} GROUP BY z.no ORDER BY z.no",
        chosen,
    )
    departments = conn.execute(
        f"SELECT x.department, x.department_name, x.department_name, {_COUNTS}"
        " FROM obligation_state AS s JOIN item_departments AS x ON x.item_no = s.item_no"
        f" WHERE {_CHOSEN} AND {department}"
        " GROUP BY x.department_no ORDER BY x.department_no",
        chosen,
    )
    duties = conn.execute(
        f"SELECT min(du.id), du.name_zh, du.name_en, {_COUNTS}"
        " FROM obligation_state AS s JOIN duty AS du ON du.no = s.duty_no"
        f" WHERE {_CHOSEN} GROUP BY du.name_zh, du.name_en ORDER BY min(du.no)",
        chosen,
    )
    by_instrument = conn.execute(
        f"SELECT ins.id, ins.number, ins.number, {_COUNTS} FROM obligation_state AS s"
        " JOIN duty AS du ON du.no = s.duty_no JOIN instrument AS ins ON ins.no = du.instrument"
        f" WHERE {_CHOSEN} AND (SELECT count(*) FROM instrument) > 1 AND :instrument IS NULL"
        " GROUP BY ins.no, ins.id, ins.number ORDER BY ins.no",
        chosen,
    )
    instruments = conn.execute(
        "SELECT number FROM instrument WHERE id = coalesce(:instrument, id) ORDER BY no", chosen
    ).fetchall()
    provenances = provenance_counts(conn).values()
    return Progress(
        as_of,
        tuple(number for (number,) in instruments),
        _counts(overall),
        _ranked(zones),
        _ranked(departments),
        _ranked(duties),
        shared,
        unowned,
        demonstrates=any(counts.get("demonstration") for counts in provenances),
        reconstructs=any(counts.get("reconstruction") for counts in provenances),
        by_instrument=_ranked(by_instrument),
        delegated=None if delegated[0] in (0, overall[0]) else _counts(delegated),
    )


def _counts(numbers: Iterable[int | None]) -> ObligationCounts:
    return ObligationCounts(*(n or 0 for n in numbers))


def _ranked(rows: Iterable[tuple[Any, ...]]) -> list[RankedEntry]:
    """Best first, by completion rate, then on-time rate; what is equal keeps its order."""
    unranked = [(id_, Text(zh, en), _counts(numbers)) for id_, zh, en, *numbers in rows]
    unranked.sort(key=lambda row: _key(row[2]), reverse=True)
    ranked: list[RankedEntry] = []
    for id_, name, counts in unranked:
        last = ranked[-1] if ranked else None
        tied = last is not None and _key(last.counts) == _key(counts)
        rank = last.rank if last is not None and tied else len(ranked) + 1
        ranked.append(RankedEntry(rank, id_, name, counts))
    return ranked


def _key(counts: ObligationCounts) -> tuple[float, float]:
    return counts.rate or 0.0, counts.on_time_rate or 0.0
