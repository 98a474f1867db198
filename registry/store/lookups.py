"""One item or delegation with all that the registry holds of it: rows of the views of a day.

The caller has made the views of the day (`create_shadow_views`). Rows are read by name.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final

from registry.errors import RegistryError, did_you_mean
from registry.locale import _, list_separator
from registry.store.bodies import UnknownBody, find_zone
from registry.store.references import DELEGATION_CALLED, References
from registry.text import id_key, name_key

_MAX_OFFERED: Final = 8


class UnknownItem(RegistryError):
    """What is the id or name of no item and no delegation, or the part of several names."""


def find_item_called(
    conn: sqlite3.Connection, text: str, references: References
) -> tuple[sqlite3.Row, int | None]:
    """The item that people call so, and the number of the delegation if one is named.

    By its reference or id (1-7 is 1-07), by a delegation's (with the zone by any of its names), by
    name, or by a part of one name only. Raises UnknownItem, with the nearest, and
    AmbiguousReference where several instruments have it.
    """
    instrument, wanted = references.split(text)
    ids: dict[str, dict[str, None]] = {}
    names: dict[str, list[tuple[str, str]]] = {}
    for of, id_, name in conn.execute(
        "SELECT ins.id, i.id, i.name FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument"
        " WHERE ins.id = coalesce(?, ins.id) ORDER BY i.no",
        (instrument,),
    ):
        ids.setdefault(id_key(id_), {})[id_] = None
        names.setdefault(name, []).append((of, id_))
    if (known := ids.get(id_key(wanted))) is not None:
        id_ = wanted if wanted in known else next(iter(known))
        return find_item(conn, *references.resolve_item(id_, instrument))
    if delegation := _delegation_called(conn, ids, wanted):
        return find_item(conn, *references.resolve_item(delegation, instrument))
    key = name_key(wanted)
    same = [name for name in names if name_key(name) == key]
    part = same or [name for name in names if key and key in name_key(name)]
    holders = [holder for name in part for holder in names[name]]
    if len(holders) == 1:
        return find_item(conn, *holders[0])
    if holders:
        offered = [f"{references.shown(*holder)} {name}" for name in part for holder in names[name]]
        raise UnknownItem(
            _("{n:,} items have “{text}” in their names").format(n=len(holders), text=text),
            _("Name one: {known}.").format(
                known=list_separator().join(offered[:_MAX_OFFERED])
                + (" …" if offered[_MAX_OFFERED:] else "")
            ),
        )
    raise UnknownItem(
        _("there is no item and no delegation {id}").format(id=text),
        did_you_mean(
            wanted, names, _("Ids look like 1-07 and 1-07-ZONE; `registry find` finds them.")
        ),
    )


def find_item_number(conn: sqlite3.Connection, word: str, references: References) -> int:
    """Number of the item that people call so. Raises UnknownItem and AmbiguousReference.

    An id is looked up at once; only another word needs the views.
    """
    instrument, wanted = references.split(word)
    rows = conn.execute(
        "SELECT i.no FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument"
        " WHERE i.id = ? AND ins.id = coalesce(?, ins.id)",
        (wanted, instrument),
    ).fetchall()
    if len(rows) == 1:
        return int(rows[0][0])
    item, _zone = find_item_called(conn, word, references)
    return int(item["item_no"])


def item_label(conn: sqlite3.Connection, no: int) -> tuple[str, str]:
    """Reference and name of an item, by its number."""
    reference, name = conn.execute(
        "SELECT ins.id || ':' || i.id, i.name FROM item AS i"
        " JOIN instrument AS ins ON ins.no = i.instrument WHERE i.no = ?",
        (no,),
    ).fetchone()
    return reference, name


def _delegation_called(
    conn: sqlite3.Connection, ids: dict[str, dict[str, None]], text: str
) -> str | None:
    """Id of the delegation of that item's id and zone, however they are written."""
    before, _dash, after = text.rpartition("-")
    known = ids.get(id_key(before))
    if known is None:
        return None
    try:
        zone = find_zone(conn, after)
    except UnknownBody:
        return None
    delegation = f"{before if before in known else next(iter(known))}-{zone}"
    return delegation if delegation_exists(conn, delegation) else None


