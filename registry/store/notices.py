"""Instruments as a letter cites them: title, number, clauses in their words, terms of duties."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: where it stands in the instrument, and its words."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Terms:
    """A duty's Chinese name and its period; `stated`: the instrument itself names the period."""

    name: str
    amount: int
    unit: str
    counted_from: str
    stated: bool
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """An instrument. `issue_stated`: its text gives the day of issue, else that is a reading."""

    number: str
    title: str
    signed_on: str
    issued_on: str
    issue_stated: bool
    clauses: dict[str, Clause]
    duties: dict[str, Terms]


def notices(conn: sqlite3.Connection) -> dict[str, Notice]:
    """Every instrument by its id, in order."""
    return {
        id_: Notice(
            *(number, title, signed_on, issued_on, basis == "text"),
            _clauses(conn, no),
            _duties(conn, no),
        )
        for no, id_, number, title, signed_on, issued_on, basis in conn.execute(
            "SELECT no, id, number, title, signed_on, issued_on, issued_on_basis"
            " FROM instrument ORDER BY no"
        ).fetchall()
    }


def _clauses(conn: sqlite3.Connection, instrument: int) -> dict[str, Clause]:
    rows = conn.execute(
        "SELECT id, heading, text FROM clause WHERE instrument = ? ORDER BY rowid", (instrument,)
    )
    return {id_: Clause(heading, text) for id_, heading, text in rows}


def _duties(conn: sqlite3.Connection, instrument: int) -> dict[str, Terms]:
    rows = conn.execute(
        "SELECT id, name_zh, amount, unit, counted_from, basis, clauses"
        " FROM duty WHERE instrument = ? ORDER BY no",
        (instrument,),
    )
    return {
        id_: Terms(name, amount, unit, start, basis == "text", tuple(clauses.split(";")))
        for id_, name, amount, unit, start, basis, clauses in rows
    }


def full_names(conn: sqlite3.Connection) -> dict[str, str]:
    """Id → full name of every department and zone, as an official paper addresses them: the names
    of the day on which views stand."""
    return dict(
        conn.execute(
            "SELECT id, name FROM (SELECT 1 AS kind, department_no AS no, id, name"
            " FROM departments UNION ALL SELECT 2, zone_no, id, name FROM zones) ORDER BY kind, no"
        ).fetchall()
    )


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item as a paper names it. `place`: 附件1第8项; "" where the text itself lists it."""

    name: str
    place: str


def listed_items(conn: sqlite3.Connection) -> dict[tuple[str, str], ListedItem]:
    """(instrument, item) → how a paper names it."""
    return {
        (instrument, id_): ListedItem(name, "" if in_text else f"附件{annex}第{seq}项")
        for instrument, id_, name, annex, seq, in_text in conn.execute(
            "SELECT ins.id, i.id, i.name, i.annex, i.seq, ax.in_text FROM item AS i"
            " JOIN instrument AS ins ON ins.no = i.instrument"
            " JOIN annex AS ax ON ax.instrument = i.instrument AND ax.annex = i.annex"
        )
    }


def certain_working_day(conn: sqlite3.Connection, day: str, n: int) -> str | None:
    """The day n working days on; None where the calendar does not say for certain."""
    row: tuple[str] | None = conn.execute(
        "SELECT e.date FROM workday AS d JOIN working_period_ends AS e ON e.ordinal = d.ordinal + ?"
        " WHERE d.date = ? AND e.certainty = 'settled'",
        (n, day),
    ).fetchone()
    return row[0] if row else None


def zone_ids(conn: sqlite3.Connection) -> frozenset[str]:
    """Ids of the zones, to tell them from departments."""
    return frozenset(id_ for (id_,) in conn.execute("SELECT id FROM zone"))
