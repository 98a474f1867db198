"""Build a new working file: written beside, checked, moved into place.

Until the last step the old file is untouched, and at that step it is replaced whole.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from registry.files import move_database_into_place, path_beside, remove_leftovers
from registry.intake.dataset import DataRoot
from registry.locale import _
from registry.model.vocabulary import Provenance
from registry.store.bulk import bulk_transaction
from registry.store.calendar import write_calendar
from registry.store.connection import StoreError, connect, file_in_use
from registry.store.effects import effect_notes, update_periods
from registry.store.item_load import AnnexLoader
from registry.store.laws import write_laws
from registry.store.ledger.entries import LedgerLoader
from registry.store.load import write_instrument
from registry.store.platform_roles import write_platform_roles
from registry.store.replacing import keep_old, locked_file
from registry.store.schema.migrations import apply
from registry.store.service_files import load_service_files
from registry.store.stored_instrument import with_joined_zones


class RegistryNotEmpty(StoreError):
    """The file holds what a build would lose: stored runs, loaded annexes, imported ledgers."""


@dataclass(frozen=True)
class BuildResult:
    """What was built. `backup`: where the old file went; `notes`: what was worth remarking."""

    path: Path
    notes: list[str]
    backup: Path | None


def build(
    path: Path,
    data: DataRoot,
    *,
    accepted: Collection[Provenance],
    now: datetime,
    fresh: bool = False,
    calendar_carried: bool = False,
) -> BuildResult:
    """Build `path` from `data`, taking rows of the `accepted` provenances only.

    Raises InputError for the data, StoreError and RegistryNotEmpty for what stands at `path`.
    """
    with locked_file(path) as old:
        if old is not None and not fresh:
            _refuse_to_lose(path, old)
        remove_leftovers(path, "building")
        beside = path_beside(path, "building")
        try:
            notes = _write(beside, data, accepted, now, calendar_carried)
            backup = keep_old(path, old, now) if old is not None and fresh else None
            if old is not None and os.name == "nt":
                old.close()  # Windows does not replace an open file
            move_database_into_place(beside, path)
        except (OSError, sqlite3.OperationalError) as error:
            if beside.exists():
                raise
            # A build that began after us, before there was a file to lock, has cleared it away.
            raise file_in_use(path) from error
        finally:
            beside.unlink(missing_ok=True)
            Path(f"{beside}-journal").unlink(missing_ok=True)
    return BuildResult(path, notes, backup)


def _refuse_to_lose(path: Path, old: sqlite3.Connection) -> None:
    runs = old.execute("SELECT count(*) FROM run").fetchone()[0]
    loaded = dict(old.execute("SELECT kind, count(*) FROM source_file GROUP BY kind"))
    annexes, instruments = loaded.get("annex", 0), loaded.get("instrument", 0)
    # Workbooks that were taken in, and papers that were recorded or voided one by one.
    ledgers = old.execute("SELECT count(*) FROM ledger_import").fetchone()[0]
    if runs or annexes or ledgers or instruments:
        raise RegistryNotEmpty(
            _(
                "{path} holds {runs} stored audits, {annexes} loaded annexes, {ledgers} imported "
                "ledgers and {files} files of loaded instruments, which a build would lose"
            ).format(path=path, runs=runs, annexes=annexes, ledgers=ledgers, files=instruments),
            _("With --fresh it is set aside under a dated name first."),
        )


def _write(
    beside: Path,
    data: DataRoot,
    accepted: Collection[Provenance],
    now: datetime,
    calendar_carried: bool,
) -> list[str]:
    conn = connect(beside, create=True)
    try:
        # Nobody else reads this file, and if we are killed it is thrown away.
        conn.execute("PRAGMA locking_mode = EXCLUSIVE")
        conn.execute("PRAGMA synchronous = OFF")
        apply(conn)
        with bulk_transaction(conn):
            notes = _load(conn, data, accepted, now, calendar_carried)
        _check(conn)
        conn.execute("ANALYZE")
    finally:
        conn.close()
    return notes


def _load(
    conn: sqlite3.Connection,
    data: DataRoot,
    accepted: Collection[Provenance],
    now: datetime,
    calendar_carried: bool,
) -> list[str]:
    write_calendar(conn, data.calendar, carried=calendar_carried)
    write_laws(conn, data.laws)
    if data.roles:
        write_platform_roles(conn, data.roles)
    notes: list[str] = []
    numbers: list[int] = []
    for folder in data.instruments:
        notes += folder.notes
        no = write_instrument(conn, folder.instrument, folder.file.path)
        numbers.append(no)
        annexes = AnnexLoader(conn, folder.instrument, no, accepted)
        for annex, file in folder.annexes.items():
            notes += annexes.load(file, annex).notes
    update_periods(conn)
    notes += effect_notes(conn)
    # Papers come last: a later instrument may have conferred what they are about.
    for no, folder in zip(numbers, data.instruments, strict=True):
        if folder.ledger:
            instrument = with_joined_zones(conn, no, folder.instrument)
            ledger = LedgerLoader(conn, instrument, no, accepted)
            for file in folder.ledger:
                notes += ledger.load(file).notes
        load_service_files(conn, folder, accepted)
    files = data.files()
    conn.executemany(
        "INSERT INTO source_file VALUES (?, ?, ?, 'built')",
        [(str(f.path.relative_to(data.path)), f.sha256, f.encoding) for f in files],
    )
    digest = hashlib.sha256(repr(sorted(accepted)).encode())
    for file in files:
        digest.update(file.sha256.encode())
    conn.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [("data_digest", digest.hexdigest()), ("built_at", now.isoformat(timespec="seconds"))],
    )
    conn.execute("INSERT INTO as_of VALUES (?)", (now.date().isoformat(),))
    return notes


def _check(conn: sqlite3.Connection) -> None:
    problems = [row[0] for row in conn.execute("PRAGMA integrity_check") if row[0] != "ok"]
    problems += [f"foreign key of {row[0]}" for row in conn.execute("PRAGMA foreign_key_check")]
    if problems:
        raise StoreError(
            _("the new file does not pass its checks: {detail}").format(
                detail="; ".join(problems[:5])
            ),
            _("The old one stays."),
        )
