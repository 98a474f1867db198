"""Copies of a registry that lives: taken while it is written, checked before they replace it."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from registry.errors import RegistryError
from registry.files import (
    SQLITE_SIDE_FILES,
    atomic_path,
    move_database_into_place,
    path_beside,
    sync,
    written_path,
)
from registry.locale import _
from registry.store.connection import FileInUse, StoreError, connect, file_unreadable, reading
from registry.store.log.checkpoints import Checkpoint, Head
from registry.store.log.lines import stored_bodies
from registry.store.log.verification import Verification, compare_exported, cut_page, verify
from registry.store.replacing import copy_database, dated_path, keep_old, locked_file, mode_of
from registry.store.schema.versions import pending


class BackupDamaged(RegistryError):
    """A copy that does not pass its checks."""


@dataclass(frozen=True)
class Restored:
    """What took the registry's place.

    `kept`: where the file that was there is now; `lost`: how many lines of its log the backup does
    not have; None where it was damaged, or of another history.
    """

    head: Head
    kept: Path | None
    lost: int | None


def back_up(conn: sqlite3.Connection, source: Path, path: Path) -> Verification:
    """Copy a registry to `path`, and check the copy. Others may write it meanwhile.

    `source`: the registry's file; who can't read that can't read the copy. Raises BackupDamaged and
    StoreError; then there is no copy.
    """
    if path.exists() and not path.is_file():
        raise file_unreadable(path, _("it is no file on a disk"))
    try:
        with atomic_path(path, mode=mode_of(source, path)) as temporary:
            copy_database(conn, temporary)
            return _checked(temporary, path)
    except OSError as error:
        raise file_unreadable(path, error) from error


def restore(path: Path, backup: Path, now: datetime, held: list[Checkpoint]) -> Restored:
    """Check a backup, keep the file at `path` under a dated name, and put the backup in its place.

    `held`: checkpoints that the backup's log has to agree with. Raises BackupDamaged and
    StoreError; then nothing has changed.
    """
    beside = path_beside(path, "restoring")
    try:
        mode = mode_of(path if path.exists() else backup)
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
        _copy(backup, beside)
        found = _checked(beside, backup, held)
        try:
            with locked_file(path) as old:
                lost = _lost(old, beside) if old is not None else 0
                kept = keep_old(path, old, now) if old is not None else None
                if old is not None and os.name == "nt":
                    old.close()  # Windows does not replace an open file
                move_database_into_place(beside, path)
        except FileInUse:
            raise
        except (StoreError, sqlite3.DatabaseError, UnicodeDecodeError):
            # What is there is damaged: it is kept as it is, with its side files.
            kept, lost = _set_aside(path, now), None
            move_database_into_place(beside, path)
    except OSError as error:
        raise file_unreadable(path, error) from error
    finally:
        beside.unlink(missing_ok=True)
    return Restored(found.head, kept, lost)


def _set_aside(path: Path, now: datetime) -> Path:
    kept = dated_path(path, now)
    path = written_path(path)
    for suffix in ("", *SQLITE_SIDE_FILES):
        if (side := Path(f"{path}{suffix}")).exists():
            side.replace(f"{kept}{suffix}")
    return kept


def _copy(backup: Path, target: Path) -> None:
    """A copy in one file of the backup and of what its side files still hold."""
    source = connect(backup)
    try:
        with reading(source):
            for problem in cut_page(source):  # the copy would be whole, and miss it
                raise _damaged(backup, problem)
        copy_database(source, target)
    except sqlite3.DatabaseError as error:
        raise _damaged(backup, str(error)) from error
    finally:
        source.close()
    sync(target)


def _checked(copy: Path, named: Path, held: list[Checkpoint] | None = None) -> Verification:
    """What verifying the copy found: nothing. `named`: what an error calls it."""
    try:
        conn = connect(copy)
        try:
            if "0012_log" in pending(conn, named):
                raise BackupDamaged(
                    _("{path} is of a version that kept no log").format(path=named),
                    _("Open it with this version first: registry --db {path} runs").format(
                        path=named
                    ),
                )
            with reading(conn):
                problems = [row[0] for row in conn.execute("PRAGMA integrity_check")]
                if problems != ["ok"]:
                    raise _damaged(named, problems[0])
                found = verify(conn, held or [])
        finally:
            conn.close()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise _damaged(named, str(error)) from error
    if found.problems:
        raise _damaged(named, found.problems[0])
    return found


def _damaged(path: Path, detail: str) -> BackupDamaged:
    return BackupDamaged(
        _("{path} does not pass its checks: {detail}").format(path=path, detail=detail),
        _("Nothing was changed; take another backup."),
    )


def _lost(old: sqlite3.Connection, copy: Path) -> int | None:
    """How many lines the old log has beyond the copy's; None where it begins otherwise."""
    try:
        conn = connect(copy)
        try:
            lines = [body for _seq, body in stored_bodies(conn)]
        finally:
            conn.close()
        if any(True for _line in compare_exported(old, lines)):
            return None
        (entries,) = old.execute("SELECT count(*) FROM entry").fetchone()
        return int(entries) - len(lines)
    except (sqlite3.DatabaseError, UnicodeDecodeError, StoreError):
        return None  # the old file is damaged: that is why it is replaced
