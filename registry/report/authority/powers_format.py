"""All that a zone may do: as a table, as CSV and as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from registry.authority.answering import Authority
from registry.authority.facts import Act
from registry.formulas import guarded_row
from registry.locale import _, language
from registry.report.authority.json_format import SCHEMA
from registry.report.terminal import table
from registry.store.references import References

_SHOWN: Final = {"yes": "√", "no": "×", "undetermined": "?"}


@dataclass(frozen=True, slots=True)
class PowerRow:
    """An item that a zone holds: its answers in the order of the acts."""

    reference: str
    shown: str
    name: str
    state: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Powers:
    """What a zone may do on a day. `acts`: those that were asked for, in their order."""

    zone: str
    day: str
    acts: tuple[Act, ...]
    rows: tuple[PowerRow, ...]


def powers_of(
    authority: Authority, references: References, zone: str, day: str, acts: Sequence[str]
) -> Powers:
    """Every item of the zone with its answers; of one act alone, those for which it may."""
    asked = tuple(acts) or tuple(authority.acts)
    rows = []
    for answers in authority.powers(zone, day, asked):
        delegation = answers[0].delegation
        if delegation is None or (len(asked) == 1 and answers[0].answer != "yes"):
            continue
        item = delegation.item
        rows.append(
            PowerRow(
                f"{item.instrument}:{item.id}",
                references.shown(item.instrument, item.id),
                item.name,
                delegation.state_on(day),
                tuple(answer.answer for answer in answers),
            )
        )
    return Powers(zone, day, tuple(authority.acts[act] for act in asked), tuple(rows))


def powers_table(powers: Powers, width: int) -> str:
    """A row an item; yes, no and undetermined as marks."""
    rows = [
        (row.shown, row.name, row.state, *(_SHOWN[answer] for answer in row.answers))
        for row in powers.rows
    ]
    if not rows:
        return _("On {day} there is nothing that it may.").format(day=powers.day) + "\n"
    heads = (_("Item"), _("Item name"), _("State"), *(act.name for act in powers.acts))
    counts = ", ".join(
        f"{act.label[language()]} {sum(row.answers[n] == 'yes' for row in powers.rows):,}"
        for n, act in enumerate(powers.acts)
    )
    summary = _("{n:,} items; yes: {counts}.").format(n=len(rows), counts=counts)
    return table(rows, heads, width=width) + "\n" + summary + "\n"


def powers_csv(powers: Powers) -> str:
    """The same as CSV; the columns of the acts are called by their ids."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("item", "name", "state", *(act.id for act in powers.acts)))
    writer.writerows(
        guarded_row((row.reference, row.name, row.state, *row.answers)) for row in powers.rows
    )
    return out.getvalue()


def powers_record(powers: Powers) -> dict[str, Any]:
    """The same for JSON."""
    ids = [act.id for act in powers.acts]
    return {
        "schema": SCHEMA,
        "question": {"zone": powers.zone, "on": powers.day, "acts": ids},
        "items": [
            {
                "item": row.reference,
                "name": row.name,
                "state": row.state,
                "answers": dict(zip(ids, row.answers, strict=True)),
            }
            for row in powers.rows
        ],
    }
