"""Files that are written beside and moved into place: what a build and a publication share."""

from __future__ import annotations

import glob
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path


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
