"""What changed when: every turn of a delegation's state, and of its terms, up to a day.

Turns of one day, zone and cause are one change: a notice that confers a list on a zone is not a
change an item.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from registry.authority.answering import Authority
from registry.authority.facts import EVER, Agreement, Delegation, Period
from registry.model.vocabulary import PROVENANCES, Provenance

TABLE: Final = "state_changes"
ITEM_TABLE: Final = "state_change_items"

_TERMS: Final = ("mode", "scope", "remark", "territory", "zone")
"""Terms of a period that a later one may make otherwise."""


class Cause(NamedTuple):
    """What brought a change about. `kind`: instrument (an effect, or the conferral), body (an event
    of a body), agreement, term (an agreement ran out), termination, or parent (what it derives
    from changed); `ref`: what it is called; `clause`: of an instrument."""

    kind: str
    ref: str | None = None
    clause: str | None = None
    provenance: Provenance = "official"


class Change(NamedTuple):
    """One change, without the items that it is of. `before`: the state until then; the same as
    `state` where only terms changed, which `terms` then names, joined by `;`. `annex_role`: what
    the instrument did to the items."""

    day: str
    zone: str
    before: str
    state: str
    mode: str | None
    terms: str | None
    cause: Cause
    instrument: str
    annex_role: str


def changes_of(delegation: Delegation, until: str) -> Iterator[Change]:
    """The changes of a delegation, in their order, up to and with the day `until`."""
    days = {standing.from_on for standing in delegation.standing}
    days |= {period.from_on for period in delegation.periods}
    for day in sorted(days):
        if EVER < day <= until:
            change = _change_on(delegation, day)
            if change is not None:
                yield change


def _change_on(delegation: Delegation, day: str) -> Change | None:
    now = delegation.state_on(day)
    before = _state_before(delegation, day)
    period, earlier = delegation.period_on(day), _period_before(delegation, day)
    terms = None
    if before == now:
        changed = [
            name
            for name in _TERMS
            if earlier is not None
            and period is not None
            and getattr(earlier, name) != getattr(period, name)
        ]
        if not changed:
            return None
        terms = ";".join(changed)
    return Change(
        day,
        delegation.holder_on(day),
        before,
        now,
        period.mode if period is not None else None,
        terms,
        _cause(delegation, day, period, now),
        delegation.item.instrument,
        delegation.item.annex_role,
    )


def _state_before(delegation: Delegation, day: str) -> str:
    """The state on the day before: that of the last stretch that began earlier."""
    return [one.state for one in delegation.standing if one.from_on < day][-1]


def _period_before(delegation: Delegation, day: str) -> Period | None:
    earlier = [period for period in delegation.periods if period.from_on < day]
    return earlier[-1] if earlier else None


def _cause(delegation: Delegation, day: str, period: Period | None, state: str) -> Cause:
    if period is not None and period.from_on == day:
        if period.opened_by is None:
            return Cause("body", None, period.clause)
        # What confers a whole list stands in several clauses; an effect names its own.
        first = period == delegation.periods[0]
        return Cause("instrument", period.opened_by, None if first else period.clause)
    for agreement in reversed(delegation.agreements):
        if agreement.from_on == day:
            return _of_agreement("agreement", agreement)
    ended = [one for one in delegation.agreements if one.to_on is not None and one.to_on < day]
    if state in ("委托届满", "已解除") and ended:
        last = max(ended, key=lambda one: one.to_on or "")
        return _of_agreement("term" if last.ended == "委托届满" else "termination", last)
    return Cause("parent", delegation.parent.reference if delegation.parent else None)


def _of_agreement(kind: str, agreement: Agreement) -> Cause:
    return Cause(kind, agreement.number, None, agreement.provenance)


def create_change_tables(conn: sqlite3.Connection, authority: Authority) -> None:
    """Make `temp.state_changes` and `temp.state_change_items` for the day of the views: `as_of`.

    A row a change, the latest first, and a row for each of its items.
    """
    (day,) = conn.execute("SELECT date FROM as_of").fetchone()
    conn.execute(
        f"CREATE TEMP TABLE {TABLE} (no INTEGER PRIMARY KEY, day, zone, before, state, mode, terms,"
        " cause, ref, clause, instrument, annex_role, provenance)"
    )
    conn.execute(f"CREATE TEMP TABLE {ITEM_TABLE} (change INTEGER, item_no INTEGER)")
    for no, (change, items) in enumerate(_grouped(authority.delegations(), day), start=1):
        cause = change.cause
        weakest = max(
            (cause.provenance, *(provenance for _item, provenance in items)),
            key=PROVENANCES.index,
        )
        conn.execute(
            f"INSERT INTO temp.{TABLE} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(no, change.day, change.zone, change.before, change.state, change.mode),
                *(change.terms, cause.kind, cause.ref, cause.clause, change.instrument),
                *(change.annex_role, weakest),
            ),
        )
        conn.executemany(
            f"INSERT INTO temp.{ITEM_TABLE} VALUES (?, ?)", [(no, item) for item, _of in items]
        )


def _grouped(
    delegations: Iterable[Delegation], day: str
) -> list[tuple[Change, list[tuple[int, Provenance]]]]:
    """Changes with their items, each with its provenance; the latest day first, else as found."""
    found: dict[Change, list[tuple[int, Provenance]]] = {}
    for delegation in delegations:
        for change in changes_of(delegation, day):
            of = (delegation.item.no, delegation.item.provenance)
            found.setdefault(change, []).append(of)
    return sorted(found.items(), key=lambda pair: pair[0].day, reverse=True)
