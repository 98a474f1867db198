"""The periods of one delegation: what changes, one after the other, make of the first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

State = Literal["conferred", "suspended", "withdrawn", "expired"]

NEVER: Final = "9999-12-31"
"""The first day of what is never owed."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a delegation: a row of the table `period` without number and position.

    Days are ISO 8601, both included; `to_on` None: open. `zone`: the number of the successor that
    holds it; None: the zone that it was conferred on. What was announced and never began ends
    before its first day: it was owed from `owed_from` until then.
    """

    from_on: str
    to_on: str | None
    state: State
    zone: int | None
    instrument: int
    mode: str
    initiation: str
    scope: str | None
    remark: str | None
    territory: str | None
    counted_on: str
    owed_from: str
    opened_by: int | None
    opening_clause: str
    closed_by: int | None = None
    closing_clause: str | None = None


class Change(NamedTuple):
    """What an effect, or an event of the zone, does to a delegation.

    `on`: the first day of what is new. `instrument`, `issued_on`: who states it, and when; None for
    an event. `own_mode`: whether `mode` is a mode of that instrument, not of the one it changes.
    `rank`: its place among the effects of one day of issue.
    """

    on: str
    kind: str
    clause: str
    instrument: int | None = None
    issued_on: str | None = None
    mode: str | None = None
    own_mode: bool = False
    scope: str | None = None
    remark: str | None = None
    territory: str | None = None
    until: str | None = None
    zone: int | None = None
    rank: int = 0

    @property
    def order(self) -> tuple[str, bool, str, int]:
        """By the day; of one day, what expires with the day before, events, and then effects in the
        order in which they were issued.
        """
        return self.on, self.kind != "expires", self.issued_on or "", self.rank


def periods_after(first: Period, changes: Iterable[Change]) -> list[Period]:
    """The periods of a delegation that begins as `first`, after changes in whatever order.

    They follow each other without a gap, and the last is open. A change that finds nothing to
    change, as the resumption of what is not suspended, changes nothing.
    """
    periods, stood, holder, gone = [first], first, first.zone, False
    for change in sorted(changes, key=lambda change: change.order):
        last = periods[-1]
        stood = last if stands(last) else stood
        holder = change.zone if change.kind == "successor" else holder
        gone = gone or change.kind == "abolished"
        opened = _opened(last, change, stood)
        if opened is not None and stands(opened) and not stands(last):
            # The zone may have passed to another, or to none, since it ended.
            opened = None if gone else replace(opened, zone=holder)
        if opened is None:
            continue
        if opened.from_on <= last.from_on:
            # It holds from the beginning of the period, which it replaces; nothing is owed sooner.
            owed_from = max(opened.owed_from, first.owed_from)
            periods[-1] = replace(opened, from_on=last.from_on, owed_from=owed_from)
            continue
        periods[-1] = replace(
            last,
            to_on=day_before(opened.from_on),
            closed_by=change.instrument,
            closing_clause=change.clause,
        )
        periods.append(opened)
    return periods


def _opened(last: Period, change: Change, stood: Period) -> Period | None:
    """The period that a change opens; None where there is nothing for it to change.

    `stood`: how the delegation stood before it ended. On these terms it is conferred again, unless
    others are stated.
    """
    opened = replace(
        last,
        from_on=change.on,
        to_on=None,
        opened_by=change.instrument,
        opening_clause=change.clause,
        closed_by=None,
        closing_clause=None,
    )
    counted_on = change.issued_on or last.counted_on
    conferred = replace(opened, state="conferred", counted_on=counted_on, owed_from=change.on)
    if change.kind == "suspends":
        in_force = last.state == "conferred"
        return replace(opened, state="suspended", owed_from=NEVER) if in_force else None
    if change.kind == "resumes":
        return conferred if last.state == "suspended" else None
    if change.kind == "extends":
        return conferred if last.state == "expired" else None
    if change.kind == "extends-to":
        return None if stands(last) else on_terms(conferred, change, stood)
    if change.kind == "successor":
        # Also who owes what the end of a power asks for.
        owes = stands(last) or last.owed_from != NEVER
        owed_from = max(last.owed_from, change.on)
        return replace(opened, zone=change.zone, owed_from=owed_from) if owes else None
    if not stands(last):
        nobody_owes = change.kind == "abolished" and last.owed_from != NEVER
        return replace(opened, owed_from=NEVER) if nobody_owes else None
    if change.kind in ("withdraws", "replaces", "abolished", "expires"):
        return _ended(opened, change)
    return _amended(last, opened, change)


def joined(opening: Change, changes: Iterable[Change]) -> list[Change]:
    """Of changes, those that concern a zone that joins later, by the change `opening`.

    What was amended, suspended or ended before it joined was the others'.
    """
    of_the_zone = ("successor", "abolished", "expires")
    return [c for c in changes if c.order > opening.order or c.kind in of_the_zone]


def _ended(opened: Period, change: Change) -> Period:
    """What comes after the end: nothing is owed, unless the instrument has a mode for that."""
    if change.kind == "expires":
        return replace(opened, state="expired", owed_from=NEVER)
    by_instrument = change.kind in ("withdraws", "replaces")
    if by_instrument and change.mode and change.instrument and change.own_mode:
        return replace(
            opened,
            state="withdrawn",
            instrument=change.instrument,
            mode=change.mode,
            counted_on=change.issued_on or opened.counted_on,
            owed_from=change.on,
        )
    return replace(opened, state="withdrawn", owed_from=NEVER)


def on_terms(period: Period, change: Change, before: Period) -> Period:
    """The period on the terms that a change states, and for the rest on those of `before`."""
    own = change.instrument if change.own_mode else None
    return replace(
        period,
        instrument=own or before.instrument,
        mode=change.mode or before.mode,
        scope=change.scope or before.scope,
        remark=change.remark or before.remark,
        territory=change.territory or before.territory,
    )


def stands(period: Period) -> bool:
    """Whether the grant has not ended; it may be suspended."""
    return period.state in ("conferred", "suspended")


def _amended(last: Period, opened: Period, change: Change) -> Period:
    """The period with the terms that an amendment or correction gives it."""
    amended = on_terms(opened, change, last)
    if last.state == "suspended":
        return amended
    # The same is owed by the same day, only for less or for more; another mode is counted anew.
    same = (amended.instrument, amended.mode) == (last.instrument, last.mode)
    counted_on = last.counted_on if same else change.issued_on or last.counted_on
    return replace(amended, counted_on=counted_on, owed_from=change.on)


def day_before(day: str) -> str:
    """The day before."""
    return (date.fromisoformat(day) - timedelta(1)).isoformat()


def day_after(day: str) -> str:
    """The next day."""
    return (date.fromisoformat(day) + timedelta(1)).isoformat()


def expiries(valid_until: str, changes: Iterable[Change]) -> list[Change]:
    """When a conferral with an end expires, extensions considered: one change for each end.

    An extension that comes after the end begins a new time, which has an end of its own.
    """
    extensions = sorted((c for c in changes if c.kind == "extends"), key=lambda change: change.on)
    ends, end = [], valid_until
    for extension in extensions:
        if extension.on > day_after(end):
            ends.append(end)
            end = extension.until or end
        else:
            end = max(end, extension.until or end)
    return [Change(day_after(day), "expires", clause="") for day in (*ends, end)]
