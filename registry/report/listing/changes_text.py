"""What a list does to each item of an annex: in words, and for JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from registry.loading.annex import LoadReport
from registry.loading.item_changes import FieldChange, ItemChange, Paper
from registry.locale import _, bracketed, language, list_separator
from registry.locale.labels import item_field_label
from registry.report.terminal import indent, wrap

_MOVED = frozenset(("seq",))
"""Fields that change when others come before an item: told as a number only."""


def changes_text(report: LoadReport, width: int, most: int | None) -> str:
    """Every item that is new, changed, to be decided or no longer listed, each with what changes.

    `most`: items named of each kind; None: all.
    """
    by_kind: dict[str, list[ItemChange]] = {}
    for change in report.changes:
        by_kind.setdefault(change.kind, []).append(change)
    changed = by_kind.get("changed", [])
    moved = [c for c in changed if {f.field for f in c.fields} <= _MOVED]
    text = _unstated(report, width)
    blocks = {
        _("New"): [_new(c) for c in by_kind.get("new", [])],
        _("Changed"): [_changed(c, report) for c in changed if c not in moved],
        _("To be decided"): [
            [f"{p.score:.0f}  {p.item} {p.old_name} | {p.place} {p.new_name}"]
            for p in report.undecided
        ],
        _("No longer listed"): [_retired(c, report) for c in by_kind.get("retired", [])],
    }
    for title, entries in blocks.items():
        text += _block(title, entries, width, most)
    if moved:
        text += _("{n:,} items only have another number.").format(n=len(moved)) + "\n"
    return text


def _block(title: str, entries: list[list[str]], width: int, most: int | None) -> str:
    if not entries:
        return ""
    shown = entries if most is None else entries[:most]
    text = f"\n{bracketed(title, format(len(entries), ','))}\n"
    for first, *rest in shown:
        text += indent(wrap(first, width - 2), 2) + "\n"
        text += "".join(indent(wrap(line, width - 6), 6) + "\n" for line in rest)
    if len(entries) > len(shown):
        more = _("… and {n:,} more: --report FILE has all of them.")
        text += indent(more.format(n=len(entries) - len(shown)), 2) + "\n"
    return text


def _listed(change: ItemChange) -> str:
    return _("{item} {name} (in the list: {place})").format(
        item=change.item, name=change.name, place=change.place
    )


def _new(change: ItemChange) -> list[str]:
    return [_listed(change)]


def _changed(change: ItemChange, report: LoadReport) -> list[str]:
    lines = [_listed(change)]
    lines += [_field(field) for field in change.fields if field.field not in _MOVED]
    return lines + _ending(change, report)


def _retired(change: ItemChange, report: LoadReport) -> list[str]:
    return [f"{change.item} {change.name}", *_ending(change, report)]


def _field(change: FieldChange) -> str:
    old, new = ("—" if value is None else value for value in (change.old, change.new))
    text = _("{field}: {old} → {new}")
    return text.format(field=item_field_label(change.field), old=old, new=new)


def _ending(change: ItemChange, report: LoadReport) -> list[str]:
    """What no longer covers the item: its agreements, then its papers, a line for each kind."""
    separator = _("; ")
    lines = []
    if change.agreements:
        numbers = list_separator().join(change.agreements)
        lines.append(_("no longer covered by agreement: {numbers}").format(numbers=numbers))
    papers: dict[str, list[str]] = {}
    for paper in change.papers:
        words = " ".join(filter(None, (paper.zone, paper.day, paper.document)))
        papers.setdefault(_kind(paper, report), []).append(words)
    text = _("no longer proved, {kind}: {papers}")
    return lines + [
        text.format(kind=kind, papers=separator.join(found)) for kind, found in papers.items()
    ]


def _kind(paper: Paper, report: LoadReport) -> str:
    if paper.kind == "service":
        return _("service reduction")
    return report.duties[paper.kind][0 if language() == "zh" else 1]


def _unstated(report: LoadReport, width: int) -> str:
    counts = Counter(field for c in report.changes for field in c.unofficial)
    if not counts:
        return ""
    fields = list_separator().join(
        _("{field} {n:,}").format(field=item_field_label(field), n=n) for field, n in counts.items()
    )
    text = _(
        "The list leaves these open; they stay as they were, or are read, and are marked as not "
        "official: {fields}."
    )
    return wrap(text.format(fields=fields), width) + "\n"


def change_record(change: ItemChange) -> dict[str, Any]:
    """A change, for JSON."""
    return {
        "item": change.item,
        "cell": change.place,
        "name": change.name,
        "fields": {f.field: {"old": f.old, "new": f.new} for f in change.fields},
        "unofficial_fields": list(change.unofficial),
        "agreements": list(change.agreements),
        "papers": [
            {"kind": p.kind, "zone": p.zone, "done_on": p.day, "document": p.document}
            for p in change.papers
        ],
    }
