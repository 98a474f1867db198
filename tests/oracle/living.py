"""What holds on a day in a registry that lives: everything is replayed up to that day.

No intervals: delegations are made and changed step by step, as the instruments and the events of
bodies say, in the order of their first days. Nothing here looks at the registry's own periods,
effects or views. A reading that the design leaves open is marked "reading".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registry.workdays import Calendar, UncoveredDay
from tests.oracle.world import (
    Act,
    Key,
    Row,
    World,
    delegations_of,
    first_day,
    items_of,
    names_item,
    zones_of,
)

IN_FORCE = ("conferred", "suspended")
SAYS = {
    "before": "尚未生效",
    "conferred": "已赋权",
    "suspended": "已中止",
    "ended": "已收回",
    "expired": "已到期",
    "withdrawn": "不再实施",
}
_STATED = ("mode", "scope", "remark", "territory")


@dataclass
class Grant:
    """A delegation as it stands. `duties_of`: the instrument whose duties are owed, if any are."""

    state: str
    zone: str
    duties_of: str | None
    counted: str
    mode: str
    scope: str | None
    remark: str | None
    territory: str | None
    ends: str | None
    limited: bool
    """Whether its instrument confers for a time."""
    since: dict[str, str]
    """Each zone that has held it → the day on which it took over; of the first: ""."""
    before: str | None = None
    """The mode that a withdrawal has put its own in the place of."""
    ended_by: tuple[str, Row] | None = None
    """The instrument and the effect that ended it, if one did."""


@dataclass
class Answers:
    """What holds on a day, each part as the view of that name has it."""

    delegations: dict[str, tuple[Any, ...]]
    obligations: dict[tuple[str, str], tuple[Any, ...]]
    bodies: set[tuple[str, str, str, str]]
    never: set[str]
    """Delegations that no effect confers in the end, and that are not announced on the day."""


def on(world: World, calendar: Calendar, day: str, ever: Collection[Key]) -> Answers:
    """Everything that holds on the day. `ever`: what is conferred some day."""
    return Replay(world, calendar, day).answers(ever)


def ever_conferred(world: World, calendar: Calendar) -> Collection[Key]:
    """The delegations that are conferred some day: not each that an instrument announces is."""
    return Replay(world, calendar, "9999-12-31").grants.keys()


def _next(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(1)).isoformat()


class Replay:
    """The delegations of a world, after all that befell them up to a day."""

    def __init__(self, world: World, calendar: Calendar, day: str) -> None:
        self.world, self.calendar, self.day = world, calendar, day
        self.grants: dict[Key, Grant] = {}
        self.announced: dict[Key, Grant] = {}
        self.gone: dict[str, tuple[str, str | None]] = {}
        self.prolonged: list[Row] = []
        self.items = {
            (act.id, row["id"]): (annex, row) for act in world.acts for annex, row in items_of(act)
        }
        for first, _order, step, *what in sorted(self._steps(), key=lambda known: known[:2]):
            if first > day:
                break
            self._expire(first)
            step(*what)
        self._expire(day)
        self._announce()

    def _steps(self) -> Iterator[tuple[Any, ...]]:
        """(first day, order on that day, what to do)."""
        for event in self.world.events:
            yield event["on"], ("0", ""), self._event, event
        for act in self.world.acts:
            yield act.issued, ("1", act.issued), self._confer, act
            for effect in act.stated.get("effects", []):
                begins = self.world.act(effect["target"]).issued
                # What acts from the beginning of the target keeps its place among its like.
                order = ("2", first_day(effect), act.issued)
                yield max(begins, first_day(effect)), order, self._effect, act, effect

    # steps

    def _confer(self, act: Act) -> None:
        for annex, row in items_of(act):
            for zone in zones_of(act, row):
                self.grants[act.id, row["id"], zone] = self._grant(act, act, annex, row, zone)

    def _grant(self, source: Act, target: Act, annex: Row, row: Row, zone: str) -> Grant:
        """A delegation as an instrument confers it. `source`: the one that does."""
        state = "withdrawn" if annex["role"] == "withdrawn" else "conferred"
        # Reading: what is conferred on a further delegate lasts as long as the instrument itself.
        until = target.stated.get("valid_until")
        # Reading: who names a zone that is gone means its successor; without one, it ends at once.
        since = self._holders(zone)
        holder = self._holder(zone)
        return Grant(
            state if holder or state == "withdrawn" else "ended",
            holder or zone,
            target.id if holder else None,
            source.issued,
            row["mode"],
            row["scope"] or None,
            row.get("remark") or None,
            None,
            until if state == "conferred" else None,
            until is not None,
            since,
        )

    def _holders(self, zone: str) -> dict[str, str]:
        """A zone and those that took over from it by now, each with the day on which it did."""
        found = {zone: ""}
        while zone in self.gone:
            on, successor = self.gone[zone]
            if successor is None:
                break
            found[successor], zone = on, successor
        return found

    def _holder(self, zone: str) -> str | None:
        """Who holds now what is conferred on a zone; None where it is gone without a successor."""
        last = list(self._holders(zone))[-1]
        return None if last in self.gone else last

    def _expire(self, day: str) -> None:
        for grant in self.grants.values():
            if grant.state in IN_FORCE and grant.ends is not None and grant.ends < day:
                grant.state, grant.duties_of = "expired", None

    def _event(self, event: Row) -> None:
        if event["what"] == "renamed":
            return
        self.gone[event["from"]] = event["on"], event.get("to")
        for grant in self.grants.values():
            if grant.zone == event["from"]:
                if event["what"] != "abolished":
                    grant.zone = event["to"]
                    grant.since[event["to"]] = event["on"]
                else:
                    grant.duties_of = None
                    grant.state = "ended" if grant.state in IN_FORCE else grant.state

    def _effect(self, act: Act, effect: Row) -> None:
        kind = effect["kind"]
        if kind == "extends-to":
            self._extend_to(act, effect)
            return
        if kind == "extends":
            self.prolonged.append(effect)
        for key, grant in self.grants.items():
            if self._concerns(effect, key, grant):
                self._change(kind, act, effect, grant)

    def _concerns(self, effect: Row, key: Key, grant: Grant) -> bool:
        _annex, row = self.items[key[:2]]
        delegates = effect.get("delegates", ["all"])
        named = delegates == ["all"] or {key[2], grant.zone} & {*delegates}
        return key[0] == effect["target"] and names_item(effect, row) and bool(named)

    def _change(self, kind: str, act: Act, effect: Row, grant: Grant) -> None:
        own = effect.get("mode") in {mode["name"] for mode in act.stated.get("modes", [])}
        if kind in ("withdraws", "replaces") and grant.state in IN_FORCE:
            grant.state, grant.duties_of, grant.ended_by = "ended", None, (act.id, effect)
            if own:
                grant.before, grant.mode = grant.mode, effect["mode"]
                grant.duties_of, grant.counted = act.id, act.issued
        elif kind in ("amends", "corrects") and grant.state in IN_FORCE:
            if effect.get("mode", grant.mode) != grant.mode:
                grant.counted = act.issued
            for name in _STATED:
                setattr(grant, name, effect.get(name, getattr(grant, name)))
        elif kind == "suspends" and grant.state == "conferred":
            grant.state = "suspended"
        elif kind == "resumes" and grant.state == "suspended":
            grant.state, grant.counted = "conferred", act.issued
        elif kind == "extends" and grant.limited:
            # Reading: it prolongs what is withdrawn as well, should that be conferred again.
            carried_on = self._prolong(grant, effect)
            if grant.state == "expired" and grant.zone not in self.gone:
                grant.state, grant.duties_of = "conferred", effect["target"]
                # Reading: where no day lies between, it is carried on.
                grant.counted = grant.counted if carried_on else act.issued

    def _prolong(self, grant: Grant, effect: Row) -> bool:
        """Move the end of a grant; whether no day lies between that and the time that it had."""
        carried_on = grant.ends is None or _next(grant.ends) >= first_day(effect)
        grant.ends = max(grant.ends or "", effect["until"]) if carried_on else effect["until"]
        return carried_on

    def _extend_to(self, act: Act, effect: Row) -> None:
        for key, grant in self._extended(act, effect):
            held = self.grants.get(key)
            if self._holds(key) or (held is not None and held.state in IN_FORCE):
                continue
            if held is None:
                self.grants[key] = grant
                # It lasts as long as what its instrument confers: what was prolonged is.
                for prolonged in self.prolonged if grant.limited else ():
                    if self._concerns(prolonged, key, grant):
                        self._prolong(grant, prolonged)
            elif self._holder(key[2]) is not None:
                # Reading: conferred again as it was when it ended, but for what the effect states.
                grant.mode = effect.get("mode", held.before or held.mode)
                for name in _STATED[1:]:
                    setattr(grant, name, effect.get(name, getattr(held, name)))
                # Reading: for as long as its instrument, if that has not expired by then.
                lasts = held.ends is not None and held.ends >= first_day(effect)
                grant.ends = held.ends if lasts else None
                self.grants[key] = grant

    def _holds(self, key: Key) -> bool:
        """Whether who would hold it has the item in force, as its own or as another's successor."""
        holder = self._holder(key[2])
        return any(
            other[:2] == key[:2] and grant.zone == holder and grant.state in IN_FORCE
            for other, grant in self.grants.items()
        )

    def _extended(self, act: Act, effect: Row) -> Iterator[tuple[Key, Grant]]:
        target = self.world.act(effect["target"])
        for annex, row in items_of(target):
            if names_item(effect, row):
                for zone in effect["to"]:
                    grant = self._grant(act, target, annex, row, zone)
                    for name in _STATED:
                        setattr(grant, name, effect.get(name, getattr(grant, name)))
                    yield (target.id, row["id"], zone), grant

    def _announce(self) -> None:
        """What is issued and begins later is owed from the issue on: of several, what begins first.

        Nothing is announced to a zone that would hold it already, or that is gone.
        """
        coming = [
            (first_day(effect), act.issued, act, effect)
            for act in self.world.acts
            for effect in act.stated.get("effects", [])
            if effect["kind"] == "extends-to" and act.issued <= self.day < first_day(effect)
        ]
        for _begins, _issued, act, effect in sorted(coming, key=lambda known: known[:2]):
            for key, grant in self._extended(act, effect):
                if key not in self.grants and not self._holds(key) and grant.state == "conferred":
                    grant.state = "before"
                    self.announced.setdefault(key, grant)

    def terms(self, key: Key) -> Grant:
        """A grant as it stands; what has not begun, as announced or as its item's row has it."""
        act, listed = self.world.act(key[0]), self.items[key[:2]]
        known = self.grants.get(key) or self.announced.get(key)
        return known or self._grant(act, act, *listed, key[2])

    # answers

    def answers(self, ever: Collection[Key]) -> Answers:
        """All parts."""
        found = Answers({}, {}, set(), set())
        for key in delegations_of(self.world):
            instrument, item, zone = key
            subject = f"{instrument}:{item}-{zone}"
            grant = self.grants.get(key)
            if grant is None and key not in ever and key not in self.announced:
                found.never.add(subject)
            elif grant is None:
                found.delegations[subject] = (0, SAYS["before"])
            elif grant.state == "conferred":
                stated = (grant.mode, grant.scope, grant.remark, grant.territory, grant.zone)
                found.delegations[subject] = (1, SAYS["conferred"], *stated)
            else:
                found.delegations[subject] = (0, SAYS[grant.state])
            self._owe(found, subject, key, grant or self.announced.get(key))
        return found

    def _owe(self, found: Answers, subject: str, key: Key, grant: Grant | None) -> None:
        if grant is None or grant.duties_of is None or grant.state in ("suspended", "expired"):
            return
        _annex, row = self.items[key[:2]]
        for duty in self.world.act(grant.duties_of).stated["duties"]:
            if grant.mode in duty["modes"] and duty.get("initiation") in (None, row["initiation"]):
                due = self._due(duty, grant.counted)
                met = self._met(duty, key, grant, row)
                status = "ok" if met else self._open(due)
                found.obligations[subject, duty["id"]] = (grant.zone, due, met, status)
                for kind, body in self._bodies(duty, grant, row):
                    found.bodies.add((subject, duty["id"], kind, body))

    def _due(self, duty: Row, counted: str) -> str | None:
        start = date.fromisoformat(counted)
        try:
            if duty.get("unit") == "calendar":
                due = self.calendar.roll(start + timedelta(duty["amount"]))
            else:
                due = self.calendar.add(start, duty["amount"])
        except UncoveredDay:
            return None
        return due.date.isoformat()

    def _open(self, due: str | None) -> str:
        if due is None:
            return "manual"
        return "pending" if self.day <= due else "alarm"

    def _met(self, duty: Row, key: Key, grant: Grant, row: Row) -> str | None:
        """The first day up to now on which a paper proved it."""
        instrument, item, _zone = key
        ledger = self.world.act(instrument).ledger
        if duty.get("proof") == "agreement":
            days = [
                agreement["signed_on"]
                for agreement in ledger.get("agreements", [])
                if item in agreement["covers"].split(";")
                and agreement["zone"] in grant.since
                and self.stands_for(row, agreement["department"]) is not None
            ]
        else:
            # Reading: a paper of the successor counts from the day on which it took over.
            days = [
                max(proof["done_on"], grant.since.get(proof["zone"], ""))
                for proof in ledger.get("deliverables", [])
                if proof["duty"] == duty["id"]
                and item in proof["covers"].split(";")
                and proof["zone"] in ("", *grant.since)
            ]
        return min((day for day in days if day <= self.day), default=None)

    def stands_for(self, row: Row, department: str) -> str | None:
        """The day from which a department stands for that of the item: "" for that one itself.

        Reading: what it signed passes to its successor as what it owes does, whenever it signed.
        """
        for day in sorted({"", *(e["on"] for e in self.world.events if e["on"] <= self.day)}):
            _now, ever = self._succession(row["department"], day)
            if ever & self._succession(department, day)[1]:
                return str(day)
        return None

    def _followers(self, row: Row) -> set[str]:
        """Who answers on the day for what the item's department owed; the office for nobody."""
        return self._succession(row["department"], self.day)[0] or {"office"}

    def _succession(self, department: str, day: str) -> tuple[set[str], set[str]]:
        """Who stands in a department's place on the day, and all that ever did."""
        now, ever = {department}, {department}
        ended = [e for e in self.world.events if e["on"] <= day and e["what"] != "renamed"]
        for when in sorted({e["on"] for e in ended}):
            events = [e for e in ended if e["on"] == when and e["from"] in now]
            now -= {e["from"] for e in events}
            now |= {e["to"] for e in events if e["what"] != "abolished"}
            ever |= now
        return now, ever

    def _bodies(self, duty: Row, grant: Grant, row: Row) -> Iterator[tuple[str, str]]:
        for kind in duty["owed_by"]:
            if kind == "zone":
                yield kind, grant.zone
            else:
                for body in self._followers(row):
                    yield kind, body if kind == "department" else "office"
