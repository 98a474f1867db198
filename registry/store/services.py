"""Services and zones' contacts: where a matter is handled in a zone, and whom to ask."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple

from registry.intake.services import ServiceEntry, ServiceList
from registry.model.service import CONTACT_FIELDS, SERVICE_FIELDS
from registry.store.connection import transaction
from registry.store.sources import renew_data_digest


class WrittenServices(NamedTuple):
    """What became of the rows of a list: how many are new, state otherwise than before, state the
    same, and how many recorded rows a row that states nothing took out."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def __add__(self, other: object) -> WrittenServices:
        assert isinstance(other, WrittenServices)
        return WrittenServices(*map(sum, zip(self, other, strict=True)))


_TABLES: Final = {
    "service": (("item", "zone"), SERVICE_FIELDS),
    "zone_contact": (("zone",), CONTACT_FIELDS),
}
"""Table → its key, and what a row states."""


def load_services(
    conn: sqlite3.Connection, found: ServiceList, *, dry_run: bool = False
) -> WrittenServices:
    """Write what a list states, in one transaction; see `write_services`."""
    with transaction(conn, dry_run=dry_run):
        written = write_services(conn, found)
        if written.added or written.changed or written.removed:
            renew_data_digest(conn, f"services {found.file.sha256}")
    return written


def write_services(conn: sqlite3.Connection, found: ServiceList) -> WrittenServices:
    """Write what a list states, in place of what was recorded of the same item and zone.

    A row that states nothing takes out what was recorded; what no row is of stays. The caller holds
    the transaction.
    """
    services = _write(conn, "service", found.services)
    return services + _write(conn, "zone_contact", found.contacts)


def _write(
    conn: sqlite3.Connection, table: str, entries: Iterable[ServiceEntry]
) -> WrittenServices:
    key, fields = _TABLES[table]
    columns = (*key, *fields, "provenance", "source")
    where = " AND ".join(f"{name} = ?" for name in key)
    stated = ", ".join(columns[len(key) :])
    upsert = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in columns[len(key) :])
    )
    total = WrittenServices()
    for entry in entries:
        of = tuple(getattr(entry, name) for name in key)
        before = conn.execute(f"SELECT {stated} FROM {table} WHERE {where}", of).fetchone()
        if entry.is_empty:
            conn.execute(f"DELETE FROM {table} WHERE {where}", of)
            total += WrittenServices(removed=int(before is not None))
            continue
        values = (*(entry.values[name] for name in fields), entry.provenance, entry.source)
        if before == values:
            total += WrittenServices(unchanged=1)
            continue
        conn.execute(upsert, (*of, *values))
        total += WrittenServices(added=1) if before is None else WrittenServices(changed=1)
    return total
