"""Zones and departments as people name them: by id, name, short name or alias, whatever its width
and case.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple

from registry.errors import RegistryError, did_you_mean
from registry.locale import N_, _, bracketed, enumerated, list_separator
from registry.model.vocabulary import RESERVED_BODY_IDS, Body
from registry.store.views import BODIES, with_views
from registry.text import name_key


class UnknownBody(RegistryError):
    """A name that no zone, or no department, has."""


class AmbiguousBodies(RegistryError):
    """A registry of before, in which an id stands for two bodies, or for the reform office too."""


def ambiguous_ids(
    conn: sqlite3.Connection, zones: str = "zone", departments: str = "department"
) -> list[str]:
    """Ids that stand for two bodies, or are reserved. `zones`, `departments`: the tables."""
    found = conn.execute(
        f"SELECT id, count(*) FROM (SELECT id FROM {zones} UNION ALL SELECT id FROM {departments})"
        " GROUP BY id ORDER BY id"
    ).fetchall()
    return [id_ for id_, n in found if n > 1 or id_ in RESERVED_BODY_IDS]


def refuse_ambiguous_ids(
    conn: sqlite3.Connection, zones: str = "zone", departments: str = "department"
) -> None:
    """Raises AmbiguousBodies where there are any: what one body may see would be another's."""
    ids = ambiguous_ids(conn, zones, departments)
    if ids:
        raise AmbiguousBodies(ambiguous_text(ids), _(_REMEDY))


def ambiguous_text(ids: list[str]) -> str:
    """What is wrong with such ids."""
    return _("ids that stand for more than one body, or for the reform office: {ids}").format(
        ids=list_separator().join(ids)
    )


_REMEDY: Final = N_(
    "Give each zone and department an id of its own in instrument.yml, and build the registry anew."
)


_UNKNOWN: Final = {
    "zone": N_("no zone is called {name}"),
    "department": N_("no department is called {name}"),
}


_NAMES: Final = {
    "zone": (
        "SELECT id, id FROM zone UNION ALL SELECT name, id FROM zone"
        " UNION ALL SELECT short_name, id FROM zone UNION ALL SELECT a.alias, z.id"
        " FROM zone_alias AS a JOIN zone AS z ON z.no = a.zone"
        " UNION ALL SELECT name, body FROM body_event"
        " WHERE kind = 'zone' AND what = 'renamed' UNION ALL SELECT short_name, body"
        " FROM body_event WHERE kind = 'zone' AND what = 'renamed'"
    ),
    "department": (
        "SELECT id, id FROM department UNION ALL SELECT name, id FROM department"
        " UNION ALL SELECT short_name, id FROM department UNION ALL SELECT a.alias, d.id"
        " FROM department_alias AS a JOIN department AS d ON d.no = a.department"
        " UNION ALL SELECT name, body FROM body_event"
        " WHERE kind = 'department' AND what = 'renamed' UNION ALL SELECT short_name, body"
        " FROM body_event WHERE kind = 'department' AND what = 'renamed'"
    ),
}
"""Kind of body → every name that it has or had, with the id of the body."""


def find_zone(conn: sqlite3.Connection, name: str) -> str:
    """Id of the zone of that id, name, short name or alias. Raises UnknownBody, with the
    nearest.
    """
    return _found(conn, "zone", name)


def find_department(conn: sqlite3.Connection, name: str) -> str:
    """Id of the department of that id, name, short name or alias. Raises UnknownBody, with the
    nearest.
    """
    return _found(conn, "department", name)


def names_of_bodies(conn: sqlite3.Connection, kind: str) -> dict[str, str]:
    """Every name of the zones, or departments, and the id of the body that has it."""
    return dict(conn.execute(_NAMES[kind]).fetchall())


def _found(conn: sqlite3.Connection, kind: str, name: str) -> str:
    names = names_of_bodies(conn, kind)
    by_key = {name_key(known): id_ for known, id_ in names.items()}
    id_ = names.get(name) or by_key.get(name_key(name))
    if id_ is None:
        known = conn.execute(f"SELECT id, short_name FROM {kind} ORDER BY no").fetchall()
        raise UnknownBody(
            _(_UNKNOWN[kind]).format(name=name),
            did_you_mean(
                name,
                names,
                _("Known are: {known}.").format(
                    known=enumerated([bracketed(short, id_) for id_, short in known])
                ),
            ),
        )
    return id_


class Succession(NamedTuple):
    """A body that is gone from the day `on` on: its successor, or None, and the document."""

    on: str
    successor: str | None
    basis: str


def successions(conn: sqlite3.Connection, kind: str, id: str) -> Iterator[Succession]:
    """What became of a body, and then of its successor, one after the other.

    Of several that a split left, the first is followed.
    """
    body: str | None = id
    since = ""
    while body is not None:
        row = conn.execute(
            "SELECT on_day, successor, basis FROM body_event WHERE kind = ? AND body = ?"
            " AND what <> 'renamed' AND on_day >= ? ORDER BY on_day, no LIMIT 1",
            (kind, body, since),
        ).fetchone()
        if row is None:
            return
        since, body, _basis = row
        yield Succession(*row)


def successor_on(conn: sqlite3.Connection, kind: str, id: str, day: str) -> str:
    """Id of who answers on the day for what a body owed: itself, or whoever took it over.

    Of several that a split left, the first; where nobody took it over, itself.
    """
    for succession in successions(conn, kind, id):
        if succession.on > day or succession.successor is None:
            break
        id = succession.successor
    return id


def kinds_that_owe(conn: sqlite3.Connection) -> dict[int, tuple[Body, ...]]:
    """Number of every duty → the kinds of body that owe it, in the instrument's order."""
    kinds: dict[int, tuple[Body, ...]] = {}
    for duty, kind in conn.execute("SELECT duty, kind FROM duty_owed_by ORDER BY duty, position"):
        kinds[duty] = (*kinds.get(duty, ()), kind)
    return kinds


def body_names_by_kind(conn: sqlite3.Connection, as_of: str) -> dict[tuple[str, str], str]:
    """("department" or "zone", id) → short name on the day."""
    return {(kind, id_): name for kind, id_, name in _named(conn, as_of)}


def body_names(conn: sqlite3.Connection, as_of: str | None = None) -> dict[str, str]:
    """Id → short name on the day, if none is given that on which views stand: departments first,
    then zones, each in the instrument's order."""
    return {id_: name for _kind, id_, name in _named(conn, as_of)}


def _named(conn: sqlite3.Connection, as_of: str | None) -> list[tuple[str, str, str]]:
    """Kind, id and short name of each body."""
    on_day = "" if as_of is None else with_views(BODIES)
    return conn.execute(
        f"{on_day} SELECT kind, id, short_name FROM (SELECT 'department' AS kind,"
        " department_no AS no, id, short_name FROM departments"
        " UNION ALL SELECT 'zone', zone_no, id, short_name FROM zones) ORDER BY kind, no",
        {"as_of": as_of},
    ).fetchall()
