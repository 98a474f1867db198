"""What an audit must find in cases and permissions, worked out one by one and day by day.

Written from the contract alone: no table, view or rule of the registry is looked at. Who may do
what is the answer of tests.oracle.authority. A reading that the contract leaves open is marked
"reading".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from registry.workdays import Calendar, UncoveredDay
from tests.oracle.authority import NO, UNDETERMINED, YES, Day, Question, boundaries, concluded
from tests.oracle.case_world import (
    DEPARTMENT,
    ZONE,
    Body,
    Case,
    Item,
    Permission,
    Setting,
)
from tests.oracle.world import Key, Row, World, delegations_of

UNDECIDED = ("退回", "作废", "删除", "补正不来", "在办")
"""Results of what was not decided."""
DROPPED = UNDECIDED[:4]
"""Of these nobody waits for a decision."""
KINDS = {
    None: "CSE001",
    "尚未生效": "CSE001",
    "待签协议": "CSE002",
    **dict.fromkeys(("委托届满", "已解除", "上级失效"), "CSE003"),
    **dict.fromkeys(("已收回", "中止"), "CSE004"),
    "生效": "CSE006",
}
"""The state of a delegation on the day of an act → the rule that says it where it may not be."""


class Group(NamedTuple):
    """What rows of a rule have in common that make one finding."""

    code: str
    instrument: str
    subject_type: str
    subject_id: str
    discriminator: str
    status: str


class Verdict(NamedTuple):
    """Whether a zone might do what it did. `key`: the delegation that it rests on, if any."""

    answer: str
    key: Key | None
    state: str | None
    mode: str | None
    scope: str | None


@dataclass
class Expected:
    """Rows of each status by rule, and the numbers of the cases of each finding, in order."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    groups: dict[Group, list[str]] = field(default_factory=lambda: defaultdict(list))


def acts_of(case: Case) -> Iterator[tuple[str, str, Body | None]]:
    """Each act of a case, with its day and who did it."""
    if case.accepted_on:
        yield "accept", case.accepted_on, case.accepted_by
    if case.decided_on and case.result not in UNDECIDED:
        act = "examine" if case.result == "转报办结" else "decide"
        yield act, case.decided_on, case.decided_by
    for step in case.steps:
        on = step.ended_on or step.started_on
        # The case itself says better who accepted and who decided, if it says who.
        told = {
            "accept": case.accepted_on and case.accepted_by,
            "decide": case.decided_on and (case.decided_by or case.result in UNDECIDED),
        }.get(step.act or "")
        if step.act and on and not told:
            yield step.act, on, step.body


