"""One item or delegation with all that the registry holds of it: rows of the views of a day.

The caller has made the views of the day (`create_shadow_views`). Rows are read by name.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from registry.errors import RegistryError, did_you_mean
from registry.locale import _, list_separator
from registry.store.bodies import UnknownBody, find_zone
from registry.text import id_key, name_key

_MAX_OFFERED: Final = 8


class UnknownItem(RegistryError):
    """What is the id or name of no item and no delegation, or the part of several names."""


def find_items(conn: sqlite3.Connection, text: str) -> tuple[list[sqlite3.Row], str | None]:
    """The item that people call so, in each instrument that has it, and the zone if one is named.

    By id (1-7 is 1-07), by a delegation's id (with the zone by any of its names), by name, or by a
    part of one name only. Raises UnknownItem, with the nearest.
    """
    ids: dict[str, dict[str, None]] = {}
    names: dict[str, str] = {}
    for id_, name in conn.execute("SELECT id, name FROM item ORDER BY no"):
        ids.setdefault(id_key(id_), {})[id_] = None
        names.setdefault(name, id_)
    if (known := ids.get(id_key(text))) is not None:
        return items_with_id(conn, text if text in known else next(iter(known))), None
    before, _dash, after = text.rpartition("-")
    if (known := ids.get(id_key(before))) is not None:
        try:
            zone = find_zone(conn, after)
        except UnknownBody:
            zone = ""
        id_ = before if before in known else next(iter(known))
        if zone and delegation_exists(conn, f"{id_}-{zone}"):
            return items_with_id(conn, id_), zone
    wanted = name_key(text)
    same = [name for name in names if name_key(name) == wanted]
    part = same or [name for name in names if wanted and wanted in name_key(name)]
    if len(part) == 1:
        return _rows(conn, "SELECT * FROM items WHERE name = ?", part[0]), None
    if part:
        offered = [f"{names[name]} {name}" for name in part[:_MAX_OFFERED]]
        raise UnknownItem(
            _("{n:,} items have “{text}” in their names").format(n=len(part), text=text),
            _("Name one: {known}.").format(
                known=list_separator().join(offered) + (" …" if part[_MAX_OFFERED:] else "")
            ),
        )
    raise UnknownItem(
        _("there is no item and no delegation {id}").format(id=text),
        did_you_mean(
            text, names, _("Ids look like 1-07 and 1-07-ZONE; `registry find` finds them.")
        ),
    )


def items_with_id(conn: sqlite3.Connection, id: str) -> list[sqlite3.Row]:
    """The items of that id: one for each instrument that has it."""
    return _rows(conn, "SELECT * FROM items WHERE id = ?", id)


def delegation_exists(conn: sqlite3.Connection, id: str) -> bool:
    """Whether there is a delegation of that id, such as 1-07-etdz."""
    return bool(_rows(conn, "SELECT 1 FROM delegations WHERE id = ?", id))


def is_retired(conn: sqlite3.Connection, id: str) -> bool:
    """Whether an item of that id was retired, and is nowhere now."""
    return not items_with_id(conn, id) and bool(history_of(conn, id))


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
