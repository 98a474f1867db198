"""What `can`, `who` and `powers` share: words as people write them, and common options."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from registry.cli.base import IsoDate, option
from registry.errors import RegistryError, did_you_mean
from registry.locale import N_, _, list_separator

if TYPE_CHECKING:
    from registry.authority.facts import Act
    from registry.store.references import References

ANSWER_CODES: Final = {"yes": 0, "no": 1, "undetermined": 3}
"""Exit codes of an answer; 2 is an error."""

on_option: Final = option(
    "--on",
    "day",
    type=IsoDate(),
    metavar="DATE",
    help=N_("The day that is asked about; today if not given."),
)
"""`day`: a day in ISO's form; None stands for today."""

strict_option: Final = option(
    "--strict",
    is_flag=True,
    help=N_("An entrustment that no recorded law allows is undetermined, not only a caveat."),
)


class UnknownAct(RegistryError):
    """A word that is no act."""


def find_act(acts: dict[str, Act], word: str) -> str:
    """Id of the act of that id or Chinese name. Raises UnknownAct, with the nearest."""
    from registry.text import name_key

    names = {name_key(name): act.id for act in acts.values() for name in (act.id, act.name)}
    found = names.get(name_key(word))
    if found is None:
        known = [name for act in acts.values() for name in (act.name, act.id)]
        shown = list_separator().join(f"{act.name} ({act.id})" for act in acts.values())
        raise UnknownAct(
            _("there is no act called {word}").format(word=word),
            did_you_mean(word, known, _("Acts are {known}.").format(known=shown)),
        )
    return found


def find_item_number(conn: sqlite3.Connection, word: str, references: References) -> int:
    """Number of the item that people call so. Raises UnknownItem and AmbiguousReference."""
    from registry.store.lookups import find_item_called

    instrument, wanted = references.split(word)
    rows = conn.execute(
        "SELECT i.no FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument"
        " WHERE i.id = ? AND ins.id = coalesce(?, ins.id)",
        (wanted, instrument),
    ).fetchall()
    if len(rows) == 1:
        return int(rows[0][0])
    row_factory, conn.row_factory = conn.row_factory, sqlite3.Row
    try:
        item, _zone = find_item_called(conn, word, references)
        return int(item["item_no"])
    finally:
        conn.row_factory = row_factory


def item_label(conn: sqlite3.Connection, no: int) -> tuple[str, str]:
    """Reference and name of an item, by its number."""
    reference, name = conn.execute(
        "SELECT ins.id || ':' || i.id, i.name FROM item AS i"
        " JOIN instrument AS ins ON ins.no = i.instrument WHERE i.no = ?",
        (no,),
    ).fetchone()
    return reference, name
