"""Instruments and what befell bodies, as a test makes them up: what the replay reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Key = tuple[str, str, str]
"""Instrument, item and the zone that it was conferred on."""


@dataclass
class Act:
    """An instrument: what instrument.yml states, the rows of its annexes, and its ledger."""

    stated: dict[str, Any]
    annexes: dict[int, list[Row]] = field(default_factory=dict)
    ledger: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.stated["id"])

    @property
    def issued(self) -> str:
        """Its day of issue."""
        return str(self.stated["issued_on"])


@dataclass(repr=False)
class World:
    """Instruments in the order of their issue, and what happened to bodies."""

    acts: list[Act]
    events: list[Row] = field(default_factory=list)

    def __repr__(self) -> str:
        """What a world is told from others by, short enough to be read in a failure."""
        lines = []
        for act in self.acts:
            lines.append(f"{act.id} issued {act.issued}, until {act.stated.get('valid_until')}")
            lines += [f"  {row}" for row in act.stated.get("effects", [])]
            for duty in act.stated["duties"]:
                lines.append(f"  {duty['id']}: {duty['amount']} {duty.get('unit')}")
            for row in (row for rows in act.annexes.values() for row in rows):
                names = ("id", "mode", "department", "initiation", "scope", "zones")
                lines.append("  " + " ".join(str(row.get(name, "")) for name in names))
            lines += [f"  {name} {row}" for name, rows in act.ledger.items() for row in rows]
        return "\n".join([*lines, *map(str, self.events)])

    def act(self, name: str) -> Act:
        """The instrument of that id."""
        return next(act for act in self.acts if act.id == name)


def delegations_of(world: World) -> Iterator[Key]:
    """Every delegation that there ever is."""
    known: dict[Key, None] = {}
    for act in world.acts:
        for _annex, row in items_of(act):
            known.update(dict.fromkeys((act.id, row["id"], zone) for zone in zones_of(act, row)))
    for act in world.acts:
        for effect in act.stated.get("effects", []):
            if effect["kind"] == "extends-to":
                target = world.act(effect["target"])
                known.update(
                    dict.fromkeys(
                        (target.id, row["id"], zone)
                        for _annex, row in items_of(target)
                        if names_item(effect, row)
                        for zone in effect["to"]
                    )
                )
    return iter(known)


def first_day(effect: Row) -> str:
    """The first day of what an effect makes new."""
    if effect["kind"] == "withdraws":
        return str(effect.get("handover_on") or effect["effective_on"])
    return str(effect["effective_on"])


def items_of(act: Act) -> Iterator[tuple[Row, Row]]:
    """Its items, each with its annex."""
    for annex in act.stated.get("annexes", []):
        for row in act.annexes.get(annex["annex"], []):
            yield annex, row


def zones_of(act: Act, row: Row) -> list[str]:
    """The zones that its item is for."""
    named = [name for name in row.get("zones", "").split(";") if name]
    return named or [zone["id"] for zone in act.stated["zones"]]


def names_item(effect: Row, row: Row) -> bool:
    """Whether the effect is on this item."""
    annex = row["id"].partition("-")[0]
    return any(ref in ("all", f"annex:{annex}", row["id"]) for ref in effect.get("items", ["all"]))
