"""Tables and views -> facts: of one item, or of everything at once."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from registry.authority.facts import (
    Act,
    Agreement,
    Bodies,
    Body,
    Delegation,
    Item,
    Parent,
    Period,
    Rule,
    Standing,
    Transition,
)
from registry.store.views import with_views
from registry.store.views.narrowed import select_narrowed

_ENDS: Final = ("withdraws", "replaces")
"""Kinds of effects that take a delegation away."""

_ITEMS: Final = """
SELECT i.no, ins.id, ins.no, ins.number, i.id, i.name, i.annex, i.seq, ax.in_text, i.power_type,
       i.provenance, b.basis, i.initiation, ax.role
FROM item AS i
JOIN instrument AS ins ON ins.no = i.instrument
JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex
LEFT JOIN entrustment_basis AS b ON b.item = i.no
WHERE {items}
"""
_DEPARTMENTS: Final = """
SELECT i.no, x.department FROM item AS i JOIN item_department AS x ON x.item = i.no
WHERE {items}
ORDER BY i.no, CASE x.role WHEN '行业主管' THEN 1 WHEN '审批实施' THEN 2 ELSE 3 END, x.department
"""
_DELEGATIONS: Final = """
SELECT d.no, d.item, z.id, z.no, p.parent, p.loaded, p.parent_no
FROM item AS i
JOIN delegation AS d ON d.item = i.no
JOIN zone AS z ON z.no = d.zone
LEFT JOIN delegation_parents AS p ON p.delegation_no = d.no
WHERE {items} AND {held} ORDER BY d.no
"""
_PERIODS: Final = """
SELECT d.no, p.no, z.id
FROM item AS i
JOIN delegation AS d ON d.item = i.no
JOIN delegation_period AS dp ON dp.delegation = d.no
JOIN period AS p ON p.no = dp.period
JOIN zone AS z ON z.no = coalesce(p.zone, d.zone)
WHERE {items} AND {held} AND (p.to_on IS NULL OR p.to_on >= p.from_on)
ORDER BY d.no, p.from_on
"""
_STATED: Final = """
SELECT p.no, p.from_on, p.to_on, p.state, p.instrument, p.mode, m.entrusts, m.needs_agreement,
       p.scope, p.remark, p.territory, opened.number, coalesce(c.heading, p.opening_clause),
       p.opened_by, p.opening_clause
FROM period AS p
JOIN mode AS m ON m.instrument = p.instrument AND m.name = p.mode
LEFT JOIN instrument AS opened ON opened.no = p.opened_by
LEFT JOIN clause AS c ON c.instrument = p.opened_by AND c.id = p.opening_clause
"""
_STANDING: Final = """
SELECT delegation_no, from_on, to_on, state FROM standing
ORDER BY delegation_no, from_on
"""
_AGREEMENTS: Final = """
SELECT x.delegation_no, a.number, x.from_on, x.to_on, x.ended, a.acts, a.expires_on, a.provenance
FROM agreement_days AS x JOIN agreement AS a ON a.no = x.agreement_no
ORDER BY x.delegation_no, x.from_on, a.no
"""
_PARENTS: Final = """
SELECT DISTINCT parent_no FROM delegation_parents
WHERE parent_no IS NOT NULL AND delegation_no IN (SELECT value FROM json_each(?))
"""
_PROOFS: Final = """
SELECT p.delegation, du.id, du.announces, min(p.done_on)
FROM item AS i
JOIN delegation AS d ON d.item = i.no
JOIN proof AS p ON p.delegation = d.no
JOIN deliverable AS x ON x.no = p.deliverable -- hidden ones prove nothing
JOIN duty AS du ON du.no = p.duty
WHERE {items} AND {held} GROUP BY p.delegation, du.no
"""
_OF_ITEMS: Final = "i.no IN (SELECT value FROM json_each(:items))"
_HELD: Final = """d.no IN (
  SELECT x.no FROM delegation AS x JOIN zone AS z ON z.no = x.zone WHERE z.id = :zone
  UNION SELECT x.delegation FROM zone AS z
  JOIN period AS p ON p.zone = z.no JOIN delegation_period AS x ON x.period = p.no
  WHERE z.id = :zone
)"""
"""Delegations that were conferred on a zone, or that it took over."""
_RULES: Final = """
SELECT r.instrument, r.mode, r.act, r.power_type, r.answer, r.basis, c.heading, ins.number,
       r.needs_agreement, r.by_agreement, r.name_of, r.seal_zh, r.seal_en, r.respondent,
       r.answered_by, r.condition_zh, r.condition_en, r.condition_duty, r.contested_zh,
       r.contested_en
FROM act_rule AS r
JOIN instrument AS ins ON ins.no = r.instrument
JOIN clause AS c ON c.instrument = r.instrument AND c.id = r.clause
"""
_EFFECTS: Final = """
SELECT e.instrument, e.clause, coalesce(e.handover_on, e.effective_on), e.target, e.items,
       e.transition, ins.number, c.heading
