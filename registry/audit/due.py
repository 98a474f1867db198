"""What falls due soon: obligations, agreements that expire, guidance requests unanswered."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from typing import Final, Literal

from registry.audit.lookups import Labels
from registry.store.views import shadow
from registry.workdays import UncoveredDay

ANSWER_WITHIN: Final = 10
"""Working days for answering a guidance request: the notice says 及时, the number is ours."""


@dataclass(frozen=True)
class Due:
    """Something that one body has to do by a day. `subjects`: ids of what it concerns."""

    kind: Literal["obligation", "agreement", "guidance"]
    body: str
    due_on: str
    what_zh: str
    what_en: str
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class Agenda:
    """What falls due after `as_of`, up to and including `until`; `overdue`: obligations past it."""

    as_of: str
    until: str
    entries: list[Due]
    overdue: int


def agenda(conn: sqlite3.Connection, as_of: str, within: int) -> Agenda:
    """The agenda for `within` working days. Raises UncoveredDay beyond the calendar."""
    shadow(conn, as_of)
    until = _day_after(conn, as_of, within)
    labels = Labels(conn)
    entries = [
        *_obligations(conn, labels, as_of, until),
        *_agreements(conn, as_of, until),
        *_guidance(conn, as_of, until),
    ]
    entries.sort(key=lambda due: (due.due_on, due.body, due.kind, due.what_en))
    overdue = conn.execute(
        "SELECT count(*) FROM obligation_state WHERE status = 'alarm'"
    ).fetchone()[0]
    return Agenda(as_of, until, entries, overdue)


def _day_after(conn: sqlite3.Connection, day: str, working_days: int) -> str:
    row = conn.execute(
        "SELECT w.date FROM workday AS w JOIN workday AS start ON start.date = ?"
        " WHERE w.is_workday = 1 AND w.ordinal = start.ordinal + ?",
        (day, working_days),
    ).fetchone()
    if row is None:
        first, last = conn.execute("SELECT min(date), max(date) FROM workday").fetchone()
        outside = max(dt.date.fromisoformat(last) + dt.timedelta(1), dt.date.fromisoformat(day))
        raise UncoveredDay(outside, int(first[:4]), int(last[:4]))
    return str(row[0])


def _obligations(conn: sqlite3.Connection, labels: Labels, as_of: str, until: str) -> list[Due]:
    found: dict[tuple[str, str, str, str], list[str]] = {}
    rows = conn.execute(
        "SELECT instrument, item, zone, delegation, duty, due_on FROM obligation_status"
        " WHERE status = 'pending' AND due_on >= ? AND due_on <= ? ORDER BY delegation_no",
        (as_of, until),
    )
    for instrument, item, zone, delegation, duty, due_on in rows:
        departments = labels.items[instrument, item].departments
        for kind in labels.duties[instrument, duty].owed_by:
            for body in (zone,) if kind == "zone" else departments:
                found.setdefault((body, due_on, instrument, duty), []).append(delegation)
    return [
        Due("obligation", body, due_on, *_duty_names(labels, instrument, duty), tuple(subjects))
        for (body, due_on, instrument, duty), subjects in found.items()
    ]


def _duty_names(labels: Labels, instrument: str, duty: str) -> tuple[str, str]:
    name = labels.duties[instrument, duty].name
    return name.zh, name.en


def _agreements(conn: sqlite3.Connection, as_of: str, until: str) -> list[Due]:
    rows = conn.execute(
        "SELECT number, department, zone, expires_on FROM agreements"
        " WHERE signed_on <= ? AND expires_on >= ? AND expires_on <= ? ORDER BY number",
        (as_of, as_of, until),
    )
    return [
        Due("agreement", body, expires_on, "委托协议届满", "agreement expires", (number,))
        for number, department, zone, expires_on in rows
        for body in (department, zone)
        if body
    ]


def _guidance(conn: sqlite3.Connection, as_of: str, until: str) -> list[Due]:
    """Requests without an answer, those past their day included: they stay on the agenda."""
    rows = conn.execute(
        "SELECT g.id, g.department, g.zone, g.kind, w.date FROM guidance_requests AS g"
        " JOIN workday AS raised ON raised.date = g.raised_on"
        " JOIN workday AS w ON w.is_workday = 1 AND w.ordinal = raised.ordinal + ?"
        " WHERE g.raised_on <= ? AND (g.answered_on IS NULL OR g.answered_on > ?) AND w.date <= ?"
        " ORDER BY g.id",
        (ANSWER_WITHIN, as_of, as_of, until),
    )
    return [
        Due(
            "guidance",
            department,
            due_on,
            f"答复指导需求（{kind}）",
            f"answer a guidance request ({kind})",
            (zone,),
        )
        for _id, department, zone, kind, due_on in rows
    ]
