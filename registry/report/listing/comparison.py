"""A list from outside held against the registry: for a terminal, and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from registry.intake.formats import Source
from registry.intake.listing.listing import Listing
from registry.intake.matching import Pair, Pairing
from registry.locale import N_, _, language
from registry.report.listing.listing_text import columns_table, fault_lines, rows_line
from registry.report.listing.not_exercisable import NotExercisable
from registry.report.terminal import indent, table, wrap
from registry.store.annex_load import StoredItem

SECTIONS: Final = {
    "same": N_("The same"),
    "probable": N_("Probably the same"),
    "there": N_("Only in the list"),
    "here": N_("Only in the registry"),
}
_MOST: Final = 20
"""Rows of a section that a terminal shows; probable pairs are shown all, for they need eyes."""


@dataclass
class Comparison:
    """A list, the registry's items that it was held against, and what pairs they make.

    `closed`: of a zone's list, what stands in it although the zone may not exercise it on `day`.
    """

    source: Source
    listing: Listing
    stored: list[StoredItem]
    pairing: Pairing
    closed: list[NotExercisable] = field(default_factory=list)
    day: str | None = None

    def __post_init__(self) -> None:
        self.same = sorted(self.pairing.same, key=lambda p: p.left)
        self.probable = self.pairing.best()
        pairs = [*self.same, *self.probable]
        left, right = {p.left for p in pairs}, {p.right for p in pairs}
        self.there = [i for i in range(len(self.listing.items)) if i not in left]
        self.here = [i for i in range(len(self.stored)) if i not in right]

    def counts(self) -> dict[str, int]:
        """Rows of each section."""
        return {name: len(getattr(self, name)) for name in SECTIONS}


def comparison_json(comparison: Comparison) -> str:
    """Every row of every section."""
    document = {
        "schema": 1,
        "file": str(comparison.source.path),
        "sha256": comparison.source.sha256,
        **_closed_record(comparison),
        "counts": comparison.counts(),
        "same": [_pair_record(comparison, pair) for pair in comparison.same],
        "probable": [_pair_record(comparison, pair) for pair in comparison.probable],
        "only_there": [_there_record(comparison, i) for i in comparison.there],
        "only_here": [_here_record(comparison.stored[i]) for i in comparison.here],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def comparison_text(comparison: Comparison, width: int) -> str:
    """What was recognised, what the zone may not exercise, the counts, probable pairs, and the
    beginning of the rest."""
    listing = comparison.listing
    text = columns_table(listing, width) + "\n"
    text += rows_line(listing, len(listing.faulty_rows()))
    if doubts := fault_lines(listing, [*listing.faults, *listing.cautions]):
        text += _("To be looked at:") + "\n"
        text += "".join(indent(wrap(line, width - 2), 2) + "\n" for line in doubts)
    counts = comparison.counts()
    text += _closed_text(comparison, width)
    text += "\n" + table([(_(SECTIONS[name]), n) for name, n in counts.items()])
    headings = {
        "same": (_("Item"), _("In the list"), _("Name")),
        "probable": (_("Score"), _("Item"), _("Name here"), _("In the list"), _("Name there")),
        "there": (_("In the list"), _("Name"), _("Type"), _("Department")),
        "here": (_("Item"), _("Name"), _("Type"), _("Department")),
    }
    for name, rows in _rows(comparison).items():
        if not rows:
            continue
        shown = rows if name == "probable" else rows[:_MOST]
        text += f"\n{_(SECTIONS[name])} ({counts[name]:,})\n"
        text += table(shown, headings[name], width=width)
        if len(rows) > len(shown):
            rest = _("… and {n:,} more: --format json or xlsx has all of them.")
            text += rest.format(n=len(rows) - len(shown)) + "\n"
    return text


def closed_rows(comparison: Comparison) -> list[tuple[str, str, str, str, str]]:
    """Place and name in the list, item, score and reason of what the zone may not exercise."""
    items, stored, place = comparison.listing.items, comparison.stored, comparison.listing.place
    return [
        (
            *(place(items[one.pair.left]), items[one.pair.left].name, stored[one.pair.right].id),
            *(f"{one.pair.score:.0f}", one.why.say(language())),
        )
        for one in comparison.closed
    ]


def _closed_text(comparison: Comparison, width: int) -> str:
    if comparison.day is None:
        return ""
    rows = closed_rows(comparison)
    heading = _("In the list, although the zone may not exercise it on {day}: {n:,}")
    text = "\n" + heading.format(day=comparison.day, n=len(rows)) + "\n"
    for place, name, item, score, why in rows:
        what = _("{place} {name} ({item}, score {score}): {why}").format(
            place=place, name=name, item=item, score=score, why=why
        )
        text += indent(wrap(what, width - 2), 2) + "\n"
    return text


def _closed_record(comparison: Comparison) -> dict[str, Any]:
    if comparison.day is None:
        return {}
    return {
        "as_of": comparison.day,
        "not_exercisable": [
            {
                **_pair_record(comparison, one.pair),
                "why": {"zh": one.why.say("zh"), "en": one.why.say("en")},
            }
            for one in comparison.closed
        ],
    }


def _rows(comparison: Comparison) -> dict[str, list[tuple[Any, ...]]]:
    items, stored, place = comparison.listing.items, comparison.stored, comparison.listing.place
    return {
        "probable": [
            (
                *(f"{p.score:.0f}", stored[p.right].id, stored[p.right].named.name),
                *(place(items[p.left]), items[p.left].name),
            )
            for p in comparison.probable
        ],
        "same": [
            (stored[p.right].id, place(items[p.left]), items[p.left].name) for p in comparison.same
        ],
        "there": [
            (
                *(place(items[i]), items[i].name),
                *(items[i].power_type or "", items[i].department or ""),
            )
            for i in comparison.there
        ],
        "here": [
            (s.id, s.named.name, s.named.power_type or "", s.departments)
            for s in (stored[i] for i in comparison.here)
        ],
    }


def _pair_record(comparison: Comparison, pair: Pair) -> dict[str, Any]:
    return {
        "score": pair.score,
        "here": _here_record(comparison.stored[pair.right]),
        "there": _there_record(comparison, pair.left),
    }


def _there_record(comparison: Comparison, index: int) -> dict[str, Any]:
    item = comparison.listing.items[index]
    return {
        "cell": comparison.listing.place(item),
        "name": item.name,
        "power_type": item.power_type,
        "department": item.department,
        "basic_code": item.basic_code,
        "implementation_code": item.implementation_code,
    }


def _here_record(item: StoredItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.named.name,
        "power_type": item.named.power_type,
        "department": item.departments,
        "provenance": item.provenance,
        "unofficial_fields": item.unofficial_fields,
    }
