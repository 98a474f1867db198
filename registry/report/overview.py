"""The summary of a build: rows against the notice's totals, and rows by provenance."""

from __future__ import annotations

import sqlite3

from registry.locale import _
from registry.locale.labels import annex_label, provenance_lines
from registry.report.terminal import table
from registry.store.provenance import provenance_counts, unofficial_fields
from registry.store.summary import (
    AnnexTotal,
    annex_totals,
    delegation_counts,
    instrument_titles,
)


def overview(conn: sqlite3.Connection) -> tuple[str, list[str]]:
    """The text to print, and warnings of totals that don't fit."""
    text, warnings = "", []
    totals, instruments = annex_totals(conn), instrument_titles(conn)
    for id_, number, title in instruments:
        own = [annex for annex in totals if annex.instrument == id_]
        text += f"\n{number} {title}\n" + table([_annex(annex) for annex in own])
        warnings += [
            _("{number}, annex {annex}: {counted:,} items, the notice states {total:,}").format(
                number=number, annex=annex.annex, counted=annex.counted, total=annex.control_total
            )
            for annex in own
            if annex.control_total not in (None, annex.counted)
        ]
    if len(instruments) > 1:
        text += "\n"
    delegations, conferred = delegation_counts(conn)
    text += _("Delegations: {n:,}, of them conferred {conferred:,}").format(
        n=delegations, conferred=conferred
    )
    lines = provenance_lines(provenance_counts(conn), unofficial_fields(conn))
    text += "\n" + "\n".join(lines) + "\n"
    return text, warnings


def _annex(annex: AnnexTotal) -> tuple[str, str, str]:
    """The annex's line: what it is, its title, its items against its total."""
    against = _("{counted:,} of {total:,}")
    if annex.control_total is None:
        against = _("{counted:,} (no total stated)")
    return (
        annex_label(annex.annex, in_text=annex.in_text),
        annex.title,
        against.format(counted=annex.counted, total=annex.control_total),
    )
