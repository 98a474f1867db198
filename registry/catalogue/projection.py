"""The public projection: a file that holds nothing but what the public may see."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from registry.authority.answer_table import create_answer_table
from registry.authority.answering import Authority
from registry.authority.changes import create_change_tables
from registry.catalogue.selection import OF_INSTRUMENT, SELECTIONS, left_out
from registry.site.projection import Projection
from registry.store.connection import PUBLISHED_ID


def _prepare(conn: sqlite3.Connection) -> None:
    """Make the temporary tables that SELECTIONS read."""
    authority = Authority(conn)
    create_answer_table(conn, authority)
    create_change_tables(conn, authority)


PUBLIC: Final = Projection(
    "catalogue",
    PUBLISHED_ID,
    (Path(__file__).with_name("schema.sql"),),
    SELECTIONS,
    _prepare,
    left_out=left_out,
    of_instrument=OF_INSTRUMENT,
)
