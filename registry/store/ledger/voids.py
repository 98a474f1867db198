"""Ledger rows by the keys that people type, and voiding one that is wrong.

An agreement is known by its number; other rows by a letter and a number that is never given out
again: P-12 is a proof, G-3 a guidance request, S-4 a service reduction.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from registry.errors import RegistryError, did_you_mean
from registry.locale import _, list_separator
from registry.store.connection import read_dicts
from registry.store.instrument import find_instrument
from registry.store.references import References, full_reference
from registry.text import name_key, nfkc

RowKind = Literal["agreement", "proof", "guidance", "service"]
KINDS: Final[tuple[RowKind, ...]] = get_args(RowKind)

TABLES: Final[dict[RowKind, str]] = {
    "agreement": "agreement",
    "proof": "deliverable",
    "guidance": "guidance_request",
    "service": "service_reduction",
}
_LETTERS: Final[dict[RowKind, str]] = {"proof": "P", "guidance": "G", "service": "S"}
_KEY: Final = re.compile(r"(?:(?P<letter>[PGS])-?)?(?P<no>[0-9]{1,15})", re.IGNORECASE)
_INSTRUMENT: Final[dict[RowKind, str]] = {
    "agreement": "r.instrument",
    "proof": "(SELECT instrument FROM duty WHERE no = r.duty)",
    "guidance": "r.instrument",
    "service": "(SELECT instrument FROM item WHERE no = r.item)",
}


class UnknownRow(RegistryError):
    """A key that no row of the ledger has, that several have, or that of a voided row."""


@dataclass(frozen=True, slots=True)
class Voiding:
    """That a row is voided: on which day, why, and by whom, if that is known."""

    on: str
    why: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row of the ledger: its number in its table, its key, and its instrument."""

    kind: RowKind
    no: int
    key: str
    instrument: int


def row_key(kind: RowKind, no: int, number: str | None = None) -> str:
    """What people call a row: an agreement's number, else as P-12."""
    return number or str(no) if kind == "agreement" else f"{_LETTERS[kind]}-{no}"


def find_row(
    conn: sqlite3.Connection, kind: RowKind, key: str, instrument: int | None = None
) -> FoundRow:
    """The row of that kind and key, or INSTRUMENT:KEY, that is not voided.

    `instrument`: the number of the one that it is of; None for any. Raises UnknownRow, with the
    nearest numbers.
    """
    named, wanted = References(conn).split(key)
    owner = find_instrument(conn, named)[0] if named else instrument
    if instrument not in (None, owner):
        raise UnknownRow(
            _("{key} is of another instrument than the one named with --instrument").format(
                key=key
            ),
            _("Name one instrument."),
        )
    found = _rows(conn, kind, wanted, owner)
    live = [row for row, voided_on in found if voided_on is None]
    if len(live) == 1:
        return live[0]
    if len(live) > 1:
        ids: dict[int, str] = dict(conn.execute("SELECT no, id FROM instrument").fetchall())
        known = [full_reference(ids[row.instrument], row.key) for row in live]
        raise UnknownRow(
            _("several instruments have {id}").format(id=key),
            _("Name one of them: {known}.").format(known=list_separator().join(known)),
        )
    if found:
        raise UnknownRow(
            _("{key} was voided on {day} and no longer counts").format(key=key, day=found[0][1]),
            _("`registry show {key}` shows it.").format(key=key),
        )
    numbers: list[str] = []
    if kind == "agreement":
        rows = conn.execute("SELECT number FROM agreement WHERE voided_on IS NULL ORDER BY no")
        numbers = [number for (number,) in rows]
    raise UnknownRow(
        _NOT_THERE[kind]().format(key=key),
        did_you_mean(wanted, numbers, _("`registry find` finds it.")),
    )


_NOT_THERE: Final = {
    "agreement": lambda: _("there is no agreement {key}"),
    "proof": lambda: _("there is no proof {key}; keys look like P-12"),
    "guidance": lambda: _("there is no guidance request {key}; keys look like G-3"),
    "service": lambda: _("there is no service reduction {key}; keys look like S-4"),
}


def rows_called(conn: sqlite3.Connection, key: str) -> list[FoundRow]:
    """Rows of every kind that have this key, or INSTRUMENT:KEY, voided ones as well.

    None for a number alone.
    """
    named, wanted = References(conn).split(key)
    owner = find_instrument(conn, named)[0] if named else None
    kinds = [kind for kind, letter in _LETTERS.items() if nfkc(wanted).upper().startswith(letter)]
    return [
        row for kind in ("agreement", *kinds) for row, _void in _rows(conn, kind, wanted, owner)
    ]


