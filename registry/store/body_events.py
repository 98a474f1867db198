"""Events of zones and departments -> the table `body_event`, and the periods that follow."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from registry.errors import RegistryError
from registry.locale import _
from registry.model.body_event import BodyEvent
from registry.model.fields import ID_PATTERN
from registry.model.vocabulary import RESERVED_BODY_IDS, Provenance
from registry.store.bodies import UnknownBody, find_department, find_zone, successor_on
from registry.store.connection import transaction
from registry.store.effects import update_periods
from registry.store.log.changes import Change
from registry.store.sources import renew_data_digest


class BodyEventError(RegistryError):
    """An event that does not fit what the registry knows of the body."""


def write_body_event(
    conn: sqlite3.Connection, event: BodyEvent, basis: str, provenance: Provenance, source: str
) -> int:
    """Write an event; its number. `basis`: the document that it rests on.

    A successor that nothing is called is new, and takes the event's names. The caller holds the
    transaction, and updates the periods afterwards. Raises UnknownBody and BodyEventError.
    """
    kind, body = _find(conn, event.body)
    successor = None
    if event.successor is not None:
        try:
            other, successor = _find(conn, event.successor)
        except UnknownBody:
            if event.name is None or event.short_name is None:
                raise
            other, successor = kind, _add_body(conn, kind, event, (provenance, source))
        if other != kind or successor == body:
            raise BodyEventError(
                _("{successor} can't take over from {body}").format(
                    successor=event.successor, body=event.body
                ),
                _("A department takes over from another, and a zone from another."),
            )
    if event.what != "renamed":
        _refuse_twice(conn, kind, body, event)
    _refuse_ids(conn, body if event.what == "renamed" else successor, event)
    no: int = conn.execute(
        "INSERT INTO body_event VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no",
        (
            *(kind, event.what, body, successor, event.on, event.name, event.short_name),
            *(basis, provenance, source),
        ),
    ).fetchone()[0]
    return no


def _refuse_ids(conn: sqlite3.Connection, named: str | None, event: BodyEvent) -> None:
    """Raise BodyEventError where a new name is the id of another body, or reserved: who asks for
    one by that word would be answered for the other. `named`: id of the body that takes the name.
    """
    ids = {id_ for (id_,) in conn.execute("SELECT id FROM zone UNION SELECT id FROM department")}
    for name in filter(None, (event.name, event.short_name)):
        if name in RESERVED_BODY_IDS or name in ids - {named}:
            raise BodyEventError(
                _("“{name}” is no name: it is an id, or reserved").format(name=name),
                _("Write the name as the document has it."),
            )


def _add_body(
    conn: sqlite3.Connection, kind: str, event: BodyEvent, origin: tuple[Provenance, str]
) -> str:
    """Write the body that an event founds; its id."""
    if not re.fullmatch(ID_PATTERN, event.successor or ""):
        raise BodyEventError(
            _("“{id}” is no id").format(id=event.successor),
            _("The id of a new body has small letters, digits and hyphens, as {example}.").format(
                example="xzspj"
            ),
        )
    if event.successor in RESERVED_BODY_IDS:
        raise BodyEventError(
            _("the id “{id}” is reserved").format(id=event.successor),
            _("Give the new body another, as {example}.").format(example="xzspj"),
        )
    conn.execute(
        f"INSERT INTO {kind} VALUES (NULL, ?, ?, ?, ?, ?)",
        (event.successor, event.name, event.short_name, *origin),
    )
    return str(event.successor)


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


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """What an event brings about from its day on: how many items have another department, and how
    many delegations another holder, or none.
    """

    items: int
    delegations: int


def record_body_event(
    conn: sqlite3.Connection, event: BodyEvent, basis: str, change: Change, *, dry_run: bool = False
) -> RecordedEvent:
    """Write an event in a transaction of its own, or with `dry_run` try it; what it brings about.

    Raises UnknownBody and BodyEventError.
    """
    source = f"{basis}（{change.by}，{change.at[:10]}登记）"
    with transaction(conn, dry_run=dry_run):
        before = _responsible(conn, event.on)
        write_body_event(conn, event, basis, "official", source)
        delegations = update_periods(conn)
        changed = before ^ _responsible(conn, event.on)
        renew_data_digest(conn, f"{change} {event!r} {basis}")
    return RecordedEvent(len({item for item, _department in changed}), delegations)


def _responsible(conn: sqlite3.Connection, day: str) -> set[tuple[int, str]]:
    """Number of each item, and id of each of its departments on the day."""
    rows = conn.execute(
        "SELECT item, id FROM item_department AS x JOIN department AS d ON d.no = x.department"
    ).fetchall()
    successors = {
        id_: successor_on(conn, "department", id_, day)
        for (id_,) in conn.execute("SELECT id FROM department").fetchall()
    }
    return {(item, successors[id_]) for item, id_ in rows}
