"""Published lists of licences, off which none may be required."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from registry.model.vocabulary import Provenance
from registry.store.connection import transaction
from registry.store.sources import renew_data_digest
from registry.text import name_key


class Licence(NamedTuple):
    """A licence of a list: its name, and its basic code (基本编码) where the list has one."""

    name: str
    basic_code: str | None = None


class LoadedLicences(NamedTuple):
    """What a list changed: how many licences it has, and of them by name, how many the earlier list
    of its source had not, and how many of that one it no longer has. `replaced`: there was one."""

    licences: int
    added: int
    gone: int
    replaced: bool


def load_licences(
    conn: sqlite3.Connection,
    source: str,
    licences: Sequence[Licence],
    *,
    from_on: str | None,
    provenance: Provenance,
    dry_run: bool = False,
) -> LoadedLicences:
    """Write a list of licences, in place of the earlier one of the same source.

    `from_on`: since when it is in force, in ISO's form; None: not said. Rows that stay at their
    place are no change.
    """
    with transaction(conn, dry_run=dry_run):
        before = {
            key
            for (key,) in conn.execute(
                "SELECT x.name_key FROM licence AS x JOIN licence_list AS l ON l.no = x.list"
                " WHERE l.source = ?",
                (source,),
            )
        }
        known = conn.execute("SELECT 1 FROM licence_list WHERE source = ?", (source,)).fetchone()
        (no,) = conn.execute(
            "INSERT INTO licence_list (source, from_on, provenance) VALUES (?, ?, ?)"
            " ON CONFLICT (source) DO UPDATE SET from_on = excluded.from_on,"
            " provenance = excluded.provenance RETURNING no",
            (source, from_on, provenance),
        ).fetchone()
        rows = [
            (no, position, licence.name, name_key(licence.name), licence.basic_code)
            for position, licence in enumerate(licences, start=1)
        ]
        conn.executemany(
            "INSERT INTO licence VALUES (?, ?, ?, ?, ?) ON CONFLICT (list, position) DO UPDATE"
            " SET name = excluded.name, name_key = excluded.name_key,"
            " basic_code = excluded.basic_code",
            rows,
        )
        conn.execute("DELETE FROM licence WHERE list = ? AND position > ?", (no, len(rows)))
        renew_data_digest(conn, repr((source, from_on, provenance, rows)))
    now = {key for _no, _position, _name, key, _code in rows}
    return LoadedLicences(len(rows), len(now - before), len(before - now), known is not None)
