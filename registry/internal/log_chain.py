"""The files of the access log: lines that only grow, chained, a file a day, kept by time.

Each line is JSON, bears a number (`seq`) and the SHA-256 of the line before (`prev`), also over the
files' ends: a line that is changed, taken out or put in is found. Several processes may write: each
does so under a lock, and looks where the file ends by then.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from registry.files import written_path
from registry.internal.private_files import locked

FILE_NAME: Final = "access.log"
NONE: Final = "none"
"""What the first line has for the digest of the one before."""

REMOVED: Final = "removed"
"""The event of a line that says up to which line the log was removed, and that one's digest."""

_LOCK_SECONDS: Final = 3.0
_TAIL_BYTES: Final = 65_536
_JUMP_DAYS: Final = 40
"""After so long a pause, or where the clock has jumped so far, nothing is removed yet."""

_OLD: Final = re.compile(rf"{re.escape(FILE_NAME)}\.(?:(\d{{4}}-\d\d-\d\d)(?:\.\d+)?|\d+)")


class Tail(NamedTuple):
    """How the log ends: the last line's number (0: none that is chained), digest, and day."""

    seq: int
    digest: str
    day: str


class LogChain:
    """The files in a folder. `keep_days`: after how many days one is removed; None: never."""

    def __init__(self, folder: Path, keep_days: int | None) -> None:
        self.path = folder / FILE_NAME
        self._keep_days = keep_days
        self._known: tuple[tuple[int, int], Tail] | None = None

    def append(self, fields: dict[str, Any], moment: datetime) -> tuple[str, int]:
        """Write a line: itself, and its bytes. Raises OSError and PrivateFileError; then nothing
        is written."""
        with locked(self.path, timeout=_LOCK_SECONDS):
            tail = self._tail()
            day = moment.date().isoformat()
            if tail.day and (tail.day != day or tail.seq == 0) and self.path.exists():
                self._put_aside(tail)
                self._remove_old(tail, moment)
            return self._append(fields, day)

    def head(self) -> Tail:
        """How the log ends. Raises OSError and PrivateFileError."""
        with locked(self.path, timeout=_LOCK_SECONDS):
            return self._tail()

    def _append(self, fields: dict[str, Any], day: str) -> tuple[str, int]:
        tail = self._tail()
        line = json_line({"seq": tail.seq + 1, **fields, "prev": tail.digest})
        content = line.encode("utf-8")
        self._write(content)
        digest = hashlib.sha256(content).hexdigest()
        self._known = self._status(), Tail(tail.seq + 1, digest, day)
        return line, len(content) + 1

    def probe(self) -> None:
        """Raise OSError where no line could be written, as far as that shows before."""
        os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))

    def lines_of_today(self) -> Iterator[bytes]:
        """The lines of the file that is written to. Raises OSError."""
        with suppress(FileNotFoundError), self.path.open("rb") as stream:
            yield from stream

    def _write(self, content: bytes) -> None:
        # Not through a file object: a line is written whole, or taken back.
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        handle = os.open(self.path, flags, 0o600)
        try:
            if os.name == "posix":  # an older file may be readable for others
                os.fchmod(handle, 0o600)
            size = os.fstat(handle).st_size
            if size and _byte_at(handle, size - 1) != b"\n":
                content = b"\n" + content  # the line before was torn when the machine went down
            try:
                content += b"\n"
                while content:
                    content = content[os.write(handle, content) :]
            except BaseException:
                with suppress(OSError):
                    os.ftruncate(handle, size)
                raise
        finally:
            os.close(handle)

    def _status(self) -> tuple[int, int]:
        found = self.path.stat()
        return found.st_ino, found.st_size

    def _tail(self) -> Tail:
        try:
            status = self._status()
        except FileNotFoundError:
            status = (0, 0)
        if self._known is None or self._known[0] != status:
            self._known = status, self._read_tail()
        return self._known[1]

    def _read_tail(self) -> Tail:
        found = tail_of(self.path)
        if found is not None:
            return found
        older = [tail for path in older_files(self.path.parent) if (tail := tail_of(path))]
        return max(older, default=Tail(0, NONE, ""))

    def _put_aside(self, tail: Tail) -> None:
        target, n = self.path.with_name(f"{FILE_NAME}.{tail.day}"), 1
        while target.exists():
            n += 1
            target = self.path.with_name(f"{FILE_NAME}.{tail.day}.{n}")
        written_path(self.path).rename(target)
        self._known = None

    def _remove_old(self, tail: Tail, moment: datetime) -> None:
        """Remove the files whose time is over; a line says first how far the log is gone."""
        today = moment.date()
        if self._keep_days is None or abs((today - date.fromisoformat(tail.day)).days) > _JUMP_DAYS:
            return
        oldest = today - timedelta(self._keep_days)
        over = [path for path in older_files(self.path.parent) if _day_of(path) < oldest]
        ends = [found for path in over if (found := tail_of(path)) and found.seq]
        if ends:
            last = max(ends)
            about = {"time": moment.isoformat("T", "seconds"), "event": REMOVED}
            self._append({**about, "up_to": last.seq, "digest": last.digest}, today.isoformat())
        for path in over:
            path.unlink(missing_ok=True)


def older_files(folder: Path) -> list[Path]:
    """The files that were put aside, in no order."""
    return [path for path in folder.glob(f"{FILE_NAME}.*") if _OLD.fullmatch(path.name)]


def log_files(folder: Path) -> list[Path]:
    """All files of the log, the oldest first."""
    files = [(_first_seq(path), _day_of(path), path.name, path) for path in older_files(folder)]
    current = folder / FILE_NAME
    return [path for *_order, path in sorted(files)] + ([current] if current.exists() else [])


def tail_of(path: Path) -> Tail | None:
    """How a file ends; None where there is none, or it is empty. Raises OSError."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            stream.seek(max(0, size - _TAIL_BYTES))
            lines = stream.read().rstrip(b"\n").split(b"\n")
    except FileNotFoundError:
        return None
    if lines == [b""]:
        return None
    # Of a line that was torn the number is not known, but that of the one before.
    known = [fields for line in lines[-1:-4:-1] if (fields := parsed(line))]
    seq = next((int(fields["seq"]) for fields in known if "seq" in fields), 0)
    torn = seq > 0 and parsed(lines[-1]) is None
    digest = hashlib.sha256(lines[-1]).hexdigest()
    return Tail(seq + torn, digest, next(map(_line_day, known), "") or _day_of(path).isoformat())


def parsed(line: bytes) -> dict[str, Any] | None:
    """The fields of a line; None where it is none."""
    with suppress(ValueError):
        fields = json.loads(line)
        if isinstance(fields, dict):
            return fields
    return None


def json_line(entry: dict[str, Any]) -> str:
    """JSON in one line: Chinese as it is, characters that are not printable escaped."""
    text = json.dumps(entry, ensure_ascii=False)
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


def _byte_at(handle: int, place: int) -> bytes:
    os.lseek(handle, place, os.SEEK_SET)
    return os.read(handle, 1)


def _line_day(fields: dict[str, Any]) -> str:
    return str(fields.get("time", ""))[:10]


def _first_seq(path: Path) -> int:
    with path.open("rb") as stream:
        fields = parsed(stream.readline())
    return int(fields.get("seq", 0)) if fields else 0


def _day_of(path: Path) -> date:
    """The day of a file: by its name, else when it was last written."""
    named = _OLD.fullmatch(path.name)
    if named and named[1]:
        with suppress(ValueError):
            return date.fromisoformat(named[1])
    return date.fromtimestamp(path.stat().st_mtime)
