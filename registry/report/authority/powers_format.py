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
from registry.locale import _, language, list_separator
from registry.locale.labels import value_label
from registry.report.authority.json_format import SCHEMA
from registry.report.terminal import fits, table, wrap
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
    """A row an item, a column an act: yes, no and undetermined as marks. Where a terminal is too
    narrow for that, the acts that it may do in one column, and the undetermined ones in another."""
    if not powers.rows:
        return _("On {day} there is nothing that it may.").format(day=powers.day) + "\n"
    labels = [act.label[language()] for act in powers.acts]
    items = [(r.shown, r.name, value_label("state", r.state) or r.state) for r in powers.rows]
    heads = (_("Item"), _("Item name"), _("State"))
    marks = [
        (*item, *(_SHOWN[answer] for answer in row.answers))
        for item, row in zip(items, powers.rows, strict=True)
    ]
    if fits(marks, (*heads, *labels), width):
        text = table(marks, (*heads, *labels), width=width)
    else:
        named = [
            (*item, _named(row, labels, "yes"), _named(row, labels, "undetermined"))
            for item, row in zip(items, powers.rows, strict=True)
        ]
        text = table(named, (*heads, _("May do"), _("Undetermined")), width=width)
    counts = list_separator().join(
        f"{label} {sum(row.answers[n] == 'yes' for row in powers.rows):,}"
        for n, label in enumerate(labels)
    )
    summary = _("{n:,} items; yes: {counts}.").format(n=len(powers.rows), counts=counts)
    return text + "\n" + wrap(summary, width) + "\n"


def _named(row: PowerRow, labels: Sequence[str], wanted: str) -> str:
    """The acts of which that is the answer."""
    given = (label for label, answer in zip(labels, row.answers, strict=True) if answer == wanted)
    return list_separator().join(given) or "·"


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
