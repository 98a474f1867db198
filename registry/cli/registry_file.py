"""The registry's working file: opened and brought up to date for a command."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from registry.cli.changing import current_change
from registry.cli.data_paths import calendar_folder
from registry.locale import _
from registry.store.calendar import refresh_calendar
from registry.store.connection import connect, is_past_state, reading
from registry.store.log.changes import changing, foreign_changes, last_change_at
from registry.store.schema.versions import ensure_current
from registry.store.side_files import foreign_side_file, set_aside

_CLOCK_SLACK: Final = dt.timedelta(days=1)


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
    _set_foreign_journal_aside(path)
    conn = connect(path)
    try:
        with changing(current_change()):
            try:
                _bring_up_to_date(conn, path)
            except sqlite3.OperationalError as error:
                if "readonly" not in str(error):
                    raise
                click.echo(_("The file can't be written; its calendar is as it was."), err=True)
            _tell_foreign_changes(conn)
            _tell_clock(conn)
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


def _set_foreign_journal_aside(path: Path) -> None:
    """Keep SQLite from applying a journal that is of another file: one that was there before."""
    if path.is_file() and (side := foreign_side_file(path)) is not None:
        kept = set_aside(side, dt.datetime.now())
        note = _(
            "{side} was not of {path}, and would have damaged it; it is now called {kept}. A "
            "command had broken off before another file was put in the place of its registry."
        )
        note = note.format(side=side.name, path=path, kept=kept.name)
        click.echo(_("Note: {note}").format(note=note), err=True)


def _tell_foreign_changes(conn: sqlite3.Connection) -> None:
    """Say on standard error where something else than this program has changed the registry."""
    if not is_past_state(conn) and (n := foreign_changes(conn)):
        note = _(
            "since the last command something else than this program changed the registry, {n} "
            "times; `registry log` tells it. Stored audits are of the data before."
        )
        click.echo(_("Note: {note}").format(note=note.format(n=n)), err=True)


def _tell_clock(conn: sqlite3.Connection) -> None:
    """Say on standard error where the clock is behind the last change by more than a day."""
    last_at = last_change_at(conn)
    now = dt.datetime.fromisoformat(current_change().at)
    if last_at and not is_past_state(conn) and last_at - now > _CLOCK_SLACK:
        note = _(
            "this machine's clock says {now}, but the registry was last changed on {last}: one of "
            "the two days is wrong. What is due is told as of the clock's, unless --as-of says so."
        ).format(now=now.date(), last=last_at.date())
        click.echo(_("Note: {note}").format(note=note), err=True)


def print_provenance(conn: sqlite3.Connection) -> None:
    """Print to stderr which rows of the file are not official."""
    from registry.locale.labels import provenance_lines
    from registry.store.provenance import provenance_counts, unofficial_fields

    counts = provenance_counts(conn)
    for rows in counts.values():
        rows.pop("official", None)
    for line in provenance_lines(counts, unofficial_fields(conn)):
        click.echo(_("Note: {note}").format(note=line), err=True)
