"""What of obligations an audit needs, by sets: which were not met in time, and how many there are.

An obligation exists for every delegation × duty, but nearly all were met in time, and of those an
audit needs the number alone. Delegations that share a period owe alike, so what is owed and what
proof covers are sets of delegations, and what is not covered is their difference: a set is an
integer with a byte for each delegation, taken and given as bytes. What an agreement proves, or what
is counted from one, concerns few delegations and is read from obligation_state.

The rows are those of the views obligation_gap and obligation_total, which say what they mean; tests
hold both ways to each other.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from registry.model.vocabulary import Status

BY_SETS: Final = "proof = 'deliverable' AND counted_from = 'issue'"
"""The condition on duties whose obligations are worked out here, all others by obligation_state."""

_CHUNK: Final = 1 << 18
"""Delegations whose numbers SQLite hands over as one text."""

_INSERT: Final = """
INSERT INTO temp.obligation_gap
SELECT ?, d.no, ?, d.item, coalesce(?, d.zone), ?, ?, ?
FROM json_each(?) AS gap JOIN delegation AS d ON d.no = gap.value
"""

_Gaps = tuple[int, Status, "int | None", "str | None", "str | None", "str | None", str]
"""duty, status, who holds the period, due_on, certainty, met_on, the delegations as JSON"""


class _Owed(NamedTuple):
    """A duty that all delegations of a period owe."""

    duty: int
    period: int
    zone: int | None
    due_on: str | None
    certainty: str | None


_Proofs = tuple[int, dict[int, str]]
"""Which delegations proved a duty in time, and the days on which others did."""


def insert_gaps(conn: sqlite3.Connection, as_of: str) -> None:
    """Add to temp.obligation_gap and temp.obligation_total what the duties of BY_SETS make.

    Reads period_duties as of the day, delegation_period, delegation and proof.
    """
    gaps = _Sets(conn, as_of)
    conn.executemany(_INSERT, gaps.found())
    conn.executemany(
        "INSERT INTO temp.obligation_total VALUES (?, NULL, NULL, ?, ?)",
        ((duty, status, n) for (duty, status), n in gaps.totals.items()),
    )


class _Sets:
    """One working-out. `totals` are whole once `found` is exhausted."""

    def __init__(self, conn: sqlite3.Connection, as_of: str) -> None:
        self._conn = conn
        self._as_of = as_of
        (last,) = conn.execute("SELECT coalesce(max(no), 0) FROM delegation").fetchone()
        self._size: int = last + 1
        self._members: dict[int, int] = {}
        self.totals: Counter[tuple[int, Status]] = Counter()

    def found(self) -> Iterator[_Gaps]:
        """What was not met in time, by duty and period."""
        owed = [
            _Owed(*row)
            for row in self._conn.execute(
                "SELECT duty_no, period_no, zone_no, due_on, certainty FROM period_duties"
                f" WHERE {BY_SETS} ORDER BY duty_no, period_no"
            )
        ]
        for _duty, periods in groupby(owed, attrgetter("duty")):
            proofs: dict[str | None, _Proofs] = {}  # by due date
            for one in periods:
                if one.due_on not in proofs:
                    proofs[one.due_on] = self._proofs(one.duty, one.due_on)
                yield from self._of_period(one, *proofs[one.due_on])

    def _of_period(self, owed: _Owed, in_time: int, late: dict[int, str]) -> Iterator[_Gaps]:
        members = self._delegations(owed.period)
        unmet: Status = (
            "manual"
            if owed.due_on is None
            else "pending"
            if self._as_of <= owed.due_on
            else "alarm"
        )
        gaps = _numbers_in(members & ~in_time, self._size)
        by_day: dict[str | None, list[int]] = {}
        for no in gaps:
            by_day.setdefault(late.get(no), []).append(no)
        missing = len(by_day.get(None, ()))
        self.totals[owed.duty, unmet] += missing
        self.totals[owed.duty, "ok"] += members.bit_count() - missing
        for met_on, delegations in by_day.items():
            status: Status = "ok" if met_on else unmet
            yield (
                *(owed.duty, status, owed.zone, owed.due_on, owed.certainty, met_on),
                json.dumps(delegations),
            )

    def _proofs(self, duty: int, due_on: str | None) -> _Proofs:
        """By the day. Where no due date is known, nothing is in time."""
        until = min(due_on or "", self._as_of)
        late = self._conn.execute(
            "SELECT delegation, min(done_on) FROM proof"
            " WHERE duty = ? AND done_on > ? AND done_on <= ? GROUP BY delegation",
            (duty, until, self._as_of),
        )
        return self._set("proof WHERE duty = ? AND done_on <= ?", (duty, until)), dict(
            late.fetchall()
        )

    def _delegations(self, period: int) -> int:
        if period not in self._members:
            self._members[period] = self._set("delegation_period WHERE period = ?", (period,))
        return self._members[period]

    def _set(self, source: str, parameters: tuple[int | str, ...]) -> int:
        """The delegations of a source's rows. A text of all numbers, that json reads, comes in half
        the time of a row for each."""
        marks = bytearray(self._size)
        for start in range(0, self._size, _CHUNK):
            (text,) = self._conn.execute(
                f"SELECT group_concat(delegation) FROM {source} AND delegation >= ?"
                " AND delegation < ?",
                (*parameters, start, start + _CHUNK),
            ).fetchone()
            for no in json.loads(f"[{text}]") if text else ():
                marks[no] = 1
        return int.from_bytes(marks, "little")


def _numbers_in(delegations: int, size: int) -> list[int]:
    """The numbers of a set's delegations, in order."""
    marks = delegations.to_bytes(size, "little")
    found = []
    no = marks.find(1)
    while no >= 0:
        found.append(no)
        no = marks.find(1, no + 1)
    return found
