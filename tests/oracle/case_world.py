"""Cases and permissions as the oracle has them, and what they are judged by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

ZONE, DEPARTMENT = "zone", "department"
Body = tuple[str, str]
"""ZONE or DEPARTMENT, and its id."""
Item = tuple[str, str]
"""Instrument and item."""


class Step(NamedTuple):
    """A step of a case."""

    act: str | None
    body: Body | None
    started_on: str | None
    ended_on: str | None


class Stop(NamedTuple):
    """Days that do not count; 延期: the period was extended."""

    kind: str
    from_on: str
    to_on: str | None


@dataclass
class Case:
    """A case as a file gives it. `item`: none where it is only like a name, which is no match."""

    number: str
    item: Item | None
    matched: str = "code"
    accepted_by: Body | None = None
    applied_on: str | None = None
    accepted_on: str | None = None
    promised_on: str | None = None
    decided_by: Body | None = None
    decided_on: str | None = None
    result: str | None = None
    seal: Body | None = None
    steps: list[Step] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)


class Permission(NamedTuple):
    """What the platform lets a holder do."""

    holder: str
    body: Body | None
    item: Item | None
    act: str | None


class Limit(NamedTuple):
    """How long the law lets a decision take; unit: working or calendar."""

    amount: int
    unit: str
    extension: int


@dataclass
class Setting:
    """What cases and permissions are judged by, besides the world."""

    as_of: str
    loaded_on: str
    limits: dict[str, Limit]
    first: str = ""
    """The instrument that the registry has first: what has no item is put down to it."""
    load: str = "L-1"
    sample: int = 5
    roles: frozenset[str] = frozenset(("receive", "accept", "examine", "decide", "issue"))
    authorised: frozenset[str] = frozenset()
    """Zones that a law, as is recorded, lets act in their own name."""
    approved: frozenset[str] = frozenset()
    """Zones of which it is recorded who approved them."""
