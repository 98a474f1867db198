"""What a terminal shows of a legal power, and of the power that an item is of, or may be of."""

from __future__ import annotations

import sqlite3
from typing import Final

from registry.locale import N_, _, list_separator
from registry.locale.labels import provenance_label
from registry.report.terminal import bold, indent, table
from registry.store.powers import Power, PowerItem, power_of, suggested_items
from registry.store.references import References, full_reference

_MAX_SUGGESTED: Final = 5
_FIELDS: Final = {
    "name": N_("Name"),
    "power_type": N_("Power type"),
    "law": N_("Law"),
    "article": N_("Article"),
    "basic_code": N_("Basic code"),
    "voided_on": N_("Voided on"),
    "voided_why": N_("Void: why"),
    "voided_by": N_("Voided by"),
}


def power_text(power: Power, width: int, *, colour: bool) -> str:
    """A power whole: what is said of it, and its items."""
    stated = power.facts
    facts = [(_(label), stated[field]) for field, label in _FIELDS.items() if stated[field]]
    facts.append(
        (
            _("Provenance"),
            f"{provenance_label(stated['provenance'])}{list_separator()}{stated['source']}",
        )
    )
    title = power.key + (f" {_('voided')}" if stated["voided_on"] else "")
    rows = [
        (full_reference(item.instrument, item.id), item.name, item.number) for item in power.items
    ]
    heads = (_("Item"), _("Item name"), _("Notice"))
    return (
        bold(title, colour)
        + "\n"
        + indent(table(facts, width=width - 2), 2)
        + ("\n" + indent(table(rows, heads, width=width - 2), 2) if rows else "")
    )


def power_facts(
    conn: sqlite3.Connection, item: sqlite3.Row, references: References
) -> list[tuple[str, str]]:
    """Of an item, as `items` has it: its power and what else is of it; and what may be of it."""
    facts = []
    own = (item["instrument"], item["id"])
    if (power := power_of(conn, item["item_no"])) is not None:
        others = [_named(one) for one in power.items if (one.instrument, one.id) != own]
        facts.append((_("Power"), f"{power.key} {power.facts['name']}"))
        facts += [(_("The same power"), text) for text in others]
    suggested = suggested_items(conn, item["item_no"])
    if suggested:
        equal = {"code": _("the code is equal"), "name": _("the name is equal")}
        found = [
            _("{item}: {why}").format(item=_named(one.item), why=equal[one.by])
            for one in suggested[:_MAX_SUGGESTED]
        ]
        if len(suggested) > _MAX_SUGGESTED:
            found.append(_("… and {n:,} more").format(n=len(suggested) - _MAX_SUGGESTED))
        command = " ".join(
            [full_reference(*own)]
            + [full_reference(one.item.instrument, one.item.id) for one in suggested[:1]]
        )
        found.append(_("confirm with `registry record power {items}`").format(items=command))
        facts.append((_("Possibly the same power"), _("; ").join(found)))
    return facts


def _named(item: PowerItem) -> str:
    reference = full_reference(item.instrument, item.id)
    return _("{reference} {name} ({number})").format(
        reference=reference, name=item.name, number=item.number
    )
