"""Stored audits over time."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class StoredRun(NamedTuple):
    """A stored audit. `filters`: what it was narrowed to, "" for all; `rules`: how many it
    evaluated; then numbers of subjects and findings."""

    run: int
    as_of: str
    started_at: str
    filters: str
    rules: int
    examined: int
    alarms: int
    manual: int
    waived: int


class AlarmTrend(NamedTuple):
    """`runs`: number and day of each run, the oldest first; `alarms`: body → run → open alarms
    above the severity info that the body owed."""

    runs: list[tuple[int, str]]
    alarms: dict[str, dict[int, int]]


def stored_runs(conn: sqlite3.Connection) -> list[StoredRun]:
    """Every stored audit, the latest first."""
    rows = conn.execute(
        "SELECT run, as_of, started_at, filters,"
        " (SELECT count(*) FROM run_rule AS x WHERE x.run = runs.run), examined, alarms, manual,"
        " (SELECT count(*) FROM finding AS f WHERE f.run = runs.run AND f.waived) FROM runs"
    )
    return [StoredRun._make(row) for row in rows]


def alarm_trend(conn: sqlite3.Connection, runs: list[tuple[int, str]]) -> AlarmTrend:
    """Alarms by body over runs of the whole registry, given by number and day."""
    counted = {run for run, _as_of in runs}
    alarms: dict[str, dict[int, int]] = {}
    for body, run, number in conn.execute(
        "SELECT b.body, f.run, count(*) FROM finding AS f"
        " JOIN finding_bodies AS b ON b.run = f.run AND b.fingerprint = f.fingerprint"
        " WHERE f.status = 'alarm' AND f.severity <> 'info' AND f.waived = 0 GROUP BY 1, 2"
    ):
        if run in counted:
            alarms.setdefault(body, {})[run] = number
    return AlarmTrend(runs, alarms)
