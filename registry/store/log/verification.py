"""Verifying: the log against itself and against checkpoints, the tables against the log."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from registry.locale import _, list_separator
from registry.store.connection import file_unreadable
from registry.store.log.checkpoints import Checkpoint, Hasher, Head, heads_at, stored_checkpoints
from registry.store.log.fold import Fold, Key, differing_rows
from registry.store.log.lines import ChangeLine, LogError, is_change, parse_line, stored_bodies
from registry.store.log.tables import KEEPING_TRIGGERS, LoggedTable, log_triggers, logged_tables
from registry.store.platform.verification import differing_loads
from registry.store.views import view_texts

_WRITTEN_DIFFERENTLY: Final = re.compile(r"[\s\"\[\]`]+")
_LONGEST_LINE: Final = 64 << 20
"""Bytes. A line holds a row, and no field of ours takes a hundredth of that."""


@dataclass
class Verification:
    """What verifying found. `problems`: what differs, in the order in which it was looked at;
    `head`: what the log is; `checkpoints`: how many it was held against; `foreign`: numbers of the
    changes that no command of the program made."""

    head: Head
    changes: int = 0
    rows: int = 0
    checkpoints: int = 0
    problems: list[str] = field(default_factory=list)
    foreign: list[int] = field(default_factory=list)


def verify(conn: sqlite3.Connection, held: Sequence[Checkpoint] = ()) -> Verification:
    """Verify the file. `held`: checkpoints that others kept. The caller holds a transaction."""
    damage = [detail for (detail,) in conn.execute("PRAGMA main.integrity_check") if detail != "ok"]
    damage += cut_page(conn)
    if damage:  # rows may be anything
        told = [_("the file: {detail}").format(detail=detail) for detail in damage]
        return Verification(Hasher().head(), problems=told)
    stored = list(stored_checkpoints(conn))
    lines = list(stored_bodies(conn))
    bodies = [body for _seq, body in lines]
    found = verify_lines(bodies, [*stored, *held])
    found.problems += _broken_chain(stored)
    folded = Fold()
    try:
        for seq, body in lines:
            folded.read(body, seq)
    except LogError as error:
        found.problems.append(error.problem)
        return found
    found.changes = folded.changes
    found.foreign = _foreign(bodies)
    found.rows = sum(len(table.rows) for table in folded.tables.values())
    found.problems += _differences(conn, folded)
    found.problems += _differing_state(conn, folded, stored)
    found.problems += _differing_schema(conn)
    found.problems += differing_loads(conn)
    return found


def cut_page(conn: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with a file that ends amidst a page: SQLite reads the rest of it as zeros, and
    records with it.

    The caller holds a transaction.
    """
    conn.execute("SELECT 1 FROM main.sqlite_schema").fetchone()  # plays a journal back, and locks
    (path,) = conn.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()
    (size,) = conn.execute("PRAGMA main.page_size").fetchone()
    if path and (beyond := Path(path).stat().st_size % size):
        yield _("its last page has {n:,} of {m:,} bytes").format(n=beyond, m=size)


def verify_lines(bodies: Sequence[str], checkpoints: Sequence[Checkpoint]) -> Verification:
    """Hold the lines of a log against checkpoints."""
    wanted = {c.head.entries for c in checkpoints}
    with_sm3 = any(c.head.sm3 for c in checkpoints)
    heads = heads_at(bodies, {*wanted, len(bodies)}, sm3=with_sm3)
    found = Verification(heads.get(len(bodies)) or Hasher().head(), checkpoints=len(checkpoints))
    for checkpoint in checkpoints:
        expected, head = checkpoint.head, heads.get(checkpoint.head.entries)
        if head is None:
            found.problems.append(
                _("the checkpoint of {at} has {n:,} lines, and the log only {m:,}").format(
                    at=checkpoint.at, n=expected.entries, m=len(bodies)
                )
            )
        elif (head.bytes, head.sha256) != (expected.bytes, expected.sha256) or (
            expected.sm3 not in (None, head.sm3)
        ):
            found.problems.append(
                _("the first {n:,} lines are not those of the checkpoint of {at}").format(
                    n=expected.entries, at=checkpoint.at
                )
            )
    found.problems += _too_early(bodies, checkpoints)
    return found


def _too_early(bodies: Sequence[str], checkpoints: Iterable[Checkpoint]) -> Iterator[str]:
    """Changes that are dated before a checkpoint that does not have them: of each the first."""
    waiting = [(c.head.entries, datetime.fromisoformat(c.at), c.at) for c in checkpoints]
    for number, body in enumerate(bodies, start=1):
        if not waiting:
            return
        if not is_change(body):
            continue
        line = parse_line(body)
        if not isinstance(line, ChangeLine):
            continue
        made = datetime.fromisoformat(line.at)
        early = [found for found in waiting if found[0] < number and made < found[1]]
        for _entries, _at, stated in early:
            yield _("line {seq} is dated {at}, before the checkpoint of {checkpoint}").format(
                seq=line.seq, at=line.at, checkpoint=stated
            )
        waiting = [found for found in waiting if found not in early]


def _foreign(bodies: Iterable[str]) -> list[int]:
    """Numbers of the changes that neither a command nor a migration made."""
    lines = (parse_line(body) for body in bodies if is_change(body))
    return [line.change for line in lines if isinstance(line, ChangeLine) and line.command is None]


def _broken_chain(stored: Iterable[Checkpoint]) -> Iterator[str]:
    previous: Checkpoint | None = None
    for checkpoint in stored:
        expected = hashlib.sha256(previous.body.encode()).hexdigest() if previous else None
        if checkpoint.previous != expected:
            yield _("the checkpoint of {at} does not follow from the one before").format(
                at=checkpoint.at
            )
        previous = checkpoint


