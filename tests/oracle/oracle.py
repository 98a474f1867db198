"""What every rule should say of every subject on a day, worked out from the design alone.

Nothing here looks at the registry's rules, views or tables. Where the two disagree, the design
decides; a reading that the design leaves open is marked "reading".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from registry.workdays import Calendar, UncoveredDay, calendar_digest
from tests.oracle.records import Agreement, Duty, Item, World, read

Answers = dict[str, str]
"""Subject id -> status."""

_PENALTY_LAW_IN_FORCE = "2021-07-15"
_ANSWER_WITHIN = 10
_EXPIRES_WITHIN = 30
_FILED_WITHIN = 30
_ON_AGREEMENTS = ("AGR003", "AGR004", "AGR006", "AGR007", "AGR008", "AGR009")
_ON_SEVERAL = (
    *("CHN001", "CHN002", "CHN003", "CHN004", "CHN005", "CHN006"),
    *("INS001", "INS002", "INS003", "BOD001", "BOD002"),
)
"""Rules on what instruments do to each other, and on what befalls bodies."""
_CONFERRED = ("delegated", "direct")
GENERAL = ("DUT001", "DUT002")
"""Codes of duties that have none of their own: several duties share them."""


def expected(data_root: Path, as_of: str) -> dict[str, Answers]:
    """Give rule code -> {subject id: status} for all that each rule examines or skips."""
    folder = (data_root / "calendar").resolve()
    return _Day(read(data_root), _calendar(folder, calendar_digest(folder)), as_of).answers()


@lru_cache(maxsize=4)
def _calendar(folder: Path, digest: str) -> Calendar:
    """Loading takes longer than all the rules, so it is done once for the same files."""
    return Calendar.load(folder)


class _Day:
    """The records as they stood on a day: what is dated later doesn't exist yet."""

    def __init__(self, world: World, calendar: Calendar, as_of: str) -> None:
        self.calendar, self.as_of = calendar, as_of
        self.world = replace(
            world,
            agreements=[a for a in world.agreements if a.signed_on <= as_of],
            deliverables=[d for d in world.deliverables if d.done_on <= as_of],
            requests=[r for r in world.requests if r.raised_on <= as_of],
        )
        self.due = {duty.id: self._due(duty) for duty in world.duties.values()}
        self.done = self._first_days()

    def answers(self) -> dict[str, Answers]:
        """All rules."""
        found: dict[str, Answers] = {}
        for duty in self.world.duties.values():
            for check, answers in (("missing", self._missing), ("late", self._late)):
                code = duty.codes[check]
                found.setdefault(code, {}).update(
                    (_of_duty(code, duty.id, subject), status)
                    for subject, status in answers(duty.id).items()
                )
        groups = (self._catalogue, self._law, self._agreements, self._service, self._records)
        for group in (*groups, self._several):
            found |= group()
        return found

    # deadlines and proof

    def _due(self, duty: Duty) -> str | None:
        issued = date.fromisoformat(self.world.issued_on)
        if duty.unit == "calendar":
            return (issued + timedelta(days=duty.amount)).isoformat()
        return self._workdays_after(self.world.issued_on, duty.amount)

    def _workdays_after(self, start: str, amount: int) -> str | None:
        """None where the period runs out of the calendar."""
        try:
            return self.calendar.add(date.fromisoformat(start), amount).date.isoformat()
        except UncoveredDay:
            return None

    def _open(self, due: str | None) -> str:
        """Status of what has not been done by the day."""
        if due is None:
            # Beyond the calendar nothing is extrapolated: the deadline is an unknown input.
            return "manual"
        return "pending" if self.as_of <= due else "alarm"

    def _right_agreements(self, item: Item, zone: str) -> list[Agreement]:
        return [
            a
            for a in self.world.agreements
            if item.id in a.covers and a.zone == zone and a.grantor in item.departments
        ]

    def _first_days(self) -> dict[tuple[str, str, str], str]:
        """(duty, item id, zone) -> the first day on which a deliverable met it."""
        first: dict[tuple[str, str, str], str] = {}
        for d in self.world.deliverables:
            for zone in [d.zone] if d.zone else self.world.zones:
                for item in d.covers:
                    key = d.duty, item, zone
                    first[key] = min(d.done_on, first.get(key, d.done_on))
        return first

    def _done_on(self, duty: str, item: Item, zone: str) -> str | None:
        """The first day on which the duty was done for a delegation."""
        if duty != "agreement":
            return self.done.get((duty, item.id, zone))
        return min((a.signed_on for a in self._right_agreements(item, zone)), default=None)

    def _owed(self, duty: str) -> Iterable[tuple[str, Item, str]]:
        if self.as_of < self.world.issued_on:
            return  # nothing is owed before the instrument is issued
        for item in self.world.items.values():
            if self.world.duties[duty].falls_on(item):
                yield from ((subject, item, zone) for subject, zone in item.delegations)

    def _missing(self, duty: str) -> Answers:
        answers: Answers = {}
        for subject, item, zone in self._owed(duty):
            done = self._done_on(duty, item, zone)
            answers[subject] = "ok" if done else self._open(self.due[duty])
        return answers

    def _late(self, duty: str) -> Answers:
        answers: Answers = {}
        due = self.due[duty]
        for subject, item, zone in self._owed(duty):
            done = self._done_on(duty, item, zone)
            if done:
                answers[subject] = "manual" if due is None else _ok(done <= due)
        return answers

    # CAT

    def _catalogue(self) -> dict[str, Answers]:
        world = self.world
        items = list(world.items.values())
        found: dict[str, Answers] = {"CAT001": {}, "CAT008": {}}
        for annex, total in world.totals.items():
            here = [item for item in items if item.annex == annex]
            counted = sum(item.counts for item in here)
            official = all(item.provenance == "official" and not item.reads_scope for item in here)
            found["CAT001"][f"annex:{annex}"] = "skip" if total is None else _ok(counted == total)
            found["CAT008"][f"annex:{annex}"] = _ok(official) if here else "skip"
        found["CAT002"] = self._twins(items, items, _siblings)
        found["CAT003"] = self._also_in("withdrawn", _CONFERRED)
        found["CAT004"] = self._also_in("delegated", ("direct",))
        partial = [i for i in world.of_role(*_CONFERRED) if i.known_scope == "部分"]
        found["CAT005"] = _each(partial, lambda i: _ok(bool(i.remark)))
        found["CAT006"] = _each(items, lambda i: _ok(bool(i.law and i.article)))
        found["CAT007"] = _each(items, lambda i: _ok(bool(i.departments)))
        found["CAT009"] = _each(
            world.of_role("direct"),
            lambda i: "manual" if i.reads_scope and i.remark else _ok(i.known_scope == "全部"),
        )
        found["CAT010"] = _each(
            world.of_role(*_CONFERRED),
            lambda i: _ok(i.reform_mode == i.mode) if i.reform_mode else "skip",
        )
        return found

    def _also_in(self, role: str, others: tuple[str, ...]) -> Answers:
        """Reading: in a zone in common; a parent can't be the same item in two annexes."""
        return self._twins(self.world.of_role(role), self.world.of_role(*others), _other_annex)

    def _twins(
        self, items: list[Item], others: list[Item], related: Callable[[Item, Item], bool]
    ) -> Answers:
        """Alarm for an item that has the same name as a related one, in a zone in common."""
        named: dict[str, list[Item]] = {}
        for other in others:
            named.setdefault(_plain(other.name), []).append(other)
        return _each(
            items,
            lambda i: _ok(
                not any(
                    related(i, other) and {*i.zones} & {*other.zones}
                    for other in named.get(_plain(i.name), [])
                )
            ),
        )

    # LAW

    def _law(self) -> dict[str, Answers]:
        entrusted = [i for i in self.world.items.values() if i.entrusts]
        penalties = {
            subject: self._published(item, zone)
            for item in entrusted
            if item.power_type == "行政处罚"
            for subject, zone in item.delegations
        }
        return {
            "LAW001": _each(entrusted, _compulsory),
            "LAW002": _each(self.world.of_role("delegated"), _municipal),
            "LAW003": penalties,
            "LAW004": {a.number: _ok(a.grantor is not None) for a in self.world.agreements},
        }

    def _published(self, item: Item, zone: str) -> str:
        if self.as_of < _PENALTY_LAW_IN_FORCE:
            return "skip"
        return _ok(
            any(
                self._done_on(duty.id, item, zone)
                for duty in self.world.duties.values()
                if duty.announces
            )
        )

    # AGR

    def _agreements(self) -> dict[str, Answers]:
        world = self.world
        found: dict[str, Answers] = {code: {} for code in _ON_AGREEMENTS}
        for a in world.agreements:
            for code, terms in (("AGR003", world.required), ("AGR004", world.recommended)):
                found[code][a.number] = _ok(terms <= a.terms) if a.terms else "manual"
            for item in (world.items[i] for i in a.covers):
                subject = f"{a.number}/{item.id}"
                found["AGR006"][subject] = _ok(item.entrusts)
                right = a.zone in item.zones and a.grantor in item.departments
                found["AGR007"][subject] = _ok(right) if item.departments else "manual"
            found["AGR008"][a.number] = self._filed(a)
            found["AGR009"][a.number] = self._dissolved(a)
        soon = (date.fromisoformat(self.as_of) + timedelta(days=_EXPIRES_WITHIN)).isoformat()
        found["AGR005"], found["AGR010"] = {}, {}
        for subject, item, zone in self._entrusted():
            held = self._right_agreements(item, zone)
            valid = [a for a in held if a.first <= a.last]
            if held:
                found["AGR005"][subject] = _ok(max(a.last for a in valid or held) > soon)
            if valid:
                found["AGR010"][subject] = _ok(not self._gap(valid))
        return found

    def _entrusted(self) -> Iterable[tuple[str, Item, str]]:
        for item in self.world.items.values():
            if item.entrusts:
                yield from ((subject, item, zone) for subject, zone in item.delegations)

    def _filed(self, a: Agreement) -> str:
        if a.grantor is None:
            return "skip"
        if a.filed_on and a.filed_on <= self.as_of:
            return "ok"
        return self._open(self._workdays_after(a.signed_on, _FILED_WITHIN))

    def _dissolved(self, a: Agreement) -> str:
        """Reading: a renewal needs no dissolution, a termination does, even where it is renewed."""
        if a.last >= self.as_of:
            return "skip"
        if a.dissolved_public_on and a.dissolved_public_on <= self.as_of:
            return "ok"
        if a.last == a.terminated_on:
            return "alarm"
        if any(other.renews == a.number for other in self.world.agreements) or a.first > a.last:
            return "skip"
        for item in (self.world.items[i] for i in a.covers):
            right = self._right_agreements(item, a.zone) if a.zone in item.zones else []
            lasting = [b for b in right if b.first <= b.last and b.last > a.last]
            if a in right and not lasting:
                return "alarm"
        return "skip"

    def _gap(self, agreements: list[Agreement]) -> bool:
        """Whether a day up to now had no agreement, though one had been and one was to come."""
        day = date.fromisoformat(min(a.first for a in agreements))
        final = max(a.first for a in agreements)
        while (text := day.isoformat()) <= min(final, self.as_of):
            if not any(a.first <= text <= a.last for a in agreements):
                return True
            day += timedelta(1)
        return False

    # CHN, INS, BOD

    def _several(self) -> dict[str, Answers]:
        """One instrument alone: nothing derives, nothing has an effect, and no body ends."""
        found: dict[str, Answers] = {code: {} for code in _ON_SEVERAL}
        for a in self.world.agreements:
            in_force = a.first <= self.as_of <= a.last
            found["BOD002"][a.number] = "ok" if in_force else "skip"
        return found

    # SUP003, REQ, SVC

    def _service(self) -> dict[str, Answers]:
        world = self.world
        answered = {
            (r.zone, r.department)
            for r in world.requests
            if r.answered_on and r.answered_on <= self.as_of
        }
        guided = {
            (zone, department)
            for item in world.items.values()
            if item.entrusts and item.initiation == "依申请"
            for zone in item.zones
            for department in item.departments
        }
        raised = {r.zone for r in world.requests}
        issued = self.as_of >= world.issued_on  # before, nothing is owed
        (guidance_duty,) = (duty.id for duty in world.duties.values() if duty.guided)
        waiting = self._open(self.due[guidance_duty])
        requests = {
            r.subject: "ok"
            if r.answered_on and r.answered_on <= self.as_of
            else self._open(self._workdays_after(r.raised_on, _ANSWER_WITHIN))
            for r in world.requests
        }
        return {
            "SUP003": {
                f"{z}/{d}": "ok" if (z, d) in answered else waiting for z, d in guided if issued
            },
            "REQ001": requests,
            "REQ002": {zone: "ok" if zone in raised else waiting for zone in world.zones if issued},
            "SVC001": {
                subject: "ok" if (item.id, zone) in world.reductions else "manual"
                for item in world.of_role(*_CONFERRED)
                if issued and item.initiation == "依申请"
                for subject, zone in item.delegations
            },
        }

    # EVD, CAL

    def _records(self) -> dict[str, Answers]:
        world, issued = self.world, self.world.issued_on
        dated: Answers = {}
        for a in world.agreements:
            starts = a.effective_on or a.signed_on
            wrong = a.signed_on < issued or starts < a.signed_on
            dated[a.number] = _ok(not (wrong or (a.expires_on and a.expires_on < starts)))
        for d in world.deliverables:
            dated[d.subject] = _ok(d.done_on >= issued)
        for r in world.requests:
            wrong = r.raised_on < issued or bool(r.answered_on and r.answered_on < r.raised_on)
            dated[r.subject] = _ok(not wrong)
        return {
            "EVD001": {d.subject: _ok(d.has_document) for d in world.deliverables},
            "EVD002": dated,
            "CAL001": {
                **{duty: self._certainty(due) for duty, due in self.due.items()},
                "as-of": self._certainty(self.as_of),
            },
        }

    def _certainty(self, day: str | None) -> str:
        """The last days of the last covered year are provisional; beyond, nothing is known."""
        last = self.calendar.last
        if day is None or not self.calendar.first.isoformat() <= day <= last.isoformat():
            return "alarm"
        return "manual" if day >= f"{last.year}-12-26" else "ok"


def _of_duty(code: str, duty: str, subject: str) -> str:
    """A subject of a general code, which several duties may have, named with its duty."""
    return f"{subject} {duty}" if code in GENERAL else subject


def _ok(good: bool) -> str:
    return "ok" if good else "alarm"


def _each(items: Iterable[Item], judge: Callable[[Item], str]) -> Answers:
    return {item.id: judge(item) for item in items}


def _siblings(one: Item, other: Item) -> bool:
    return (one.annex, one.parent) == (other.annex, other.parent) and one.id != other.id


def _other_annex(one: Item, other: Item) -> bool:
    return one.annex != other.annex


def _plain(name: str) -> str:
    """A name without width, case and spacing."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).casefold()


def _compulsory(item: Item) -> str:
    if item.power_type != "行政强制":
        return "ok"
    named = any(measure in item.name for measure in ("查封", "扣押", "冻结"))
    return "alarm" if named else "manual"


def _municipal(item: Item) -> str:
    if item.entrusts:
        return "ok"
    if not item.legal_level:
        return "manual"
    return "alarm" if item.legal_level in ("市级", "省级", "国家级") else "skip"
