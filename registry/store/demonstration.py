"""Taking the demonstration out of a living registry: rows that were invented to show it."""

from __future__ import annotations

import sqlite3
from typing import Final

from registry.store.connection import transaction
from registry.store.item_history import retire
from registry.store.platform.voids import remove_loads
from registry.store.provenance import LEDGER_TABLES
from registry.store.sources import renew_data_digest

_DEPENDENT: Final = {
    "agreement": (("agreement_item", "agreement"), ("agreement_contains", "agreement")),
    "deliverable": (("proof", "deliverable"),),
    "power": (("item_power", "power"),),
}
"""Table → what belongs to its rows: table, and the column that refers to them."""


def remove_demonstration(conn: sqlite3.Connection, *, dry_run: bool = False) -> dict[str, int]:
    """Delete every row of provenance demonstration, voided ones as well; table → how many.

    Unlike a wrong record, which is voided, an invented one was never a record. Stored audits, their
    findings and the histories stay.
    """
    removed: dict[str, int] = {}
    with transaction(conn, dry_run=dry_run):
        for table in (*LEDGER_TABLES, "power"):
            demonstrated = f"SELECT no FROM {table} WHERE provenance = 'demonstration'"
            for dependent, column in _DEPENDENT.get(table, ()):
                conn.execute(f"DELETE FROM {dependent} WHERE {column} IN ({demonstrated})")
            conn.execute(
                f"DELETE FROM recorded_row WHERE kind = ? AND row IN ({demonstrated})", (table,)
            )
            cursor = conn.execute(f"DELETE FROM {table} WHERE provenance = 'demonstration'")
            removed[table] = cursor.rowcount
        for table in ("service", "zone_contact"):
            cursor = conn.execute(f"DELETE FROM {table} WHERE provenance = 'demonstration'")
            removed[table] = cursor.rowcount
        items = conn.execute(
            "SELECT instrument, no FROM item WHERE provenance = 'demonstration'"
        ).fetchall()
        for instrument, no in items:
            retire(conn, instrument, no)
        removed["item"] = len(items)
        removed["platform_load"] = remove_loads(conn, "demonstration")
        found = {table: rows for table, rows in removed.items() if rows}
        if found:
            renew_data_digest(conn, f"demonstration removed {sorted(found.items())}")
    return found
