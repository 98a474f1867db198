"""Accounts and permissions of a platform, put into a registry as files of it would be."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from registry.intake.roles import read_roles
from registry.intake.textfile import examine
from registry.store.platform_roles import write_platform_roles
from tests.conftest import DATA


@dataclass
class Platform:
    """Writes what files of one source say. Every file is of the day `loaded_on`, until `later`."""

    conn: sqlite3.Connection
    loaded_on: str = "2021-05-01"
    source: str = "政务平台"

    def __post_init__(self) -> None:
        write_platform_roles(self.conn, read_roles(examine(DATA / "roles.yml")))
        self._loads: dict[str, int] = {}

    def later(self, loaded_on: str) -> None:
        """Begin new files, which take the place of those that there are."""
        self.loaded_on, self._loads = loaded_on, {}

    def load(self, kind: str) -> int:
        """Number of the present file of a kind, begun where there is none."""
        if kind not in self._loads:
            self.conn.execute(
                "INSERT INTO platform_source (name) VALUES (?) ON CONFLICT DO NOTHING",
                (self.source,),
            )
            (self._loads[kind],) = self.conn.execute(
                "INSERT INTO platform_load (kind, source, loaded_on, rows_read, rows_kept,"
                " content_digest, provenance) SELECT ?, no, ?, 0, 0, '', 'official'"
                " FROM platform_source WHERE name = ? RETURNING no",
                (kind, self.loaded_on, self.source),
            ).fetchone()
        return self._loads[kind]

    def permit(
        self,
        act: str | None,
        zone: str | None = "east",
        item: str | None = "test-1:1-01",
        *,
        holder: str = "zhang",
        department: str | None = None,
        matched: str = "code",
    ) -> None:
        """A permission: an act of an item, by its reference."""
        load = self.load("permissions")
        instrument, _colon, id_ = (item or "").partition(":")
        self.conn.execute(
            "INSERT INTO permission (load, line, holder, zone, department, item, act, matched)"
            " VALUES (?1, (SELECT count(*) + 2 FROM permission WHERE load = ?1), ?2,"
            " (SELECT no FROM zone WHERE id = ?3), (SELECT no FROM department WHERE id = ?4),"
            " (SELECT i.no FROM item AS i JOIN instrument AS ins ON ins.no = i.instrument"
            " WHERE ins.id = ?5 AND i.id = ?6), ?7, ?8)",
            (load, holder, zone, department, instrument, id_, act, matched if item else "none"),
        )

    def account(
        self,
        login: str,
        *roles: str,
        zone: str | None = "east",
        department: str | None = None,
        people: int = 1,
        active: int | None = 1,
        last_login_on: str | None = "2021-05-01",
        unknown_roles: int = 0,
    ) -> None:
        """An account with its roles."""
        load = self.load("accounts")
        (no,) = self.conn.execute(
            "INSERT INTO account (load, line, login, zone, department, people, active,"
            " last_login_on, unknown_roles) VALUES (?1,"
            " (SELECT count(*) + 2 FROM account WHERE load = ?1), ?2,"
            " (SELECT no FROM zone WHERE id = ?3), (SELECT no FROM department WHERE id = ?4),"
            " ?5, ?6, ?7, ?8) RETURNING no",
            (load, login, zone, department, people, active, last_login_on, unknown_roles),
        ).fetchone()
        self.conn.executemany(
            "INSERT INTO account_role VALUES (?, ?)", [(no, role) for role in roles]
        )
