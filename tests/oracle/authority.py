"""Who may do what on a day, worked out from the design alone, for that one day.

No intervals: the grants are replayed up to the day, and each agreement, parent, rule and paper is
looked at as it stands on it. Nothing here looks at the registry's standing, rules or tables. A
reading that the design leaves open is marked "reading".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from registry.workdays import Calendar
from tests.oracle.living import Grant, Replay
from tests.oracle.records import FOREVER
from tests.oracle.world import Act, Key, Row, World, delegations_of, first_day

Value = bool | None
"""True, False, or None where it can't be determined."""

ACTS = (
    *("receive", "accept", "examine", "decide", "issue"),
    *("revoke", "inspect", "penalise", "coerce"),
)
STATES = (*("尚未生效", "待签协议", "生效", "中止", "委托届满", "已解除", "已收回", "上级失效"),)
YES, NO, UNDETERMINED = "yes", "no", "undetermined"
LAW = {"L1": "2012-01-01", "L3": "2021-07-15"}
"""The day from which each is in force: coercion can't be entrusted; penalties only in writing, for
a stated time, published."""

_VALUES: dict[str, Value] = {YES: True, NO: False, UNDETERMINED: None}
_NOT_CONFERRED = {
    "ended": "已收回",
    "withdrawn": "已收回",
    "expired": "委托届满",
    "suspended": "中止",
}
_FINISHING = ("examine", "decide", "issue")
"""What may be left to do of a case that was accepted before a handover."""
_TRANSITIONS: dict[str, Value] = {"former-finishes": True, "successor-takes": False}


@dataclass(frozen=True)
class Question:
    """May a zone do an act on an item on a day? `accepted_on`: in a case accepted on that day."""

    zone: str
    instrument: str
    item: str
    act: str
    day: str
    accepted_on: str | None = None
    strict: bool = False
    """Whether an entrustment without a stated basis is undetermined, and not only a caveat."""


def state(world: World, calendar: Calendar, key: Key, day: str) -> str:
    """The state of a delegation on the day: one of STATES."""
    return Day(world, calendar, day).state(key)


def answer(world: World, calendar: Calendar, question: Question) -> str:
    """Whether the zone may: yes, no or undetermined."""
    return Day(world, calendar, question.day).answer(question)


def premises(world: World, calendar: Calendar, question: Question) -> dict[str, Value]:
    """What the answer rests on: P1 to P7."""
    return Day(world, calendar, question.day).premises(question)


def who(
    world: World, calendar: Calendar, instrument: str, item: str, act: str, day: str
) -> set[str]:
    """Every zone that may."""
    return Day(world, calendar, day).who(instrument, item, act)


def concluded(values: dict[str, Value], *, strict: bool = False) -> str:
    """The answer that premises give."""
    if False in values.values():
        return NO
    caveat = () if strict else ("P6",)
    return UNDETERMINED if None in _without(values, caveat) else YES


def parent_of(row: Row) -> Key | None:
    """The delegation that an item is derived from, if its row declares one."""
    instrument, _, rest = row.get("derives_from", "").partition(":")
    item, _, zone = rest.rpartition("-")
    return (instrument, item, zone) if instrument else None


