"""Checkpoints: what the log was at a time, in a line or a small file that others keep.

Every later log begins with the same bytes: whoever has a checkpoint can check that with
`head -c BYTES log.jsonl | sha256sum`.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from registry.errors import RegistryError
from registry.files import read_at_most
from registry.locale import _

_TITLE: Final = "registry checkpoint 1"
_MAX_BYTES: Final = 1 << 16
_NONE: Final = "none"
_ACCESS_LOG: Final = "access-log"
_FIELDS: Final = (
    *("origin", "entries", "bytes", "sha256", "sm3", "at", "previous"),
    _ACCESS_LOG,
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the log is: its lines, its bytes as exported, and their digests as hexadecimal digits.

    `sm3`: None where it was not asked for.
    """

    entries: int
    bytes: int
    sha256: str
    sm3: str | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint states. `previous`: the SHA-256 of the text of the one before; None: the
    first. `body`: its text. `access_log`: number and SHA-256 of the last line that the internal
    site's access log had then; None: not stated."""

    origin: str
    head: Head
    at: str
    previous: str | None
    body: str
    access_log: tuple[int, str] | None = None


class CheckpointError(RegistryError):
    """A file that is no checkpoint, or a digest that this machine can't make."""


class Hasher:
    """The digests of a log's lines, one after the other."""

    def __init__(self, *, sm3: bool = False) -> None:
        self.entries = self.bytes = 0
        self._sha256 = hashlib.sha256()
        self._sm3 = _new_sm3() if sm3 else None

    def add(self, body: str) -> None:
        """Take the next line in."""
        self.add_lines(1, body.encode() + b"\n")

    def add_lines(self, count: int, lines: bytes) -> None:
        """Take the next lines in, each with its line end."""
        self.entries += count
        self.bytes += len(lines)
        self._sha256.update(lines)
        if self._sm3 is not None:
            self._sm3.update(lines)

    def head(self) -> Head:
        """What the lines so far are."""
        return Head(
            self.entries,
            self.bytes,
            self._sha256.hexdigest(),
            self._sm3.hexdigest() if self._sm3 is not None else None,
        )


def _new_sm3() -> Any:
    try:
        return hashlib.new("sm3")
    except ValueError as error:
        raise CheckpointError(
            _("this machine's OpenSSL has no SM3"),
            _("Take sm3 out of [log] in registry.toml, or use another machine."),
        ) from error


def log_head(conn: sqlite3.Connection, *, sm3: bool = False) -> Head:
    """What the file's log is."""
    hasher = Hasher(sm3=sm3)
    (last,) = conn.execute("SELECT coalesce(max(seq), 0) FROM main.entry").fetchone()
    for first in range(0, last, _BATCH):
        count, lines = conn.execute(_LINES, (first, first + _BATCH)).fetchone()
        if count:
            hasher.add_lines(count, lines + b"\n")
    return hasher.head()


_BATCH: Final = 65_536
_LINES: Final = """
SELECT count(*), CAST(group_concat(body, char(10)) AS BLOB)
FROM (SELECT body FROM main.entry WHERE seq > ? AND seq <= ? ORDER BY seq)
"""
"""Lines joined by SQLite: half the time of fetching each."""


def heads_at(
    bodies: Iterable[str], entries: Iterable[int], *, sm3: bool = False
) -> Mapping[int, Head]:
    """What a log was when it had that many lines, for each number that it reached."""
    wanted = set(entries)
    hasher = Hasher(sm3=sm3)
    found = {0: hasher.head()} if 0 in wanted else {}
    for body in bodies:
        hasher.add(body)
        if hasher.entries in wanted:
            found[hasher.entries] = hasher.head()
    return found


def make_checkpoint(
    conn: sqlite3.Connection,
    origin: str,
    at: str,
    *,
    sm3: bool = False,
    access_log: tuple[int, str] | None = None,
) -> Checkpoint:
    """Make a checkpoint of the log as it is, and store it; the caller holds the transaction.

    `access_log`: how the access log ends, if there is one.
    `at`: now, ISO 8601 with its offset; where the clock went back, the time of what came before.
    """
    head = log_head(conn, sm3=sm3)
    (before,) = conn.execute("SELECT last_at FROM log_state").fetchone()
    if before is not None and datetime.fromisoformat(before) > datetime.fromisoformat(at):
        at = before
    row = conn.execute("SELECT body FROM checkpoint ORDER BY no DESC LIMIT 1").fetchone()
    previous = hashlib.sha256(row[0].encode()).hexdigest() if row else None
    origin = " ".join(origin.split())
    fields = {
        "origin": origin,
        "entries": head.entries,
        "bytes": head.bytes,
        "sha256": head.sha256,
        "sm3": head.sm3,
        "at": at,
        "previous": previous or _NONE,
        _ACCESS_LOG: " ".join(map(str, access_log)) if access_log else None,
    }
    body = "".join(
        f"{line}\n" for line in (_TITLE, *(f"{k} {v}" for k, v in fields.items() if v is not None))
    )
    conn.execute(
        "INSERT INTO checkpoint VALUES (NULL, ?, ?, ?, ?, ?)",
        (head.entries, head.bytes, head.sha256, at, body),
    )
    # No change that comes later may seem to have been before it.
    conn.execute("UPDATE log_state SET last_at = ?", (at,))
    return Checkpoint(origin, head, at, previous, body, access_log)


def stored_checkpoints(conn: sqlite3.Connection) -> Iterator[Checkpoint]:
    """The checkpoints that were made of the file, the oldest first. Raises CheckpointError."""
    for no, body in conn.execute("SELECT no, body FROM checkpoint ORDER BY no").fetchall():
        yield parse_checkpoint(body, _("checkpoint {no}").format(no=no))


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint in a file. Raises CheckpointError."""
    try:
        content = read_at_most(path, _MAX_BYTES)
        return parse_checkpoint((content or b"").decode("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(
            _("{path} can't be read: {detail}").format(path=path, detail=error),
            _("Name the file that `registry checkpoint` wrote."),
        ) from error


def parse_checkpoint(body: str, place: str) -> Checkpoint:
    """The checkpoint that a text is. `place`: what an error calls it. Raises CheckpointError."""
    title, *lines = body.replace("\r\n", "\n").splitlines()[:12] or [""]
    fields = {key: value for key, _space, value in (line.partition(" ") for line in lines)}
    try:
        if title != _TITLE or not set(fields) <= set(_FIELDS):
            raise ValueError(title)
        datetime.fromisoformat(fields["at"])
        head = Head(
            *(int(fields["entries"]), int(fields["bytes"]), fields["sha256"]), fields.get("sm3")
        )
        previous = None if fields["previous"] == _NONE else fields["previous"]
        access_log = None
        if _ACCESS_LOG in fields:
            seq, digest = fields[_ACCESS_LOG].split(" ")
            access_log = (int(seq), digest)
        return Checkpoint(fields["origin"], head, fields["at"], previous, body, access_log)
    except (KeyError, ValueError) as error:
        raise CheckpointError(
            _("{place} is no checkpoint").format(place=place),
            _("Name the file that `registry checkpoint` wrote."),
        ) from error
