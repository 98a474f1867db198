"""Writing files whole or not at all: a temporary file in the same folder takes the old one's place.

A reader, or a run that is killed at any moment, finds the old file or the new one, never half of
one. Every function raises OSError where the system refuses; the old file then is as it was.
"""

from __future__ import annotations

import glob
import os
import shutil
import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

SQLITE_SIDE_FILES: Final = ("-wal", "-shm", "-journal")

_NEW_FILE_MODE: Final = 0o666
_REPLACE_TRIES: Final = 20
_REPLACE_WAIT: Final = 0.05  # seconds


def name_text(path: Path) -> str:
    """A file's name as text. One that is not UTF-8 is taken for GB18030, or spelled out."""
    raw = os.fsencode(path.name)
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("utf-8", "backslashreplace")


def atomic_write(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write a file.

    `mode`: its permissions, less the process's umask. None: those of the old file, unchanged; of a
    new one, those that the process gives to any new file.
    """
    with atomic_path(path, mode=mode) as temporary:
        temporary.write_bytes(content)


def atomic_write_all(files: Mapping[Path, bytes]) -> None:
    """Write every file; where one of them can't be written, none is replaced."""
    with ExitStack() as stack:
        temporaries = {path: stack.enter_context(_temporary(path)) for path in files}
        for path, temporary in temporaries.items():
            temporary.write_bytes(files[path])
            sync(temporary)
        for path, temporary in temporaries.items():
            _replace(temporary, path)
        for folder in {path.parent for path in files}:
            sync(folder)


def atomic_create(path: Path, content: bytes, *, mode: int | None = None) -> bool:
    """Write a file unless there is one, which then stays as it is. Whether it was written."""
    with _temporary(path, mode=mode) as temporary:
        temporary.write_bytes(content)
        sync(temporary)
        try:
            os.link(temporary, path)  # whole or not at all, and never over another file
        except FileExistsError:
            return False
        sync(path.parent)
        return True


@contextmanager
def atomic_path(path: Path, ending: str = "writing", *, mode: int | None = None) -> Iterator[Path]:
    """An empty temporary file to write to, which takes the place of `path` at the end of the block.

    After an exception it is removed. `mode` as in `atomic_write`; `ending` as in `path_beside`.
    """
    with _temporary(path, ending, mode=mode) as temporary:
        yield temporary
        move_into_place(temporary, path, keep_mode=mode is None)


def move_into_place(temporary: Path, path: Path, *, keep_mode: bool = True) -> None:
    """Let a written file take the place of another in the same folder, and be there after a crash.

    `keep_mode`: it takes the permissions of the old file, where there is one.
    """
    sync(temporary)
    _replace(temporary, path, keep_mode=keep_mode)
    sync(path.parent)


def move_database_into_place(temporary: Path, path: Path) -> None:
    """As `move_into_place`, for a closed SQLite database.

    The caller holds the old one locked, which brings into it what its side files held; if they
    stayed, SQLite would apply them to the new one.
    """
    sync(temporary)
    for suffix in SQLITE_SIDE_FILES:
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    _replace(temporary, path)
    sync(path.parent)


def path_beside(path: Path, ending: str = "writing") -> Path:
    """A name in the same folder that nobody else uses: `<path>.<8 hexadecimal digits>.<ending>`."""
    return path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.{ending}")


def remove_leftovers(path: Path, ending: str, sides: Iterable[str] = ("", "-journal")) -> None:
    """Remove the temporary databases that killed runs left, `<path>.<any>.<ending>`.

    `sides`: what is appended to such a name to give each file to remove. A run that is alive holds
    its database locked, and keeps it.
    """
    for leftover in path.parent.glob(f"{glob.escape(path.name)}.*.{ending}"):
        conn = sqlite3.connect(leftover, timeout=0, isolation_level=None)
        try:
            conn.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            continue
        except sqlite3.DatabaseError:
            pass  # killed before there was a database in it
        finally:
            conn.close()
        for side in sides:
            Path(f"{leftover}{side}").unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Write a file's data, or a folder's names, from the system's buffers to the disk."""
    try:
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        # Windows doesn't open folders, and some network shares don't sync them.
        if not path.is_dir():
            raise


@contextmanager
def _temporary(path: Path, ending: str = "writing", *, mode: int | None = None) -> Iterator[Path]:
    """An empty file beside `path`, removed at the end where it still is there."""
    temporary = path_beside(path, ending)
    # Created with its mode, so that nobody can open what is private before the mode is set.
    mode = _NEW_FILE_MODE if mode is None else mode
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _replace(temporary: Path, path: Path, *, keep_mode: bool = True) -> None:
    if keep_mode:
        with suppress(FileNotFoundError):
            shutil.copymode(path, temporary)
    for tries_left in reversed(range(_REPLACE_TRIES)):
        try:
            temporary.replace(path)
            break
        except PermissionError:
            # Windows refuses while somebody reads the old file; elsewhere waiting is no help.
            if os.name != "nt" or not tries_left:
                raise
            time.sleep(_REPLACE_WAIT)