class Day:
    """A world on a day: for many questions about one day, as each replay takes its time."""

    def __init__(
        self, world: World, calendar: Calendar, day: str, others: Callable[[str], Day] | None = None
    ) -> None:
        """`others`: other days of the world, for whoever keeps them."""
        self.world, self.calendar, self.day = world, calendar, day
        self._other = others or partial(Day, world, calendar)
        self.replay = Replay(world, calendar, day)
        self._known = {*delegations_of(world)}
        self._loaded = {act.id for act in world.acts}

    # state

    def state(self, key: Key) -> str:
        """The state of a delegation."""
        grant = self.replay.grants.get(key)
        if grant is None:
            return "尚未生效"
        if grant.state != "conferred":
            return _NOT_CONFERRED[grant.state]
        parent = parent_of(self._row(key))
        # A delegation that the parent's instrument doesn't have has no grant: it never begins.
        if parent and parent[0] in self._loaded and self.state(parent) != "生效":
            return "上级失效"
        return self._agreed(key) if _needs(None, self._mode(key)) else "生效"

    def _agreed(self, key: Key) -> str:
        """The state of what is conferred and needs an agreement."""
        agreements = self._agreements(key)
        if any(a.in_force(self.day) for a in agreements):
            return "生效"
        over = [a for a in agreements if a.first <= a.last < self.day]
        last = max((a.last for a in over), default=None)
        if last is None:
            return "待签协议"
        return "已解除" if any(a.terminated_on == last for a in over) else "委托届满"

    def _agreements(self, key: Key) -> list[_Agreement]:
        """The agreements of the right parties that cover the item, whenever they are in force."""
        row, grant = self._row(key), self.replay.terms(key)
        found = []
        for paper in self._ledger(key, "agreements"):
            department = self.replay.stands_for(row, paper["department"])
            zone = grant.since.get(paper["zone"])
            if department is not None and zone is not None and _covers(paper, row):
                found.append(_Agreement(paper, max(department, zone)))
        return found

    # premises

    def answer(self, question: Question) -> str:
        """Whether the zone may."""
        return concluded(self.premises(question), strict=question.strict)

    def premises(self, question: Question) -> dict[str, Value]:
        """What the answer rests on, of the delegation that it rests on.

        Reading: of several that the zone holds, that of the best answer, for one is enough; then
        the one that was conferred on the zone itself, or comes first.
        """
        best: dict[str, Value] | None = None
        for key in self.delegations(question.zone, question.instrument, question.item):
            found = self.premises_of(key, question)
            if best is None or _rank(found, question) > _rank(best, question):
                best = found
        return best or {"P1": False} | dict.fromkeys(("P2", "P3", "P4", "P5", "P6", "P7"))

    def delegations(self, zone: str, instrument: str, item: str) -> list[Key]:
        """Those of the item that the zone holds, its own first; else the one conferred on it.

        Reading: what is only announced is held by nobody yet.
        """
        own = instrument, item, zone
        held = [
            key
            for key, grant in self.replay.grants.items()
            if key[:2] == own[:2] and grant.zone == zone
        ]
        return sorted(held, key=lambda key: key != own) or [own] * (own in self._known)

    def premises_of(self, key: Key, question: Question) -> dict[str, Value]:
        """What the answer would rest on, were it about this delegation."""
        act = question.act
        conferred, then = self._conferred(key, question)
        mode, rule = then._mode(key), then._rule(key, act)
        entrusts = bool(mode["entrusts"])
        return {
            "P1": conferred,
            "P2": then._superior(key, act, self),
            "P3": then._gives(key, act),
            "P4": not _needs(rule, mode) or then._has_agreement(key),
            "P5": self._lawful(key, act, entrusts),
            "P6": True if not entrusts or self._row(key).get("entrustment_basis") else None,
            "P7": _in_scope(then.replay.terms(key)),
        }

    def _conferred(self, key: Key, question: Question) -> tuple[Value, Day]:
        """P1, and the day whose mode, parent, rule, agreements and scope count."""
        grant = self.replay.grants.get(key)
        # Reading: what has passed to another is not conferred on the zone any more, nor is
        # anything on a zone that is gone.
        if grant is None or grant.zone != question.zone or grant.zone in self.replay.gone:
            return False, self
        if grant.state == "conferred":
            return True, self
        accepted = question.accepted_on
        if accepted is None or grant.ended_by is None or question.act not in _FINISHING:
            return False, self
        _by, effect = grant.ended_by
        before = self._other(accepted)
        was = before.replay.grants.get(key)
        held = was is not None and (was.state, was.zone) == ("conferred", question.zone)
        if not held or not accepted < first_day(effect) <= self.day:
            return False, self
        # Reading: all else is of the day of acceptance whichever the transition.
        return _TRANSITIONS.get(effect.get("transition", "")), before

    def _superior(self, key: Key, act: str, asked: Day) -> Value:
        """P2: whether every ancestor is in force and may do the act, and none entrusts on.

        Reading: an ancestor's own agreement (P4) and the bars of law (P5) count for what derives
        from it; `asked`: the day whose law counts.
        """
        parent = parent_of(self._row(key))
        if parent is None:
            return True
        if parent[0] not in self._loaded:
            return None
        if self.state(parent) != "生效":
            return False
        if self._mode(parent)["entrusts"] and self._mode(key)["entrusts"]:
            return False
        mode = self._mode(parent)
        return _all(
            [
                self._gives(parent, act),
                not _needs(self._rule(parent, act), mode) or self._has_agreement(parent),
                asked._lawful(parent, act, bool(mode["entrusts"])),
                self._superior(parent, act, asked),
            ]
        )

    def _gives(self, key: Key, act: str) -> Value:
        """P3: whether the rule of the mode, or an agreement where it may, gives the act."""
        rule = self._rule(key, act)
        if rule is None:
            return None
        named = any(act in a.acts for a in self._agreements(key) if a.in_force(self.day))
        return True if named and rule.get("by_agreement") else _VALUES[rule["answer"]]

    def _has_agreement(self, key: Key) -> bool:
        return any(a.in_force(self.day) for a in self._agreements(key))

    def _lawful(self, key: Key, act: str, entrusts: bool) -> Value:
        """P5: whether no law bars it."""
        if entrusts and act == "coerce" and self.day >= LAW["L1"]:
            return False
        if entrusts and act == "penalise" and self.day >= LAW["L3"]:
            for_a_time = any(
                a.paper.get("expires_on") for a in self._agreements(key) if a.in_force(self.day)
            )
            return True if for_a_time and self._announced(key) else None
        return True

    def _announced(self, key: Key) -> bool:
        """Whether it was made known, as a duty that announces proves.

        Reading: a paper of a predecessor or successor counts as for any other duty."""
        row, zones = self._row(key), {"", *self.replay.terms(key).since}
        duties = self.world.act(key[0]).stated["duties"]
        announcing = {duty["id"] for duty in duties if duty.get("announces")}
        return any(
            paper["done_on"] <= self.day
            for paper in self._ledger(key, "deliverables")
            if paper["duty"] in announcing and paper["zone"] in zones and _covers(paper, row)
        )

    # what else there is to a delegation

    def _row(self, key: Key) -> Row:
        return self.replay.items[key[:2]][1]

    def _ledger(self, key: Key, name: str) -> list[Row]:
        return self.world.act(key[0]).ledger.get(name, [])

    def _source(self, key: Key) -> Act:
        """The instrument whose mode it has.

        Reading: a withdrawal that put its own in the place of the former is that.
        """
        grant = self.replay.terms(key)
        replaced = grant.before is not None and grant.ended_by is not None
        return self.world.act(grant.ended_by[0] if replaced and grant.ended_by else key[0])

    def _mode(self, key: Key) -> Row:
        name = self.replay.terms(key).mode
        return next(mode for mode in self._source(key).stated["modes"] if mode["name"] == name)

    def _rule(self, key: Key, act: str) -> Row | None:
        """The rule for an act; there may be none."""
        mode, power_type = self.replay.terms(key).mode, self._row(key)["power_type"]
        fitting = [
            rule
            for rule in self._source(key).stated.get("act_rules", [])
            if rule["mode"] == mode
            and act in rule["acts"]
            and power_type in rule.get("types", [power_type])
        ]
        assert len(fitting) <= 1, f"{key} {act}: several rules fit"
        return fitting[0] if fitting else None

    def who(self, instrument: str, item: str, act: str) -> set[str]:
        """Every zone that may do the act on the item."""
        zones = {key[2] for key in self._known if key[:2] == (instrument, item)}
        zones |= {grant.zone for grant in self.replay.grants.values()}
        return {
            zone
            for zone in zones
            if self.answer(Question(zone, instrument, item, act, self.day)) == YES
        }


