"""Effects of instruments and events of bodies -> the periods of delegations.

Periods follow from the items, the effects and the events alone. Whoever changes one of these calls
`update_periods`, which writes only the periods that differ from those that stand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Final

from registry.model.effect import ALL, Effect
from registry.model.instrument import Instrument
from registry.store.periods import Change, Period, expiries, periods_after

_COLUMNS: Final = tuple(field.name for field in fields(Period))

_FIRST: Final = """
  SELECT d.no, 1, ins.issued_on, NULL,
         CASE ax.role WHEN 'withdrawn' THEN 'withdrawn' ELSE 'conferred' END,
         d.zone, i.instrument, i.mode, i.scope, i.remark, NULL,
         ins.issued_on, ins.issued_on, ins.no, ax.clause, NULL, NULL
  FROM delegation AS d
  JOIN item AS i ON i.no = d.item
  JOIN instrument AS ins ON ins.no = i.instrument
  JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex
  WHERE d.effect IS NULL
  UNION ALL
  SELECT d.no, 1, e.effective_on, NULL, 'conferred', d.zone,
         CASE WHEN own.name IS NULL THEN i.instrument ELSE e.instrument END,
         coalesce(e.mode, i.mode), coalesce(e.scope, i.scope), coalesce(e.remark, i.remark),
         e.territory, ins.issued_on, min(ins.issued_on, e.effective_on), e.instrument, e.clause,
         NULL, NULL
  FROM delegation AS d
  JOIN effect AS e ON e.no = d.effect
  JOIN instrument AS ins ON ins.no = e.instrument
  JOIN item AS i ON i.no = d.item
  LEFT JOIN mode AS own ON own.instrument = e.instrument AND own.name = e.mode
