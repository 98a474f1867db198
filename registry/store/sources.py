"""The source files that were loaded into the working file, and one digest of them all."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Literal


def record_source_file(
    conn: sqlite3.Connection,
    name: str,
    sha256: str,
    encoding: str,
    kind: Literal["annex", "ledger", "instrument"],
) -> None:
    """Record a file that was loaded after the build, and renew the digest of the data.

    By that digest stored audits tell that the data has changed. `encoding`: of a text file, else
    its kind (xlsx). The caller holds the transaction.
    """
    conn.execute(
        "INSERT INTO source_file VALUES (?, ?, ?, ?) ON CONFLICT (path) DO UPDATE"
        " SET sha256 = excluded.sha256, encoding = excluded.encoding, kind = excluded.kind",
        (name, sha256, encoding, kind),
    )
    renew_data_digest(conn, f"{kind} {sha256}")


def renew_data_digest(conn: sqlite3.Connection, change: str) -> None:
    """Have the digest of the data tell of a change. The caller holds the transaction."""
    (digest,) = conn.execute("SELECT value FROM meta WHERE key = 'data_digest'").fetchone()
    renewed = hashlib.sha256(f"{digest} {change}".encode()).hexdigest()
    conn.execute("UPDATE meta SET value = ? WHERE key = 'data_digest'", (renewed,))
