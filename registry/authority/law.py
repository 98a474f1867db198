"""Articles of law as answers read them: when each is in force, and how it is cited."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from registry.authority.answer import Ground


class Law(NamedTuple):
    """An article by its id; None: since ever, or still."""

    id: str
    law: str
    version: str
    article: str
    from_on: str | None
    to_on: str | None

    def in_force(self, day: str) -> bool:
        """Whether it is in force on the day."""
        return (self.from_on or "") <= day and (self.to_on is None or day <= self.to_on)

    @property
    def ground(self) -> Ground:
        """How an answer names it."""
        return Ground("law", self.law + self.article, self.version)


def read_laws(conn: sqlite3.Connection) -> dict[str, Law]:
    """The articles that the registry knows, by their ids."""
    rows = conn.execute(
        "SELECT id, law, version, article, in_force_from, in_force_to FROM law"
    ).fetchall()
    return {row[0]: Law(*row) for row in rows}
