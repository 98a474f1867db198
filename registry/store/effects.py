"""Effects of instruments and events of bodies -> the periods of delegations.

Periods follow from the items, the effects and the events alone. Whoever changes one of these calls
`update_periods`, which writes only the periods that differ from those that stand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from registry.errors import RegistryError
from registry.locale import _, list_separator
from registry.model.effect import ALL, Effect
from registry.store.bodies import successions, successor_on
from registry.store.connection import read_dicts
from registry.store.periods import Change, Period, expiries, joined, periods_after

if TYPE_CHECKING:
    from registry.model.instrument import Instrument

_COLUMNS: Final = tuple(field.name for field in fields(Period))

_EFFECT: Final = (
    *("kind", "target", "items", "delegates", "effective_on", "handover_on", "transition"),
    *("mode", "scope", "remark", "territory", "until", "extended_to", "clause", "provenance"),
    "source",
)

_FIRST_OF_ITEMS: Final = """
  SELECT i.no, ins.issued_on, NULL,
         CASE ax.role WHEN 'withdrawn' THEN 'withdrawn' ELSE 'conferred' END,
         NULL, i.instrument, i.mode, i.initiation, i.scope, i.remark, NULL,
         ins.issued_on, ins.issued_on, ins.no, ax.clause, NULL, NULL
  FROM item AS i
  JOIN instrument AS ins ON ins.no = i.instrument
  JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex
  ORDER BY i.no
"""
"""Number of each item, and the period with which its own instrument begins its delegations."""

_FIRST_OF_EXTENDED: Final = """
  SELECT d.no, e.effective_on, NULL, 'conferred', NULL,
         CASE WHEN own.name IS NULL THEN i.instrument ELSE e.instrument END,
         coalesce(e.mode, i.mode), i.initiation,
         coalesce(e.scope, i.scope), coalesce(e.remark, i.remark),
         e.territory, ins.issued_on, min(ins.issued_on, e.effective_on), e.instrument, e.clause,
         NULL, NULL
  FROM delegation AS d
  JOIN effect AS e ON e.no = d.effect
  JOIN instrument AS ins ON ins.no = e.instrument
  JOIN item AS i ON i.no = d.item
  LEFT JOIN mode AS own ON own.instrument = e.instrument AND own.name = e.mode
