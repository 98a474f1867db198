"""Events of zones and departments -> the table `body_event`, and the periods that follow."""

from __future__ import annotations

import sqlite3

from registry.errors import RegistryError
from registry.locale import _
from registry.model.body_event import BodyEvent
from registry.model.vocabulary import Provenance
from registry.store.bodies import UnknownBody, find_department, find_zone


class BodyEventError(RegistryError):
    """An event that does not fit what the registry knows of the body."""


def write_body_event(
    conn: sqlite3.Connection, event: BodyEvent, basis: str, provenance: Provenance, source: str
) -> int:
    """Write an event; its number. `basis`: the document that it rests on.

    The caller holds the transaction, and updates the periods afterwards. Raises UnknownBody and
    BodyEventError.
    """
    kind, body = _find(conn, event.body)
    successor = None
    if event.successor is not None:
        other, successor = _find(conn, event.successor)
        if other != kind or successor == body:
            raise BodyEventError(
                _("{successor} can't take over from {body}").format(
                    successor=event.successor, body=event.body
                ),
                _("A department takes over from another, and a zone from another."),
            )
    if event.what != "renamed":
        _refuse_twice(conn, kind, body, event)
    no: int = conn.execute(
        "INSERT INTO body_event VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no",
        (
            *(kind, event.what, body, successor, event.on, event.name, event.short_name),
            *(basis, provenance, source),
        ),
    ).fetchone()[0]
    return no


def _find(conn: sqlite3.Connection, name: str) -> tuple[str, str]:
    """Kind and id of the body of that name. Raises UnknownBody."""
    try:
        return "department", find_department(conn, name)
    except UnknownBody:
        return "zone", find_zone(conn, name)


def _refuse_twice(conn: sqlite3.Connection, kind: str, body: str, event: BodyEvent) -> None:
    """Refuse an end of what has ended; a split is one event for each successor."""
    rows = conn.execute(
        "SELECT what, on_day FROM body_event WHERE kind = ? AND body = ? AND what <> 'renamed'",
        (kind, body),
    ).fetchall()
    if any((what, on) != ("split", event.on) or event.what != "split" for what, on in rows):
        raise BodyEventError(
            _("{body} has ended on {day} already").format(body=event.body, day=rows[0][1]),
            _("Name its successor instead."),
        )
