"""Items before a list replaced or retired them: the row and all that refers to it, as JSON."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Final

from registry.store.connection import read_dicts
from registry.store.platform.voids import forget_item

_REFERRING: Final = {
    "departments": (
        "SELECT d.id AS department, x.role FROM item_department AS x"
        " JOIN department AS d ON d.no = x.department WHERE x.item = ? ORDER BY d.no"
    ),
    "zones": (
        "SELECT z.id AS zone, p.from_on, p.to_on, p.state, p.mode FROM delegation AS d"
        " JOIN zone AS z ON z.no = d.zone JOIN delegation_period AS dp ON dp.delegation = d.no"
        " JOIN period AS p ON p.no = dp.period WHERE d.item = ?"
        " AND (p.to_on IS NULL OR p.to_on >= p.from_on) ORDER BY z.no, p.position"
    ),
    "agreements": (
        "SELECT a.number FROM agreement_item AS ai JOIN agreement AS a ON a.no = ai.agreement"
        " WHERE ai.item = ? AND a.voided_on IS NULL ORDER BY a.no"
    ),
    "proofs": (
        "SELECT du.id AS duty, z.id AS zone, p.done_on, dl.document, dl.url, dl.sha256, dl.note,"
        " dl.provenance, dl.source FROM delegation AS d JOIN proof AS p ON p.delegation = d.no"
        " JOIN duty AS du ON du.no = p.duty JOIN deliverable AS dl ON dl.no = p.deliverable"
        " JOIN zone AS z ON z.no = d.zone WHERE d.item = ? ORDER BY du.no, z.no, dl.no"
    ),
    "service": (
        "SELECT z.id AS zone, s.measure, s.before, s.after, s.unit, s.provenance, s.source"
        " FROM service_reduction AS s JOIN zone AS z ON z.no = s.zone"
        " WHERE s.item = ? AND s.voided_on IS NULL ORDER BY s.no"
    ),
    "services": (
        "SELECT zone, guide_url, apply_url, address, hours, consult_phone, complaint_phone,"
        " time_limit, fee, provenance, source FROM services WHERE item_no = ? ORDER BY zone_no"
    ),
    "unofficial_fields": (
        "SELECT field FROM item_unofficial_field WHERE item = ? ORDER BY position"
    ),
    "power": (
        "SELECT p.key AS power, p.name, x.tied_at, x.tied_by FROM item_power AS x"
        " JOIN powers AS p ON p.power_no = x.power WHERE x.item = ?"
    ),
    "listing": "SELECT place, name, basis FROM item_listing WHERE item = ?",
}


@dataclass(frozen=True, slots=True)
class ItemSnapshot:
    """An item at one time: its name, and the row with all that refers to it, as JSON."""

    name: str
    record: str


def snapshot(conn: sqlite3.Connection, item: int) -> ItemSnapshot:
    """The item and all that refers to it. `item`: its number in the file."""
    (row,) = read_dicts(conn, "SELECT * FROM item WHERE no = ?", item)
    parent = conn.execute("SELECT id FROM item WHERE no = ?", (row["parent"],)).fetchone()
    row["parent"] = parent[0] if parent else None
    for key in ("no", "instrument", "name_key"):
        del row[key]
    referring = {name: read_dicts(conn, sql, item) for name, sql in _REFERRING.items()}
    stated = {key: value for key, value in row.items() if value is not None}
    record = stated | {key: rows for key, rows in referring.items() if rows}
    return ItemSnapshot(row["name"], json.dumps(record, ensure_ascii=False))


def retire(conn: sqlite3.Connection, instrument: int, item: int) -> ItemSnapshot:
    """Delete an item with its delegations and ledger rows; returns it as it was.

    Agreements and deliverables stay, for what else they cover, and no longer name it.
    """
    before = snapshot(conn, item)
    conn.execute("UPDATE item SET parent = NULL WHERE parent = ?", (item,))
    conn.execute(
        "DELETE FROM proof WHERE delegation IN (SELECT no FROM delegation WHERE item = ?)", (item,)
    )
    for table in (
        *("agreement_item", "service_reduction", "service", "delegation", "item_department"),
        *("item_listing", "item_unofficial_field", "item_power"),
    ):
        conn.execute(f"DELETE FROM {table} WHERE item = ?", (item,))
    forget_item(conn, item)
    (id_,) = conn.execute("SELECT id FROM item WHERE no = ?", (item,)).fetchone()
    conn.execute("DELETE FROM item WHERE no = ?", (item,))
    _remove_from_covers(conn, instrument, id_)
    return before


def _remove_from_covers(conn: sqlite3.Connection, instrument: int, id_: str) -> None:
    """Remove the id from the `covers` of ledger rows, except where it is the only one."""
    for table, owned in (
        ("agreement", "instrument = :ins"),
        ("deliverable", "duty IN (SELECT no FROM duty WHERE instrument = :ins)"),
    ):
        conn.execute(
            f"UPDATE {table} SET covers ="
            " trim(replace(';' || covers || ';', ';' || :id || ';', ';'), ';')"
            f" WHERE {owned} AND instr(';' || covers || ';', ';' || :id || ';') > 0"
            " AND covers <> :id",
            {"ins": instrument, "id": id_},
        )
