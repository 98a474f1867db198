"""The summary of a build: rows against the notice's totals, and rows by provenance."""

from __future__ import annotations

import sqlite3

from registry.locale import _
from registry.locale.labels import provenance_lines
from registry.report.terminal import table
from registry.store.provenance import provenance_counts, unofficial_fields
from registry.store.summary import annex_totals, delegation_counts, instrument_titles


def overview(conn: sqlite3.Connection) -> tuple[str, list[str]]:
    """The text to print, and warnings of totals that don't fit."""
    text, warnings = "", []
    for number, title in instrument_titles(conn):
        text += f"\n{number} {title}\n"
    rows = []
    for number, no, title, counted, total in annex_totals(conn):
        against = (
            _("{counted:,} (no total stated)") if total is None else _("{counted:,} of {total:,}")
        ).format(counted=counted, total=total)
        rows.append((_("Annex {annex}").format(annex=no), title, against))
        if total is not None and counted != total:
            warnings.append(
                _("{number}, annex {annex}: {counted:,} items, the notice states {total:,}").format(
                    number=number, annex=no, counted=counted, total=total
                )
            )
    text += table(rows)
    delegations, conferred = delegation_counts(conn)
    text += _("Delegations: {n:,}, of them conferred {conferred:,}").format(
        n=delegations, conferred=conferred
    )
    lines = provenance_lines(provenance_counts(conn), unofficial_fields(conn))
    text += "\n" + "\n".join(lines) + "\n"
    return text, warnings
