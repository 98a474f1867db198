"""Effects of instruments and events of bodies -> the periods of delegations.

Periods follow from the items, the effects and the events alone. Whoever changes one of these calls
`update_periods`, which writes only the periods that differ from those that stand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from registry.errors import RegistryError
from registry.locale import _, list_separator
from registry.model.effect import ALL, Effect
from registry.store.bodies import successions, successor_on
from registry.store.connection import read_dicts
from registry.store.extensions import Delegation, Extension, extension, numbered_periods, settle
from registry.store.ledger.holders import note_holders, prove_for_new_holders
from registry.store.periods import Change, Period, expiries

if TYPE_CHECKING:
    from registry.model.instrument import Instrument

_COLUMNS: Final = tuple(field.name for field in fields(Period))

_EFFECT: Final = (
    *("kind", "target", "items", "delegates", "effective_on", "handover_on", "transition"),
    *("mode", "scope", "remark", "territory", "until", "extended_to", "clause", "provenance"),
    "source",
)

_Key = tuple[int, int]
"""Numbers of an item and of the zone that it is conferred on: a delegation, stored or not yet."""

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
    """Bring the periods of every delegation up to date, and the proof that papers of successors and
    of further zones give; how many periods changed, by delegation.

    The caller holds the transaction. Raises EffectError.
    """
    _refuse_unknown(conn)
    effects = _stored_effects(conn)
    of_items = {no: Period(*row) for no, *row in conn.execute(_FIRST_OF_ITEMS).fetchall()}
    extensions = _extensions(conn, effects, of_items)
    note_holders(conn)
    conn.execute(
        "CREATE TEMP TABLE period_now (period INTEGER, delegation INTEGER,"
        " PRIMARY KEY (period, delegation)) WITHOUT ROWID"
    )
    try:
        _list_periods(conn, of_items, _changed(conn, effects, extensions), extensions)
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
    prove_for_new_holders(conn)
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
    conn: sqlite3.Connection,
    of_items: dict[int, Period],
    changed: Mapping[_Key, list[Change]],
    extensions: Mapping[_Key, list[Extension]],
) -> None:
    """Fill `period_now`: every delegation with each of its periods; make those that effects extend
    items to, and take out those that none does.
    """
    number = _PeriodNumbers(conn)
    ends: dict[int, str] = dict(conn.execute("SELECT no, valid_until FROM instrument").fetchall())
    numbers = {item: number(1, period) for item, period in of_items.items()}
    extended = {item for item, _zone in extensions}
    stored: dict[_Key, int] = {}
    own: dict[_Key, int] = {}
    unchanged = []
    for no, item, zone, effect in conn.execute("SELECT no, item, zone, effect FROM delegation"):
        if effect is not None:
            stored[item, zone] = no
        elif item in extended or (item, zone) in changed:
            own[item, zone] = no
        else:
            unchanged.append((numbers[item], no))
    together: dict[int, dict[int, Delegation]] = {}
    for item, zone in dict.fromkeys([*own, *extensions]):
        changes, known = changed.get((item, zone), []), extensions.get((item, zone), [])
        end = ends[of_items[item].instrument]
        if end is not None:
            changes = [*changes, *expiries(end, changes)]
        begun = (item, zone) in own
        together.setdefault(item, {})[zone] = Delegation(
            *(zone, of_items[item] if begun else None, changes, known),
            effect=None if begun else known[0].effect,
        )
    insert = "INSERT INTO temp.period_now VALUES (?, ?)"
    # In the table's order, which is the quickest to write.
    conn.executemany(insert, sorted(unchanged))
    for item, delegations in together.items():
        settle(delegations.values())
        for zone, delegation in delegations.items():
            periods = numbered_periods(delegation, delegations.values())
            if delegation.effect is None:
                no = own[item, zone]
            elif periods:
                no = _extended(conn, stored.pop((item, zone), None), item, delegation)
            conn.executemany(insert, [(number(n, period), no) for n, period in periods])
    _remove(conn, {no: key in extensions for key, no in stored.items()})


def _extended(conn: sqlite3.Connection, no: int | None, item: int, delegation: Delegation) -> int:
    """Write, under its number if it has one, a delegation that an effect begins; its number."""
    if no is None:
        no = conn.execute(
            "INSERT INTO delegation (item, zone, effect) VALUES (?, ?, ?) RETURNING no",
            (item, delegation.zone, delegation.effect),
        ).fetchone()[0]
    else:
        conn.execute("UPDATE delegation SET effect = ? WHERE no = ?", (delegation.effect, no))
    return no


def _remove(conn: sqlite3.Connection, delegations: Mapping[int, bool]) -> None:
    """Take out delegations that no effect begins; True: one would, but the zone holds the item.

    Papers stay in the ledger. Those of such a zone prove what it holds; those of a zone that an
    effect no longer names have a foreign key that stops the removal.
    """
    for no, held in delegations.items():
        conn.execute(
            "DELETE FROM proof WHERE delegation = ? AND (? OR deliverable IN"
            " (SELECT no FROM deliverable WHERE zone IS NULL))",
            (no, held),
        )
        conn.execute("DELETE FROM delegation WHERE no = ?", (no,))


def _changed(
    conn: sqlite3.Connection,
    effects: list[_StoredEffect],
    extensions: Mapping[_Key, list[Extension]],
) -> dict[_Key, list[Change]]:
    """Key of each delegation that has more than one period → what changes it, in no order."""
    changed: dict[_Key, list[Change]] = {
        (item, zone): []
        for item, zone in conn.execute(
            "SELECT d.item, d.zone FROM delegation AS d JOIN item AS i ON i.no = d.item"
            " JOIN instrument AS ins ON ins.no = i.instrument WHERE ins.valid_until IS NOT NULL"
        )
    }
    further: dict[int, list[int]] = {}
    for item, zone in extensions:
        further.setdefault(item, []).append(zone)
    for effect in effects:
        if effect.change.kind != "extends-to":
            for key in _delegations(conn, effect, further):
                changed.setdefault(key, []).append(effect.change)
    for zone, changes in _zone_events(conn).items():
        of_zone = {
            i for (i,) in conn.execute("SELECT item FROM delegation WHERE zone = ?", (zone,))
        }
        for item in of_zone.union(i for i, further_zone in extensions if further_zone == zone):
            changed.setdefault((item, zone), []).extend(changes)
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
    """An effect with its number, and what it does to each delegation that it is on."""

    no: int
    effect: Effect
    change: Change


def _stored_effects(conn: sqlite3.Connection) -> list[_StoredEffect]:
    """Every effect, in the order in which they were issued."""
    own_modes = set(conn.execute("SELECT instrument, name FROM mode").fetchall())
    rows = read_dicts(
        conn,
        "SELECT e.*, ins.issued_on FROM effect AS e JOIN instrument AS ins ON ins.no = e.instrument"
        " ORDER BY ins.issued_on, e.instrument, e.position",
    )
    found = []
    for rank, row in enumerate(rows, start=1):
        effect = Effect.model_validate(_stated(row))
        on = effect.handover_on if effect.kind == "withdraws" else None
        change = Change(
            *(on or effect.effective_on, effect.kind, effect.clause),
            *(row["instrument"], row["issued_on"]),
            *(effect.mode, (row["instrument"], effect.mode) in own_modes),
            *(effect.scope, effect.remark, effect.territory, effect.until),
            rank=rank,
        )
        found.append(_StoredEffect(row["no"], effect, change))
    return found


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


def _delegations(
    conn: sqlite3.Connection, effect: _StoredEffect, further: Mapping[int, list[int]]
) -> Iterator[_Key]:
    """Keys of the delegations that an effect changes. `further`: item → zones it is extended to.

    Who names a zone means also what it has taken over by then.
    """
    named = effect.effect.delegates
    meant = {
        no
        for no, zone in conn.execute("SELECT no, id FROM zone").fetchall()
        if ALL in named
        or zone in named
        or successor_on(conn, "zone", zone, effect.change.on) in named
    }
    for item in _target_items(conn, effect.effect):
        own = conn.execute("SELECT zone FROM delegation WHERE item = ?", (item,)).fetchall()
        for zone in dict.fromkeys([*(zone for (zone,) in own), *further.get(item, [])]):
            if zone in meant:
                yield item, zone


def _extensions(
    conn: sqlite3.Connection, effects: list[_StoredEffect], of_items: dict[int, Period]
) -> dict[_Key, list[Extension]]:
    """Numbers of an item and of a zone that it is extended to → the effects that do so."""
    zones = dict(conn.execute("SELECT id, no FROM zone").fetchall())
    found: dict[_Key, list[Extension]] = {}
    for no, effect, change in effects:
        if effect.kind == "extends-to":
            for item in _target_items(conn, effect):
                for zone in effect.to:
                    extended = extension(no, change, of_items[item])
                    found.setdefault((item, zones[zone]), []).append(extended)
    return found
