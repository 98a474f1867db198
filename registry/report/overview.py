"""What a build made, in words: rows against the notice's totals, and where rows come from."""

from __future__ import annotations

import sqlite3

from registry.locale import _
from registry.locale.labels import provenance_lines
from registry.report.terminal import table
from registry.store.provenance import provenance_counts


def overview(conn: sqlite3.Connection) -> tuple[str, list[str]]:
    """The text to print, and warnings of totals that don't fit."""
    text, warnings = "", []
    for number, title in conn.execute("SELECT number, title FROM instrument ORDER BY no"):
        text += f"\n{number} {title}\n"
    rows = []
    for annex in conn.execute(
        "SELECT instrument_number, annex, title, counted, control_total FROM annexes"
    ):
        number, no, title, counted, total = annex
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
    delegations, conferred = conn.execute(
        "SELECT count(*), sum(valid_to IS NULL) FROM delegation"
    ).fetchone()
    text += _("Delegations: {n:,}, of them conferred {conferred:,}").format(
        n=delegations, conferred=conferred or 0
    )
    text += "\n" + "\n".join(provenance_lines(provenance_counts(conn))) + "\n"
    return text, warnings
