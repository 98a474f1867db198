"""Stored audits over time."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class StoredRun(NamedTuple):
    """A stored audit. `filters`: what it was narrowed to, "" for all; then numbers of findings."""

    run: int
    as_of: str
    started_at: str
    filters: str
    examined: int
    alarms: int
    manual: int
    waived: int


class AlarmTrend(NamedTuple):
    """`runs`: number and day of every run of the whole registry, the oldest first;
    `alarms`: body → run → open alarms above the severity info that the body owed."""

    runs: list[tuple[int, str]]
    alarms: dict[str, dict[int, int]]


def stored_runs(conn: sqlite3.Connection) -> list[StoredRun]:
    """Every stored audit, the latest first."""
    rows = conn.execute(
        "SELECT run, as_of, started_at, filters, examined, alarms, manual,"
        " (SELECT count(*) FROM finding AS f WHERE f.run = runs.run AND f.waived) FROM runs"
    )
    return [StoredRun._make(row) for row in rows]


def alarm_trend(conn: sqlite3.Connection) -> AlarmTrend:
    """Alarms by body over the runs."""
    runs = conn.execute("SELECT no, as_of FROM run WHERE filters = '' ORDER BY no").fetchall()
    alarms: dict[str, dict[int, int]] = {}
    for body, run, number in conn.execute(
        "SELECT b.body, f.run, count(*) FROM finding AS f"
        " JOIN finding_bodies AS b ON b.run = f.run AND b.fingerprint = f.fingerprint"
        " WHERE f.status = 'alarm' AND f.severity <> 'info' AND f.waived = 0 GROUP BY 1, 2"
    ):
        alarms.setdefault(body, {})[run] = number
    return AlarmTrend(runs, alarms)
