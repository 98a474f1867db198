"""Where the rows come from, table by table."""

from __future__ import annotations

import sqlite3
from typing import Final

from registry.model.vocabulary import Provenance

LEDGER_TABLES: Final = ("agreement", "deliverable", "guidance_request", "service_reduction")


def provenance_counts(conn: sqlite3.Connection) -> dict[str, dict[Provenance, int]]:
    """Rows by provenance, of every table that an audit rests on. Voided rows are none of them."""
    counted = dict.fromkeys(("instrument", "item"), "")
    counted |= dict.fromkeys(LEDGER_TABLES, " WHERE voided_on IS NULL")
    return {
        table: dict(
            conn.execute(
                f"SELECT provenance, count(*) FROM {table}{condition} GROUP BY 1"
            ).fetchall()
        )
        for table, condition in counted.items()
    }
