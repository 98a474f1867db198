"""What the plain loop does for rules that no duty stands behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bench.loop import Loop, Subject, rule
from bench.tables import Record


def _role(loop: Loop, item: Record) -> str:
    role: str = loop.tables.annexes[item.instrument, item.annex].role
    return role


def _items(loop: Loop, *roles: str) -> Iterator[Record]:
    return (i for i in loop.tables.items.values() if not roles or _role(loop, i) in roles)


def _entrusted(loop: Loop, item: Record) -> bool:
    return bool(loop.tables.modes[item.instrument, item.mode].entrusts)


def _namesakes(loop: Loop) -> dict[tuple[int, str], list[Record]]:
    named: dict[tuple[int, str], list[Record]] = defaultdict(list)
    for item in loop.tables.items.values():
        named[item.instrument, item.name_key].append(item)
    return named


def _share_a_zone(loop: Loop, one: Record, other: Record) -> bool:
    zones = [{zone for _no, zone in loop.tables.delegations[i.no]} for i in (one, other)]
    return not zones[0].isdisjoint(zones[1])


@rule("CAL001")
def _calendar(loop: Loop) -> Iterator[Subject]:
    for duty in loop.tables.duties.values():
        day = loop.tables.deadline(duty)
        due_on = day.date if day else None
        yield duty.id, _certainty(day), due_on
    for _instrument in loop.tables.instruments:
        yield "as-of", _certainty(loop.tables.workday(loop.as_of)), None


def _certainty(day: Record | None) -> str:
    if day is None:
        return "alarm"
    return "manual" if day.certainty == "provisional" else "ok"


@rule("CAT001")
def _totals(loop: Loop) -> Iterator[Subject]:
    for (instrument, number), annex in loop.tables.annexes.items():
        counted = sum(
            i.counts_in_total
            for i in loop.tables.items.values()
            if (i.instrument, i.annex) == (instrument, number)
        )
        total = annex.control_total
        status = "skip" if total is None else "ok" if counted == total else "alarm"
        yield f"annex:{number}", status, None


@rule("CAT002")
def _duplicates(loop: Loop) -> Iterator[Subject]:
    named = _namesakes(loop)
    for item in _items(loop):
        twice = any(
            other.no != item.no
            and (other.annex, other.parent) == (item.annex, item.parent)
            and _share_a_zone(loop, item, other)
            for other in named[item.instrument, item.name_key]
        )
        yield item.id, "alarm" if twice else "ok", None


def _elsewhere(loop: Loop, here: str, there: tuple[str, ...]) -> Iterator[Subject]:
    named = _namesakes(loop)
    for item in _items(loop, here):
        found = any(
            _role(loop, other) in there and _share_a_zone(loop, item, other)
            for other in named[item.instrument, item.name_key]
        )
        yield item.id, "alarm" if found else "ok", None


@rule("CAT003")
def _withdrawn(loop: Loop) -> Iterator[Subject]:
    return _elsewhere(loop, "withdrawn", ("delegated", "direct"))


@rule("CAT004")
def _in_two_annexes(loop: Loop) -> Iterator[Subject]:
    return _elsewhere(loop, "delegated", ("direct",))


@rule("CAT005")
def _partial(loop: Loop) -> Iterator[Subject]:
    for item in _items(loop, "delegated", "direct"):
        if item.scope is None:
            yield item.id, "manual", None
        elif item.scope == "部分":
            yield item.id, "ok" if item.remark is not None else "alarm", None


@rule("CAT006")
def _basis(loop: Loop) -> Iterator[Subject]:
    for item in _items(loop):
        yield item.id, "alarm" if item.law is None or item.article is None else "ok", None


@rule("CAT007")
def _department(loop: Loop) -> Iterator[Subject]:
    for item in _items(loop):
        yield item.id, "ok" if loop.tables.responsible[item.no] else "alarm", None


@rule("CAT008")
def _unofficial(loop: Loop) -> Iterator[Subject]:
    for instrument, number in loop.tables.annexes:
        rows = [
            i for i in loop.tables.items.values() if (i.instrument, i.annex) == (instrument, number)
        ]
        unofficial = any(i.provenance != "official" for i in rows)
        yield f"annex:{number}", "skip" if not rows else "alarm" if unofficial else "ok", None


@rule("CAT009")
def _original_scope(loop: Loop) -> Iterator[Subject]:
    for item in _items(loop, "direct"):
        status = {None: "manual", "全部": "ok"}.get(item.scope, "alarm")
        yield item.id, status, None


@rule("CAT010")
def _reform(loop: Loop) -> Iterator[Subject]:
    for item in _items(loop, "delegated", "direct"):
        kept = item.reform_mode == item.mode
        yield item.id, "skip" if item.reform_mode is None else "ok" if kept else "alarm", None


@rule("LAW001")
def _compulsory(loop: Loop) -> Iterator[Subject]:
    for item in _items(loop):
        if _entrusted(loop, item):
            measure = any(word in item.name for word in ("查封", "扣押", "冻结"))
            compulsory = item.power_type == "行政强制"
            yield item.id, "ok" if not compulsory else "alarm" if measure else "manual", None


@rule("LAW002")
def _municipal(loop: Loop) -> Iterator[Subject]:
    for item in _items(loop, "delegated"):
        if _entrusted(loop, item):
            status = "ok"
        elif item.legal_level is None:
            status = "manual"
        else:
            status = "alarm" if item.legal_level in ("国家级", "省级", "市级") else "skip"
        yield item.id, status, None


@rule("LAW003")
def _penalties(loop: Loop) -> Iterator[Subject]:
    published = [
        loop.proofs[no]
        for no, duty in loop.tables.duties.items()
        if duty.id in ("portal-notice", "public-notice")
    ]
    for item in _items(loop):
        if item.power_type == "行政处罚" and _entrusted(loop, item):
            for delegation, zone in loop.tables.delegations[item.no]:
                proved = any(delegation in days for days in published)
                status = "skip" if loop.as_of < "2021-07-15" else "ok" if proved else "alarm"
                yield f"{item.id}-{loop.tables.zones[zone].id}", status, None


@rule("LAW004")
def _sub_delegations(loop: Loop) -> Iterator[Subject]:
    for agreement in loop.tables.agreements.values():
        if agreement.signed_on <= loop.as_of:
            yield agreement.number, "ok" if agreement.grantor_zone is None else "alarm", None


@rule("SUP003")
def _guided(loop: Loop) -> Iterator[Subject]:
    tables = loop.tables
    answered = {
        (r.instrument, r.zone, r.department)
        for r in tables.requests.values()
        if r.raised_on <= loop.as_of and r.answered_on is not None and r.answered_on <= loop.as_of
    }
    for duty in tables.duties.values():
        if duty.id != "supervision-rules":
            continue
        day = tables.deadline(duty)
        due_on = day.date if day else None
        pairs = {
            (zone, department)
            for item in loop.owing(duty)
            for _no, zone in tables.delegations[item.no]
            for department in tables.responsible[item.no]
        }
        for zone, department in pairs:
            if (duty.instrument, zone, department) in answered:
                status = "ok"
            elif due_on is None:
                status = "manual"
            else:
                status = "pending" if loop.as_of <= due_on else "alarm"
            yield f"{tables.zones[zone].id}/{tables.departments[department].id}", status, due_on
