"""Taking a load out: voided, so that it stays to be seen, or removed as a demonstration."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Final

from registry.locale import _
from registry.model.case import FileKind
from registry.model.vocabulary import Provenance
from registry.store.connection import transaction
from registry.store.ledger.voids import UnknownRow
from registry.store.log.changes import Change
from registry.store.platform.chains import supersede_anew
from registry.store.platform.digest import renew_load_digests
from registry.store.platform.loads import LAST_LOAD, load_key
from registry.store.sources import renew_data_digest
from registry.text import nfkc

_KEY: Final = re.compile(r"(?:L-?)?([0-9]{1,15})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class VoidedLoad:
    """A load that no longer counts. `rows`: that it had; `again`: cases of earlier loads that count
    again; `later`: keys of later loads of its source and kind."""

    key: str
    kind: FileKind
    provenance: Provenance
    rows: int
    again: int
    later: tuple[str, ...]


def void_load(
    conn: sqlite3.Connection, key: str, why: str, change: Change, *, dry_run: bool = False
) -> VoidedLoad:
    """Have a load no longer count; cases that it superseded count again.

    Raises UnknownRow for a key that no load has, or one that is voided.
    """
    match = _KEY.fullmatch(nfkc(key).strip())
    row = None
    if match:
        row = conn.execute(
            "SELECT no, kind, source, provenance, rows_kept, voided_on FROM platform_load"
            " WHERE no = ?",
            (int(match[1]),),
        ).fetchone()
    if row is None:
        raise UnknownRow(
            _("there is no load {key}; keys look like L-2").format(key=key),
            _("`registry query` on view platform_loads lists them."),
        )
    no, kind, source, provenance, rows, voided_on = row
    if voided_on:
        raise UnknownRow(
            _("{key} was voided on {day} and no longer counts").format(
                key=load_key(no), day=voided_on
            ),
            _("`registry log` says by whom, and why."),
        )
    later = conn.execute(
        "SELECT no FROM platform_load WHERE kind = ? AND source = ? AND no > ?"
        " AND voided_on IS NULL ORDER BY no",
        (kind, source, no),
    ).fetchall()
    with transaction(conn, dry_run=dry_run):
        before = _live_of_others(conn, no)
        conn.execute(
            "UPDATE platform_load SET voided_on = ?, voided_by = ?, void_reason = ? WHERE no = ?",
            (change.at[:10], change.by, why, no),
        )
        supersede_anew(conn)
        again = _live_of_others(conn, no) - before
        renew_data_digest(conn, f"{change} void {load_key(no)} {why}")
    keys = tuple(load_key(one) for (one,) in later)
    return VoidedLoad(load_key(no), kind, provenance, rows, again, keys)


def _live_of_others(conn: sqlite3.Connection, no: int) -> int:
    (count,) = conn.execute(
        "SELECT count(*) FROM case_record WHERE superseded_by IS NULL AND load <> ?", (no,)
    ).fetchone()
    return int(count)


def remove_loads(conn: sqlite3.Connection, provenance: Provenance) -> int:
    """Take all loads of a provenance out, with their rows; how many they were.

    The caller holds the transaction.
    """
    loads = conn.execute("SELECT no FROM platform_load WHERE provenance = ?", (provenance,))
    numbers = [no for (no,) in loads]
    if not numbers:
        return 0
    among = f"IN ({', '.join(map(str, numbers))})"
    (highest,) = conn.execute("SELECT max(no) FROM platform_load").fetchone()
    conn.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (LAST_LOAD, str(highest)),
    )
    # What the rows superseded is superseded by nothing of theirs, before they go.
    conn.execute(
        f"UPDATE case_record SET superseded_by = no WHERE load {among} OR superseded_by IN"
        f" (SELECT no FROM case_record WHERE load {among})"
    )
    for table in ("case_record", "account", "permission", "platform_load"):
        column = "no" if table == "platform_load" else "load"
        conn.execute(f"DELETE FROM {table} WHERE {column} {among}")
    supersede_anew(conn)
    return len(numbers)


def forget_item(conn: sqlite3.Connection, item: int) -> None:
    """Have cases and permissions of an item that goes be of none.

    Their loads tell the digests of their rows anew. The caller holds the transaction.
    """
    loads: set[int] = set()
    for table in ("case_record", "permission"):
        rows = conn.execute(f"SELECT DISTINCT load FROM {table} WHERE item = ?", (item,))
        loads |= {no for (no,) in rows}
        conn.execute(f"UPDATE {table} SET item = NULL, matched = 'none' WHERE item = ?", (item,))
    renew_load_digests(conn, sorted(loads))


def forget_duty(conn: sqlite3.Connection, duty: int) -> None:
    """The same of steps that were a duty's proof."""
    loads = conn.execute(
        "SELECT DISTINCT c.load FROM case_step AS s JOIN case_record AS c ON c.no = s.case_no"
        " WHERE s.duty = ?",
        (duty,),
    ).fetchall()
    conn.execute("UPDATE case_step SET duty = NULL WHERE duty = ?", (duty,))
    renew_load_digests(conn, sorted(no for (no,) in loads))
