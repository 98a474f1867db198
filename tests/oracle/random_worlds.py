"""Small random registries that live: instruments, later ones that change them, bodies that change.

Days are drawn from few, so that what meets on one day, or lies a day apart, comes up often.
"""

from __future__ import annotations

import os
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.conftest import DATA, SMALL, SmallRoot, write_csv
from tests.oracle.living import Act, World, first_day

Draw = st.DrawFn
KINDS = ("withdraws", "amends", "extends-to")

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_MODES = ("委托下放", "下放实质性审核权", "委托收件")
_ZONES = {"east": "东区", "west": "西区", "harbour": "临港园区"}
_DEPARTMENTS = ("jia", "yi")


def write(world: World, root: Path) -> None:
    """Write the data root into an empty folder."""
    os.symlink(DATA / "calendar", root / "calendar")
    os.symlink(DATA / "law.yml", root / "law.yml")
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

    acts = [_conferring(draw, "test-1", start.isoformat())]
    if draw(st.booleans()):
        acts.append(_conferring(draw, "test-2", day(0, 30)))
    conferring = list(acts)
    for number in range(1, draw(st.integers(1, 2)) + 1):
        acts.append(_later(draw, f"later-{number}", day(15, 60), conferring, day))
    for act in conferring:
        act.ledger = _ledger(draw, act, day)
    world = World(acts)
    for act in acts:
        effects = act.stated.get("effects", [])
        act.stated["effects"] = [e for e in effects if not _spoils(world, act, e)]
    return world


def _spoils(world: World, act: Act, effect: dict[str, Any]) -> bool:
    """Whether it comes before an effect that extends the same to a further delegate.

    What happens then is known to differ, and has cases of its own in test_living.py.
    """
    return effect["kind"] != "extends-to" and any(
        other["kind"] == "extends-to"
        and other["target"] == effect["target"]
        and (first_day(effect), act.issued) <= (first_day(other), later.issued)
        and effect.get("delegates") != ["east"]
        for later in world.acts
        for other in later.stated.get("effects", [])
    )


def _zone(name: str) -> dict[str, str]:
    short = _ZONES[name]
    return {"id": name, "name": f"{short}管委会", "short_name": short, "clause": "C01"}


def _conferring(draw: Draw, name: str, issued: str) -> Act:
    stated = deepcopy(SMALL)
    number = name[-1]
    stated.update(id=name, number=f"测试〔2021〕{number}号", signed_on=issued, issued_on=issued)
    for annex in stated["annexes"]:
        annex.pop("control_total", None)
    stated["zones"] = [_zone("east"), _zone("west")]
    for duty in stated["duties"]:
        duty["amount"] = draw(st.sampled_from([1, 5, 10, 30]))
        duty["unit"] = draw(st.sampled_from(["working", "calendar"]))
    modes = st.sampled_from(_MODES)
    item = SmallRoot.item
    annexes = {
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
        3: [item(3, 1, mode="不再实施", scope="", department="jia")],
    }
    return Act(stated, annexes)


def _later(draw: Draw, name: str, issued: str, conferring: list[Act], day: Any) -> Act:
    """An instrument with effects, which withdraws an item of its own as well."""
    stated = deepcopy(SMALL)
    number = int(name[-1]) + 5
    stated.update(id=name, number=f"测试〔2021〕{number}号", signed_on=issued, issued_on=issued)
    stated["annexes"] = [{"annex": 3, "title": "丁", "role": "withdrawn", "clause": "C04"}]
    stated["modes"] = [mode for mode in stated["modes"] if mode["annex"] == 3]
    stated["zones"] = [_zone(zone) for zone in ("east", "harbour")]
    stated["duties"] = [duty for duty in stated["duties"] if duty["id"] == "powers-list-removal"]
    for duty in stated["duties"]:
        duty["amount"] = draw(st.sampled_from([2, 10, 20]))
    stated["effects"] = [
        _effect(draw, draw(st.sampled_from(conferring)), day)
        for _ in range(draw(st.integers(1, 3)))
    ]
    annexes = {3: [SmallRoot.item(3, 1, mode="不再实施", scope="", department="yi")]}
    return Act(stated, annexes)


def _effect(draw: Draw, target: Act, day: Any) -> dict[str, Any]:
    kind = draw(st.sampled_from(KINDS))
    effect: dict[str, Any] = {
        "kind": kind,
        "target": target.id,
        "items": draw(st.sampled_from([["all"], ["annex:1"], ["1-01"], ["1-01", "1-02"]])),
        "effective_on": max(day(0, 90), target.issued),
        "clause": "C01",
    }
    if kind == "extends-to":
        if effect["items"] == ["all"]:
            effect["items"] = ["annex:1"]
        effect["to"] = draw(st.sampled_from([["harbour"], ["harbour"], ["west"]]))
    else:
        effect["delegates"] = draw(st.sampled_from([["all"], ["east"], ["west", "east"]]))
    if kind == "withdraws":
        if draw(st.booleans()):
            effect["mode"] = "不再实施"
        if draw(st.booleans()):
            later = date.fromisoformat(effect["effective_on"]) + timedelta(draw(st.integers(0, 9)))
            effect["handover_on"] = later.isoformat()
    if kind == "amends":
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


def _ledger(draw: Draw, act: Act, day: Any) -> dict[str, list[dict[str, Any]]]:
    covers = st.sampled_from(["1-01", "1-02", "1-01;1-02"])
    # Papers of a zone that joined are known to differ: see test_living.py.
    narrow = any(row["zones"] for row in act.annexes[1])
    zones = st.sampled_from(["east"] if narrow else ["east", "west"])
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
                zone=draw(zones),
                signed_on=day(0, 100),
                covers=draw(covers),
            )
            for n in range(draw(st.integers(0, 2)))
        ],
    }
