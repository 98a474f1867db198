"""Instruments and what befell bodies, as a test makes them up: what the replay reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


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
