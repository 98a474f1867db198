"""Papers of zones that came to hold something: what they prove of it, and from which day on.

A paper of a successor proves what that took over, from the day on which it did; one of a further
zone, what a later instrument extended to it. So it does wherever it was in the ledger first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from registry.store.bodies import successions

_HOLDERS: Final = """
  SELECT dp.delegation, p.zone
  FROM period AS p JOIN delegation_period AS dp ON dp.period = p.no WHERE p.zone IS NOT NULL
  UNION
  SELECT d.no, d.zone FROM delegation AS d WHERE d.effect IS NOT NULL
    AND EXISTS (SELECT 1 FROM delegation_period AS dp WHERE dp.delegation = d.no)
"""
"""Numbers of each delegation that a zone took over, or was extended to, and of that zone."""


def taken_over_on(conn: sqlite3.Connection) -> dict[tuple[int, int], str]:
    """Numbers of a zone and of one that took over from it → the day on which it did."""
    numbers = dict(conn.execute("SELECT id, no FROM zone").fetchall())
    return {
        (no, numbers[succession.successor]): succession.on
        for zone, no in numbers.items()
        for succession in successions(conn, "zone", zone)
        if succession.successor
    }


def note_holders(conn: sqlite3.Connection) -> None:
    """Note which zones took something over, or had it extended to them, before that changes."""
    conn.execute(f"CREATE TEMP TABLE former_holder AS {_HOLDERS}")


def prove_for_new_holders(conn: sqlite3.Connection) -> None:
    """Have the papers in the ledger prove what their zones hold that `note_holders` did not see."""
    new = conn.execute(f"{_HOLDERS} EXCEPT SELECT * FROM temp.former_holder").fetchall()
    conn.execute("DROP TABLE temp.former_holder")
    if new:
        conn.executemany("INSERT OR IGNORE INTO proof VALUES (?, ?, ?, ?)", _proofs(conn, new))


def _proofs(
    conn: sqlite3.Connection, new: list[tuple[int, int]]
) -> Iterator[tuple[int, int, str, int]]:
    since = taken_over_on(conn)
    held: dict[tuple[int, int | None, str], list[tuple[int, str]]] = {}
    for delegation, holder in new:
        instrument, item, annex, zone = conn.execute(
            "SELECT i.instrument, i.id, i.annex, d.zone FROM delegation AS d"
            " JOIN item AS i ON i.no = d.item WHERE d.no = ?",
            (delegation,),
        ).fetchone()
        day = since.get((zone, holder), "")
        # A paper of no zone is of all: what was taken over it proves already.
        for place in (holder, None) if zone == holder else (holder,):
            for covered in (item, f"annex:{annex}"):
                held.setdefault((instrument, place, covered), []).append((delegation, day))
    for no, duty, instrument, zone, covers, done_on in conn.execute(
        "SELECT dl.no, dl.duty, du.instrument, dl.zone, dl.covers, dl.done_on"
        " FROM deliverable AS dl JOIN duty AS du ON du.no = dl.duty WHERE dl.voided_on IS NULL"
    ).fetchall():
        for covered in covers.split(";"):
            for delegation, day in held.get((instrument, zone, covered), ()):
                yield duty, delegation, max(done_on, day), no
