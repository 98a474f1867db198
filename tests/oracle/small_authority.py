"""Small worlds of which it is known who may do what, and short ways to ask the oracle."""

from __future__ import annotations

from typing import Any

from tests.conftest import SmallRoot
from tests.oracle import authority
from tests.oracle.authority import ACTS, Question
from tests.oracle.random_authority import announces
from tests.oracle.random_worlds import conferring, later
from tests.oracle.test_living import calendar
from tests.oracle.world import Act, Key, Row, World

EAST: Key = ("test-1", "1-01", "east")
AUDIT, DESK = "下放实质性审核权", "委托收件"
MERGED = {"what": "merged", "from": "east", "to": "west", "on": "2021-06-01"}
# Acts in their order; y yes, n no, u undetermined.
TABLE = {
    "委托下放": "yyyyyuyyy",
    "下放实质性审核权": "yyynnnnnn",
    "委托收件": "ynnnnnnnn",
    "原直接实施": "yyyyyyyyy",
    "不再实施": "nnnnnnnnn",
}
SAYS = {"y": "yes", "n": "no", "u": "undetermined"}


def rules(**changes: Any) -> list[Row]:
    """The decision table as rules; `changes` are made to those of 委托下放."""
    return [
        {"mode": mode, "acts": [act], "answer": SAYS[letter], "basis": "text", "clause": "C10"}
        | (changes if mode == "委托下放" else {})
        for mode, letters in TABLE.items()
        for act, letter in zip(ACTS, letters, strict=True)
    ]


def base(*papers: Row, name: str = "test-1", issued: str = "2021-04-15", **row: Any) -> Act:
    """An instrument that confers 1-01 on both zones; `row` changes that item."""
    item = SmallRoot.item
    what = {"department": "jia", "entrustment_basis": "某条例第三条", **row}
    act = conferring(
        name,
        issued,
        {
            1: [item(1, 1, **what)],
            2: [item(2, 1, mode="原直接实施", department="bing")],
            3: [item(3, 1, mode="不再实施", scope="", department="jia", zones="west")],
        },
    )
    act.stated["act_rules"] = rules()
    announces(act)
    act.ledger["agreements"] = list(papers)
    return act


def paper(signed: str = "2021-05-10", **more: Any) -> Row:
    """An agreement on 1-01 between 甲局 and the eastern zone."""
    return SmallRoot.agreement(**{"department": "jia", "signed_on": signed, **more})


def change(kind: str, on: str, **more: Any) -> Act:
    """An instrument of 2021-05-03 with one effect, on 1-01 of the first."""
    effect = {"target": "test-1", "items": ["1-01"], "effective_on": on, "clause": "C01"}
    return later("later-1", "2021-05-03", [{**effect, "kind": kind, **more}])


def state(world: World, day: str, key: Key = EAST) -> str:
    """The state of a delegation, that of the eastern zone unless told otherwise."""
    return authority.state(world, calendar(), key, day)


def ask(world: World, act: str, day: str, zone: str = "east", **more: Any) -> str:
    """Whether a zone may, by the first instrument's 1-01 unless told otherwise."""
    what = {"instrument": "test-1", "item": "1-01", **more}
    return authority.answer(world, calendar(), Question(zone=zone, act=act, day=day, **what))


def of(world: World, act: str, day: str, zone: str = "east", **more: Any) -> Row:
    """The premises of the same."""
    what = {"instrument": "test-1", "item": "1-01", **more}
    return authority.premises(world, calendar(), Question(zone=zone, act=act, day=day, **what))


def chain(*modes: str, first: str = "elsewhere-1:1-01-harbour") -> World:
    """Instruments that confer 1-01 on in turn, on the eastern and the western zone by turns."""
    acts: list[Act] = []
    for number, mode in enumerate(modes, 1):
        zone = ("west", "east")[number % 2]
        parent = f"test-{number - 1}:1-01-{('east', 'west')[number % 2]}" if acts else first
        row = {"mode": mode, "zones": zone, "derives_from": parent}
        if acts:
            row["department"] = parent.rpartition("-")[2]
        issued = f"2021-04-{14 + number}"
        acts.append(base(name=f"test-{number}", issued=issued, **row))
    return World(acts)
