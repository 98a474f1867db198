"""Where an item is handled in each zone and whom to ask: services, else the zone's contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from registry.locale import N_, _
from registry.site.pages import Row

_LABELS: Final = {
    "guide_url": N_("Service guide"),
    "apply_url": N_("Apply online"),
    "address": N_("Address"),
    "hours": N_("Hours"),
    "consult_phone": N_("Telephone for questions"),
    "complaint_phone": N_("Telephone for complaints"),
    "time_limit": N_("Time limit"),
    "fee": N_("Fee"),
}
_OF_ITEM_ALONE: Final = ("guide_url", "apply_url", "time_limit", "fee")
"""What a zone's contact does not say of an item, and what holds only where the zone handles it:
else it would send people to the wrong window."""


class Line(NamedTuple):
    """One thing that is recorded. `text` is an address where `is_link`; `is_number`: it can be
    called; `of_zone`: it is the zone's, not the item's."""

    label: str
    text: str
    is_link: bool
    is_number: bool
    of_zone: bool


class Service(NamedTuple):
    """What is recorded for an item in one zone; `provenances`: of the rows that say so."""

    delegation: Row
    lines: tuple[Line, ...]
    provenances: tuple[str, ...]
    sources: tuple[str, ...]


def services_of(
    delegations: Iterable[Row], services: Iterable[Row], contacts: Iterable[Row]
) -> list[Service]:
    """Of each delegation what is recorded, its zone's contact where the item has none; in order.

    Where the zone may do nothing of it, only where it is and whom to ask there is said.
    """
    of_item = {row["delegation"]: row for row in services}
    of_zone = {row["zone"]: row for row in contacts}
    return [
        _service(row, of_item.get(row["id"]) or {}, of_zone.get(row["zone"]) or {})
        for row in delegations
    ]


def contact_lines(contact: Row) -> tuple[Line, ...]:
    """What is recorded of a zone itself."""
    return tuple(
        Line(_(label), contact[name], name.endswith("_url"), name.endswith("_phone"), True)
        for name, label in _LABELS.items()
        if contact.get(name)
    )


def _service(delegation: Row, own: Mapping[str, Any], zone: Mapping[str, Any]) -> Service:
    acts = "可以" in (delegation[name] for name in ("receive", "accept", "decide"))
    lines, used = [], {}
    for name, label in _LABELS.items():
        if name in _OF_ITEM_ALONE and not acts:
            continue
        row = own if own.get(name) else {} if name in _OF_ITEM_ALONE else zone
        if not row.get(name):
            continue
        used[id(row)] = row
        lines.append(
            Line(
                _(label),
                row[name],
                name.endswith("_url"),
                name.endswith("_phone"),
                row is not own,
            )
        )
    return Service(
        delegation,
        tuple(lines),
        tuple(dict.fromkeys(row["provenance"] for row in used.values())),
        tuple(dict.fromkeys(row["source"] for row in used.values())),
    )
