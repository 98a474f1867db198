"""The calendar in the file: table `workday`, kept in step with data/calendar."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from registry.store.connection import transaction
from registry.workdays import Calendar, calendar_digest


def stored_origin(conn: sqlite3.Connection) -> Path | None:
    """The folder that the stored calendar was read from; None: the package's own copy."""
    row = conn.execute("SELECT value FROM meta WHERE key = 'calendar_origin'").fetchone()
    return Path(row[0]) if row and row[0] else None


def write_calendar(conn: sqlite3.Connection, folder: Path, *, carried: bool) -> None:
    """Write the calendar of `folder`; the caller holds the transaction.

    Raises CalendarError for a file in the folder that can't be used.
    """
    calendar = Calendar.load(folder)
    days = [
        (day.date.isoformat(), int(day.is_workday), day.ordinal, number, day.certainty)
        for number, day in enumerate(calendar.days())
    ]
    _replace_rows(conn, "workday", days)
    _replace_rows(conn, "calendar_year", sorted(calendar.notices.items()))
    conn.executemany(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [
            ("calendar_digest", calendar_digest(folder)),
            ("calendar_origin", "" if carried else str(folder.absolute())),
        ],
    )


def _replace_rows(conn: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Have the table hold these rows. Those that are the same stay, and are not logged again."""
    stored = set(conn.execute(f"SELECT * FROM {table}").fetchall())
    changed = [row for row in rows if row not in stored]
    (key,) = conn.execute("SELECT name FROM pragma_table_info(?) WHERE pk = 1", (table,)).fetchone()
    outdated = {row[0] for row in stored} - {row[0] for row in rows if row in stored}
    conn.executemany(f"DELETE FROM {table} WHERE {key} = ?", [(value,) for value in outdated])
    if changed:
        places = ", ".join("?" * len(changed[0]))
        conn.executemany(f"INSERT INTO {table} VALUES ({places})", changed)


def refresh_calendar(conn: sqlite3.Connection, folder: Path, *, carried: bool) -> bool:
    """Rewrite the calendar where `folder` says something new; True if it did.

    The folder that the file was built from goes first while it is there; the copy that the
    package carries never displaces a calendar that came from a folder.
    """
    origin = stored_origin(conn)
    if origin is not None:
        if origin.is_dir():
            folder, carried = origin, False
        elif carried:
            return False
    stored = conn.execute("SELECT value FROM meta WHERE key = 'calendar_digest'").fetchone()
    if stored and stored[0] == calendar_digest(folder):
        return False
    with transaction(conn):
        write_calendar(conn, folder, carried=carried)
    return True