def _differences(conn: sqlite3.Connection, folded: Fold) -> Iterator[str]:
    """Rows in which the tables differ from what the log adds up to."""
    tables = {table.name: table for table in logged_tables(conn)}
    for name, table in tables.items():
        known = folded.tables.get(name)
        if known is None or known.columns != table.columns:
            yield _("table {table}: its columns are not those of the log").format(table=name)
            continue
        before = dict(known.rows)
        for op, key, text in differing_rows(conn, table, known):
            yield _differing_row(table, key, before.get(key), text if op == "set" else None)
    for name, known in folded.tables.items():
        if name not in tables and known.rows:
            yield _("table {table} is missing").format(table=name)


def _differing_row(table: LoggedTable, key: Key, logged: str | None, stored: str | None) -> str:
    place = " ".join(map(str, key)) if isinstance(key, tuple) else str(key)
    if stored is None:
        return _("table {table}, row {key}: it is missing; the log has {row}").format(
            table=table.name, key=place, row=logged
        )
    if logged is None:
        return _("table {table}, row {key}: the log does not have it: {row}").format(
            table=table.name, key=place, row=stored
        )
    fields = zip(table.columns, json.loads(stored), json.loads(logged), strict=False)
    return _("table {table}, row {key}: {fields}").format(
        table=table.name,
        key=place,
        fields=list_separator().join(
            _("{field} is {value}, in the log {logged}").format(field=name, value=now, logged=was)
            for name, now, was in fields
            if now != was
        ),
    )


def _differing_state(
    conn: sqlite3.Connection, folded: Fold, stored: Sequence[Checkpoint]
) -> Iterator[str]:
    state = conn.execute("SELECT change, began_on, last_at FROM log_state").fetchone()
    if state is None:
        yield _("the file does not say any more where its log ends")
        return
    change, began_on, last_at = state
    times = [datetime.fromisoformat(checkpoint.at) for checkpoint in stored]
    latest = max(filter(None, [folded.at, *times]), default=None)
    known = datetime.fromisoformat(last_at) if last_at else None
    if (change, began_on, known) != (folded.changes, folded.began_on, latest):
        yield _("the log ends at change {n}, the file says {m}").format(
            n=f"{folded.changes} ({latest})", m=f"{change} ({last_at})"
        )


def _differing_schema(conn: sqlite3.Connection) -> Iterator[str]:
    """Triggers, views, tables and indexes that are not as the program makes them.

    A trigger may lose changes or make some, a view show something else, a table take what it must
    not. Tables and indexes of others are let be.
    """
    expected: dict[str, str | None] = {**log_triggers(conn), **dict.fromkeys(KEEPING_TRIGGERS)}
    expected |= {
        name: f"CREATE VIEW {name} AS {text}".rstrip() for name, text in view_texts().items()
    }
    found = dict(
        conn.execute(
            "SELECT name, sql FROM main.sqlite_schema WHERE type IN ('trigger', 'view')"
            " AND typeof(name) = 'text'"
        ).fetchall()
    )
    for name in sorted({*expected, *found}):
        if name not in found or expected.get(name, "") not in (None, found[name]):
            yield _("{name} is not as the program makes it").format(name=name)
    made, found = _made_anew(), _tables_and_indexes(conn)
    for name in sorted(made):
        if found.get(name) != made[name]:
            yield _("{name} is not as the program makes it").format(name=name)
    for table, *_rest in conn.execute("PRAGMA main.foreign_key_check"):
        yield _("a row of {table} refers to one that is not there").format(table=table)


@cache
def _made_anew() -> dict[str, str]:
    """The tables and indexes of an empty registry."""
    from registry.store.schema import migrations

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        migrations.apply(conn)
        return _tables_and_indexes(conn)


def _tables_and_indexes(conn: sqlite3.Connection) -> dict[str, str]:
    """Name → statement, without what versions of SQLite write differently when they change it."""
    rows = conn.execute(
        "SELECT name, sql FROM main.sqlite_schema WHERE type IN ('table', 'index')"
        " AND typeof(name) = 'text' AND typeof(sql) = 'text'"
        " AND name NOT LIKE '%sqlite!_%' ESCAPE '!'"
    )
    return {name: _WRITTEN_DIFFERENTLY.sub("", sql) for name, sql in rows}


def read_exported(path: Path) -> list[str]:
    """The lines of a log that was exported. Raises LogError and StoreError.

    A line longer than any of ours ends it: a file of zeros, or an endless device, is no log.
    """
    lines: list[str] = []
    try:
        with path.open("rb") as stream:
            while line := stream.readline(_LONGEST_LINE):
                if not line.endswith(b"\n"):
                    raise LogError(
                        _("{path} is no log: line {n:,} is too long").format(
                            path=path, n=len(lines) + 1
                        )
                        if len(line) == _LONGEST_LINE
                        else _("{path} ends in the middle of a line").format(path=path)
                    )
                lines.append(line[:-1].decode("utf-8"))
    except OSError as error:
        raise file_unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise LogError(_("{path} is no log: it is not UTF-8").format(path=path)) from error
    return lines


def compare_exported(conn: sqlite3.Connection, exported: Sequence[str]) -> Iterator[str]:
    """Where the file's log does not begin with the lines that were exported before."""
    number = 0
    for number, body in stored_bodies(conn, len(exported)):
        if body != exported[number - 1]:
            yield _("line {seq} is not that of the exported log: {line}").format(
                seq=number, line=exported[number - 1][:200]
            )
            return
    if number < len(exported):
        yield _("the exported log has {n:,} lines, and the log only {m:,}").format(
            n=len(exported), m=number
        )
