"""Publish for those who sign in: the office's file, and of it one for each other audience."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from registry.audit.rule import Rule
from registry.catalogue.projection import PUBLIC
from registry.files import atomic_path, path_beside
from registry.internal.audience import Audience
from registry.internal.selection import CONCERNS, SELECTIONS
from registry.internal.snapshot import ProgressCallback, Snapshot, take_snapshot
from registry.model.config import PapersConfig
from registry.model.vocabulary import RESERVED_BODY_IDS
from registry.site.projection import Projection, check_file
from registry.store.bodies import refuse_ambiguous_ids
from registry.store.connection import INTERNAL_ID, connect, transaction

NAME: Final = "internal"
"""What the names of its files begin with, in a folder of publications."""

_SCHEMA: Final = Path(__file__).with_name("schema.sql")
_COUNT_OF_RUN: Final = "(SELECT count(*) FROM finding_history AS h WHERE h.run = runs.run AND {})"
_RECOUNTS: Final = (
    "DELETE FROM finding_bodies WHERE fingerprint NOT IN (SELECT fingerprint FROM findings)",
    "DELETE FROM finding_cases WHERE fingerprint NOT IN (SELECT fingerprint FROM findings)",
    "UPDATE runs SET examined = NULL,"
    + " alarms = "
    + _COUNT_OF_RUN.format("h.status = 'alarm'")
    + ", manual = "
    + _COUNT_OF_RUN.format("h.status = 'manual'")
    + ", waived = "
    + _COUNT_OF_RUN.format("h.waived = 1"),
    "UPDATE rules SET ok = NULL, pending = NULL, alarm = NULL, skip = NULL, manual = NULL",
)
"""Statements that count again, or clear, the counts which include deleted rows."""


def internal_projection(
    source: Path,
    rules: Iterable[Rule],
    as_of: str | None,
    on_progress: ProgressCallback,
    papers: PapersConfig | None = None,
) -> tuple[str, Projection]:
    """The day on which the office's file stands, and how it is made of the working file `source`.

    `as_of`: the day of the stored audit that it shows; None: of the latest. `on_progress`,
    `papers`: see `take_snapshot`.
    Raises RegistryError where there is no such audit, or the data has changed since.
    """
    with closing(connect(source)) as conn:
        snapshot = take_snapshot(conn, rules, as_of, on_progress, papers)
    return snapshot.as_of, _projection(snapshot)


SCHEMAS: Final = (*PUBLIC.schemas, _SCHEMA)
"""What creates the tables of an internal file."""


def _projection(snapshot: Snapshot) -> Projection:
    def prepare(conn: sqlite3.Connection) -> None:
        PUBLIC.prepare(conn)
        snapshot.materialise(conn)

    return Projection(
        NAME,
        INTERNAL_ID,
        SCHEMAS,
        {**PUBLIC.selections, **SELECTIONS},
        prepare,
    )


def derive(office: Path, audience: Audience, target: Path) -> None:
    """Write the file of a department or zone: the office's without what does not concern it.

    Nothing is hidden in it but removed: the file is written anew, and so has no remains. Raises
    SiteError where it does not pass its checks, and AmbiguousBodies where an id stands for two.
    """
    assert audience.id is not None
    with closing(sqlite3.connect(office)) as conn:
        refuse_ambiguous_ids(conn, "zones", "departments")
    copy = path_beside(target, "deriving")
    try:
        shutil.copyfile(office, copy)
        with atomic_path(target, "vacuumed", mode=0o600) as vacuumed:
            with closing(sqlite3.connect(copy, isolation_level=None)) as conn:
                conn.execute("PRAGMA journal_mode = MEMORY")
                with transaction(conn):
                    _reduce(conn, audience)
                conn.execute("VACUUM INTO ?", (str(vacuumed),))
            check_file(vacuumed, target, INTERNAL_ID)
    finally:
        copy.unlink(missing_ok=True)


def _is_of_other_kind(conn: sqlite3.Connection, audience: Audience) -> bool:
    """Whether the id is a body's of another kind than the audience says, or no body's can be."""
    other = "departments" if audience.kind == "zone" else "zones"
    found = conn.execute(f"SELECT 1 FROM {other} WHERE id = ?", (audience.id,)).fetchone()
    return found is not None or audience.id in RESERVED_BODY_IDS


def _reduce(conn: sqlite3.Connection, audience: Audience) -> None:
    row = conn.execute(
        "SELECT successor FROM body_successions WHERE kind = ? AND body = ?",
        (audience.kind, audience.id),
    ).fetchone()
    if row is not None:  # who signs in for a body that is gone reads as its successor
        audience = Audience(audience.kind, row[0])
    assert audience.id is not None
    # Rows name bodies by their ids alone: one of another kind is nobody's here.
    concerned = "" if _is_of_other_kind(conn, audience) else audience.id
    for table, concerns in CONCERNS[audience.kind].items():
        conn.execute(f"DELETE FROM {table} WHERE ({concerns}) IS NOT TRUE", {"id": concerned})
    for statement in _RECOUNTS:
        conn.execute(statement)
    conn.execute("UPDATE audience SET kind = ?, id = ?", (audience.kind, audience.id))
