"""What the registry knows that cells of the platform's files may name."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

from registry.intake.platform.names import Body, Known, KnownItem, own_codes
from registry.store.bodies import names_of_bodies

_ENDINGS: Final = ("管理委员会", "管委会")
"""Of a zone's name: its halls and windows are called after the rest."""


def known_names(conn: sqlite3.Connection) -> Known:
    """All of it, as the file stands."""
    bodies: dict[str, Body] = {}
    prefixes: dict[str, Body] = {}
    for kind in ("zone", "department"):
        numbers = dict(conn.execute(f"SELECT id, no FROM {kind}").fetchall())
        for name, id_ in names_of_bodies(conn, kind).items():
            body = Body(zone=numbers[id_]) if kind == "zone" else Body(department=numbers[id_])
            _set(bodies, name, body)
            if name != id_:
                _set(prefixes, name, body)
                for ending in _ENDINGS:
                    if kind == "zone" and name.endswith(ending):
                        _set(prefixes, name.removesuffix(ending), body)
    return Known(
        items=_items(conn),
        bodies=bodies,
        prefixes=prefixes,
        roles=_roles(conn),
        acts={
            word: id_
            for id_, name in conn.execute("SELECT id, name FROM act")
            for word in (id_, name)
        },
        duties=_duties(conn),
        logins=_logins(conn),
    )


def _set(names: dict[str, Body], name: str, body: Body) -> None:
    """Say whose a name is; one that two bodies have is nobody's."""
    if names.setdefault(name, body) != body:
        names[name] = Body()


def _items(conn: sqlite3.Connection) -> tuple[KnownItem, ...]:
    zones: dict[int, set[int]] = {}
    for item, zone in conn.execute("SELECT item, zone FROM delegation"):
        zones.setdefault(item, set()).add(zone)
    return tuple(
        KnownItem(no, instrument, id_, name, own_codes(codes), frozenset(zones.get(no, ())))
        for no, instrument, id_, name, *codes in conn.execute(
            "SELECT i.no, ins.id, i.id, i.name, i.basic_code, i.implementation_code"
            " FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument ORDER BY i.no"
        )
    )


def _roles(conn: sqlite3.Connection) -> Mapping[str, tuple[str, ...]]:
    roles: dict[str, tuple[str, ...]] = {}
    for name, act in conn.execute("SELECT name, act FROM platform_role ORDER BY name, act"):
        roles[name] = (*roles.get(name, ()), act)
    return roles


def _duties(conn: sqlite3.Connection) -> Mapping[str, Mapping[str, int]]:
    duties: dict[str, dict[str, int]] = {}
    for no, name, instrument in conn.execute(
        "SELECT du.no, du.name_zh, ins.id FROM duty AS du"
        " JOIN instrument AS ins ON ins.no = du.instrument WHERE du.counted_from = 'case'"
    ):
        duties.setdefault(name, {})[instrument] = no
    return duties


def _logins(conn: sqlite3.Connection) -> Mapping[str, Body]:
    """The bodies of accounts, by login; one that two systems have for two bodies is left out."""
    logins: dict[str, Body] = {}
    for login, zone, department in conn.execute(
        "SELECT login, zone_no, department_no FROM accounts"
    ):
        body = Body(zone, department)
        if logins.setdefault(login, body) != body:
            logins[login] = Body()
    return {login: body for login, body in logins.items() if body.is_known}