def find_item(conn: sqlite3.Connection, instrument: str, id: str) -> tuple[sqlite3.Row, int | None]:
    """The item of that id, or that of a delegation's id together with the delegation's number.

    `id` is one that the instrument has: see `References.resolve_item`.
    """
    items = _rows(conn, "SELECT * FROM items WHERE instrument = ? AND id = ?", instrument, id)
    if items:
        return items[0], None
    ((item, delegation),) = [
        (row["item_no"], row["delegation_no"])
        for row in _rows(conn, DELEGATION_CALLED, id=id)
        if row["instrument"] == instrument
    ]
    return _rows(conn, "SELECT * FROM items WHERE item_no = ?", item)[0], delegation


def items_with_id(conn: sqlite3.Connection, id: str) -> list[sqlite3.Row]:
    """The items of that id: one for each instrument that has it."""
    return _rows(conn, "SELECT * FROM items WHERE id = ?", id)


def delegation_exists(conn: sqlite3.Connection, id: str) -> bool:
    """Whether there is a delegation of that id, such as 1-07-ZONE."""
    return bool(_rows(conn, DELEGATION_CALLED, id=id))


def is_retired(conn: sqlite3.Connection, id: str) -> bool:
    """Whether an item of that id was retired, and is nowhere now."""
    return not items_with_id(conn, id) and bool(history_of(conn, id))


def clauses_called(conn: sqlite3.Connection, text: str, references: References) -> dict[str, str]:
    """Instrument → its clause of that id, however it is written; none where an item has the id."""
    instrument, wanted = references.split(text)
    if items_with_id(conn, wanted):
        return {}
    return {
        of: clause
        for of, clause in conn.execute(
            "SELECT ins.id, c.id FROM clause AS c JOIN instrument AS ins ON ins.no = c.instrument"
            " WHERE ins.id = coalesce(?, ins.id)",
            (instrument,),
        )
        if id_key(clause) == id_key(wanted)
    }


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
    conn: sqlite3.Connection, item: sqlite3.Row, only: int | None
) -> dict[int, sqlite3.Row]:
    """The item's delegations by their numbers, in the order of zones; or `only` that one."""
    rows = _rows(
        conn,
        "SELECT * FROM delegations WHERE item_no = ? AND delegation_no = coalesce(?, delegation_no)"
        " ORDER BY zone_no",
        *(item["item_no"], only),
    )
    return {row["delegation_no"]: row for row in rows}


def changed_terms(
    item: Mapping[str, Any] | sqlite3.Row, delegation: Mapping[str, Any] | sqlite3.Row
) -> list[tuple[str, str | None]]:
    """Column and value of what a later instrument made otherwise for a delegate than the list has
    it: of mode, scope, remark; and the territory that it was narrowed to."""
    terms = [(name, delegation[name]) for name in ("mode", "scope", "remark", "territory")]
    return [
        (name, now) for name, now in terms if now != (None if name == "territory" else item[name])
    ]


def was_changed(conn: sqlite3.Connection, delegation: sqlite3.Row) -> bool:
    """Whether a later instrument, or an event of a body, opened the period that it is in."""
    return bool(
        _rows(
            conn,
            "SELECT 1 FROM current_periods WHERE delegation_no = ? AND begun = 1 AND position > 1",
            delegation["delegation_no"],
        )
    )


def agreement_begins(conn: sqlite3.Connection, instrument: str, number: str) -> str:
    """From which day an agreement is in force, which is not voided."""
    (from_on,) = conn.execute(
        "SELECT a.from_on FROM agreement AS a JOIN instrument AS ins ON ins.no = a.instrument"
        " WHERE ins.id = ? AND a.number = ? AND a.voided_on IS NULL",
        (instrument, number),
    ).fetchone()
    return str(from_on)


def obligations_of(
    conn: sqlite3.Connection, delegations: Iterable[int]
) -> dict[int, list[sqlite3.Row]]:
    """What is owed for delegations, by their numbers, with the duty's English name as `name_en`.

    `event_zh` and `event_en`: what it is counted from in each case; None where it isn't.
    """
    found: dict[int, list[sqlite3.Row]] = {}
    for row in _rows(
        conn,
        "SELECT s.*, du.name_en, du.event_zh, du.event_en FROM obligation_status AS s"
        " JOIN duty AS du ON du.id = s.duty"
        " JOIN instrument AS ins ON ins.no = du.instrument AND ins.id = s.instrument"
        " WHERE s.delegation_no IN (SELECT value FROM json_each(?)) ORDER BY du.no",
        json.dumps([*delegations]),
    ):
        found.setdefault(row["delegation_no"], []).append(row)
    return found


def _rows(
    conn: sqlite3.Connection, sql: str, *values: object, **named: object
) -> list[sqlite3.Row]:
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(sql, named or values).fetchall()