FROM effect AS e
JOIN instrument AS ins ON ins.no = e.instrument
JOIN clause AS c ON c.instrument = e.instrument AND c.id = e.clause
WHERE e.kind IN (?, ?) ORDER BY e.no
"""

_DEPARTMENTS_OF_DAY: Final = """
SELECT s.department_no, d.id, d.name, d.short_name, NULL, NULL, e.name
FROM department_successions AS s JOIN departments AS d ON d.department_no = s.current_no
JOIN department AS first ON first.no = d.department_no
LEFT JOIN english_name AS e
  ON e.kind = 'department' AND e.of = d.id AND d.name = first.name
ORDER BY s.department_no, s.current_no
"""
_ZONES_OF_DAY: Final = """
SELECT z.id, z.name, z.short_name, s.approved_by, s.authorised_by, e.name
FROM zones AS z
JOIN zone AS first ON first.no = z.zone_no
LEFT JOIN zone_status AS s ON s.zone = z.zone_no
LEFT JOIN english_name AS e ON e.kind = 'zone' AND e.of = z.id AND z.name = first.name
"""

_ZONES_GONE: Final = """
SELECT DISTINCT body FROM body_event WHERE kind = 'zone' AND what <> 'renamed' AND on_day <= ?
"""

RuleKey = tuple[int, str, str, str]
"""Instrument, mode, act and type of item; '' for the rule of every other type."""


class FactReader:
    """Reads facts of one registry. What is small, as rules and bodies, is read once and kept.

    `zone`: its id, where delegations that it has and had are wanted alone.
    """

    def __init__(self, conn: sqlite3.Connection, zone: str | None = None) -> None:
        self._conn = conn
        self._zone = zone
        self._effects: dict[tuple[int, str, str], list[tuple[Any, ...]]] | None = None
        self._event_days: list[str] | None = None
        self._bodies: dict[int, Bodies] = {}
        self._stated: dict[int, tuple[Any, ...]] = {}
        # Delegations of one list are alike: what they have in common is made once.
        self._periods: dict[tuple[int, str], Period] = {}
        self._standings: dict[tuple[tuple[Any, ...], ...], tuple[Standing, ...]] = {}

    def items_of(self, items: Iterable[int] | None = None) -> dict[int, list[Delegation]]:
        """Item → its delegations, in the order of the registry. `items`: numbers; None: all."""
        numbers = None if items is None else list(items)
        known = self._items(numbers)
        self._stated = {no: tuple(row) for no, *row in self._conn.execute(_STATED)}
        delegations = self._rows(_DELEGATIONS, numbers)
        whole = numbers is None and self._zone is None
        only = None if whole else self._with_ancestors(delegations)
        periods = self._rows(_PERIODS, numbers)
        standing = self._delegation_rows(_STANDING, only)
        agreements = self._delegation_rows(_AGREEMENTS, only)
        proofs = self._rows(_PROOFS, numbers)
        return {
            item: [
                self._delegation(
                    row,
                    known[item],
                    periods.get(row[0], ()),
                    standing.get(row[0], ()),
                    agreements.get(row[0], ()),
                    proofs.get(row[0], ()),
                )
                for row in rows
            ]
            for item, rows in delegations.items()
        }

    def _items(self, numbers: list[int] | None) -> dict[int, Item]:
        departments: dict[int, list[int]] = defaultdict(list)
        for item, department in self._select(_DEPARTMENTS, numbers):
            departments[item].append(department)
        return {
            row[0]: Item(*(*row, tuple(departments[row[0]])))
            for row in self._select(_ITEMS, numbers)
        }

    def _select(self, sql: str, numbers: list[int] | None) -> sqlite3.Cursor:
        """The rows on items, or on all, and on delegations of the zone."""
        of_items = "1" if numbers is None else _OF_ITEMS
        held = "1" if self._zone is None else _HELD
        values = {"items": json.dumps(numbers), "zone": self._zone}
        return self._conn.execute(sql.format(items=of_items, held=held), values)

    def _rows(self, sql: str, numbers: list[int] | None) -> dict[int, list[tuple[Any, ...]]]:
        """Rows by their first column; those of delegations by the item, their second."""
        place = 1 if sql is _DELEGATIONS else 0
        found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for row in self._select(sql, numbers):
            found[row[place]].append(row)
        return found

    def _with_ancestors(self, delegations: dict[int, list[tuple[Any, ...]]]) -> list[int]:
        """Numbers of the delegations of `_DELEGATIONS`, and of all that they derive from."""
        rows = [row for of_item in delegations.values() for row in of_item]
        found = {no for no, *_rest in rows}
        parents = {row[-1] for row in rows if row[-1] is not None}
        while lacking := sorted(parents - found):
            found.update(lacking)
            parents = {no for (no,) in self._conn.execute(_PARENTS, (json.dumps(lacking),))}
        return sorted(found)

    def _delegation_rows(self, sql: str, only: list[int] | None) -> dict[int, list[Any]]:
        """Rows by their first column, a delegation. `only`: these, with all they derive from."""
        found: dict[int, list[Any]] = defaultdict(list)
        rows = self._conn.execute(sql) if only is None else select_narrowed(self._conn, sql, only)
        for no, *rest in rows:
            found[no].append(rest)
        return found

    def _delegation(
        self,
        row: tuple[Any, ...],
        item: Item,
        periods: Iterable[tuple[Any, ...]],
        standing: Iterable[Any],
        agreements: Iterable[Any],
        proofs: Iterable[tuple[Any, ...]],
    ) -> Delegation:
        no, _item, zone, zone_no, parent, loaded, parent_no = row
        proofs = list(proofs)
        return Delegation(
            no,
            item,
            zone,
            zone_no,
            [self._period(item, period, holder) for _no, period, holder in periods],
            self._shared(tuple(map(tuple, standing))),
            [
                Agreement(
                    number,
                    from_on,
                    to_on,
                    ended,
                    frozenset(acts.split(";") if acts else ()),
                    expires_on is not None,
                    provenance,
                )
                for number, from_on, to_on, ended, acts, expires_on, provenance in agreements
            ],
            {duty: done_on for _no, duty, _announces, done_on in proofs},
            min((day for _no, _duty, announces, day in proofs if announces), default=None),
            Parent(parent, bool(loaded), parent_no) if parent else None,
        )

    def _shared(self, rows: tuple[tuple[Any, ...], ...]) -> tuple[Standing, ...]:
        if rows not in self._standings:
            self._standings[rows] = tuple(Standing(*row) for row in rows)
        return self._standings[rows]

    def _period(self, item: Item, no: int, zone: str) -> Period:
        key = (no, zone)
        if key in self._periods:
            return self._periods[key]
        from_on, to_on, state, instrument, mode, entrusts, needs, *stated = self._stated[no]
        scope, remark, territory, number, heading, opened, clause = stated
        withdrawn = state == "withdrawn" and opened is not None
        period = Period(
            *(from_on, to_on, state, zone, instrument, mode, bool(entrusts), bool(needs)),
            *(scope, remark, territory, number, heading),
            self._transition(item, opened, clause, from_on) if withdrawn else None,
        )
        if not withdrawn:
            self._periods[key] = period
        return period

    def _transition(self, item: Item, by: int, clause: str, day: str) -> Transition | None:
        """What the effect that withdrew the item says of cases that were begun before."""
        if self._effects is None:
            self._effects = defaultdict(list)
            for instrument, cited, first, *rest in self._conn.execute(_EFFECTS, _ENDS):
                self._effects[instrument, cited, first].append(tuple(rest))
        for target, items, what, number, heading in self._effects.get((by, clause, day), ()):
            named = {"all", f"annex:{item.annex}", item.id}
            if target == item.instrument and named & set(items.split(";")):
                return Transition(what, number, heading)
        return None

    def acts(self) -> dict[str, Act]:
        """The acts by their ids, in their order."""
        rows = self._conn.execute("SELECT id, name, name_en FROM act ORDER BY position")
        return {row[0]: Act(*row) for row in rows}

    def rules(self) -> dict[RuleKey, Rule]:
        """Every rule of the registry."""
        return {
            (instrument, mode, act, type_): _rule(*values)
            for instrument, mode, act, type_, *values in self._conn.execute(_RULES)
        }

    def event_days(self) -> list[str]:
        """The days on which something happened to a body, in their order."""
        if self._event_days is None:
            days = self._conn.execute("SELECT DISTINCT on_day FROM body_event ORDER BY on_day")
            self._event_days = [on_day for (on_day,) in days]
        return self._event_days

    def bodies_on(self, day: str) -> Bodies:
        """Bodies by the names of the day, and who answers for those that are gone by it."""
        since = bisect_right(self.event_days(), day)
        if since not in self._bodies:
            self._bodies[since] = self._read_bodies(day)
        return self._bodies[since]

    def _read_bodies(self, day: str) -> Bodies:
        departments: dict[int, list[Body]] = defaultdict(list)
        views = with_views(("departments", "department_successions", "zones"))
        for no, *names in self._conn.execute(views + _DEPARTMENTS_OF_DAY, {"as_of": day}):
            departments[no].append(Body(*names))
        zones = {
            names[0]: Body(*names)
            for names in self._conn.execute(views + _ZONES_OF_DAY, {"as_of": day})
        }
        gone = frozenset(body for (body,) in self._conn.execute(_ZONES_GONE, (day,)))
        return Bodies(departments, zones, gone)


def _rule(
    answer: str,
    basis: str,
    clause: str,
    number: str,
    needs_agreement: int,
    by_agreement: int,
    name_of: str | None,
    seal_zh: str | None,
    seal_en: str | None,
    respondent: str | None,
    answered_by: str | None,
    condition_zh: str | None,
    condition_en: str | None,
    duty: str | None,
    contested_zh: str | None,
    contested_en: str | None,
) -> Rule:
    return Rule(
        *(answer, basis, clause, number, bool(needs_agreement), bool(by_agreement), name_of),
        _both(seal_zh, seal_en),
        *(respondent, answered_by, _both(condition_zh, condition_en), duty),
        _both(contested_zh, contested_en),
    )


def _both(zh: str | None, en: str | None) -> dict[str, str] | None:
    return {"zh": zh, "en": en or zh} if zh is not None else None