"""
"""Number of each delegation that an effect extended to a further zone, and its first period."""


def write_effects(conn: sqlite3.Connection, ins: Instrument, no: int) -> None:
    """Write what the instrument does to others, in place of what it did before.

    The caller defers foreign keys where there was something before, and updates the periods.
    """
    conn.executemany(
        f"INSERT INTO effect (instrument, position, {', '.join(_EFFECT)})"
        f" VALUES ({', '.join('?' * (len(_EFFECT) + 2))}) ON CONFLICT (instrument, position)"
        f" DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _EFFECT)}",
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
    conn.execute("DELETE FROM effect WHERE instrument = ? AND position > ?", (no, len(ins.effects)))


def stored_effects_of(conn: sqlite3.Connection, no: int) -> list[dict[str, Any]]:
    """The effects of an instrument as its file states them."""
    sql = "SELECT * FROM effect WHERE instrument = ? ORDER BY position"
    return [_stated(row) for row in read_dicts(conn, sql, no)]


class EffectError(RegistryError):
    """An effect that names a mode or a zone that there is not."""


def effect_notes(conn: sqlite3.Connection, instrument: str | None = None) -> list[str]:
    """What effects name and the registry does not have: of one instrument, or of all."""
    notes = []
    for id_, position, target, items, delegates in conn.execute(
        "SELECT ins.id, e.position, e.target, e.items, e.delegates FROM effect AS e"
        " JOIN instrument AS ins ON ins.no = e.instrument WHERE ins.id = coalesce(?, ins.id)"
        " ORDER BY ins.no, e.position",
        (instrument,),
    ).fetchall():
        place = f"{id_} effects[{position}]"
        if not conn.execute("SELECT 1 FROM instrument WHERE id = ?", (target,)).fetchone():
            notes.append(
                _("{place}: the registry has no instrument {id}").format(place=place, id=target)
            )
            continue
        known = {f"annex:{annex}" for (annex,) in conn.execute(_ANNEXES, (target,))}
        known |= {item for (item,) in conn.execute(_ITEMS, (target,))}
        zones = {zone for (zone,) in conn.execute("SELECT id FROM zone")}
        named = [part for part in items.split(";") if part not in known | {ALL}]
        named += [part for part in delegates.split(";") if part not in zones | {ALL}]
        if named:
            notes.append(
                _("{place}: {target} has no {names}").format(
                    place=place, target=target, names=list_separator().join(named)
                )
            )
    return notes


_ANNEXES: Final = (
    "SELECT annex FROM annex AS ax JOIN instrument AS ins ON ins.no = ax.instrument"
    " WHERE ins.id = ?"
)
_ITEMS: Final = (
    "SELECT i.id FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument WHERE ins.id = ?"
)


def _refuse_unknown(conn: sqlite3.Connection) -> None:
    """Refuse modes that neither instrument of an effect states, and zones that nobody names."""
    zones = {zone for (zone,) in conn.execute("SELECT id FROM zone")}
    for id_, position, mode, extended_to in conn.execute(
        "SELECT ins.id, e.position, CASE WHEN NOT EXISTS (SELECT 1 FROM mode AS m"
        " JOIN instrument AS of ON of.no = m.instrument WHERE m.name = e.mode"
        " AND (of.no = e.instrument OR of.id = e.target)) THEN e.mode END, e.extended_to"
        " FROM effect AS e JOIN instrument AS ins ON ins.no = e.instrument"
        " WHERE EXISTS (SELECT 1 FROM instrument AS t WHERE t.id = e.target)"
    ).fetchall():
        if mode is not None:
            raise EffectError(
                _("neither this instrument nor its target has the mode {mode}").format(mode=mode),
                _("State it under modes, or use one of the target's."),
                f"{id_} effects[{position}].mode",
            )
        unknown = [zone for zone in (extended_to or "").split(";") if zone and zone not in zones]
        if unknown:
            raise EffectError(
                _("no zone is called {name}").format(name=list_separator().join(unknown)),
                _("State it under zones, with its names."),
                f"{id_} effects[{position}].to",
            )


def update_periods(conn: sqlite3.Connection) -> int:
    """Bring the periods of every delegation up to date; how many changed, by delegation.

    The caller holds the transaction. Raises EffectError.
    """
    _refuse_unknown(conn)
    effects = _stored_effects(conn)
    _sync_extended(conn, effects)
    conn.execute(
        "CREATE TEMP TABLE period_now (period INTEGER, delegation INTEGER,"
        " PRIMARY KEY (period, delegation)) WITHOUT ROWID"
    )
    try:
        _list_periods(conn, _PeriodNumbers(conn), effects)
        removed = conn.execute(
            "DELETE FROM delegation_period WHERE (period, delegation) IN"
            " (SELECT * FROM delegation_period EXCEPT SELECT * FROM temp.period_now)"
        ).rowcount
        added = conn.execute(
            "INSERT INTO delegation_period SELECT * FROM temp.period_now WHERE true"
            " ON CONFLICT DO NOTHING"
        ).rowcount
        conn.execute("DELETE FROM period WHERE no NOT IN (SELECT period FROM delegation_period)")
    finally:
        conn.execute("DROP TABLE temp.period_now")
    return removed + added


class _PeriodNumbers:
    """Numbers of the rows of `period`; a period that has none yet gets one."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._known: dict[tuple[int, Period], int] = {
            (position, Period(*row)): no
            for no, position, *row in conn.execute(
                f"SELECT no, position, {', '.join(_COLUMNS)} FROM period"
            )
        }

    def __call__(self, position: int, period: Period) -> int:
        no = self._known.get((position, period))
        if no is None:
            no = self._known[position, period] = self._conn.execute(
                f"INSERT INTO period VALUES (NULL, ?, {', '.join('?' * len(_COLUMNS))})"
                " RETURNING no",
                (position, *(getattr(period, name) for name in _COLUMNS)),
            ).fetchone()[0]
        return no


