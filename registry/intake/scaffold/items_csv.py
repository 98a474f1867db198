"""The items of a list -> annexN.csv, where the list states all that such a file has to."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

from registry.intake.annex_list import Candidate, resolve
from registry.intake.scaffold.reading import ReadAnnex, ReadLists
from registry.model.instrument import Instrument
from registry.model.item import ItemRow

COLUMNS: Final = tuple(
    name for name in ItemRow.model_fields if name not in ("provenance", "source", "our_note")
)
_UNSTATED: Final = "?"
_FORMULA: Final = ("=", "+", "-", "@")
"""Begins a text that a spreadsheet takes for a formula."""


def items_csv(read: ReadLists, annex: ReadAnnex) -> str | None:
    """The annex's file; None where an item lacks what no list but a person can say."""
    items = annex.listing.items
    if not items or annex.lacking():
        return None
    found = resolve(annex.listing, _draft(read, annex), annex.number)
    if found.faults or len(found.items) != len(items):
        return None
    modes = {mode.text: mode.name for mode in annex.modes}
    rows = [_row(annex, one, modes) for one in found.items]
    _give_ids(annex, found.items, rows)
    cells = [[_cell(row.get(name)) for name in COLUMNS] for row in rows]
    if any(
        text.startswith(_FORMULA) or not text.replace("\n", "").isprintable()
        for row in cells
        for text in row
    ):
        return None
    return header_csv() + _csv(cells)


def header_csv() -> str:
    """The file of an annex without items, with the mark that lets Excel read Chinese."""
    return "\ufeff" + _csv([list(COLUMNS)])


def _csv(rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _draft(read: ReadLists, annex: ReadAnnex) -> Instrument:
    """An instrument of this one annex that knows every name of the lists, to resolve them."""
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
            {"name": mode.text, "annex": annex.number, "entrusts": False, "clause": clause}
            for mode in annex.modes
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


def _row(annex: ReadAnnex, one: Candidate, modes: dict[str, str]) -> dict[str, Any]:
    """What the list states of an item, by column."""
    stated = one.row.model_dump(exclude_none=True, include=set(COLUMNS))
    stated["mode"] = modes[one.row.mode]
    if "scope" not in one.stated:
        stated.pop("scope", None)
    stated.pop("counts_in_total", None)
    if one.listed.department:
        stated["department"] = "；".join(one.listed.department.split("、"))
    if "zones" in one.stated and one.listed.zones:
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