class Cases:
    """The oracle of one world on one day."""

    def __init__(
        self, world: World, calendar: Calendar, setting: Setting, day: Callable[[str], Day]
    ) -> None:
        """`day`: the world on a day."""
        self.world, self.calendar, self.setting, self._day = world, calendar, setting, day
        self._days = [d for d in boundaries(world) if d <= setting.as_of]

    # who may

    def verdict(
        self, zone: str, item: Item, act: str, on: str, accepted_on: str | None = None
    ) -> Verdict:
        """Whether a zone may on a day, and by which delegation in which state."""
        day = self._day(on)
        question = Question(zone, *item, act, on, accepted_on)
        best: tuple[str, Key] | None = None
        for key in day.delegations(zone, *item):
            answer = concluded(day.premises_of(key, question))
            if best is None or _RANK[answer] > _RANK[best[0]]:
                best = answer, key
        if best is None:
            return Verdict(NO, None, None, None, None)
        answer, key = best
        grant, terms = day.replay.grants.get(key), day.replay.terms(key)
        # Reading: what has passed to another is no delegation of the zone any more.
        passed = grant is not None and grant.zone != zone
        state = None if passed else day.state(key)
        return Verdict(answer, key, state, terms.mode, terms.scope)

    # cases

    def expected(self, cases: Iterable[Case]) -> Expected:
        """What CSE001 to CSE012 must find."""
        found = Expected()
        cases = list(cases)
        for case in cases:
            self._take_acts(found, case)
            for rule in (self._seal, self._limit, self._promise, self._returned):
                self._take(found, case, rule(case))
            # Reading: what is accepted after the day is no case on it, whoever acted before.
            if (case.accepted_on or "") <= self.setting.as_of:
                self._take(found, case, self._records(case))
        self._sample(found, cases)
        for numbers in found.groups.values():
            numbers.sort()
        return found

    def _records(self, case: Case) -> Iterator[_Row]:
        """CSE011 and CSE012."""
        month = self._month(case)
        yield "CSE011", "alarm" if self._impossible(case) else "ok", self._accepting(case), month
        # Reading: of whom nothing is known, nothing is put down to, whoever accepted.
        yield "CSE012", "manual" if _unmatched(case) else "ok", None, month

    def _take(self, found: Expected, case: Case, rows: Iterable[_Row]) -> None:
        for code, status, subject, month in rows:
            found.counts[code][status] += 1
            if status in ("alarm", "manual"):
                instrument, kind, name = subject or self._load(case)
                group = Group(code, instrument, kind, name, month, status)
                found.groups[group].append(case.number)

    def _take_acts(self, found: Expected, case: Case) -> None:
        """A case is one subject of a rule and zone, however many of its acts are wrong."""
        rows = list(self._acts(case))
        self._take(found, case, rows)
        for code, subject in {(code, subject) for code, _status, subject, _month in rows}:
            statuses = [row[1] for row in rows if (row[0], row[2]) == (code, subject)]
            found.counts[code].subtract(statuses)
            found.counts[code][min(statuses)] += 1  # alarm before manual

    def _load(self, case: Case) -> _Subject:
        """What a case is put down to of which item or zone is not known.

        Reading: with the instrument of its item, where that is known.
        """
        return case.item[0] if case.item else self.setting.first, "load", self.setting.load

    def _accepting(self, case: Case) -> _Subject | None:
        """Reading: a case that is judged as a whole is that of the zone that accepted it."""
        zone = case.accepted_by if case.accepted_by and case.accepted_by[0] == ZONE else None
        return _delegation(case.item, zone[1]) if case.item and zone else None

    def _month(self, case: Case) -> str:
        """Reading: in which month a case is put down that is judged as a whole."""
        days = case.accepted_on, case.applied_on, case.decided_on, self.setting.loaded_on
        return next(filter(None, days))[:7]

    def _zone_acts(self, case: Case) -> Iterator[tuple[str, str, str, Verdict]]:
        """Acts that known zones did on a known item by the day: act, day, zone, verdict."""
        for act, on, body in acts_of(case):
            if case.item and body and body[0] == ZONE and on <= self.setting.as_of:
                verdict = self.verdict(body[1], case.item, act, on, case.accepted_on)
                yield act, on, body[1], verdict

    def _acts(self, case: Case) -> Iterator[_Row]:
        """CSE001 to CSE004 and CSE006: alarms and manual checks alone."""
        for _act, on, zone, verdict in self._zone_acts(case):
            if verdict.answer != YES:
                status = "alarm" if verdict.answer == NO else "manual"
                assert case.item
                yield KINDS[verdict.state], status, _delegation(case.item, zone), on[:7]

    def may_not(self, case: Case) -> bool:
        """Whether `can` says no for one of its acts."""
        return any(v.answer == NO for *_rest, v in self._zone_acts(case))

    def _decided(self, case: Case) -> Iterator[tuple[str, str, Verdict]]:
        """Day, zone and verdict of a decision."""
        for act, on, zone, verdict in self._zone_acts(case):
            if act == "decide":
                yield on, zone, verdict

    def _seal(self, case: Case) -> Iterator[_Row]:
        """CSE005, where a zone decided."""
        for on, zone, verdict in self._decided(case):
            assert case.item
            # Reading: of what the zone may not decide at all, another rule tells.
            status = "skip" if verdict.answer == NO else self._seal_status(case, zone, on)
            yield "CSE005", status, _delegation(case.item, zone), on[:7]

    def _seal_status(self, case: Case, zone: str, on: str) -> str:
        if case.seal is None or case.item is None:
            return "skip"
        # The name goes by the mode of the day on which it was decided, whoever may finish.
        verdict = self.verdict(zone, case.item, "decide", on)
        key = verdict.key
        rule = self._day(on)._rule(key, "decide") if key else None
        name_of = rule.get("name_of") if rule else None
        if name_of is None:
            return "manual"
        own = case.seal == (ZONE, zone)
        if name_of == "department":
            return "ok" if case.seal[0] == DEPARTMENT and self._is_of(case, on) else "alarm"
        if name_of == "delegate":
            return "ok" if own else "alarm"
        known = {
            "delegate-if-authorised": self.setting.authorised,
            "zone-by-status": self.setting.approved,
        }
        if not own:
            return "alarm"
        return "ok" if zone in known[name_of] else "manual"

    def _is_of(self, case: Case, on: str) -> bool:
        """Whether the seal is of the item's department, or of what that has become by then."""
        assert case.item
        assert case.seal
        row = self._day(on).replay.items[case.item][1]
        return self._day(on).replay.stands_for(row, case.seal[1]) is not None

    def _sample(self, found: Expected, cases: list[Case]) -> None:
        """CSE007: the first numbers of a delegation and month that were decided in part."""
        by_group: dict[tuple[_Subject, str], list[Case]] = defaultdict(list)
        for case in cases:
            for on, zone, verdict in self._decided(case):
                assert case.item
                # Reading: what it may decide, and not merely finish. Of the rest others tell.
                may = verdict.answer == YES and verdict.state not in ("已收回", None)
                if verdict.scope == "部分" and may:
                    by_group[_delegation(case.item, zone), on[:7]].append(case)
        for (subject, month), several in by_group.items():
            several.sort(key=lambda case: case.number)
            for place, case in enumerate(several):
                status = "manual" if place < self.setting.sample else "skip"
                self._take(found, case, [("CSE007", status, subject, month)])

    # time

    def _timed(self, case: Case) -> bool:
        accepted = case.accepted_on
        return bool(accepted and accepted <= self.setting.as_of and case.result not in DROPPED)

    def _last(self, case: Case) -> str:
        """The day up to which a case has taken."""
        return min(filter(None, (_decided_on(case), self.setting.as_of)))

    def _in_time(self, case: Case) -> str:
        """The status of what is not late: one that is open may be yet."""
        decided = _decided_on(case)
        return "ok" if decided and decided <= self.setting.as_of else "pending"

    def _between(self, first: str, last: str) -> Iterator[date]:
        """Days after the first, up to the last."""
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        while day < end:
            day += timedelta(1)
            yield day

    def _taken(self, case: Case, unit: str) -> int:
        """Days that a case has taken, less those on which it was stopped."""
        assert case.accepted_on
        return sum(
            not _stopped(case, day.isoformat())
            for day in self._between(case.accepted_on, self._last(case))
            if unit == "calendar" or self.calendar.is_workday(day)
        )

    def _limit(self, case: Case) -> Iterator[_Row]:
        """CSE008."""
        if not self._timed(case):
            return
        assert case.accepted_on
        row = self._row(case.item)
        limit = self.setting.limits.get(row["power_type"]) if row else None
        status = "skip"
        if limit is not None:
            extended = any(stop.kind == "延期" for stop in case.stops)
            allowed = limit.amount + (limit.extension if extended else 0)
            try:
                for day in (case.accepted_on, self._last(case)):
                    self.calendar.is_workday(date.fromisoformat(day))
                late = self._is_late(case, limit.unit, allowed)
                status = "alarm" if late else self._in_time(case)
            except UncoveredDay:
                status = "manual"
        yield "CSE008", status, self._accepting(case), self._month(case)

    def _is_late(self, case: Case, unit: str, allowed: int) -> bool:
        """Whether a case took longer than so many days; calendar days end on a working day."""
        if unit == "working":
            return self._taken(case, unit) > allowed
        assert case.accepted_on
        accepted, last = (date.fromisoformat(d) for d in (case.accepted_on, self._last(case)))
        stopped = (last - accepted).days - self._taken(case, unit)
        end = accepted + timedelta(allowed + stopped)
        while end < last and not self.calendar.is_workday(end):
            end += timedelta(1)
        return last > end

    def _promise(self, case: Case) -> Iterator[_Row]:
        """CSE009: working days after the promised day, less those on which it was stopped."""
        if not self._timed(case):
            return
        assert case.accepted_on
        last, status = self._last(case), "skip"
        if case.promised_on and last <= case.promised_on:
            status = self._in_time(case)
        elif case.promised_on:
            try:
                late = sum(map(self.calendar.is_workday, self._between(case.promised_on, last)))
                stopped = sum(
                    _stopped(case, day.isoformat()) and self.calendar.is_workday(day)
                    for day in self._between(case.accepted_on, last)
                )
                status = "alarm" if late > stopped else self._in_time(case)
            except UncoveredDay:
                status = "manual"
        yield "CSE009", status, self._accepting(case), self._month(case)

    def _row(self, item: Item | None) -> Row | None:
        return self._day(self.setting.as_of).replay.items[item][1] if item else None

    # what else

    def _returned(self, case: Case) -> Iterator[_Row]:
        """CSE010: a department decided what a zone accepted and might have decided."""
        for act, on, body in acts_of(case):
            by_department = act == "decide" and body and body[0] == DEPARTMENT
            zone = case.accepted_by
            if not (by_department and case.item and zone and zone[0] == ZONE):
                continue
            if on <= self.setting.as_of:
                verdict = self.verdict(zone[1], case.item, "decide", on)
                status = "alarm" if verdict.answer == YES else "ok"
                yield "CSE010", status, _delegation(case.item, zone[1]), on[:7]

    def _impossible(self, case: Case) -> bool:
        """CSE011."""
        ordered = [
            (case.applied_on, case.accepted_on),
            (case.accepted_on, case.decided_on),
            # Reading: also where no acceptance lies between.
            (case.applied_on, case.decided_on),
            (case.accepted_on, case.promised_on),
            *((step.started_on, step.ended_on) for step in case.steps),
            *((stop.from_on, stop.to_on) for stop in case.stops),
        ]
        # Reading: what is promised or planned may lie ahead; what is done may not.
        happened = [case.applied_on, case.accepted_on, case.decided_on]
        happened += [day for step in case.steps for day in (step.started_on, step.ended_on)]
        return any(a and b and a > b for a, b in ordered) or any(
            day > self.setting.loaded_on for day in happened if day
        )

    # permissions

    def expected_permissions(self, permissions: Iterable[Permission]) -> Expected:
        """What PER001 to PER003 must find.

        Reading: what a file says of the platform is nothing about a day before it was loaded.
        """
        found, on = Expected(), self.setting.as_of
        permissions = list(permissions) if self.setting.loaded_on <= on else []
        has: set[tuple[str, Item, str]] = set()
        for holder, body, item, act in permissions:
            if not body or body[0] != ZONE or not item or not act:
                continue
            zone = body[1]
            has.add((zone, item, act))
            answer = self.verdict(zone, item, act, on).answer
            ever = any(self.verdict(zone, item, act, day).answer == YES for day in self._days)
            code = "PER002" if answer == NO and ever else "PER001"
            status = {YES: "ok", NO: "alarm", UNDETERMINED: "manual"}[answer]
            if status != "ok":
                group = Group(code, item[0], "delegation", f"{item[1]}-{zone}", act, status)
                found.groups[group].append(holder)
                found.counts[code][status] += 1
        for zone, item, act in self._held() if permissions else ():
            if self.verdict(zone, item, act, on).answer == YES:
                status = "ok" if (zone, item, act) in has else "alarm"
                found.counts["PER003"][status] += 1
                if status == "alarm":
                    name = f"{item[1]}-{zone}"
                    group = Group("PER003", item[0], "delegation", name, act, status)
                    found.groups[group].append("")
        return found

    def _held(self) -> Iterator[tuple[str, Item, str]]:
        """Who holds what on the day, act by act that a role of the platform is for."""
        grants = self._day(self.setting.as_of).replay.grants
        held = {(grants[key].zone, key[:2]) for key in delegations_of(self.world) if key in grants}
        for zone, item in sorted(held):
            for act in sorted(self.setting.roles):
                yield zone, item, act


