"""Legal powers: which items of different instruments are the same power, as a person sets it.

A list never does: items that may be the same power are suggested, by equal code or name.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from registry.errors import RegistryError
from registry.locale import _, list_separator
from registry.model.vocabulary import Provenance, weakest
from registry.store.connection import read_dicts, transaction
from registry.store.ledger.proofs import amended_source
from registry.store.log.changes import Change
from registry.store.sources import renew_data_digest
from registry.text import nfkc

POWER_FIELDS: Final = ("name", "power_type", "law", "article", "basic_code")
"""What is said of a power: columns of `power`, and of `item`."""
_KEY: Final = re.compile(r"Q-?([0-9]{1,15})", re.IGNORECASE)


class PowerError(RegistryError):
    """A key that no power has, or items that can't be of one power."""


class PowerItem(NamedTuple):
    """An item: its instrument's id and number (文号), its own id, its name."""

    instrument: str
    number: str
    id: str
    name: str


class SuggestedItem(NamedTuple):
    """An item of another instrument that may be the same power: of the same code, or name."""

    item: PowerItem
    by: Literal["code", "name"]


class Power(NamedTuple):
    """A power, and its items in the order of instruments. `facts`: columns of its row."""

    key: str
    facts: Mapping[str, Any]
    items: tuple[PowerItem, ...]


@dataclass(frozen=True, slots=True)
class RecordedPower:
    """A power as it was recorded, and how many items are new in it. `provenance` is its row's."""

    power: Power
    added: int
    provenance: Provenance


def power_key(no: int) -> str:
    """What people call a power: Q-1."""
    return f"Q-{no}"


def record_power(
    conn: sqlite3.Connection,
    items: Sequence[int],
    stated: Mapping[str, str],
    change: Change,
    *,
    provenance: Provenance,
    source: str,
    dry_run: bool = False,
) -> RecordedPower:
    """Set that items are the same power: a new one, or that which some of them have already.

    `items`: their numbers in the file; `stated`: of POWER_FIELDS what is said of the power; of a
    new one the rest is as the first item has it. Raises PowerError for items of two powers, or of
    one instrument alone, and writes nothing.
    """
    with transaction(conn, dry_run=dry_run):
        had = {item: no for item in items if (no := _number_of(conn, item)) is not None}
        if len(set(had.values())) > 1:
            raise PowerError(
                _("these items are of several powers: {powers}").format(
                    powers=list_separator().join(power_key(no) for no in sorted({*had.values()}))
                ),
                _("Void the wrong one: `registry void power KEY --why T`."),
            )
        if had:
            no = next(iter(had.values()))
            _restate(conn, no, stated, provenance, source)
        else:
            no = _insert(conn, items[0], stated, provenance, source)
        added = [item for item in dict.fromkeys(items) if item not in had]
        conn.executemany(
            "INSERT INTO item_power VALUES (?, ?, ?, ?)",
            [(item, no, change.at, change.by) for item in added],
        )
        power = _power(conn, no)
        if len({item.instrument for item in power.items}) < 2:
            raise PowerError(
                _("these items are of one instrument"),
                _("A power ties items of different instruments: name one of another."),
            )
        renew_data_digest(conn, f"{change} {power}")
        return RecordedPower(power, len(added), _provenance(conn, no))


def void_power(
    conn: sqlite3.Connection, key: str, why: str, change: Change, *, dry_run: bool = False
) -> Power:
    """Void a power: its items are no longer the same. Raises PowerError for an unknown key."""
    power = find_power(conn, key)
    if power is None:
        raise PowerError(
            _("there is no power {key}; keys look like Q-1").format(key=key),
            _("`registry find` finds it."),
        )
    if power.facts["voided_on"]:
        raise PowerError(
            _("{key} was voided on {day} and no longer counts").format(
                key=power.key, day=power.facts["voided_on"]
            ),
            _("`registry show {key}` shows it.").format(key=power.key),
        )
    with transaction(conn, dry_run=dry_run):
        conn.execute(
            "UPDATE power SET voided_on = ?, voided_why = ?, voided_by = ? WHERE no = ?",
            (change.at[:10], why, change.by, power.facts["no"]),
        )
        renew_data_digest(conn, f"{change} {power.key} {why}")
    return power