def ledger_row(conn: sqlite3.Connection, row: FoundRow) -> dict[str, Any]:
    """All that a row says, names of what it refers to in place of their numbers."""
    (stored,) = read_dicts(conn, _WHOLE[row.kind], row.no)
    return stored


_WHOLE: Final[dict[RowKind, str]] = {
    "agreement": (
        "SELECT r.*, ins.number AS instrument, z.short_name AS zone,"
        " coalesce(d.short_name, g.short_name) AS department_name, (SELECT group_concat(term, '；')"
        " FROM"
        " (SELECT term FROM agreement_contains WHERE agreement = r.no ORDER BY rowid)) AS contains"
        " FROM agreement AS r JOIN instrument AS ins ON ins.no = r.instrument"
        " JOIN zone AS z ON z.no = r.zone LEFT JOIN department AS d ON d.no = r.department"
        " LEFT JOIN zone AS g ON g.no = r.grantor_zone WHERE r.no = ?"
    ),
    "proof": (
        "SELECT r.*, ins.number AS instrument, du.name_zh AS duty_name, z.short_name AS zone"
        " FROM deliverable AS r JOIN duty AS du ON du.no = r.duty"
        " JOIN instrument AS ins ON ins.no = du.instrument"
        " LEFT JOIN zone AS z ON z.no = r.zone WHERE r.no = ?"
    ),
    "guidance": (
        "SELECT r.*, ins.number AS instrument, d.short_name AS department_name,"
        " z.short_name AS zone FROM guidance_request AS r"
        " JOIN instrument AS ins ON ins.no = r.instrument JOIN zone AS z ON z.no = r.zone"
        " JOIN department AS d ON d.no = r.department WHERE r.no = ?"
    ),
    "service": (
        "SELECT r.*, ins.number AS instrument, i.id AS item, i.name AS item_name,"
        " z.short_name AS zone FROM service_reduction AS r JOIN item AS i ON i.no = r.item"
        " JOIN instrument AS ins ON ins.no = i.instrument JOIN zone AS z ON z.no = r.zone"
        " WHERE r.no = ?"
    ),
}
"""Kind → a row whole. Of two columns of one name the last counts: names stand after numbers."""


def _rows(
    conn: sqlite3.Connection, kind: RowKind, key: str, instrument: int | None
) -> list[tuple[FoundRow, str | None]]:
    owner = _INSTRUMENT[kind]
    column = "r.number" if kind == "agreement" else "NULL"
    sql = (
        f"SELECT r.no, {column}, {owner}, r.voided_on FROM {TABLES[kind]} AS r"
        f" WHERE (:instrument IS NULL OR {owner} = :instrument)"
    )
    values: dict[str, object] = {"instrument": instrument}
    if kind == "agreement":
        rows = conn.execute(sql + " ORDER BY r.no", values).fetchall()
        exact = [row for row in rows if row[1] == key.strip()]
        found = exact or [row for row in rows if name_key(row[1]) == name_key(key)]
    else:
        match = _KEY.fullmatch(nfkc(key).strip())
        if match is None or (match["letter"] or _LETTERS[kind]).upper() != _LETTERS[kind]:
            return []
        values["no"] = int(match["no"])
        found = conn.execute(f"{sql} AND r.no = :no", values).fetchall()
    return [
        (FoundRow(kind, no, row_key(kind, no, number), owned), voided_on)
        for no, number, owned, voided_on in found
    ]


def void_row(conn: sqlite3.Connection, kind: RowKind, no: int, voiding: Voiding) -> None:
    """Have a row no longer count; it stays to be seen. The caller holds the transaction."""
    conn.execute(
        f"UPDATE {TABLES[kind]} SET voided_on = ?, voided_why = ?, voided_by = ? WHERE no = ?",
        (voiding.on, voiding.why, voiding.by, no),
    )
    if kind == "proof":
        conn.execute(
            "DELETE FROM proof WHERE deliverable = ?"
            " AND duty = (SELECT duty FROM deliverable WHERE no = ?)",
            (no, no),
        )


def free_number(conn: sqlite3.Connection, instrument: int, number: str) -> None:
    """Let a number be used again that a voided agreement has: that one is marked 已作废.

    The paper was voided in the ledger, not the number, which its correction has as well.
    """
    for no, voided in conn.execute(
        "SELECT no, number FROM agreement"
        " WHERE instrument = ? AND number = ? AND voided_on IS NOT NULL",
        (instrument, number),
    ).fetchall():
        conn.execute(
            "UPDATE agreement SET number = ? WHERE no = ?", (f"{voided}（已作废{no}）", no)
        )
