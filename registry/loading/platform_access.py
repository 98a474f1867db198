"""Files of accounts and of permissions into the registry: in one transaction, or not."""

from __future__ import annotations

import sqlite3

from registry.intake.platform.accounts import AccountReader
from registry.intake.platform.names import Items
from registry.intake.platform.permissions import PermissionReader, tells_people
from registry.intake.platform.places import PlatformFileError
from registry.loading.platform import LoadRequest, PlatformLoad, begin_report, open_files
from registry.locale import _
from registry.store.connection import transaction
from registry.store.log.changes import Change
from registry.store.platform.cases import references_checked_last
from registry.store.platform.loads import (
    LoadTerms,
    next_load,
    remember_mappings,
    source_number,
    write_accounts,
    write_load,
    write_permissions,
)
from registry.store.platform.names import known_names


def load_accounts(conn: sqlite3.Connection, request: LoadRequest, change: Change) -> PlatformLoad:
    """Load files of accounts: they take the place of the source's earlier ones.

    Raises PlatformFileError and RegistryError, and writes nothing then.
    """
    opened = open_files(conn, request)
    report = begin_report(request, opened)
    with transaction(conn, dry_run=request.dry_run), references_checked_last(conn):
        reader = AccountReader(known_names(conn), int(change.at[:4]))
        for ordinal, table in enumerate(opened.tables.understood, start=1):
            reader.read(table, ordinal)
        report.tallies["accounts"] = reader.tally
        source = source_number(conn, request.source)
        report.no = next_load(conn)
        report.digest = write_accounts(conn, report.no, reader.rows())
        _write_load(conn, source, report, change)
        remember_mappings(conn, source, opened.maps)
    return report


def load_permissions(
    conn: sqlite3.Connection, request: LoadRequest, change: Change
) -> PlatformLoad:
    """Load files of permissions: they take the place of the source's earlier ones.

    Raises PlatformFileError and RegistryError, and writes nothing then.
    """
    opened = open_files(conn, request)
    tables = opened.tables.understood
    people = [table for table in tables if tells_people(table)]
    if len(people) == len(tables):
        raise PlatformFileError(
            _("the files say who sits at windows, and not what windows may do"),
            _("Give the table of windows and items as well."),
        )
    report = begin_report(request, opened)
    with transaction(conn, dry_run=request.dry_run), references_checked_last(conn):
        known = known_names(conn)
        reader = PermissionReader(known, Items(known, opened.instrument), int(change.at[:4]))
        for table in people:
            reader.read_people(table, tables.index(table) + 1)
        for ordinal, table in enumerate(tables, start=1):
            if table not in people:
                reader.read(table, ordinal)
        report.tallies["permissions"] = reader.tally
        source = source_number(conn, request.source)
        report.no = next_load(conn)
        report.digest = write_permissions(conn, report.no, reader.rows())
        _write_load(conn, source, report, change)
        remember_mappings(conn, source, opened.maps)
    return report


def _write_load(
    conn: sqlite3.Connection, source: int, report: PlatformLoad, change: Change
) -> None:
    assert report.no is not None
    assert report.digest is not None
    terms = LoadTerms(report.request.kind, report.request.provenance)
    counts = report.read, report.kept
    write_load(conn, report.no, source, terms, counts, report.digest, change)