def find_power(conn: sqlite3.Connection, key: str) -> Power | None:
    """The power that people call so (Q-1), voided or not; None where there is none."""
    match = _KEY.fullmatch(nfkc(key).strip())
    if match is None:
        return None
    found = conn.execute("SELECT no FROM power WHERE no = ?", (int(match[1]),)).fetchone()
    return _power(conn, found[0]) if found else None


def power_of(conn: sqlite3.Connection, item: int) -> Power | None:
    """The power that the item (its number) is of; None where nobody has set one."""
    no = _number_of(conn, item)
    return None if no is None else _power(conn, no)


def suggested_items(conn: sqlite3.Connection, item: int) -> list[SuggestedItem]:
    """Items of other instruments that may be the same power, those of the same code first.

    Without those that a person has tied to it, or had tied and voided; items of one name whose
    codes differ are not the same.
    """
    rows = conn.execute(
        "SELECT ins.id, ins.number, i.id, i.name,"
        " CASE WHEN i.basic_code = own.basic_code THEN 'code' ELSE 'name' END"
        " FROM item AS own JOIN item AS i ON i.instrument <> own.instrument"
        " AND (i.basic_code = own.basic_code OR (i.name_key = own.name_key"
        " AND (i.basic_code IS NULL OR own.basic_code IS NULL)))"
        " JOIN instrument AS ins ON ins.no = i.instrument"
        " WHERE own.no = ? AND NOT EXISTS (SELECT 1 FROM item_power AS x"
        " JOIN item_power AS y ON y.power = x.power WHERE x.item = own.no AND y.item = i.no)"
        " ORDER BY 5, ins.no, i.no",
        (item,),
    )
    return [SuggestedItem(PowerItem(*of_item), by) for *of_item, by in rows]


def _insert(
    conn: sqlite3.Connection,
    item: int,
    stated: Mapping[str, str],
    provenance: Provenance,
    source: str,
) -> int:
    """Write a new power, as the item has it where nothing else is stated; its number."""
    columns = ", ".join(POWER_FIELDS)
    (own,) = read_dicts(conn, f"SELECT {columns} FROM item WHERE no = ?", item)
    values = own | dict(stated)
    no: int = conn.execute(
        f"INSERT INTO power ({columns}, provenance, source)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING no",
        (*(values[name] for name in POWER_FIELDS), provenance, source),
    ).fetchone()[0]
    return no


def _restate(
    conn: sqlite3.Connection,
    no: int,
    stated: Mapping[str, str],
    provenance: Provenance,
    source: str,
) -> None:
    """Say of a power what is stated now; the rest stays, and so does the weaker provenance."""
    (old,) = read_dicts(conn, "SELECT provenance, source FROM power WHERE no = ?", no)
    values = {
        **stated,
        "provenance": weakest({old["provenance"], provenance}),
        "source": amended_source(old["source"], source),
    }
    for name, value in values.items():
        conn.execute(f"UPDATE power SET {name} = ? WHERE no = ?", (value, no))


def _number_of(conn: sqlite3.Connection, item: int) -> int | None:
    row = conn.execute(
        "SELECT x.power FROM item_power AS x JOIN power AS p ON p.no = x.power"
        " WHERE x.item = ? AND p.voided_on IS NULL",
        (item,),
    ).fetchone()
    return row[0] if row else None


def _provenance(conn: sqlite3.Connection, no: int) -> Provenance:
    found: Provenance
    (found,) = conn.execute("SELECT provenance FROM power WHERE no = ?", (no,)).fetchone()
    return found


def _power(conn: sqlite3.Connection, no: int) -> Power:
    (facts,) = read_dicts(conn, "SELECT * FROM power WHERE no = ?", no)
    items = conn.execute(
        "SELECT ins.id, ins.number, i.id, i.name FROM item_power AS x"
        " JOIN item AS i ON i.no = x.item JOIN instrument AS ins ON ins.no = i.instrument"
        " WHERE x.power = ? ORDER BY ins.no, i.no",
        (no,),
    )
    return Power(power_key(no), facts, tuple(PowerItem(*item) for item in items))
