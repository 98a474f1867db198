"""The registry's working file: opened and brought up to date for a command."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from registry.cli.data_paths import calendar_folder
from registry.locale import _
from registry.store.calendar import refresh_calendar
from registry.store.connection import connect
from registry.store.schema.versions import ensure_current


@contextmanager
def open_registry(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to the working file, its schema and its calendar up to date.

    Raises StoreError and CalendarError. A file that can't be written is used as it is.
    """
    conn = connect(path)
    try:
        try:
            ensure_current(conn, path)
            folder, carried = calendar_folder()
            if refresh_calendar(conn, folder, carried=carried):
                click.echo(_("The calendar has changed; due dates were worked out anew."), err=True)
        except sqlite3.OperationalError as error:
            if "readonly" not in str(error):
                raise
            click.echo(_("The file can't be written; its calendar is as it was."), err=True)
        yield conn
    finally:
        conn.close()


def print_provenance(conn: sqlite3.Connection) -> None:
    """Print to stderr which rows of the file are not official."""
    from registry.locale.labels import provenance_lines
    from registry.store.provenance import provenance_counts, unofficial_fields

    counts = provenance_counts(conn)
    for rows in counts.values():
        rows.pop("official", None)
    for line in provenance_lines(counts, unofficial_fields(conn)):
        click.echo(_("Note: {note}").format(note=line), err=True)
