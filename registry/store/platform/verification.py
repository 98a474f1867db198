"""Whether the rows of the platform's files are those that were loaded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from registry.locale import _
from registry.store.platform.chains import superseded_differently
from registry.store.platform.digest import stored_digest
from registry.store.platform.loads import load_key


def differing_loads(conn: sqlite3.Connection) -> Iterator[str]:
    """Loads whose rows are not those of their digest, and rows that are of no load."""
    for no, kind, digest in conn.execute(
        "SELECT no, kind, content_digest FROM main.platform_load ORDER BY no"
    ).fetchall():
        if stored_digest(conn, kind, no) != digest:
            yield _("load {key}: its rows are not those that were loaded").format(key=load_key(no))
    for table in ("case_record", "account", "permission"):
        (count,) = conn.execute(
            f"SELECT count(*) FROM main.{table}"
            " WHERE load NOT IN (SELECT no FROM main.platform_load)"
        ).fetchone()
        if count:
            yield _("table {table}: {n:,} rows are of no load").format(table=table, n=count)
    if count := superseded_differently(conn):
        yield _("{n:,} cases are not superseded as their loads say").format(n=count)
