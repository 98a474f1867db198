"""Where the rows come from, table by table."""

from __future__ import annotations

import sqlite3
from typing import Final

from registry.model.vocabulary import Provenance

LEDGER_TABLES: Final = ("agreement", "deliverable", "guidance_request", "service_reduction")


def provenance_counts(conn: sqlite3.Connection) -> dict[str, dict[Provenance, int]]:
    """Rows by provenance, of every table that an audit rests on."""
    return {
        table: dict(conn.execute(f"SELECT provenance, count(*) FROM {table} GROUP BY 1").fetchall())
        for table in ("instrument", "item", *LEDGER_TABLES)
    }
