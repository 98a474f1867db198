"""The registry's working file: opened and brought up to date for a command."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from registry.cli.changing import current_change
from registry.cli.data_paths import calendar_folder
from registry.locale import _
from registry.store.calendar import refresh_calendar
from registry.store.connection import connect, is_past_state, reading
from registry.store.log.changes import changing
from registry.store.schema.versions import ensure_current


@contextmanager
def open_registry(path: Path, known_on: str | None = None) -> Iterator[sqlite3.Connection]:
    """A connection to the working file, its schema and its calendar up to date.

    `known_on`: to a copy of it as it was known at the end of that day, where that was otherwise.
    Raises StoreError, CalendarError and NotKnown. A file that can't be written is used as it is.
    """
    if known_on is not None:
        with registry_as_known(path, known_on) as copy, open_registry(copy) as conn:
            yield conn
        return
    conn = connect(path)
    try:
        with changing(current_change()):
            try:
                _bring_up_to_date(conn, path)
            except sqlite3.OperationalError as error:
                if "readonly" not in str(error):
                    raise
                click.echo(_("The file can't be written; its calendar is as it was."), err=True)
            yield conn
    finally:
        conn.close()


@contextmanager
def registry_as_known(path: Path, known_on: str | None) -> Iterator[Path]:
    """The working file, or a temporary one as it was known at the end of a day."""
    if known_on is None:
        yield path
        return
    import tempfile

    from registry.store.log.known_on import write_as_known

    with tempfile.TemporaryDirectory(prefix="registry-") as folder:
        copy = Path(folder) / path.name
        with open_registry(path) as conn, reading(conn):
            written = write_as_known(conn, known_on, copy)
        if written:
            click.echo(
                _("As the registry was known on {day}; nothing of this is stored.").format(
                    day=known_on
                ),
                err=True,
            )
        yield copy if written else path


def _bring_up_to_date(conn: sqlite3.Connection, path: Path) -> None:
    if is_past_state(conn):
        return  # also the calendar is as it was known
    ensure_current(conn, path)
    folder, carried = calendar_folder()
    if refresh_calendar(conn, folder, carried=carried):
        click.echo(_("The calendar has changed; due dates were worked out anew."), err=True)


def print_provenance(conn: sqlite3.Connection) -> None:
    """Print to stderr which rows of the file are not official."""
    from registry.locale.labels import provenance_lines
    from registry.store.provenance import provenance_counts, unofficial_fields

    counts = provenance_counts(conn)
    for rows in counts.values():
        rows.pop("official", None)
    for line in provenance_lines(counts, unofficial_fields(conn)):
        click.echo(_("Note: {note}").format(note=line), err=True)
