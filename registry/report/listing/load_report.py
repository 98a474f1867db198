"""What `load annex` read, found and did: for a terminal, and as JSON."""

from __future__ import annotations

import json
from typing import Final

from registry.intake.formats import Source
from registry.loading.annex import LoadReport
from registry.locale import _, list_separator
from registry.report.listing.changes_text import change_record, changes_text
from registry.report.listing.listing_text import (
    columns_table,
    fault_lines,
    fault_record,
    listing_record,
    rows_line,
    skipped_lines,
)
from registry.report.terminal import indent, wrap
from registry.store.annex_load import AnnexLoadResult

_MAX_LINES: Final = 10


def load_json(report: LoadReport) -> str:
    """The whole account, with every row."""
    listing = report.found.listing
    names = [item.name for item in listing.items]
    document = {
        "schema": 1,
        "file": str(report.source.path),
        "kind": report.source.kind,
        "encoding": report.source.encoding,
        "sha256": report.source.sha256,
        "annex": report.annex.annex,
        **listing_record(listing),
        "totals": {"stated": report.annex.control_total, "counted": len(listing.main_items())},
        "errors": [fault_record(listing, fault) for fault in report.found.faults],
        "warnings": [fault_record(listing, fault) for fault in report.found.cautions],
        "initiation_read_from_type": [
            {"power_type": kind, "initiation": initiation, "items": n}
            for (kind, initiation), n in report.found.derived.items()
        ],
        "near_duplicates": [
            {
                "score": pair.score,
                "cells": [listing.place(listing.items[i]) for i in (pair.left, pair.right)],
                "names": [names[pair.left], names[pair.right]],
            }
            for pair in report.duplicates
        ],
        "pairs": report.pairs
        if report.pairs is None
        else {
            "sure": report.pairs,
            "undecided": report.doubtful,
            "added": report.added,
            "retired": report.retired,
        },
        "changes": {
            kind: [change_record(c) for c in report.changes if c.kind == kind]
            for kind in ("new", "changed", "unchanged", "retired")
        },
        "undecided": [
            {"score": p.score, "item": p.item, "cell": p.place, "name": p.new_name}
            for p in report.undecided
        ],
        "loaded": report.loaded is not None,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def load_text(report: LoadReport, width: int, most: int | None = None) -> str:
    """The account in words. `most`: items named of each kind of change; None: all of them."""
    listing, found = report.found.listing, report.found
    head = _("{file}: {kind}, annex {annex}").format(
        file=report.source.path, kind=_kind(report.source), annex=report.annex.annex
    )
    faulty = {(fault.sheet, fault.row) for fault in found.faults}
    text = f"{head}\n\n{columns_table(listing, width)}\n"
    text += rows_line(listing, len(faulty))
    text += _list(_("Passed over:"), skipped_lines(listing, _MAX_LINES), width)
    text += _total(report) + "\n"
    if found.derived:
        text += wrap(_derived(report), width) + "\n"
    text += _list(_("Names that are nearly or quite the same:"), _duplicates(report), width)
    text += _list(_("To be looked at:"), fault_lines(listing, found.cautions), width)
    text += _list(_("Errors:"), fault_lines(listing, found.faults), width)
    if report.pairs is not None and not found.faults:
        against = _(
            "Against the registry: the same {same:,} (of them changed {changed:,}), "
            "to be decided {doubtful:,}, new {added:,}, no longer listed {retired:,}."
        ).format(
            same=report.pairs,
            changed=sum(c.kind == "changed" for c in report.changes),
            doubtful=report.doubtful,
            added=report.added,
            retired=report.retired,
        )
        text += wrap(against, width) + "\n"
    if not found.faults:
        text += changes_text(report, width, most)
    if report.needs_replace:
        text += _("Loading it takes --replace: the annex holds items.") + "\n"
    return text


def loaded_text(loaded: AnnexLoadResult, annex: int) -> str:
    """What was changed."""
    text = _(
        "Annex {annex} loaded: {replaced:,} items replaced, {added:,} added, {retired:,} retired."
    )
    lines = [
        text.format(
            annex=annex,
            replaced=len(loaded.replaced),
            added=len(loaded.added),
            retired=len(loaded.retired),
        )
    ]
    if loaded.annex_replaced_by_items:
        lines.append(
            _(
                "{n:,} ledger rows that covered the whole annex now name the items that they "
                "covered: of the new items they prove nothing."
            ).format(n=loaded.annex_replaced_by_items)
        )
    return "\n".join(lines) + "\n"


def _kind(source: Source) -> str:
    return f"{source.kind}, {source.encoding}" if source.encoding else str(source.kind)


def _total(report: LoadReport) -> str:
    counted = len(report.found.listing.main_items())
    stated = report.annex.control_total
    if stated is None:
        return _("Items that count: {counted:,}; the notice states no total.").format(
            counted=counted
        )
    if stated == counted:
        return _("Items that count: {counted:,}, as the notice states.").format(counted=counted)
    return _("Items that count: {counted:,}; the notice states {stated:,}.").format(
        counted=counted, stated=stated
    )


def _derived(report: LoadReport) -> str:
    parts = [
        _("{type} {n:,} {initiation}").format(type=kind, n=n, initiation=initiation)
        for (kind, initiation), n in report.found.derived.items()
    ]
    return _(
        "The list does not say how these are set in motion; read from their type: {parts}. "
        "Another reading is said with --initiation."
    ).format(parts=list_separator().join(parts))


def _duplicates(report: LoadReport) -> list[str]:
    listing = report.found.listing
    lines = []
    for pair in report.duplicates[:_MAX_LINES]:
        one, other = listing.items[pair.left], listing.items[pair.right]
        names = f"{one.name} | {listing.place_in_words(other)} {other.name}"
        lines.append(f"{pair.score:.0f} %  {listing.place_in_words(one)} {names}")
    if len(report.duplicates) > _MAX_LINES:
        lines.append(_("… and {n:,} more").format(n=len(report.duplicates) - _MAX_LINES))
    return lines


def _list(title: str, lines: list[str], width: int) -> str:
    if not lines:
        return ""
    return title + "\n" + "".join(indent(wrap(line, width - 2), 2) + "\n" for line in lines)
