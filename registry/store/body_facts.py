"""A body with what the registry holds of it on the day that its views stand on."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Literal, NamedTuple

from registry.store.bodies import names_of_bodies
from registry.text import name_key

Kind = Literal["department", "zone"]

_EVENTS = """
SELECT e.on_day, e.what, e.body, was.short_name AS of, e.successor, now.short_name AS by,
       e.name, e.basis
FROM body_event AS e
LEFT JOIN {kind} AS was ON was.id = e.body
LEFT JOIN {kind} AS now ON now.id = e.successor
WHERE e.kind = '{kind}' AND :id IN (e.body, e.successor)
ORDER BY e.on_day, e.no
"""
_HELD = (
    "SELECT s.state, count(*) FROM delegations AS d"
    " JOIN current_standing AS s ON s.delegation_no = d.delegation_no"
    " WHERE d.zone = :id GROUP BY 1 ORDER BY min(d.delegation_no)"
)
_LEADS = (
    "SELECT i.mode, count(DISTINCT i.item_no) FROM item_departments AS x"
    " JOIN items AS i ON i.item_no = x.item_no WHERE x.department = :id"
    " GROUP BY 1 ORDER BY min(i.item_no)"
)
_OWED = (
    "SELECT status, count(*) FROM obligation_bodies WHERE kind = :kind AND body = :id GROUP BY 1"
)


class BodyEvent(NamedTuple):
    """What happened to a body, or made it the successor of another. `of`, `by`: short names of the
    body that it happened to, and of who took over; `name`: the new one of who was renamed."""

    on: str
    what: str
    body: str
    of: str
    successor: str | None
    by: str | None
    name: str | None
    basis: str


class BodyFacts(NamedTuple):
    """`others`: names that it has or had beside; `counts`: of a zone, delegations by state; of a
    department, items by mode; `owed`: obligations by status; `status`, `contact`: of a zone, its
    rows of zone_status and zone_contacts by column, empty if there are none."""

    kind: Kind
    id: str
    name: str
    short_name: str
    others: tuple[str, ...]
    provenance: str
    source: str
    events: tuple[BodyEvent, ...]
    counts: dict[str, int]
    owed: dict[str, int]
    status: Mapping[str, str | None]
    contact: Mapping[str, str | None]


def find_body(conn: sqlite3.Connection, text: str) -> tuple[Kind, str] | None:
    """The body of that id, name, short name or alias, which it has or had; None: there is none."""
    kinds: tuple[Kind, ...] = ("zone", "department")
    for kind in kinds:
        names = names_of_bodies(conn, kind)
        by_key = {name_key(known): id_ for known, id_ in names.items()}
        if (id_ := names.get(text) or by_key.get(name_key(text))) is not None:
            return kind, id_
    return None


def body_facts(conn: sqlite3.Connection, kind: Kind, id: str) -> BodyFacts:
    """What is known of the body of that id. The caller has made the views of the day."""
    keys = {"kind": kind, "id": id}
    name, short, provenance, source = conn.execute(
        f"SELECT name, short_name, provenance, source FROM {kind}s WHERE id = :id", keys
    ).fetchone()
    known = {known for known, of in names_of_bodies(conn, kind).items() if of == id}
    zone = kind == "zone"
    return BodyFacts(
        *(kind, id, name, short, tuple(sorted(known - {id, name, short})), provenance, source),
        tuple(BodyEvent(*row) for row in conn.execute(_EVENTS.format(kind=kind), keys)),
        dict(conn.execute(_HELD if zone else _LEADS, keys).fetchall()),
        dict(conn.execute(_OWED, keys).fetchall()),
        _row(conn, "zone_status AS s JOIN zone AS z ON z.no = s.zone WHERE z.id = ?", id, zone),
        _row(conn, "zone_contacts WHERE zone = ?", id, zone),
    )


def _row(conn: sqlite3.Connection, source: str, id: str, wanted: bool) -> Mapping[str, str | None]:
    cursor = conn.execute(f"SELECT * FROM {source}", (id,))
    row = cursor.fetchone() if wanted else None
    return dict(zip((column[0] for column in cursor.description), row, strict=True)) if row else {}
