"""What falls due soon: obligations, agreements that expire, guidance requests unanswered."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from registry.model.config import Thresholds
from registry.store.references import References
from registry.store.views import create_shadow_views
from registry.workdays import UncoveredDay

_DEFAULTS: Final = Thresholds()

_ENDINGS: Final = (
    ("委托协议届满", "agreement expires"),
    ("委托协议解除", "agreement is terminated"),
)
"""What an agreement that ends does, by whether it was terminated."""


@dataclass(frozen=True)
class Due:
    """Something that one body has to do by a day.

    `key`: what the deadline is of, the same wherever the deadline moves to; no other entry has it.
    `subjects`: ids of what it concerns. `names`: of an obligation, the item of each subject; of an
    agreement, the items that it covers.
    """

    kind: Literal["obligation", "agreement", "guidance"]
    body: str
    due_on: str
    what_zh: str
    what_en: str
    key: str
    subjects: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Agenda:
    """What falls due after `as_of`, up to and including `until`; `overdue`: obligations past it."""

    as_of: str
    until: str
    entries: list[Due]
    overdue: int


def agenda(
    conn: sqlite3.Connection,
    as_of: str,
    within: int,
    thresholds: Thresholds = _DEFAULTS,
    instrument: str | None = None,
    bodies: Collection[str] = (),
) -> Agenda:
    """The agenda for `within` working days. Raises UncoveredDay beyond the calendar.

    `thresholds` gives the working days in which a guidance request is to be answered. With
    `instrument`, an id, only what that one asks for; with `bodies`, ids, only what those have to
    do. Leaves temporary views on the connection.
    """
    create_shadow_views(conn, as_of, materialise=True)
    until = _day_after(conn, as_of, within)
    entries = [
        *_obligations(conn, until, instrument),
        *_agreements(conn, until, instrument),
        *_guidance(conn, until, thresholds.guidance_answer_days, instrument),
    ]
    if bodies:
        entries = [due for due in entries if due.body in bodies]
    entries.sort(key=lambda due: (due.due_on, due.body, due.kind, due.what_en, due.key))
    return Agenda(as_of, until, entries, _overdue(conn, instrument, bodies))


def _overdue(conn: sqlite3.Connection, instrument: str | None, bodies: Collection[str]) -> int:
    """How many obligations are past their day, of all bodies or of some."""
    if bodies:
        marks = ", ".join("?" * len(bodies))
        source = (
            "(SELECT DISTINCT duty_no, delegation_no, status FROM obligation_bodies"
            f" WHERE body IN ({marks}))"
        )
    else:
        source = "obligation_state"
    row = conn.execute(
        f"SELECT count(*) FROM {source} AS s JOIN duty AS du ON du.no = s.duty_no"
        " JOIN instrument AS ins ON ins.no = du.instrument"
        " WHERE s.status = 'alarm' AND ins.id = coalesce(?, ins.id)",
        (*bodies, instrument),
    ).fetchone()
    return int(row[0])


def _day_after(conn: sqlite3.Connection, day: str, working_days: int) -> str:
    row = conn.execute(
        "SELECT due.date FROM workday AS start"
        " JOIN working_period_ends AS due ON due.ordinal = start.ordinal + ?"
        " WHERE start.date = ?",
        (working_days, day),
    ).fetchone()
    if row is None:
        first, last = conn.execute("SELECT min(date), max(date) FROM workday").fetchone()
        outside = max(dt.date.fromisoformat(last) + dt.timedelta(1), dt.date.fromisoformat(day))
        raise UncoveredDay(outside, int(first[:4]), int(last[:4]))
    return str(row[0])


def _obligations(conn: sqlite3.Connection, until: str, instrument: str | None) -> list[Due]:
    """Pending obligations by body, day and duty; the reform office's are not its own agenda.

    Their key is the first delegation of which the body owes the duty by that day, met or not: it
    stays the same while one after the other is met.
    """
    references = References(conn)
    found: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    rows = conn.execute(
        "SELECT b.body, b.due_on, du.id, du.name_zh, du.name_en, b.instrument, b.first,"
        " b.delegation, i.name"
        " FROM (SELECT *, min(delegation) OVER (PARTITION BY body, duty_no, due_on) AS first"
        "  FROM obligation_bodies) AS b"
        " JOIN duty AS du ON du.no = b.duty_no JOIN delegation AS d ON d.no = b.delegation_no"
        " JOIN item AS i ON i.no = d.item"
        " WHERE b.status = 'pending' AND b.due_on <= ? AND b.body <> 'office'"
        " AND b.instrument = coalesce(?, b.instrument) ORDER BY b.delegation_no, b.duty_no",
        (until, instrument),
    )
    for *group, delegation, name in rows:
        subject = references.shown(group[5], delegation)
        found.setdefault(tuple(group), []).append((subject, name))
    return [
        Due(
            *("obligation", body, due_on, name_zh, name_en, f"{of}/{duty}/{first}"),
            subjects=tuple(subject for subject, _name in concerned),
            names=tuple(name for _subject, name in concerned),
        )
        for (body, due_on, duty, name_zh, name_en, of, first), concerned in found.items()
    ]


def _agreements(conn: sqlite3.Connection, until: str, instrument: str | None) -> list[Due]:
    """Agreements that end, but for those that others carry on."""
    references = References(conn)
    rows = conn.execute(
        "SELECT a.instrument, a.number, a.department, a.zone, a.to_on,"
        " coalesce(a.to_on = a.terminated_on, 0), a.agreement_no"
        " FROM as_of AS t CROSS JOIN agreements AS a"
        " WHERE a.signed_on <= t.date AND a.to_on >= t.date AND a.to_on <= ?"
        " AND (EXISTS (SELECT 1 FROM agreement_periods AS p"
        "  JOIN agreement_state AS s ON s.delegation_no = p.delegation_no"
        "  WHERE p.agreement_no = a.agreement_no AND s.last_on = a.to_on)"
        " OR NOT EXISTS (SELECT 1 FROM agreement_periods AS p"
        "  WHERE p.agreement_no = a.agreement_no))"
        " AND a.instrument = coalesce(?, a.instrument) ORDER BY a.number, a.instrument",
        (until, instrument),
    ).fetchall()
    return [
        Due(
            *("agreement", body, ends_on, *_ENDINGS[terminated], f"{of}/{number}"),
            subjects=(references.shown(of, number),),
            names=_items_of(conn, agreement_no),
        )
        for of, number, department, zone, ends_on, terminated, agreement_no in rows
        for body in (department, zone)
        if body
    ]


def _items_of(conn: sqlite3.Connection, agreement_no: int) -> tuple[str, ...]:
    """Names of the items that an agreement covers."""
    rows = conn.execute(
        "SELECT DISTINCT i.no, i.name FROM agreement_periods AS p"
        " JOIN delegation AS d ON d.no = p.delegation_no JOIN item AS i ON i.no = d.item"
        " WHERE p.agreement_no = ? ORDER BY i.no",
        (agreement_no,),
    )
    return tuple(name for _no, name in rows)


def _guidance(
    conn: sqlite3.Connection, until: str, answer_days: int, instrument: str | None
) -> list[Due]:
    """Requests without an answer, those past their day included: they stay on the agenda."""
    rows = conn.execute(
        "SELECT g.instrument, g.key, g.department, g.zone, z.short_name, g.kind, due.date"
        " FROM as_of AS t CROSS JOIN guidance_requests AS g"
        " JOIN zones AS z ON z.id = g.zone"
        " JOIN workday AS raised ON raised.date = g.raised_on"
        " JOIN working_period_ends AS due ON due.ordinal = raised.ordinal + ?"
        " WHERE g.raised_on <= t.date AND (g.answered_on IS NULL OR g.answered_on > t.date)"
        " AND due.date <= ? AND g.instrument = coalesce(?, g.instrument) ORDER BY g.id",
        (answer_days, until, instrument),
    )
    return [
        Due(
            "guidance",
            department,
            due_on,
            f"答复{zone_name}的指导需求（{kind}）",
            f"answer {zone_name}'s guidance request ({kind})",
            f"{of}/{key}",
            (zone,),
            (),
        )
        for of, key, department, zone, zone_name, kind, due_on in rows
    ]
