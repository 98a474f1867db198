"""Random cases and permissions in a small world, around the days on which something changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from registry.workdays import Calendar, UncoveredDay
from tests.oracle.authority import ACTS, boundaries
from tests.oracle.case_world import (
    DEPARTMENT,
    ZONE,
    Body,
    Case,
    Item,
    Limit,
    Permission,
    Step,
    Stop,
)
from tests.oracle.world import World, delegations_of, first_day, items_of

LIMITS = {"行政许可": Limit(5, "working", 3), "行政处罚": Limit(9, "calendar", 0)}
"""Short ones, so that small worlds see them passed."""
ROLES = ("receive", "accept", "examine", "decide", "issue")
_RESULTS = (
    *("出证办结", "办结", "办结", "转报办结", "不予许可", "纸质", None),
    *("退回", "作废", "删除", "补正不来", "在办"),
)
_STOPS = ("听证", "检测", "公示", "补正", "其他", "延期", "延期")
_NAMES = ("department", "department", "delegate", "delegate-if-authorised", "zone-by-status")
_DEPARTMENTS = ("jia", "yi", "bing")


def state_names(world: World, random: Random) -> None:
    """State in whose name it is done, by the rules of acts."""
    for act in world.acts:
        for rule in act.stated.get("act_rules", []):
            rule["name_of"] = random.choice(_NAMES)


def cite(world: World, codes: Iterable[str]) -> None:
    """Let every instrument rest these rules on a clause: what cites nothing is not evaluated."""
    for act in world.acts:
        clause = next(c for c in act.stated["clauses"] if c["id"] == "C10")
        clause["rules"] = [*clause["rules"], *codes]


class Drawn:
    """Draws cases and permissions for a world."""

    def __init__(self, world: World, calendar: Calendar, random: Random, as_of: str) -> None:
        self.random, self.calendar, self.as_of = random, calendar, as_of
        self.keys = [*delegations_of(world)]
        self.items: list[Item] = [
            (act.id, row["id"]) for act in world.acts for _annex, row in items_of(act)
        ]
        self.zones = sorted(
            {key[2] for key in self.keys}
            | {zone["id"] for act in world.acts for zone in act.stated["zones"]}
        )
        issued = world.acts[0].issued
        self.days = [d for d in boundaries(world) if issued[:7] < d <= _plus(as_of, 30)]
        self.handovers = [
            (effect["target"], first_day(effect))
            for act in world.acts
            for effect in act.stated.get("effects", [])
            if effect["kind"] in ("withdraws", "replaces")
        ]

    def cases(self, n: int) -> list[Case]:
        """So many of them."""
        return [self.case(f"{place:04}") for place in self.random.sample(range(9999), n)]

    def case(self, number: str) -> Case:
        """One; most are in good order but for what the days bring."""
        random = self.random
        instrument, item, zone = random.choice(self.keys)
        accepted = random.choice(self.days)
        if self.handovers and random.random() < 0.3:
            # Accepted before a handover, and open after it.
            instrument, handover = random.choice(self.handovers)
            accepted = _plus(handover, -random.choice([0, 1, 1, 3]))
            fitting = [key for key in self.keys if key[0] == instrument]
            instrument, item, zone = random.choice(fitting or self.keys)
        matched = random.choice(["code"] * 6 + ["name", "name", "doubtful", "none"])
        case = Case(
            number,
            (instrument, item) if matched in ("code", "name") else None,
            matched,
            self._body(zone),
            self._maybe(0.9, _plus(accepted, -random.choice([0, 1, 5, -1]))),
            self._maybe(0.95, accepted),
        )
        case.promised_on = self._maybe(0.6, self._after(accepted))
        case.result = random.choice(_RESULTS)
        if random.random() < 0.8:
            case.decided_on = self._after(accepted)
            case.decided_by = case.accepted_by if random.random() < 0.6 else self._body(zone)
            case.seal = self._body(zone) if random.random() < 0.7 else None
        case.steps = [self._step(zone, accepted) for _ in range(random.choice([0, 0, 1, 3]))]
        case.stops = [self._stop(accepted) for _ in range(random.choice([0, 0, 0, 1, 2, 3]))]
        return case

    def permissions(self, n: int) -> list[Permission]:
        """So many, of few holders."""
        random, drawn = self.random, []
        for _ in range(n):
            instrument, item, zone = random.choice(self.keys)
            body = self._body(zone)
            holder = f"{body[1] if body else 'nobody'}-{random.randint(1, 2)}"
            what = None if random.random() < 0.05 else (instrument, item)
            act = None if random.random() < 0.05 else random.choice(ACTS)
            drawn.append(Permission(holder, body, what, act))
        return drawn

    def _maybe(self, chance: float, day: str) -> str | None:
        return day if self.random.random() < chance else None

    def _body(self, zone: str) -> Body | None:
        kind = self.random.random()
        if kind < 0.7:
            return ZONE, zone
        if kind < 0.82:
            return ZONE, self.random.choice(self.zones)
        return None if kind > 0.95 else (DEPARTMENT, self.random.choice(_DEPARTMENTS))

    def _after(self, day: str) -> str:
        """A day after another, often just within a limit or just past it; now and then before."""
        random = self.random
        if random.random() < 0.3:
            return random.choice([d for d in self.days if d >= day] or [day])
        limit = random.choice([*LIMITS.values()])
        amount = limit.amount + random.choice([0, limit.extension]) + random.choice([-1, 0, 1, 2])
        if random.random() < 0.05:
            return _plus(day, -2)
        try:
            return self._workday(day, amount) if limit.unit == "working" else _plus(day, amount)
        except UncoveredDay:
            return _plus(day, amount)

    def _workday(self, day: str, amount: int) -> str:
        start = date.fromisoformat(day)
        while amount > 0:
            start += timedelta(1)
            amount -= self.calendar.is_workday(start)
        return start.isoformat()

    def _step(self, zone: str, accepted: str) -> Step:
        random = self.random
        started = _plus(accepted, random.randint(-1, 9))
        ended = _plus(started, random.choice([0, 0, 2, 5, -1]))
        act = random.choice([*ACTS, *ROLES, None])
        return Step(act, self._body(zone), self._maybe(0.9, started), self._maybe(0.8, ended))

    def _stop(self, accepted: str) -> Stop:
        random = self.random
        first = _plus(accepted, random.randint(-2, 8))
        last = _plus(first, random.choice([0, 1, 2, 3, 7, 7, 14, -1]))
        return Stop(random.choice(_STOPS), first, last if random.random() < 0.85 else None)


def _plus(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()
