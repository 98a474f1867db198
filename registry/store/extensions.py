"""Items that effects extend to further zones: which effect confers one, and what is owed before.

An effect confers nothing that its zone holds already, be it as another's successor. Until it takes
effect, what it confers is owed from its issue on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from registry.store.periods import (
    NEVER,
    Change,
    Period,
    day_before,
    joined,
    on_terms,
    periods_after,
    stands,
)


class Extension(NamedTuple):
    """An effect on an item and a zone that it is extended to.

    `effect`: its number. `first`: the period with which it begins the delegation, if it does.
    """

    effect: int
    change: Change
    first: Period


def extension(effect: int, change: Change, of_item: Period) -> Extension:
    """The extension by a change of an item whose own delegations begin with `of_item`."""
    first = replace(
        of_item,
        from_on=change.on,
        state="conferred",
        counted_on=str(change.issued_on),
        owed_from=change.on,
        opened_by=change.instrument,
        opening_clause=change.clause,
    )
    return Extension(effect, change, on_terms(first, change, of_item))


@dataclass
class Delegation:
    """A delegation of an item, to be settled with the others of the item.

    `zone`: the number of the zone that it is conferred on. `first`: its first period; None until an
    extension begins it. `effect`: the number of the one that does, or would.
    """

    zone: int
    first: Period | None
    changes: list[Change]
    extensions: list[Extension] = field(default_factory=list)
    effect: int | None = None

    def holder(self, day: str) -> int | None:
        """Number of the zone that stands on the day in the place of its zone; None: nobody does."""
        events = [c for c in self.changes if c.kind in ("successor", "abolished") and c.on <= day]
        return max(events, key=lambda c: c.order).zone if events else self.zone

    def holds(self, zone: int, day: str, before: Change | None = None) -> bool:
        """Whether that zone has it on the day, as its own or as a successor.

        With `before`, as it is when that change comes.
        """
        if self.first is None or not (self.zone == zone or self._passes_to(zone)):
            return False
        changes = [c for c in self.changes if before is None or c.order <= before.order]
        return any(
            stands(period) and (period.zone or self.zone) == zone
            for period in periods_after(self.first, changes)
            if period.from_on <= day and (period.to_on is None or day <= period.to_on)
        )

    def _passes_to(self, zone: int) -> bool:
        return any(c.kind == "successor" and c.zone == zone for c in self.changes)


def settle(delegations: Collection[Delegation]) -> None:
    """Decide for the delegations of one item which extensions begin one, or confer it again."""
    coming = [(e, d) for d in delegations for e in d.extensions]
    for extended, delegation in sorted(coming, key=lambda pair: pair[0].change.order):
        change = extended.change
        zone = delegation.holder(change.on)
        others = [other for other in delegations if other is not delegation]
        if zone is not None and any(other.holds(zone, change.on, change) for other in others):
            continue
        if delegation.first is None:
            delegation.first, delegation.effect = extended.first, extended.effect
            delegation.changes = joined(change, delegation.changes)
        else:
            delegation.changes.append(change)


def numbered_periods(
    delegation: Delegation, delegations: Collection[Delegation]
) -> list[tuple[int, Period]]:
    """The periods of a settled delegation, each with its position. `delegations`: all of the item.

    Position 0 has what was announced and then overtaken: such a period ends before it begins, and
    is there for what was owed until then.
    """
    first, periods = delegation.first, []
    if first is not None:
        periods = periods_after(first, delegation.changes)
    announced = list(_announced(delegation, delegations))
    if announced and periods and _continues(announced[-1], periods[0]):
        periods[0] = replace(periods[0], owed_from=announced.pop().owed_from)
    elif announced and not periods:
        periods.append(announced.pop())
    return [*((0, period) for period in announced), *enumerate(periods, start=1)]


def _announced(delegation: Delegation, delegations: Collection[Delegation]) -> Iterator[Period]:
    """What is owed before the delegation begins, one period for each stretch of days."""
    if delegation.effect is None:
        return
    others = [other for other in delegations if other is not delegation]
    begins = delegation.first.from_on if delegation.first else NEVER
    last: Period | None = None
    for day, next_day in _stretches(delegation, others, begins):
        period = _announced_on(delegation, others, day)
        if last and period and _continues(last, period):
            last = replace(last, to_on=day_before(next_day))
            continue
        if last:
            yield last
        last = period and replace(period, owed_from=day, to_on=day_before(next_day))
    if last:
        yield last


def _stretches(
    delegation: Delegation, others: Sequence[Delegation], begins: str
) -> Iterator[tuple[str, str]]:
    """Stretches of days before the delegation begins on which nothing changes, ends excluded."""
    days = {begins}
    for extended in delegation.extensions:
        days |= {str(extended.change.issued_on), extended.change.on}
    for changed in (delegation, *others):
        days |= {change.on for change in changed.changes}
        days |= {changed.first.from_on} if changed.first else set()
    before = sorted(day for day in days if day <= begins)
    yield from pairwise(before)


def _announced_on(delegation: Delegation, others: Sequence[Delegation], day: str) -> Period | None:
    """What is to begin first, of what is issued by the day and has not begun."""
    coming = [e for e in delegation.extensions if str(e.change.issued_on) <= day < e.change.on]
    zone = delegation.holder(day)
    if not coming or zone is None or any(other.holds(zone, day) for other in others):
        return None
    first = min(coming, key=lambda e: e.change.order).first
    return replace(first, zone=None if zone == delegation.zone else zone)


def _continues(former: Period, later: Period) -> bool:
    """Whether the same is owed by the same in both, without a day between."""
    return later.owed_from != NEVER and (
        *(former.instrument, former.mode, former.initiation, former.counted_on, former.zone),
    ) == (*(later.instrument, later.mode, later.initiation, later.counted_on, later.zone),)
