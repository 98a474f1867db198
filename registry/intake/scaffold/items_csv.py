"""The items of a list -> annexN.csv, where the list states all that such a file has to."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from registry.formulas import guarded_row
from registry.intake.annex_list import Candidate, resolve
from registry.intake.listing.listing import Fault
from registry.intake.scaffold.reading import (
    NamedBody,
    ReadAnnex,
    ReadLists,
    parts_with_roles,
    printable,
)
from registry.locale import _
from registry.model.instrument import Instrument
from registry.model.item import ItemRow
from registry.model.listing import ListedItem
from registry.text import name_key

COLUMNS: Final = tuple(
    name for name in ItemRow.model_fields if name not in ("provenance", "source", "our_note")
)
_MARK: Final = "\ufeff"
_UNSTATED: Final = "?"
_PARTING: Final = frozenset(";；、")
"""Parts names in a cell of an annex's file."""


@dataclass(frozen=True)
class ItemsFile:
    """The text of an annex's file; None where some item can't stand in it. `faults`: what stands
    against that, besides what the list lacks."""

    text: str | None
    faults: Sequence[Fault] = ()


def items_csv(read: ReadLists, annex: ReadAnnex) -> ItemsFile:
    """The annex's file, where every item states what only a list or a person can say."""
    listing = annex.listing
    if not listing.items or annex.lacking() or listing.faults:
        return ItemsFile(None)
    modes = {mode.text: f"〔{number}〕" for number, mode in enumerate(annex.modes)}
    bodies = {
        "department": {name_key(one.text): one for one in read.departments},
        "zones": {name_key(one.text): one for one in read.zones},
    }
    items = []
    for item in listing.items:
        try:
            items.append(_by_ids(item, modes, bodies))
        except KeyError:
            return ItemsFile(None)  # a name that is too long: told as such
    found = resolve(replace(listing, items=items), _draft(read, annex, modes), annex.number)
    if found.faults:
        return ItemsFile(None, found.faults)
    names = {modes[mode.text]: mode.name for mode in annex.modes}
    rows = [
        _row(one, item, names, bodies["department"])
        for one, item in zip(found.items, listing.items, strict=True)
    ]
    _give_ids(annex, found.items, rows)
    faults = []
    columns = COLUMNS
    if len(read.annexes) > 1:  # else the instrument states it for all
        columns += ("source",)
        for row in rows:
            row["source"] = annex.file.name
    cells = [[_cell(row.get(name)) for name in columns] for row in rows]
    for texts, item in zip(cells, listing.items, strict=True):
        if not all(map(_is_shown, texts)):
            what = _("a text of it has characters that can't be shown")
            faults.append(Fault(item.sheet, item.row, None, what, _("Correct the cell.")))
    return ItemsFile(None, faults) if faults else ItemsFile(_MARK + _csv([list(columns), *cells]))


def _is_shown(text: str) -> bool:
    return text.replace("\n", "").isprintable()


def _by_ids(
    item: ListedItem, modes: Mapping[str, str], bodies: Mapping[str, Mapping[str, NamedBody]]
) -> ListedItem:
    """The item with ids in the place of names: they are parted in one way only. Raises KeyError."""
    ids: dict[str, str] = {"mode": modes[printable((item.mode or "").strip())]}
    for field, known in bodies.items():
        parts = parts_with_roles(getattr(item, field) or "")
        if named := [known[name_key(printable(name))].id + role for name, role in parts]:
            ids[field] = "；".join(dict.fromkeys(named))
    return item.model_copy(update=ids)


def header_csv() -> str:
    """The file of an annex without items, with the mark that lets Excel read Chinese."""
    return _MARK + _csv([list(COLUMNS)])


def _csv(rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(map(guarded_row, rows))
    return stream.getvalue()


def _draft(read: ReadLists, annex: ReadAnnex, modes: Mapping[str, str]) -> Instrument:
    """An instrument of this one annex that knows every id of the lists, to resolve them."""
    clause = "一"
    zones = [(zone.id, zone.text) for zone in read.zones] or [("z", _UNSTATED)]
    stated: dict[str, Any] = {
        "id": "draft",
        **dict.fromkeys(("number", "title", "issuer", "source", "departments_source"), _UNSTATED),
        **dict.fromkeys(("signed_on", "issued_on"), "2000-01-01"),
        "issued_on_basis": "reading",
        **dict.fromkeys(("provenance", "departments_provenance"), read.provenance),
        "annexes": [
            {
                **{"annex": annex.number, "title": _UNSTATED, "role": "delegated"},
                **{"control_total": len(annex.listing.main_items()), "clause": clause},
            }
        ],
        "modes": [
            {"name": name, "annex": annex.number, "entrusts": False, "clause": clause}
            for name in modes.values()
        ],
        "zones": [
            {"id": id_, "name": name, "short_name": name, "clause": clause} for id_, name in zones
        ],
        "clauses": [
            {
                **{"id": clause, "heading": clause, "text": _UNSTATED, "summary": _UNSTATED},
                "checked": "intake",
            }
        ],
        "departments": [
            {"id": one.id, "name": one.text, "short_name": one.text} for one in read.departments
        ],
        "defaults": {
            "annex": {"provenance": read.provenance, "source": _UNSTATED},
            "ledger": {"provenance": "official", "source": _UNSTATED},
        },
    }
    return Instrument.model_validate(stated)


def _row(
    one: Candidate,
    item: ListedItem,
    modes: Mapping[str, str],
    departments: Mapping[str, NamedBody],
) -> dict[str, Any]:
    """What the list states of an item, by column."""
    stated = one.row.model_dump(exclude_none=True, include=set(COLUMNS))
    stated["mode"] = modes[one.row.mode]
    if "scope" not in one.stated:
        stated.pop("scope", None)
    stated.pop("counts_in_total", None)
    named = []
    for name, role in parts_with_roles(item.department or ""):
        body = departments[name_key(printable(name))]
        named.append((body.id if _PARTING & {*body.text} else body.text) + role)
    stated["department"] = "；".join(dict.fromkeys(named))
    if "zones" in one.stated and item.zones:
        stated["zones"] = list(one.zones)
    return stated


def _give_ids(annex: ReadAnnex, items: list[Candidate], rows: list[dict[str, Any]]) -> None:
    """Ids as a load gives them: of main items by their positions, of sub-items the next ones."""
    width = max(2, len(str(len(annex.listing.main_items()))))
    last = max(one.row.seq for one in items)
    for one, row in zip(items, rows, strict=True):
        if one.parent is None:
            number = one.row.seq
        else:
            last += 1
            number = last
            row["parent"] = rows[one.parent]["id"]
            row["counts_in_total"] = 0
        row["id"] = f"{annex.number}-{number:0{width}d}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return ";".join(value) if isinstance(value, list) else str(value)
