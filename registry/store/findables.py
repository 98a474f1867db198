"""What `find` looks through: everything that has a name, with the key by which people call it."""

from __future__ import annotations

import sqlite3
from typing import Final, Literal, NamedTuple

from registry.store.bodies import names_of_bodies
from registry.store.references import References

Kind = Literal[
    "item", "delegation", "body", "clause", "agreement", "proof", "guidance", "service", "power"
]


class Findable(NamedTuple):
    """A thing that can be found. `id`: what its instrument calls it, as 1-07 or P-12; `key`: what
    it is called by, the id, or INSTRUMENT:ID where several instruments have it; `names`: what is
    looked through, the first is shown; `about`: what tells it from others; `instrument`: its id,
    None of a body; `item`: of a delegation, the id of its item.
    """

    kind: Kind
    id: str
    key: str
    names: tuple[str, ...]
    about: tuple[str, ...]
    instrument: str | None = None
    item: str | None = None


_SELECTS: Final[dict[Kind, str]] = {
    "item": (
        "SELECT i.instrument, i.id, i.name, NULL, i.mode, i.department, NULL"
        " FROM items AS i ORDER BY i.item_no"
    ),
    "delegation": (
        "SELECT d.instrument, d.id, d.item_name, d.zone_name || ' ' || z.short_name, z.short_name,"
        " d.mode, d.item FROM delegations AS d JOIN zone AS z ON z.no = d.zone_no"
        " ORDER BY d.delegation_no"
    ),
    "clause": (
        "SELECT ins.id, c.id, c.text, c.heading, c.heading, ins.number, NULL FROM clause AS c"
        " JOIN instrument AS ins ON ins.no = c.instrument ORDER BY ins.no, c.rowid"
    ),
    "agreement": (
        "SELECT a.instrument, a.number, a.number,"
        " coalesce(a.department_name, a.grantor_zone) || ' ' || a.zone_name,"
        " coalesce(a.department_name, a.grantor_zone) || '—' || a.zone_name,"
        " a.signed_on, NULL FROM agreements AS a ORDER BY a.agreement_no"
    ),
    "proof": (
        "SELECT d.instrument, d.key, d.duty_name, d.document, coalesce(d.zone, '*') || ' '"
        " || d.covers, d.done_on, NULL FROM deliverables AS d ORDER BY d.deliverable_no"
    ),
    "guidance": (
        "SELECT g.instrument, g.key, g.kind, g.text, g.zone || '—' || g.department_name,"
        " g.raised_on, NULL FROM guidance_requests AS g ORDER BY g.id"
    ),
    "service": (
        "SELECT s.instrument, s.key, s.item_name, s.measure, s.item || ' ' || s.zone, s.measure,"
        " NULL FROM service_reductions AS s ORDER BY s.item, s.zone, s.key"
    ),
    "power": (
        "SELECT NULL, p.key, p.name, p.basic_code, p.power_type, p.law, NULL"
        " FROM powers AS p ORDER BY p.power_no"
    ),
}
_BODIES: Final = (
    "SELECT 'department', department_no, id, name, short_name FROM departments"
    " UNION ALL SELECT 'zone', zone_no, id, name, short_name FROM zones ORDER BY 1, 2"
)


def findables(conn: sqlite3.Connection) -> list[Findable]:
    """Everything that can be found, kind by kind, each in its order. Voided rows are not."""
    references = References(conn)
    found = [*_bodies(conn)]
    for kind, sql in _SELECTS.items():
        found += [
            Findable(
                kind,
                id_,
                id_ if kind in ("clause", "power") else references.shown(instrument, id_),
                tuple(text for text in (name, other) if text),
                tuple(text for text in (about, more) if text),
                instrument,
                item,
            )
            for instrument, id_, name, other, about, more, item in conn.execute(sql)
        ]
    return found


def _bodies(conn: sqlite3.Connection) -> list[Findable]:
    """Every body by its names of the day, and by all others that it has or had."""
    others: dict[tuple[str, str], list[str]] = {}
    for kind in ("department", "zone"):
        for name, id_ in names_of_bodies(conn, kind).items():
            others.setdefault((kind, id_), []).append(name)
    return [
        Findable(
            "body",
            id_,
            id_,
            tuple(dict.fromkeys((name, short, *others[kind, id_]))),
            (short,),
        )
        for kind, _no, id_, name, short in conn.execute(_BODIES).fetchall()
    ]