_Subject = tuple[str, str, str]
_Row = tuple[str, str, "_Subject | None", str]
_RANK = {NO: 0, UNDETERMINED: 1, YES: 2}


def _delegation(item: Item, zone: str) -> _Subject:
    return item[0], "delegation", f"{item[1]}-{zone}"


def _stopped(case: Case, day: str) -> bool:
    return any(
        stop.kind != "延期" and stop.from_on <= day and (stop.to_on is None or day <= stop.to_on)
        for stop in case.stops
    )


def _decided_on(case: Case) -> str | None:
    """When a case was decided: as it says itself, else as the last of its steps."""
    days = (s.ended_on or s.started_on for s in case.steps if s.act == "decide")
    return case.decided_on or max(filter(None, days), default=None)


def _by_step(case: Case, act: str) -> bool:
    """Whether a step of a day tells who did it."""
    return any(s.act == act and (s.ended_on or s.started_on) and s.body for s in case.steps)


def _unmatched(case: Case) -> bool:
    """CSE012: the item or a body that acted is not known, or no day on which anybody did."""
    if not (case.accepted_on or case.decided_on) and not any(
        step.act and (step.ended_on or step.started_on) for step in case.steps
    ):
        return True
    if case.matched in ("doubtful", "none"):
        return True
    if case.accepted_on and case.accepted_by is None and not _by_step(case, "accept"):
        return True
    decided = case.decided_on and case.result not in UNDECIDED
    return bool(decided and case.decided_by is None and not _by_step(case, "decide"))
