"""Small random registries that live: instruments, later ones that change them, bodies that change.

Days are drawn from few, so that what meets on one day, or lies a day apart, comes up often.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.conftest import DATA, SMALL, SmallRoot, write_csv
from tests.oracle.world import Act, World

Draw = st.DrawFn

_ENDS = ("withdraws", "replaces")
_KINDS = (*_ENDS, "amends", "corrects", "extends", "extends-to", "suspends", "suspends", "resumes")
_MOVES = ("merged", "split", "powers-transferred")

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_MODES = ("委托下放", "下放实质性审核权", "委托收件")
_ZONES = {"east": "东区", "west": "西区", "harbour": "临港园区"}
_DEPARTMENTS = ("jia", "yi")


def write(world: World, root: Path) -> None:
    """Write the data root into an empty folder."""
    (root / "calendar").symlink_to(DATA / "calendar")
    (root / "law.yml").symlink_to(DATA / "law.yml")
    for act in world.acts:
        folder = root / act.id
        folder.mkdir()
        text = yaml.dump(act.stated, Dumper=_DUMPER, allow_unicode=True, sort_keys=False)
        (folder / "instrument.yml").write_text(text, encoding="utf-8")
        for annex, rows in act.annexes.items():
            write_csv(folder / f"annex{annex}.csv", rows)
        for name, rows in act.ledger.items():
            if rows:
                write_csv(folder / "ledger" / f"{name}.csv", rows)


@st.composite
def worlds(draw: Draw) -> World:
    """A registry: one or two instruments that confer, one or two later ones, and what befell."""
    start = date.fromisoformat(draw(st.sampled_from(["2021-04-15", "2021-04-15", "2026-10-19"])))

    def day(first: int, last: int) -> str:
        return (start + timedelta(draw(st.integers(first, last)))).isoformat()

    zone_events = _zone_events(draw, day)
    acts = [_conferring(draw, "test-1", start.isoformat(), day)]
    if draw(st.booleans()):
        acts.append(_conferring(draw, "test-2", day(0, 14), day))
    targets = list(acts)
    for number in range(1, draw(st.integers(1, 2)) + 1):
        acts.append(_later(draw, f"later-{number}", day(15, 60), targets, day))
    for act in targets:
        act.ledger = _ledger(draw, acts, act, day)
    return World(acts, [*zone_events, *_department_events(draw, day)])


def _renaming(body: str, on: str) -> dict[str, Any]:
    return {
        "what": "renamed",
        "from": body,
        "on": on,
        "name": f"新{body}局",
        "short_name": body * 2,
    }


def _zone_events(draw: Draw, day: Any) -> list[dict[str, Any]]:
    what = draw(st.sampled_from(["", "", "renamed", "abolished", *_MOVES]))
    if not what:
        return []
    event = {"what": what, "from": "east", "on": day(61, 100)}
    if what == "renamed":
        return [_renaming("east", event["on"])]
    if what != "abolished":
        event["to"] = draw(st.sampled_from(["west", "harbour"]))
    return [event]


def _department_events(draw: Draw, day: Any) -> list[dict[str, Any]]:
    """One of 甲局, and a later one of its successor."""
    events = []
    for body, others, on in (("jia", ["yi", "bing"], day(61, 80)), ("yi", ["bing"], day(81, 100))):
        what = draw(st.sampled_from(["", "", "", "renamed", "abolished", *_MOVES]))
        if what == "renamed":
            events.append(_renaming(body, on))
        elif what == "abolished":
            events.append({"what": what, "from": body, "on": on})
        elif what:
            several = others if what == "split" else [draw(st.sampled_from(others))]
            events += [{"what": what, "from": body, "to": to, "on": on} for to in several]
    return events


def _zone(name: str) -> dict[str, str]:
    short = _ZONES[name]
    return {"id": name, "name": f"{short}管委会", "short_name": short, "clause": "C01"}


def conferring(name: str, issued: str, annexes: dict[int, list[dict[str, Any]]]) -> Act:
    """The small instrument on the eastern and the western zone, without totals."""
    stated = deepcopy(SMALL)
    number = f"测试〔2021〕{name[-1]}号"
    stated.update(id=name, number=number, signed_on=issued, issued_on=issued)
    for annex in stated["annexes"]:
        annex.pop("control_total", None)
    stated["zones"] = [_zone("east"), _zone("west")]
    return Act(stated, annexes)


def later(name: str, issued: str, effects: list[dict[str, Any]]) -> Act:
    """An instrument with effects, which withdraws an item of its own as well."""
    stated = deepcopy(SMALL)
    number = f"测试〔2021〕{int(name[-1]) + 5}号"
    stated.update(id=name, number=number, signed_on=issued, issued_on=issued, effects=effects)
    stated["annexes"] = [{"annex": 3, "title": "丁", "role": "withdrawn", "clause": "C04"}]
    stated["modes"] = [mode for mode in stated["modes"] if mode["annex"] == 3]
    stated["zones"] = [_zone(zone) for zone in ("east", "harbour")]
    stated["duties"] = [duty for duty in stated["duties"] if duty["id"] == "powers-list-removal"]
    item = SmallRoot.item(3, 1, mode="不再实施", scope="", department="yi", zones="harbour")
    return Act(stated, {3: [item]})


def _conferring(draw: Draw, name: str, issued: str, day: Any) -> Act:
    modes = st.sampled_from(_MODES)
    item = SmallRoot.item
    act = conferring(
        name,
        issued,
        {
            1: [
                item(
                    1,
                    n,
                    mode=draw(modes),
                    department=draw(st.sampled_from(_DEPARTMENTS)),
                    initiation=draw(st.sampled_from(["依申请", "依职权"])),
                    zones=draw(st.sampled_from(["", "", "east"])),
                    remark="",
                )
                for n in (1, 2)
            ],
            2: [item(2, 1, mode="原直接实施", department="bing")],
            3: [item(3, 1, mode="不再实施", scope="", department="jia", zones="")],
        },
    )
    if draw(st.integers(0, 2)) == 2:
        act.stated["valid_until"] = day(45, 90)
    for duty in act.stated["duties"]:
        duty["amount"] = draw(st.sampled_from([1, 5, 10, 30]))
        duty["unit"] = draw(st.sampled_from(["working", "calendar"]))
    return act


def _later(draw: Draw, name: str, issued: str, targets: list[Act], day: Any) -> Act:
    target = draw(st.sampled_from(targets))
    effects = [_effect(draw, target, day) for _ in range(draw(st.integers(1, 3)))]
    if effects[0]["kind"] == "suspends" and draw(st.booleans()):
        again = date.fromisoformat(effects[0]["effective_on"]) + timedelta(draw(st.integers(0, 40)))
        effects.append({**effects[0], "kind": "resumes", "effective_on": again.isoformat()})
    act = later(name, issued, effects)
    act.annexes[3][0]["zones"] = ""
    for duty in act.stated["duties"]:
        duty["amount"] = draw(st.sampled_from([2, 10, 20]))
    return act


def _effect(draw: Draw, target: Act, day: Any) -> dict[str, Any]:
    kind = draw(st.sampled_from(_KINDS))
    effect: dict[str, Any] = {
        "kind": kind,
        "target": target.id,
        "items": draw(st.sampled_from([["all"], ["annex:1"], ["1-01"], ["1-01", "1-02"]])),
        "effective_on": max(day(0, 90), target.issued),
        "clause": "C01",
    }
    until = target.stated.get("valid_until")
    if kind == "extends-to":
        if effect["items"] == ["all"]:
            effect["items"] = ["annex:1"]
        effect["to"] = draw(st.sampled_from([["harbour"], ["west"], ["east"]]))
        if until:
            effect["effective_on"] = min(effect["effective_on"], until)
        return effect
    effect["delegates"] = draw(st.sampled_from([["all"], ["east"], ["west", "east"]]))
    if kind == "extends":
        first = date.fromisoformat(max(effect["effective_on"], until or ""))
        effect["until"] = (first + timedelta(draw(st.integers(1, 40)))).isoformat()
    if kind in _ENDS and draw(st.booleans()):
        effect["mode"] = "不再实施"
    if kind == "withdraws" and draw(st.booleans()):
        later = date.fromisoformat(effect["effective_on"]) + timedelta(draw(st.integers(0, 9)))
        effect["handover_on"] = later.isoformat()
    if kind in ("amends", "corrects"):
        stated = {
            "mode": draw(st.sampled_from([None, *_MODES])),
            "scope": draw(st.sampled_from([None, "部分"])),
            "remark": draw(st.sampled_from([None, "限城区"])),
            "territory": draw(st.sampled_from([None, "核心区"])),
        }
        if effect["items"] == ["all"]:
            stated["mode"] = None  # it would be one of another annex
        effect |= {name: value for name, value in stated.items() if value}
        if not any(stated.values()):
            effect["remark"] = "限新区"
    return effect


def _ledger(draw: Draw, acts: list[Act], act: Act, day: Any) -> dict[str, list[dict[str, Any]]]:
    covers = st.sampled_from(["1-01", "1-02", "1-01;1-02"])
    joined = {
        zone
        for other in acts
        for effect in other.stated.get("effects", [])
        if effect["kind"] == "extends-to" and effect["target"] == act.id
        for zone in effect["to"]
    }
    zones = st.sampled_from(["", *sorted({"east", "west"} | joined)])
    duties = st.sampled_from(["handbook", "supervision-rules", "powers-list"])
    return {
        "deliverables": [
            SmallRoot.deliverable(
                draw(duties),
                zone=draw(zones),
                covers=draw(covers),
                done_on=day(0, 100),
            )
            for _ in range(draw(st.integers(0, 3)))
        ],
        "agreements": [
            SmallRoot.agreement(
                f"示例{act.id}-{n}号",
                department=draw(st.sampled_from(_DEPARTMENTS)),
                zone=draw(zones) or "east",
                signed_on=day(0, 100),
                covers=draw(covers),
            )
            for n in range(draw(st.integers(0, 2)))
        ],
    }
