"""What a list does to each item of an annex, before it is loaded: new, changed, kept or retired."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from registry.intake.annex_list import Candidate
from registry.model.vocabulary import ItemField
from registry.store.annex_load import ReplacedItem
from registry.store.item_history import snapshot
from registry.store.item_records import ItemRecord

Kind = Literal["new", "changed", "unchanged", "retired"]

_COMPARED: Final = (
    *("name", "power_type", "initiation", "mode", "scope", "remark", "law", "law_version"),
    *("article", "legal_level", "reform_mode", "basic_code", "implementation_code", "seq"),
)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of an item: what it said, and what it will say; None: nothing."""

    field: str
    old: str | int | None
    new: str | int | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A row of the ledger that proves nothing any more: a deliverable's part, or a reduction.

    `kind`: the duty's id, or `service`; `zone`: its short name; `day`: when it was done;
    `document`: its title, or its address.
    """

    kind: str
    zone: str
    day: str | None
    document: str | None


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What the list does to an item. `place`: where the list has it; None for a retired one.

    `item`: its id, also the one that a new item is going to have. `unofficial`: fields that the
    list leaves open. `agreements` (numbers) and `papers` no longer cover it afterwards.
    """

    kind: Kind
    item: str
    place: str | None
    name: str
    fields: tuple[FieldChange, ...] = ()
    unofficial: tuple[ItemField, ...] = ()
    agreements: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()


def item_changes(
    conn: sqlite3.Connection,
    instrument: int,
    items: Sequence[Candidate],
    records: Mapping[str, ItemRecord],
    pairs: Mapping[int, ReplacedItem],
    *,
    ids: Sequence[str],
    undecided: tuple[Collection[str], Collection[str]],
    replacing: bool,
) -> list[ItemChange]:
    """A change an item: those of the list in its order, then those that it no longer has.

    `ids`: of the list's items, in order. `undecided`: places of the list, and ids, whose pairs a
    person has yet to decide: of them nothing is said.
    """
    names = _BodyNames(conn)
    changes = []
    for index, item in enumerate(items):
        if index in pairs:
            parent = ids[item.parent] if item.parent is not None else None
            changes.append(_paired(conn, names, item, records[pairs[index].item], parent))
        elif item.place not in undecided[0]:
            changes.append(
                ItemChange("new", ids[index], item.place, item.row.name, unofficial=item.unofficial)
            )
    kept = {decided.item for decided in pairs.values()}
    for id_, record in records.items() if replacing else ():
        if id_ not in kept and id_ not in undecided[1]:
            agreements, papers = _ending(conn, names, record.no, record.zones)
            changes.append(
                ItemChange(
                    *("retired", id_, None, record.values["name"]),
                    agreements=agreements,
                    papers=papers,
                )
            )
    return changes


class _BodyNames:
    """Short names of departments and zones by id."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._names: dict[str, str] = dict(
            conn.execute(
                "SELECT id, short_name FROM department UNION ALL SELECT id, short_name FROM zone"
            ).fetchall()
        )

    def name(self, id_: str) -> str:
        return self._names.get(id_, id_)

    def join(self, ids: Collection[str]) -> str | None:
        return "、".join(map(self.name, ids)) or None


def _paired(
    conn: sqlite3.Connection,
    names: _BodyNames,
    item: Candidate,
    before: ItemRecord,
    parent: str | None,
) -> ItemChange:
    fields = [
        FieldChange(name, old, new)
        for name in _COMPARED
        if (old := before.values[name]) != (new := getattr(item.row, name))
    ]
    if dict(item.departments) != dict(before.departments):
        old, new = ([id_ for id_, _role in d] for d in (before.departments, item.departments))
        fields.append(FieldChange("department", names.join(old), names.join(new)))
    lost = [zone for zone in before.zones if zone not in item.zones]
    if set(before.zones) != set(item.zones):
        fields.append(FieldChange("zones", names.join(before.zones), names.join(item.zones)))
    if parent != before.parent:
        fields.append(FieldChange("parent", before.parent, parent))
    papers = _ending(conn, names, before.no, lost)[1] if lost else ()
    return ItemChange(
        *("changed" if fields else "unchanged", before.id, item.place, item.row.name),
        *(tuple(fields), item.unofficial),
        papers=papers,
    )


def _ending(
    conn: sqlite3.Connection, names: _BodyNames, item: int, zones: Collection[str]
) -> tuple[tuple[str, ...], tuple[Paper, ...]]:
    """Agreements and papers of an item in these zones."""
    record: dict[str, Any] = json.loads(snapshot(conn, item).record)
    papers = [
        Paper(p["duty"], names.name(p["zone"]), p["done_on"], p.get("document") or p.get("url"))
        for p in record.get("proofs", ())
        if p["zone"] in zones
    ]
    papers += [
        Paper("service", names.name(s["zone"]), None, s["measure"])
        for s in record.get("service", ())
        if s["zone"] in zones
    ]
    return tuple(a["number"] for a in record.get("agreements", ())), tuple(papers)
