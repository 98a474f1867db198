"""One item or delegation with all that the registry holds of it: rows of the views of a day.

The caller has made the views of the day (`create_shadow_views`). Rows are read by name.
"""

from __future__ import annotations

import sqlite3


def find_item(conn: sqlite3.Connection, instrument: str, id: str) -> tuple[sqlite3.Row, str | None]:
    """The item of that id, or that of a delegation's id together with the delegation's zone.

    `id` is one that the instrument has: see `References.resolve_item`.
    """
    items = _rows(conn, "SELECT * FROM items WHERE instrument = ? AND id = ?", instrument, id)
    if items:
        return items[0], None
    ((item, zone),) = _rows(
        conn,
        "SELECT item_no, zone FROM delegations WHERE instrument = ? AND id = ?",
        *(instrument, id),
    )
    return _rows(conn, "SELECT * FROM items WHERE item_no = ?", item)[0], zone


def annex_of(conn: sqlite3.Connection, item: sqlite3.Row) -> sqlite3.Row:
    """The annex that the item stands in."""
    (row,) = _rows(
        conn,
        "SELECT * FROM annexes WHERE instrument = ? AND annex = ?",
        *(item["instrument"], item["annex"]),
    )
    return row


def listing_of(conn: sqlite3.Connection, item: sqlite3.Row) -> sqlite3.Row | None:
    """Where the item stood in the list that it was loaded from; None if it was built."""
    rows = _rows(
        conn,
        "SELECT * FROM item_listings WHERE instrument = ? AND item = ?",
        *(item["instrument"], item["id"]),
    )
    return rows[0] if rows else None


def history_of(
    conn: sqlite3.Connection, id: str, instrument: str | None = None
) -> list[sqlite3.Row]:
    """What lists that were loaded did to an item, the latest first; of any instrument if None."""
    return _rows(
        conn,
        "SELECT * FROM item_history WHERE item = ? AND instrument = coalesce(?, instrument)",
        *(id, instrument),
    )


def delegations_of(
    conn: sqlite3.Connection, item: sqlite3.Row, zone: str | None
) -> list[sqlite3.Row]:
    """The item's delegations, in the order of zones; with `zone`, an id, only that one."""
    return _rows(
        conn,
        "SELECT * FROM delegations WHERE item_no = ? AND (? IS NULL OR zone = ?) ORDER BY zone_no",
        *(item["item_no"], zone, zone),
    )


def agreement_of(conn: sqlite3.Connection, delegation: sqlite3.Row) -> sqlite3.Row | None:
    """The agreement that covers the delegation, if any."""
    rows = _rows(
        conn,
        "SELECT * FROM agreements WHERE instrument = ? AND number = ?",
        *(delegation["instrument"], delegation["agreement"]),
    )
    return rows[0] if rows else None


def obligations_of(conn: sqlite3.Connection, delegation: sqlite3.Row) -> list[sqlite3.Row]:
    """What is owed for the delegation, with the duty's English name as `name_en`."""
    return _rows(
        conn,
        "SELECT s.*, du.name_en FROM obligation_status AS s"
        " JOIN duty AS du ON du.id = s.duty"
        " JOIN instrument AS ins ON ins.no = du.instrument AND ins.id = s.instrument"
        " WHERE s.delegation_no = ? ORDER BY du.no",
        delegation["delegation_no"],
    )


def _rows(conn: sqlite3.Connection, sql: str, *values: object) -> list[sqlite3.Row]:
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(sql, values).fetchall()
