"""What the file holds, in numbers: annexes against the notice's totals, delegations."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple


class AnnexTotal(NamedTuple):
    """An annex with the items counted, and the total that the notice states, if it does.

    `in_text`: the items stand in the instrument's text, and no annex lists them.
    """

    instrument: str
    instrument_number: str
    annex: int
    in_text: bool
    title: str
    counted: int
    control_total: int | None


def instrument_titles(conn: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Id, number and title of every instrument."""
    return conn.execute("SELECT id, number, title FROM instrument ORDER BY no").fetchall()


def annex_totals(conn: sqlite3.Connection) -> list[AnnexTotal]:
    """Every annex, in the instruments' order."""
    rows = conn.execute(
        "SELECT instrument, instrument_number, annex, in_text, title, counted, control_total"
        " FROM annexes"
    )
    return [AnnexTotal._make(row) for row in rows]


def delegation_counts(conn: sqlite3.Connection) -> tuple[int, int]:
    """How many delegations there are, and how many of them are conferred in the end."""
    total, conferred = conn.execute(
        "SELECT count(*), coalesce(sum(state = 'conferred' AND to_on IS NULL), 0)"
        " FROM delegation_period AS dp JOIN period AS p ON p.no = dp.period WHERE to_on IS NULL"
    ).fetchone()
    return total, conferred
