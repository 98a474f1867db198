"""Where the rows come from, table by table."""

from __future__ import annotations

import sqlite3
from typing import Final, NamedTuple

from registry.model.vocabulary import ItemField, Provenance

LEDGER_TABLES: Final = ("agreement", "deliverable", "guidance_request", "service_reduction")


class UnofficialFields(NamedTuple):
    """How many official items have fields whose value no official list states, and which."""

    items: int = 0
    fields: tuple[ItemField, ...] = ()


NONE_UNOFFICIAL: Final = UnofficialFields()


def unofficial_fields(conn: sqlite3.Connection) -> UnofficialFields:
    """Those of the whole file."""
    (items,) = conn.execute("SELECT count(DISTINCT item) FROM item_unofficial_field").fetchone()
    fields = conn.execute(
        "SELECT field FROM item_unofficial_field GROUP BY 1 ORDER BY min(position)"
    )
    return UnofficialFields(items, tuple(name for (name,) in fields))


def provenance_counts(conn: sqlite3.Connection) -> dict[str, dict[Provenance, int]]:
    """Rows by provenance, of every table that an audit rests on. Voided rows are none of them."""
    counted = dict.fromkeys(("instrument", "item"), "")
    counted |= dict.fromkeys(LEDGER_TABLES, " WHERE voided_on IS NULL")
    if conn.execute("SELECT EXISTS (SELECT 1 FROM platform_load)").fetchone()[0]:
        counted["platform_load"] = " WHERE voided_on IS NULL"
    return {
        table: dict(
            conn.execute(
                f"SELECT provenance, count(*) FROM {table}{condition} GROUP BY 1"
            ).fetchall()
        )
        for table, condition in counted.items()
    }