def _list_periods(
    conn: sqlite3.Connection, number: _PeriodNumbers, effects: list[_StoredEffect]
) -> None:
    """Fill `period_now`: every delegation with each of its periods."""
    of_items = {no: Period(*row) for no, *row in conn.execute(_FIRST_OF_ITEMS).fetchall()}
    of_extended = {no: Period(*row) for no, *row in conn.execute(_FIRST_OF_EXTENDED).fetchall()}
    changed: dict[int, list[Change]] = {delegation: [] for delegation in of_extended}
    changed |= _changed(conn, effects)
    ends: dict[int, str] = dict(conn.execute("SELECT no, valid_until FROM instrument").fetchall())
    insert = "INSERT INTO temp.period_now VALUES (?, ?)"
    numbers = {item: number(1, period) for item, period in of_items.items()}
    items: dict[int, int] = dict(conn.execute("SELECT no, item FROM delegation").fetchall())
    # In the table's order, which is the quickest to write.
    conn.executemany(
        insert,
        sorted((numbers[item], no) for no, item in items.items() if no not in changed),
    )
    for delegation, changes in changed.items():
        item = items[delegation]
        first = of_items[item]
        if delegation in of_extended:
            first = of_extended[delegation]
            changes = joined(first, changes)
        end = ends[of_items[item].instrument]
        if end is not None:
            changes = [*changes, *expiries(end, changes)]
        conn.executemany(
            insert,
            [
                (number(position, period), delegation)
                for position, period in enumerate(periods_after(first, changes), start=1)
            ],
        )


def _changed(conn: sqlite3.Connection, effects: list[_StoredEffect]) -> dict[int, list[Change]]:
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
    for no, instrument, issued_on, effect in effects:
        change = Change(
            effect.handover_on
            if effect.kind == "withdraws" and effect.handover_on
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
    found: dict[int, list[Change]] = {}
    for zone, no in numbers.items():
        for on, successor, basis in successions(conn, "zone", zone):
            kind = "successor" if successor else "abolished"
            holder = numbers[successor] if successor else None
            found.setdefault(no, []).append(Change(on, kind, basis, zone=holder))
    return found


class _StoredEffect(NamedTuple):
    """An effect with its number, and the instrument that has it: its number and day of issue."""

    no: int
    instrument: int
    issued_on: str
    effect: Effect


def _stored_effects(conn: sqlite3.Connection) -> list[_StoredEffect]:
    """Every effect, in the order in which they take effect."""
    rows = read_dicts(
        conn,
        "SELECT e.*, ins.issued_on FROM effect AS e JOIN instrument AS ins ON ins.no = e.instrument"
        " ORDER BY e.effective_on, ins.issued_on, e.no",
    )
    return [
        _StoredEffect(
            *(row["no"], row["instrument"], row["issued_on"]), Effect.model_validate(_stated(row))
        )
        for row in rows
    ]


def _stated(row: dict[str, Any]) -> dict[str, Any]:
    stated = {name: row[name] for name in Effect.model_fields if row.get(name) is not None}
    return stated | {"to": row["extended_to"] or []}


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
    """Numbers of the delegations that an effect changes; an extension, those of its zones.

    Who names a zone means also what it has taken over by then.
    """
    named = effect.to if effect.kind == "extends-to" else effect.delegates
    meant = {
        no
        for no, zone in conn.execute("SELECT no, id FROM zone").fetchall()
        if ALL in named
        or zone in named
        or successor_on(conn, "zone", zone, effect.effective_on) in named
    }
    for item in _target_items(conn, effect):
        for delegation, zone in conn.execute(
            "SELECT no, zone FROM delegation WHERE item = ?", (item,)
        ).fetchall():
            if zone in meant:
                yield delegation


def _sync_extended(conn: sqlite3.Connection, effects: list[_StoredEffect]) -> None:
    """Make the delegations of zones that an effect extends items to; take others out again."""
    zones = dict(conn.execute("SELECT id, no FROM zone").fetchall())
    wanted: dict[tuple[int, int], int] = {}
    for no, _instrument, _issued_on, effect in effects:
        if effect.kind == "extends-to":
            for item in _target_items(conn, effect):
                for zone in effect.to:
                    if zone in zones:
                        wanted.setdefault((item, zones[zone]), no)
    stored = {
        (item, zone): (delegation, effect)
        for delegation, item, zone, effect in conn.execute(
            "SELECT no, item, zone, effect FROM delegation WHERE effect IS NOT NULL"
        )
    }
    conn.executemany(
        "DELETE FROM delegation WHERE no = ?",
        [(delegation,) for key, (delegation, _no) in stored.items() if key not in wanted],
    )
    conn.executemany(
        "UPDATE delegation SET effect = ? WHERE no = ?",
        [(wanted[key], delegation) for key, (delegation, _no) in stored.items() if key in wanted],
    )
    conn.executemany(
        "INSERT INTO delegation (item, zone, effect) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(*key, no) for key, no in wanted.items() if key not in stored],
    )
