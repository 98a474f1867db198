"""Values of canned queries' parameters, as people write them, in the form that the queries read."""

from __future__ import annotations

import sqlite3

from registry.errors import RegistryError
from registry.locale import _
from registry.model.fields import parse_loose_date
from registry.store.bodies import UnknownBody, body_names, find_department, find_zone, successor_on
from registry.store.lookups import find_item_called
from registry.store.references import References


def query_value(conn: sqlite3.Connection, parameter: str, value: str) -> str:
    """The value for a parameter of that name; "" stands for everything.

    `zone`: its id; `department`: its short name; `item`: its id; a part of a body's name stays as
    it is, for queries look for it in names. `date`, `day` and what ends in `_on`: in ISO's form.
    Raises UnknownBody and UnknownItem, with the nearest, and RegistryError for what is no date.
    """
    if not value.strip():
        return ""
    if parameter == "zone":
        return _body(conn, value, "zone")
    if parameter == "department":
        return _body(conn, value, "department")
    if parameter == "item":
        return str(find_item_called(conn, value, References(conn))[0]["id"])
    if parameter in ("date", "day") or parameter.endswith("_on"):
        return _date(value)
    return value


def _body(conn: sqlite3.Connection, value: str, kind: str) -> str:
    try:
        found = find_zone(conn, value) if kind == "zone" else find_department(conn, value)
        (day,) = conn.execute("SELECT date FROM as_of").fetchone()
        found = successor_on(conn, kind, found, day)
    except UnknownBody:
        names = conn.execute(f"SELECT name, short_name FROM {kind}").fetchall()
        if any(value in name for pair in names for name in pair):
            return value
        raise
    return found if kind == "zone" else body_names(conn)[found]


def _date(value: str) -> str:
    try:
        return parse_loose_date(value)
    except ValueError as error:
        raise RegistryError(
            _("“{value}” is not a date of the calendar").format(value=value),
            _("Write the date like 2021-05-28."),
        ) from error
