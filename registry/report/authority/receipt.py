"""What an answer was worked out from, so that anyone can work it out again."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import NamedTuple

from registry import __version__
from registry.store.log.checkpoints import log_head


class Receipt(NamedTuple):
    """`rules`, `calendar`: SHA-256 of the rules for acts with the articles of law, and of the
    calendar; `entries`, `sha256`: lines of the log, and their digest."""

    program: str
    rules: str
    calendar: str
    entries: int
    sha256: str

    def record(self) -> dict[str, str | int]:
        """Its fields, for JSON."""
        return self._asdict()


def receipt(conn: sqlite3.Connection) -> Receipt:
    """The receipt for answers on the registry as it is."""
    head = log_head(conn)
    (calendar,) = conn.execute("SELECT value FROM meta WHERE key = 'calendar_digest'").fetchone()
    return Receipt(
        f"registry {__version__}",
        _digest(
            conn,
            "SELECT * FROM act_rules ORDER BY instrument_no, mode, act, power_type",
            "SELECT id, law, version, article, in_force_from, in_force_to FROM law ORDER BY id",
        ),
        calendar,
        head.entries,
        head.sha256,
    )


def _digest(conn: sqlite3.Connection, *queries: str) -> str:
    digest = hashlib.sha256()
    for sql in queries:
        for row in conn.execute(sql):
            digest.update(repr(row).encode())
    return digest.hexdigest()