class _Agreement:
    """An agreement of the right parties. `took_over`: the day from which both of them are that."""

    def __init__(self, paper: Row, took_over: str) -> None:
        self.paper = paper
        signed, self.terminated_on = paper["signed_on"], paper.get("terminated_on", "")
        self.first = max(signed, paper.get("effective_on") or signed, took_over)
        self.last = min(paper.get("expires_on") or FOREVER, self.terminated_on or FOREVER)
        self.acts = _terms(paper.get("acts", ""))

    def in_force(self, day: str) -> bool:
        """Whether it is in force on the day."""
        return bool(self.first <= day <= self.last)


def _terms(cell: str) -> list[str]:
    return [term.strip() for term in cell.split(";") if term.strip()]


def _covers(paper: Row, row: Row) -> bool:
    """Whether a paper is on the item: it names the item or its annex."""
    annex = row["id"].partition("-")[0]
    return not {row["id"], f"annex:{annex}"}.isdisjoint(_terms(paper["covers"]))


def _needs(rule: Row | None, mode: Row) -> bool:
    """Whether an agreement is needed; a rule that says nothing of it leaves it to the mode."""
    by_mode = mode.get("agreement", mode["entrusts"])
    return bool((rule or {}).get("needs_agreement", by_mode))


def _in_scope(grant: Grant) -> Value:
    """P7: what is conferred in part is a condition, where it is said which part."""
    return grant.scope == "全部" or (grant.scope == "部分" and bool(grant.remark)) or None


def _all(values: Collection[Value]) -> Value:
    """Kleene's conjunction."""
    if False in values:
        return False
    return None if None in values else True


def _without(values: dict[str, Value], names: Iterable[str]) -> list[Value]:
    return [value for name, value in values.items() if name not in names]


def _rank(values: dict[str, Value], question: Question) -> int:
    return (NO, UNDETERMINED, YES).index(concluded(values, strict=question.strict))


def boundaries(world: World) -> list[str]:
    """The days on which something may change, with those before and after.

    A law's first day is one of them.
    """
    days = {*LAW.values(), *(event["on"] for event in world.events)}
    for act in world.acts:
        days |= {act.issued, act.stated.get("valid_until")}
        for effect in act.stated.get("effects", []):
            days |= {first_day(effect), effect["effective_on"], effect.get("until")}
        for paper in act.ledger.get("agreements", []):
            names = ("signed_on", "effective_on", "expires_on", "terminated_on")
            days |= {paper.get(name) for name in names}
        days |= {paper["done_on"] for paper in act.ledger.get("deliverables", [])}
    around = {
        (date.fromisoformat(day) + timedelta(step)).isoformat()
        for day in filter(None, days)
        for step in (-1, 0, 1)
    }
    return sorted(around)
