"""Journals beside a database that are not its own: SQLite would apply them to it.

A command that is killed amidst a change leaves a journal, from which the next one takes the change
back. Where another file has been put in the database's place meanwhile, a copy from elsewhere, the
journal would write pages of the one into the other.
"""

from __future__ import annotations

import os
import struct
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

_JOURNAL: Final = struct.Struct(">8s5I")
_MAGIC: Final = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
_HEADER: Final = 100
_ROLLBACK: Final = 1
_UNKNOWN_COUNT: Final = 0xFFFFFFFF
_TRIES: Final = 5
_WAIT: Final = 0.05  # seconds


def foreign_side_file(path: Path) -> Path | None:
    """The journal or log beside a database that is of another file; None where there is none."""
    path = Path(os.path.realpath(path))
    journal, log = Path(f"{path}-journal"), Path(f"{path}-wal")
    with suppress(OSError, struct.error):
        for _try in range(_TRIES):
            # A command that is writing this very moment has another journal for each change.
            seen = _state(path, journal)
            if not journal.stat().st_size or not _is_of_another(path, journal):
                break
            time.sleep(_WAIT)
            if seen == _state(path, journal):
                return journal
    with suppress(OSError, struct.error, IndexError):
        # A database says in its header whether it has such a log, before it has one.
        if log.stat().st_size and _beginning(path)[18] == _ROLLBACK:
            return log
    return None


def set_aside(side: Path, now: datetime) -> Path:
    """Give a journal that is of another file a name by which SQLite does not find it."""
    kept = side.with_name(f"{side.name}-{now:%Y%m%d-%H%M%S}")
    side.replace(kept)
    return kept


def _state(path: Path, journal: Path) -> tuple[object, ...]:
    about = journal.stat()
    return about.st_ino, about.st_size, about.st_mtime_ns, _beginning(path)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADER)


def _is_of_another(path: Path, journal: Path) -> bool:
    """Whether the database is neither as it was before the change nor amidst it.

    The journal says how many pages there were before, and holds the first page as it was where that
    has been changed; each change counts one up in that page.
    """
    header = _beginning(path)
    with journal.open("rb") as file:
        magic, count, _nonce, pages, sector, size = _JOURNAL.unpack(file.read(_JOURNAL.size))
        if magic != _MAGIC or not header or not size:
            return False  # SQLite takes it for none
        if count == _UNKNOWN_COUNT:
            count = max(0, (journal.stat().st_size - sector) // (size + 8))
        first = None
        for number in range(count):
            file.seek(sector + number * (size + 8))
            (page,) = struct.unpack(">I", file.read(4))
            if page == 1:
                first = file.read(_HEADER)
                break
    if first is None:  # the first page is still as it was
        return _pages(header) != int(pages)
    before, now = (int.from_bytes(one[24:28], "big") for one in (first, header))
    return _pages(first) != int(pages) or now not in (before, (before + 1) % (1 << 32))


def _pages(header: bytes) -> int:
    return int.from_bytes(header[28:32], "big")
