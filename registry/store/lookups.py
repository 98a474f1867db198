"""One item or delegation with all that the registry holds of it: rows of the views of a day.

The caller has made the views of the day (`create_shadow_views`). Rows are read by name.
"""

from __future__ import annotations

import sqlite3


def items_with_id(conn: sqlite3.Connection, id: str) -> list[sqlite3.Row]:
    """The items of that id: one for each instrument that has it."""
    return _rows(conn, "SELECT * FROM items WHERE id = ?", id)


def delegation_exists(conn: sqlite3.Connection, id: str) -> bool:
    """Whether there is a delegation of that id, such as 1-07-etdz."""
    return bool(_rows(conn, "SELECT 1 FROM delegations WHERE id = ?", id))


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
    """What is owed for the delegation, with the duty's English name as `name_en`.

    `event_zh` and `event_en`: what it is counted from in each case; None where it isn't.
    """
    return _rows(
        conn,
        "SELECT s.*, du.name_en, du.event_zh, du.event_en FROM obligation_status AS s"
        " JOIN duty AS du ON du.id = s.duty"
        " JOIN instrument AS ins ON ins.no = du.instrument AND ins.id = s.instrument"
        " WHERE s.delegation_no = ? ORDER BY du.no",
        delegation["delegation_no"],
    )


def _rows(conn: sqlite3.Connection, sql: str, *values: object) -> list[sqlite3.Row]:
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(sql, values).fetchall()
