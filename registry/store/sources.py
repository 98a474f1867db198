"""What the file rests on: the files that were taken into it, and one digest of them all."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Literal


def sign(
    conn: sqlite3.Connection,
    name: str,
    sha256: str,
    encoding: str,
    kind: Literal["annex", "ledger"],
) -> None:
    """Enter a file that was taken in after the build; stored audits tell by the digest that the
    data has changed. `encoding`: of a text, else the kind of file."""
    conn.execute(
        "INSERT INTO source_file VALUES (?, ?, ?, ?) ON CONFLICT (path) DO UPDATE"
        " SET sha256 = excluded.sha256, encoding = excluded.encoding, kind = excluded.kind",
        (name, sha256, encoding, kind),
    )
    (digest,) = conn.execute("SELECT value FROM meta WHERE key = 'data_digest'").fetchone()
    signed = hashlib.sha256(f"{digest} {kind} {sha256}".encode()).hexdigest()
    conn.execute("UPDATE meta SET value = ? WHERE key = 'data_digest'", (signed,))
