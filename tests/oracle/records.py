"""The files of a data root as plain records: nothing of the registry's own reading is used."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


FOREVER = "9999-12-31"


@dataclass(frozen=True)
class Item:
    """A row of an annex, with the annex's role."""

    id: str
    annex: int
    role: str
    name: str
    power_type: str
    initiation: str
    mode: str
    entrusts: bool
    scope: str
    remark: str
    law: str
    article: str
    legal_level: str
    reform_mode: str
    parent: str
    counts: bool
    zones: tuple[str, ...]
    departments: frozenset[str]
    provenance: str

    @property
    def reads_scope(self) -> bool:
        """Whether its list states no scope, so that it is read from the remark."""
        return not self.scope and self.role != "withdrawn"

    @property
    def known_scope(self) -> str:
        """The scope as its list states it, or as it is read; "" where there is none."""
        if self.reads_scope:
            return "部分" if self.remark else "全部"
        return self.scope

    @property
    def delegations(self) -> list[tuple[str, str]]:
        """(subject id, zone) of each delegation of the item."""
        return [(f"{self.id}-{zone}", zone) for zone in self.zones]


@dataclass(frozen=True)
class Agreement:
    """An agreement; grantor is a department's id, or None where a zone stands in the cell."""

    number: str
    grantor: str | None
    zone: str
    signed_on: str
    effective_on: str
    expires_on: str
    terms: frozenset[str]
    covers: frozenset[str]
    terminated_on: str = ""
    renews: str = ""
    filed_on: str = ""
    dissolved_public_on: str = ""

    @property
    def first(self) -> str:
        """The first day in force: never before the signing."""
        return max(self.signed_on, self.effective_on)

    @property
    def last(self) -> str:
        """The last day in force."""
        return min(self.expires_on or FOREVER, self.terminated_on or FOREVER)


@dataclass(frozen=True)
class Deliverable:
    """Proof of a duty; no zone means every zone."""

    duty: str
    zone: str
    covers: frozenset[str]
    done_on: str
    has_document: bool
    subject: str


@dataclass(frozen=True)
class Request:
    """Guidance that a zone asked a department for."""

    zone: str
    department: str
    raised_on: str
    answered_on: str
    subject: str


@dataclass(frozen=True)
class Duty:
    """What delegations of some modes owe."""

    id: str
    modes: frozenset[str]
    initiation: str | None
    amount: int
    unit: str
    codes: dict[str, str]
    guided: bool
    announces: bool

    def falls_on(self, item: Item) -> bool:
        """Whether the delegations of an item owe it."""
        return item.mode in self.modes and self.initiation in (None, item.initiation)


@dataclass
class World:
    """All that the files say."""

    issued_on: str
    totals: dict[int, int | None]
    zones: list[str]
    required: frozenset[str]
    recommended: frozenset[str]
    duties: dict[str, Duty]
    items: dict[str, Item] = field(default_factory=dict)
    agreements: list[Agreement] = field(default_factory=list)
    deliverables: list[Deliverable] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    reductions: set[tuple[str, str]] = field(default_factory=set)

    def of_role(self, *roles: str) -> list[Item]:
        """The items of the annexes that have one of these roles."""
        return [item for item in self.items.values() if item.role in roles]


def read(data_root: Path) -> World:
    """Read the one instrument of a data root."""
    (path,) = data_root.glob("*/instrument.yml")
    act = yaml.load(path.read_bytes(), Loader=_LOADER)
    terms = act["agreement_terms"]
    advisable = frozenset(terms.get("recommended", []))
    asked_by_law = advisable if terms.get("term_basis") else frozenset()
    world = World(
        issued_on=str(act["issued_on"]),
        totals={a["annex"]: a.get("control_total") for a in act["annexes"]},
        zones=[z["id"] for z in act["zones"]],
        required=frozenset(terms["required"]) | asked_by_law,
        recommended=advisable - asked_by_law,
        duties={d["id"]: _duty(d) for d in act["duties"]},
    )
    departments = _names(act["departments"])
    zones = _names(act["zones"])
    for annex in act["annexes"]:
        _read_annex(world, act, annex, path.parent, departments)
    _read_ledger(world, path.parent / "ledger", departments, zones)
    return world


