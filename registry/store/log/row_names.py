"""What the numbers in logged rows stand for, in words that people know."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any, Final

_NAMES: Final = {
    "instrument": "SELECT no, id FROM instrument",
    "item": "SELECT no, id FROM item",
    "zone": "SELECT no, short_name FROM zone",
    "department": "SELECT no, short_name FROM department",
    "duty": "SELECT no, name_zh FROM duty",
    "agreement": "SELECT no, number FROM agreement",
    "delegation": (
        "SELECT d.no, i.id || '-' || z.id FROM delegation AS d JOIN item AS i ON i.no = d.item"
        " JOIN zone AS z ON z.no = d.zone"
    ),
    "deliverable": "SELECT no, 'P-' || no FROM deliverable",
}
_OF: Final = {"grantor_zone": "zone", "opened_by": "instrument", "closed_by": "instrument"}
"""Column → what its numbers are, where it is not called so."""


class RowNames:
    """Names by column and number, as the file has them now."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._names: Mapping[str, dict[int, str]] = {
            column: dict(conn.execute(sql).fetchall()) for column, sql in _NAMES.items()
        }

    def text(self, column: str, value: Any) -> str:
        """A value as people read it; a number that nothing has any more as #7."""
        names = self._names.get(_OF.get(column, column))
        if names is None or not isinstance(value, int):
            return str(value)
        return names.get(value, f"#{value}")
