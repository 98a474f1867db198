"""Files that are written beside the old one and moved into its place: whole or not at all."""

from __future__ import annotations

import glob
import os
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def atomic_write(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a file whole, or not at all. `mode`: its rights, less the process's umask.

    Raises OSError; the old file then is as it was.
    """
    with atomic_path(path, mode=mode) as beside:
        beside.write_bytes(content)


def atomic_write_all(files: Mapping[Path, bytes]) -> None:
    """Write every file, or, where one can't be written, none. Raises OSError."""
    beside = {path_beside(path, "writing"): path for path in files}
    try:
        for temporary, path in beside.items():
            temporary.write_bytes(files[path])
        for temporary, path in beside.items():
            temporary.replace(path)
    finally:
        for temporary in beside:
            temporary.unlink(missing_ok=True)


@contextmanager
def atomic_path(path: Path, ending: str = "writing", *, mode: int = 0o666) -> Iterator[Path]:
    """A new, empty file beside `path` to write to; it takes the place of `path` afterwards.

    After an exception `path` is as it was. Nothing stays beside it. Raises OSError.
    """
    beside = path_beside(path, ending)
    try:
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
        yield beside
        sync(beside)
        beside.replace(path)
        sync(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def path_beside(path: Path, ending: str) -> Path:
    """A name in the same folder that nobody else uses: `<path>.<8 hexadecimal digits>.<ending>`."""
    return path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.{ending}")


def remove_leftovers(path: Path, ending: str, sides: Iterable[str] = ("", "-journal")) -> None:
    """Remove what killed runs left beside `path`: `<path>.<run>.<ending>`, each with its `sides`.

    A run that lives holds its file locked, and is let be.
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
    """Make the operating system write what it holds back; of a folder, where it lets itself."""
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