def _duty(entry: dict[str, Any]) -> Duty:
    if entry.get("counted_from", "issue") != "issue":
        raise NotImplementedError("the oracle counts from issue only")
    return Duty(
        entry["id"],
        frozenset(entry["modes"]),
        entry.get("initiation"),
        entry["amount"],
        entry.get("unit", "working"),
        {"missing": "DUT001", "late": "DUT002"} | entry.get("codes", {}),
        entry.get("guided", False),
        entry.get("announces", False),
    )


def _names(entries: list[dict[str, Any]]) -> dict[str, str]:
    """Every name of a body, and the id that it stands for."""
    return {
        name: entry["id"]
        for entry in entries
        for name in (entry["id"], entry["name"], entry["short_name"], *entry.get("aliases", []))
    }


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                found = {key: (value or "").strip() for key, value in row.items()}
                if not found.get("voided_on"):  # wrong from the start, whatever the day
                    yield found


def _split(cell: str) -> list[str]:
    return [part.strip() for part in re.split("[;；、]", cell) if part.strip()]


def _read_annex(
    world: World,
    act: dict[str, Any],
    annex: dict[str, Any],
    folder: Path,
    departments: dict[str, str],
) -> None:
    number = annex["annex"]
    width = max(2, len(str(annex.get("control_total") or 0)))
    entrusting = {m["name"] for m in act["modes"] if m["entrusts"]}
    default = act["defaults"]["annex"]["provenance"]
    for row in _rows(folder / f"annex{number}.csv"):
        get = row.get
        said = get("counts_in_total", "").lower()
        item = Item(
            id=get("id", "") or f"{number}-{int(row['seq']):0{width}}",
            annex=number,
            role=annex["role"],
            name=row["name"],
            power_type=row["power_type"],
            initiation=row["initiation"],
            mode=row["mode"],
            entrusts=row["mode"] in entrusting,
            scope=get("scope", ""),
            remark=get("remark", ""),
            law=get("law", ""),
            article=get("article", ""),
            legal_level=get("legal_level", ""),
            reform_mode=get("reform_mode", ""),
            parent=get("parent", ""),
            counts=said == "true" if said else not get("parent", ""),
            zones=tuple(_split(get("zones", "")) or world.zones),
            departments=frozenset(
                departments[re.sub("[（(].*[)）]$", "", name).strip()]
                for name in _split(get("department", ""))
            ),
            provenance=get("provenance", "") or default,
        )
        world.items[item.id] = item


def _read_ledger(
    world: World, folder: Path, departments: dict[str, str], zones: dict[str, str]
) -> None:
    def covered(cell: str) -> frozenset[str]:
        found: set[str] = set()
        for part in _split(cell):
            annex = part.removeprefix("annex:")
            if annex == part:
                found.add(part)
            else:
                found |= {i.id for i in world.items.values() if str(i.annex) == annex}
        return frozenset(found)

    for row in _rows(folder / "agreements.csv"):
        world.agreements.append(
            Agreement(
                row["number"],
                departments.get(row["department"]),
                zones[row["zone"]],
                row["signed_on"],
                row["effective_on"],
                row["expires_on"],
                frozenset(_split(row["clauses"])),
                covered(row["covers"]),
                row.get("terminated_on", ""),
                row.get("renews", ""),
                row.get("filed_on", ""),
                row.get("dissolved_public_on", ""),
            )
        )
    for row in _rows(folder / "deliverables.csv"):
        zone = zones[row["zone"]] if row["zone"] else ""
        covers = ";".join(_split(row["covers"]))
        subject = f"{row['duty']}/{zone or '*'}/{row['done_on']}/{covers}"
        documented = bool(row["document"] or row["url"])
        world.deliverables.append(
            Deliverable(row["duty"], zone, covered(covers), row["done_on"], documented, subject)
        )
    for row in _rows(folder / "guidance.csv"):
        zone, department = zones[row["zone"]], departments[row["department"]]
        subject = f"{zone}/{department}/{row['kind']}/{row['raised_on']}"
        world.requests.append(
            Request(zone, department, row["raised_on"], row["answered_on"], subject)
        )
    for row in _rows(folder / "service.csv"):
        if float(row["after"]) < float(row["before"]):
            world.reductions.add((row["item"], zones[row["zone"]]))