"""
"""The period that opens each delegation, in the columns of the table: by the item's instrument, or
by the effect that extends it to a further zone."""


def write_effects(conn: sqlite3.Connection, ins: Instrument, no: int) -> None:
    """Write what the instrument does to others, in place of what it did before."""
    conn.execute(
        "UPDATE delegation SET effect = NULL WHERE effect IN"
        " (SELECT no FROM effect WHERE instrument = ?)",
        (no,),
    )
    conn.execute("DELETE FROM effect WHERE instrument = ?", (no,))
    conn.executemany(
        f"INSERT INTO effect VALUES (NULL, {', '.join('?' * 18)})",
        [
            (
                *(no, position, e.kind, e.target, ";".join(e.items), ";".join(e.delegates)),
                *(e.effective_on, e.handover_on, e.transition, e.mode, e.scope, e.remark),
                *(e.territory, e.until, ";".join(e.to) or None, e.clause),
                *(ins.provenance, ins.source),
            )
            for position, e in enumerate(ins.effects, start=1)
        ],
    )


def update_periods(conn: sqlite3.Connection) -> int:
    """Bring the periods of every delegation up to date; how many rows were written or removed.

    The caller holds the transaction.
    """
    effects = _stored_effects(conn)
    for no, _issued_on, effect in effects:
        if effect.kind == "extends-to":
            _open_delegations(conn, no, effect)
    if not conn.execute("SELECT 1 FROM delegation_period LIMIT 1").fetchone():
        written = conn.execute(f"INSERT INTO delegation_period {_FIRST}").rowcount
        changed = _changed(conn, effects)
        if not changed:
            return written
    else:
        changed = _changed(conn, effects)
    conn.execute("CREATE TEMP TABLE period_now AS SELECT * FROM delegation_period WHERE false")
    try:
        conn.execute(f"INSERT INTO temp.period_now {_FIRST}")
        _put_changed(conn, changed)
        return _write_differences(conn)
    finally:
        conn.execute("DROP TABLE temp.period_now")


def _write_differences(conn: sqlite3.Connection) -> int:
    removed = conn.execute(
        "DELETE FROM delegation_period WHERE (delegation, position) IN (SELECT delegation, position"
        " FROM (SELECT * FROM delegation_period EXCEPT SELECT * FROM temp.period_now))"
    ).rowcount
    added = conn.execute(
        "INSERT INTO delegation_period SELECT * FROM temp.period_now"
        " EXCEPT SELECT * FROM delegation_period"
    ).rowcount
    return removed + added


def _put_changed(conn: sqlite3.Connection, changed: dict[int, list[Change]]) -> None:
    """Replace, in `period_now`, the first periods of what is changed by all of its periods."""
    conn.execute("CREATE INDEX temp.period_now_delegation ON period_now (delegation)")
    columns = ", ".join(_COLUMNS)
    ends: dict[int, str] = dict(
        conn.execute(
            "SELECT d.no, ins.valid_until FROM delegation AS d JOIN item AS i ON i.no = d.item"
            " JOIN instrument AS ins ON ins.no = i.instrument WHERE ins.valid_until IS NOT NULL"
        ).fetchall()
    )
    for delegation, changes in changed.items():
        row = conn.execute(
            f"SELECT {columns} FROM temp.period_now WHERE delegation = ?", (delegation,)
        ).fetchone()
        first = Period(*row)
        if delegation in ends:
            changes = [*changes, *expiries(ends[delegation], changes)]
        conn.execute("DELETE FROM temp.period_now WHERE delegation = ?", (delegation,))
        conn.executemany(
            f"INSERT INTO temp.period_now VALUES ({', '.join('?' * (len(_COLUMNS) + 2))})",
            [
                (delegation, position, *(getattr(period, name) for name in _COLUMNS))
                for position, period in enumerate(periods_after(first, changes), start=1)
            ],
        )


def _changed(
    conn: sqlite3.Connection, effects: list[tuple[int, str, Effect]]
) -> dict[int, list[Change]]:
    """Number of each delegation that has more than one period → what changes it, in no order."""
    changed: dict[int, list[Change]] = {
        delegation: []
        for (delegation,) in conn.execute(
            "SELECT d.no FROM delegation AS d JOIN item AS i ON i.no = d.item"
            " JOIN instrument AS ins ON ins.no = i.instrument WHERE ins.valid_until IS NOT NULL"
        )
    }
    own_modes = set(conn.execute("SELECT instrument, name FROM mode").fetchall())
    opened_by = dict(
        conn.execute("SELECT no, effect FROM delegation WHERE effect IS NOT NULL").fetchall()
    )
    effect_instruments = dict(conn.execute("SELECT no, instrument FROM effect").fetchall())
    for no, issued_on, effect in effects:
        instrument = effect_instruments[no]
        change = Change(
            effect.handover_on if effect.kind == "withdraws" and effect.handover_on
            else effect.effective_on,
            effect.kind,
            effect.clause,
            instrument,
            issued_on,
            effect.mode,
            (instrument, effect.mode) in own_modes,
            effect.scope,
            effect.remark,
            effect.territory,
            effect.until,
        )
        for delegation in _delegations(conn, effect):
            if opened_by.get(delegation) != no:
                changed.setdefault(delegation, []).append(change)
    for zone, changes in _zone_events(conn).items():
        for (delegation,) in conn.execute("SELECT no FROM delegation WHERE zone = ?", (zone,)):
            changed.setdefault(delegation, []).extend(changes)
    return changed


def _zone_events(conn: sqlite3.Connection) -> dict[int, list[Change]]:
    """Number of a zone → what its end, and that of its successors, does to what it holds."""
    numbers = dict(conn.execute("SELECT id, no FROM zone").fetchall())
    events: dict[str, tuple[str | None, str, str]] = {
        body: (successor, on, basis)
        for body, successor, on, basis in conn.execute(
            "SELECT body, successor, on_day, basis FROM body_event"
            " WHERE kind = 'zone' AND what <> 'renamed' ORDER BY on_day DESC"
        )
    }
    found: dict[int, list[Change]] = {}
    for zone, no in numbers.items():
        holder: str | None = zone
        since = ""
        while holder in events and events[holder][1] >= since:
            holder, since, basis = events[holder]
            kind = "successor" if holder else "abolished"
            successor = numbers[holder] if holder else None
            found.setdefault(no, []).append(Change(since, kind, basis, zone=successor))
            if holder is None:
                break
    return found


def _stored_effects(conn: sqlite3.Connection) -> list[tuple[int, str, Effect]]:
    """Number of each effect, the day its instrument was issued, and the effect."""
    cursor = conn.execute(
        "SELECT e.*, ins.issued_on FROM effect AS e JOIN instrument AS ins ON ins.no = e.instrument"
        " ORDER BY e.effective_on, ins.issued_on, e.no"
    )
    names = [column[0] for column in cursor.description]
    return [_effect(dict(zip(names, row, strict=True))) for row in cursor]


def _effect(row: dict[str, Any]) -> tuple[int, str, Effect]:
    stated = {name: row[name] for name in Effect.model_fields if row.get(name) is not None}
    stated["to"] = row["extended_to"] or []
    return row["no"], row["issued_on"], Effect.model_validate(stated)


def _target_items(conn: sqlite3.Connection, effect: Effect) -> Iterator[int]:
    """Numbers of the items that an effect names and the registry has."""
    for no, id_, annex in conn.execute(
        "SELECT i.no, i.id, i.annex FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument"
        " WHERE ins.id = ? ORDER BY i.no",
        (effect.target,),
    ).fetchall():
        if ALL in effect.items or f"annex:{annex}" in effect.items or id_ in effect.items:
            yield no


def _delegations(conn: sqlite3.Connection, effect: Effect) -> Iterator[int]:
    """Numbers of the delegations that an effect changes; an extension, those of its zones."""
    zones = effect.to if effect.kind == "extends-to" else effect.delegates
    for item in _target_items(conn, effect):
        for delegation, zone in conn.execute(
            "SELECT d.no, z.id FROM delegation AS d JOIN zone AS z ON z.no = d.zone"
            " WHERE d.item = ?",
            (item,),
        ).fetchall():
            if ALL in zones or zone in zones:
                yield delegation


def _open_delegations(conn: sqlite3.Connection, no: int, effect: Effect) -> None:
    """Make the delegations of the zones that an effect extends its items to."""
    conn.executemany(
        "INSERT INTO delegation (item, zone, effect) SELECT ?, no, ? FROM zone WHERE id = ?"
        " ON CONFLICT DO NOTHING",
        [(item, no, zone) for item in _target_items(conn, effect) for zone in effect.to],
    )
