"""Zones and departments as people name them."""

from __future__ import annotations

import sqlite3
from typing import Final

from registry.errors import RegistryError
from registry.locale import N_, _, list_separator
from registry.model.vocabulary import Body


class UnknownBody(RegistryError):
    """A name that no zone, or no department, has."""


_UNKNOWN: Final = {
    "zone": N_("no zone is called {name}"),
    "department": N_("no department is called {name}"),
}


def find_zone(conn: sqlite3.Connection, name: str) -> str:
    """Id of the zone of that id, name or short name. Raises UnknownBody."""
    row = conn.execute(
        "SELECT id FROM zone WHERE :name IN (id, name, short_name)", {"name": name}
    ).fetchone()
    return _found(conn, "zone", name, row)


def find_department(conn: sqlite3.Connection, name: str) -> str:
    """Id of the department of that id, name, short name or alias. Raises UnknownBody."""
    row = conn.execute(
        "SELECT id FROM department WHERE :name IN (id, name, short_name) OR no ="
        " (SELECT department FROM department_alias WHERE alias = :name)",
        {"name": name},
    ).fetchone()
    return _found(conn, "department", name, row)


def _found(conn: sqlite3.Connection, table: str, name: str, row: tuple[str] | None) -> str:
    if row is None:
        known = conn.execute(f"SELECT id, short_name FROM {table} ORDER BY no").fetchall()
        raise UnknownBody(
            _(_UNKNOWN[table]).format(name=name),
            _("Known are: {known}.").format(
                known=list_separator().join(f"{short} ({id_})" for id_, short in known)
            ),
        )
    return row[0]


def kinds_that_owe(conn: sqlite3.Connection) -> dict[int, tuple[Body, ...]]:
    """Number of every duty → the kinds of body that owe it, in the instrument's order."""
    kinds: dict[int, tuple[Body, ...]] = {}
    for duty, kind in conn.execute("SELECT duty, kind FROM duty_owed_by ORDER BY duty, position"):
        kinds[duty] = (*kinds.get(duty, ()), kind)
    return kinds


def body_names_by_kind(conn: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """("department" or "zone", id) → short name."""
    return {
        (kind, id_): name
        for kind in ("department", "zone")
        for id_, name in conn.execute(f"SELECT id, short_name FROM {kind}")
    }


def body_names(conn: sqlite3.Connection) -> dict[str, str]:
    """Id → short name: departments first, then zones, each in the instrument's order."""
    return dict(
        conn.execute(
            "SELECT id, short_name FROM (SELECT 1 AS kind, no, id, short_name FROM department"
            " UNION ALL SELECT 2, no, id, short_name FROM zone) ORDER BY kind, no"
        ).fetchall()
    )
