"""Small random registries in which somebody may do something, and questions about them.

To random worlds are added: rules of acts, modes that need agreements against their kind, chains of
delegations, agreements that begin and end, and what the law asks of an entrustment.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.conftest import SmallRoot
from tests.oracle.authority import ACTS, Question, boundaries
from tests.oracle.random_worlds import Draw, conferring, worlds
from tests.oracle.world import Act, Row, World, delegations_of, first_day, items_of, zones_of

_POWER_TYPES = ("行政许可", "行政许可", "行政处罚", "行政强制", "行政检查", "公共服务")
_ZONES = ("east", "west", "harbour")
_OFTEN_YES = ("yes", "yes", "yes", "yes", "no", "undetermined")


@st.composite
def worlds_of_authority(draw: Draw, *, zones_grant: bool = True) -> World:
    """A registry of which `may they?` is asked.

    `zones_grant`: whether a derived item's department is the zone that holds its parent, as is
    meant; else the city's department stays, for a program that knows no zone as a grantor.
    """
    world: World = draw(worlds())
    start = date.fromisoformat(world.acts[0].issued)

    def day(first: int, last: int) -> str:
        return (start + timedelta(draw(st.integers(first, last)))).isoformat()

    first = [act for act in world.acts if act.id.startswith("test-")]
    if draw(st.integers(0, 2)):
        first.append(_further(draw, world, first[-1], day(0, 14)))
    for act in world.acts:
        announces(act)
        _state_rules(draw, act)
        for effect in act.stated.get("effects", []):
            if effect["kind"] in ("withdraws", "replaces"):
                _state_transition(draw, effect)
    for number, act in enumerate(first):
        for _annex, row in items_of(act):
            _state_law(draw, row)
        _derive(draw, act, first[:number], zones_grant=zones_grant)
        act.ledger["agreements"] = [
            *(_dated(draw, paper) for paper in act.ledger.get("agreements", [])),
            *_agreements(draw, world, act, day),
        ]
    return world


@st.composite
def questions(draw: Draw, world: World) -> Question:
    """A question about one of its delegations, on a day around which something changes."""
    # Long before the first issue, as L1 is, there is nothing to ask.
    issued = world.acts[0].issued
    days = st.sampled_from([day for day in boundaries(world) if day > issued[:7]])
    keys = list(delegations_of(world))
    # Annex 1 is where most befalls.
    keys += [key for key in keys if key[1].startswith("1-")] * 2
    instrument, item, zone = draw(st.sampled_from(keys))
    act, day, accepted = draw(st.sampled_from(ACTS)), draw(days), draw(st.none() | days)
    handovers = [
        first_day(effect)
        for act in world.acts
        for effect in act.stated.get("effects", [])
        if effect["kind"] in ("withdraws", "replaces") and effect["target"] == instrument
    ]
    if draw(st.booleans()) and handovers:
        # Chance alone seldom finds a case that was accepted before a handover and is open after.
        first = date.fromisoformat(draw(st.sampled_from(handovers)))
        act = draw(st.sampled_from(["examine", "decide", "issue"]))
        day = (first + timedelta(draw(st.sampled_from([-1, 0, 0, 5])))).isoformat()
        accepted = (first - timedelta(draw(st.sampled_from([0, 1, 1, 10])))).isoformat()
    zone = draw(st.sampled_from([*[zone] * 6, *_ZONES]))
    return Question(zone, instrument, item, act, day, accepted, draw(st.booleans()))


def _further(draw: Draw, world: World, last: Act, issued: str) -> Act:
    """A further instrument that confers, so that chains are longer; some effects are on it."""
    issued = max(issued, last.issued)
    item = SmallRoot.item
    modes = st.sampled_from(["委托下放", "下放实质性审核权", "委托收件"])
    act = conferring(
        "test-3",
        issued,
        {
            1: [item(1, n, mode=draw(modes), department="jia", zones="") for n in (1, 2)],
            2: [item(2, 1, mode="原直接实施", department="bing")],
            3: [item(3, 1, mode="不再实施", scope="", department="jia", zones="")],
        },
    )
    act.stated["zones"].append(
        {"id": "harbour", "name": "临港园区管委会", "short_name": "临港园区", "clause": "C01"}
    )
    world.acts.insert(world.acts.index(last) + 1, act)
    for effect in (e for other in world.acts for e in other.stated.get("effects", [])):
        # Papers of the former target may name a zone that joins it.
        moves = effect["kind"] != "extends-to" and effect["effective_on"] >= issued
        if moves and draw(st.integers(0, 2)) == 2:
            effect["target"] = act.id
    return act


def _state_transition(draw: Draw, effect: Row) -> None:
    transition = draw(
        st.sampled_from(["", "former-finishes", "former-finishes", "successor-takes"])
    )
    if transition:
        effect["transition"] = transition


def announces(act: Act) -> None:
    """Let the powers list be what makes known what was conferred."""
    for duty in act.stated["duties"]:
        if duty["id"] == "powers-list":
            duty["announces"] = True


def _state_rules(draw: Draw, act: Act) -> None:
    """Rules of each mode, by groups of acts; for some there is none."""
    act.stated["act_rules"] = []
    for mode in act.stated["modes"]:
        if draw(st.integers(0, 4)) == 4:
            mode["agreement"] = not mode["entrusts"]
        shuffled = draw(st.permutations(ACTS))
        first, second = sorted(draw(st.tuples(st.integers(0, 9), st.integers(3, 9))))
        for acts in (shuffled[:first], shuffled[first:second], shuffled[second:]):
            if acts and draw(st.integers(0, 6)) < 6:
                act.stated["act_rules"] += _rules(draw, mode["name"], sorted(acts))


def _rules(draw: Draw, mode: str, acts: list[str]) -> list[Row]:
    """One rule for some acts, or two for different types of power, or one for some types alone."""
    types = sorted({*_POWER_TYPES})
    some = draw(st.sampled_from([[], [], [], ["行政许可"], ["行政处罚", "行政强制"]]))
    others = [name for name in types if name not in some]
    shares = [some, *([others] if draw(st.booleans()) else [])] if some else [[]]
    return [_rule(draw, mode, acts, share) for share in shares]


def _rule(draw: Draw, mode: str, acts: list[str], types: list[str]) -> Row:
    rule: Row = {
        "mode": mode,
        "acts": acts,
        "answer": draw(st.sampled_from(_OFTEN_YES)),
        "basis": draw(st.sampled_from(["text", "reading"])),
        "clause": "C10",
    }
    needed = draw(st.sampled_from([None, None, None, True, False]))
    if needed is not None:
        rule["needs_agreement"] = needed
    if rule["answer"] == "undetermined" and draw(st.booleans()):
        rule["by_agreement"] = True
    if types:
        rule["types"] = types
    return rule


def _state_law(draw: Draw, row: Row) -> None:
    """The type of power, and now and then the law that allows an entrustment."""
    row["power_type"] = draw(st.sampled_from(_POWER_TYPES))
    row["entrustment_basis"] = draw(st.sampled_from(["", "某条例第三条"]))
    if draw(st.integers(0, 4)) == 4:
        row["scope"], row["remark"] = "部分", draw(st.sampled_from(["", "限城区"]))


def _derive(draw: Draw, act: Act, earlier: list[Act], *, zones_grant: bool) -> None:
    """Some items are derived from a delegation of an earlier instrument, held by their grantor."""
    parents = [
        (other.id, row["id"], zone)
        for other in earlier
        if other.issued < act.issued
        for annex, row in items_of(other)
        if annex["role"] == "delegated"
        for zone in zones_of(other, row)
    ]
    zones = [zone["id"] for zone in act.stated["zones"]]
    for annex, row in items_of(act):
        row["derives_from"] = ""
        kind = draw(st.integers(0, 9)) if annex["role"] == "delegated" else 9
        # Those of the last instrument make the longest chains.
        instrument, item, grantor = draw(
            st.sampled_from(parents[-4:] + parents or [("elsewhere-1", "1-01", "east")])
        )
        if kind == 7:
            instrument = "elsewhere-1"
        elif kind == 8 and parents:
            item = "1-09"  # which its instrument doesn't have
        elif kind > 6 or not parents:
            continue
        row["derives_from"] = f"{instrument}:{item}-{grantor}"
        row["zones"] = draw(st.sampled_from([zone for zone in zones if zone != grantor]))
        if zones_grant:
            row["department"] = grantor


def _agreements(draw: Draw, world: World, act: Act, day: Any) -> list[Row]:
    """Agreements of the right parties: chance alone seldom finds them."""
    keys = [key for key in delegations_of(world) if key[0] == act.id]
    found: list[Row] = []
    for annex, row in items_of(act):
        for zone in (key[2] for key in keys if key[1] == row["id"] and annex["annex"] == 1):
            # One of a successor counts as well, once that has taken over.
            holder = draw(st.sampled_from([*[zone] * 4, *sorted({key[2] for key in keys})]))
            for _ in range(draw(st.integers(0, 2))):
                number = f"协议{act.id}-{len(found) + 1}号"
                what = {"department": row["department"], "zone": holder, "covers": row["id"]}
                paper = SmallRoot.agreement(number, signed_on=day(0, 60), **what)
                found.append(_dated(draw, paper))
    return found


def _dated(draw: Draw, paper: Row) -> Row:
    """An agreement with the days on which it begins and ends, and the acts that it names."""
    signed = date.fromisoformat(paper["signed_on"])

    def later(first: int, last: int) -> str:
        return (signed + timedelta(draw(st.integers(first, last)))).isoformat()

    dated = {
        **paper,
        "effective_on": draw(st.sampled_from(["", "", later(-3, 12)])),
        "expires_on": draw(st.sampled_from(["", later(5, 60), later(5, 60)])),
        "terminated_on": "",
        "termination_basis": "",
        "acts": ";".join(draw(st.lists(st.sampled_from(ACTS), max_size=4, unique=True))),
    }
    if draw(st.integers(0, 3)) == 3:
        # Now and then on the very day on which it would have expired; never after that.
        ends = [day for day in (dated["expires_on"], later(0, 40)) if day]
        dated["terminated_on"] = draw(st.sampled_from([ends[0], min(ends)]))
        dated["termination_basis"] = "双方协商"
    return dated
