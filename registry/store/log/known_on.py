"""The registry as it was known at the end of a day: a file of what the log adds up to."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Final

from registry.errors import RegistryError
from registry.locale import _
from registry.store.connection import APPLICATION_ID, PAST_STATE
from registry.store.log.fold import Fold
from registry.store.log.lines import ChangeLine, is_change, parse_line, stored_bodies
from registry.store.log.tables import logged_tables, quoted
from registry.store.platform.chains import supersede_anew

_OF_RUNS: Final = ("run_rule", "finding", "finding_owed_by", "finding_case")


class NotKnown(RegistryError):
    """A day before the log begins."""


def write_as_known(conn: sqlite3.Connection, day: str, path: Path) -> bool:
    """Write the registry as it was known at the end of `day` to a new file.

    False, and nothing written, where nothing has come since. The caller holds a transaction.
    Raises NotKnown and LogError.
    """
    folded, bodies, complete = _until(conn, day)
    if complete and not _has_later(conn, day):
        return False
    target = sqlite3.connect(path, isolation_level=None)
    try:
        target.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        target.execute(f"PRAGMA user_version = {PAST_STATE}")
        target.execute("BEGIN")
        _copy_schema(conn, target, ("table",))
        _write_tables(target, folded)
        target.executemany("INSERT INTO entry VALUES (?, ?)", enumerate(bodies, start=1))
        made = "entries <= ? AND substr(at, 1, 10) <= ?"
        _copy_rows(conn, target, "checkpoint", made, len(bodies), day)
        _copy_rows(conn, target, "run", "substr(started_at, 1, 10) <= ?", day)
        for table in _OF_RUNS:
            kept = "run IN (SELECT no FROM run WHERE substr(started_at, 1, 10) <= ?)"
            _copy_rows(conn, target, table, kept, day)
        _copy_platform_rows(conn, target)
        _copy_rows(conn, target, "_sqlite_migrations", "true")
        target.execute(
            "INSERT INTO log_state (state, change, began_on, last_at) VALUES ('closed', ?, ?, ?)",
            (folded.changes, folded.began_on, _latest(target, folded)),
        )
        target.execute("INSERT INTO as_of VALUES (?)", (day,))
        _copy_schema(conn, target, ("index", "view", "trigger"))
        target.execute("COMMIT")
        target.execute("ANALYZE")
    finally:
        target.close()
    return True


def _copy_platform_rows(conn: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Rows of the loads that were known, as they stood: those that came later supersede none."""
    loads = [no for (no,) in target.execute("SELECT no FROM platform_load")]
    among = f"IN ({', '.join(map(str, loads))})"
    for table in ("case_record", "account", "permission"):
        _copy_rows(conn, target, table, f"load {among}")
    for table in ("case_step", "case_stop"):
        _copy_rows(
            conn, target, table, f"case_no IN (SELECT no FROM main.case_record WHERE load {among})"
        )
    _copy_rows(
        conn, target, "account_role", f"account IN (SELECT no FROM main.account WHERE load {among})"
    )
    supersede_anew(target)


def _has_later(conn: sqlite3.Connection, day: str) -> bool:
    """Whether the file has audits or checkpoints of after a day, which are no changes."""
    (found,) = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM main.run WHERE substr(started_at, 1, 10) > ?1)"
        " OR EXISTS (SELECT 1 FROM checkpoint WHERE substr(at, 1, 10) > ?1)",
        (day,),
    ).fetchone()
    return bool(found)


def _until(conn: sqlite3.Connection, day: str) -> tuple[Fold, list[str], bool]:
    """What the log adds up to at the end of a day, its lines, and whether those are all."""
    folded = Fold()
    bodies: list[str] = []
    for seq, body in stored_bodies(conn):
        if is_change(body):
            line = parse_line(body)
            assert isinstance(line, ChangeLine)
            if line.at[:10] > day:
                if not bodies:
                    raise NotKnown(
                        _("the log begins on {begin}; what was known on {day} is not in it").format(
                            begin=line.at[:10], day=day
                        ),
                        _("Name a later day."),
                    )
                return folded, bodies, False
        folded.read(body, seq)
        bodies.append(body)
    return folded, bodies, True


def _latest(target: sqlite3.Connection, folded: Fold) -> str | None:
    """The time of the last change or checkpoint."""
    checkpoints = target.execute("SELECT at FROM checkpoint").fetchall()
    times = [datetime.fromisoformat(at) for (at,) in checkpoints] + [folded.at]
    latest = max(filter(None, times), default=None)
    return latest.isoformat() if latest else None


def _copy_schema(
    conn: sqlite3.Connection, target: sqlite3.Connection, types: tuple[str, ...]
) -> None:
    for (sql,) in conn.execute(
        "SELECT sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%'"
        f" ESCAPE '\\' AND type IN ({', '.join('?' * len(types))}) ORDER BY rowid",
        types,
    ).fetchall():
        target.execute(sql)


def _write_tables(target: sqlite3.Connection, folded: Fold) -> None:
    """The rows of every table of records. Columns that the log did not know have their default."""
    for table in logged_tables(target):
        known = folded.tables.get(table.name)
        if known is None or not known.rows:
            continue
        places = [known.columns.index(name) for name in table.columns if name in known.columns]
        names = [known.columns[place] for place in places]
        rows = (json.loads(text) for text in known.rows.values())
        target.executemany(
            f"INSERT INTO {quoted(table.name)} ({', '.join(map(quoted, names))})"
            f" VALUES ({', '.join('?' * len(names))})",
            ([row[place] for place in places] for row in rows),
        )


def _copy_rows(
    conn: sqlite3.Connection, target: sqlite3.Connection, table: str, where: str, *values: object
) -> None:
    cursor = conn.execute(f"SELECT * FROM main.{table} WHERE {where}", values)
    places = ", ".join("?" * len(cursor.description))
    target.executemany(f"INSERT INTO {table} VALUES ({places})", cursor)
