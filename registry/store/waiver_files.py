"""The file of waivers that is in use: its digest is a record; the waivers are not stored."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

from registry.files import name_text
from registry.store.connection import transaction


def record_waiver_file(conn: sqlite3.Connection, path: Path, content: bytes | None = None) -> bool:
    """Record the file of waivers where it is another than before; whether it is.

    `content`: what is about to be written into it. A registry that can't be written is left as it
    is.
    """
    if content is None:
        if not path.is_file():
            return False
        content = path.read_bytes()
    seen = (name_text(path), hashlib.sha256(content).hexdigest())
    if conn.execute("SELECT 1 FROM waiver_file WHERE (path, sha256) = (?, ?)", seen).fetchone():
        return False
    try:
        with transaction(conn):
            conn.execute(
                "INSERT INTO waiver_file VALUES (?, ?)"
                " ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256",
                seen,
            )
    except sqlite3.OperationalError as error:
        if "readonly" not in str(error):
            raise
    return True
