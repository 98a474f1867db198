"""Which instruments the file has, and the one that a person names."""

from __future__ import annotations

import sqlite3

from registry.errors import RegistryError
from registry.locale import _, enumerated


class UnknownInstrument(RegistryError):
    """An id that no instrument in the file has; without one, there are several to choose from."""


def instrument_ids(conn: sqlite3.Connection) -> list[str]:
    """Ids of the instruments, in their order."""
    return [id_ for (id_,) in conn.execute("SELECT id FROM instrument ORDER BY no")]


def find_instrument(conn: sqlite3.Connection, id: str | None) -> tuple[int, str]:
    """Number and id of the instrument; of the only one if none is named.

    Raises UnknownInstrument.
    """
    rows = conn.execute("SELECT no, id FROM instrument ORDER BY no").fetchall()
    found = [row for row in rows if id in (None, row[1])]
    if len(found) != 1:
        known = enumerated([known for _no, known in rows])
        problem = _("no instrument is called {id}").format(id=id)
        remedy = _("Known are: {known}.").format(known=known)
        if id is None:
            problem = _("there are several instruments")
            remedy = _("Name one with --instrument: {known}.").format(known=known)
        raise UnknownInstrument(problem, remedy)
    return found[0][0], found[0][1]


def first_issuer(conn: sqlite3.Connection) -> str:
    """Who issued the registry's first instrument; "-" where it has none."""
    row = conn.execute("SELECT issuer FROM instrument ORDER BY no LIMIT 1").fetchone()
    return str(row[0]) if row else "-"


def places(conn: sqlite3.Connection) -> tuple[str, ...]:
    """What the instruments are about, each once: 某市."""
    rows = conn.execute("SELECT place_zh FROM instrument GROUP BY place_zh ORDER BY min(no)")
    return tuple(place for (place,) in rows if place)
