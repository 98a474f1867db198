"""Tables of accounts -> accounts: whose each is, its roles, how many people share it; no names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from registry.intake.platform import values
from registry.intake.platform.names import NO_BODY, Bodies, Body, Known
from registry.intake.platform.personal import login_name
from registry.intake.platform.steps import cells_of, understood
from registry.intake.platform.tables import Table
from registry.intake.platform.tally import Tally
from registry.intake.platform.values import Converter
from registry.text import name_key, nfkc

_LIST: Final = re.compile(r"[;；、,，|\n/]+")
_BRACKETED: Final = re.compile(r"\(.*?\)")


class Roles:
    """Roles in cells, by their names with or without brackets and the word for a post."""

    def __init__(self, known: Known) -> None:
        self._roles = {key: name for name in known.roles for key in _keys(name)}

    def find(self, text: str) -> tuple[list[str], int]:
        """The roles that a cell names, and how many others."""
        parts = [part for part in map(str.strip, _LIST.split(text)) if part]
        found = [
            next((name for key in _keys(part) if (name := self._roles.get(key))), None)
            for part in parts
        ]
        names = list(dict.fromkeys(name for name in found if name))
        return names, len({part for part, name in zip(parts, found, strict=True) if not name})


def _keys(role: str) -> list[str]:
    plain = _BRACKETED.sub("", nfkc(role))
    bare = plain.removesuffix("角色").removesuffix("位")
    return list(dict.fromkeys(map(name_key, (role, plain, bare, bare.removesuffix("岗")))))


@dataclass
class _Account:
    line: int
    login: str
    body: Body = NO_BODY
    people: set[str] = field(default_factory=set)
    active: int | None = None
    last_login_on: str | None = None
    roles: dict[str, None] = field(default_factory=dict)
    unknown_roles: int = 0


class Logins:
    """Logins as they are kept, each by itself: two that look alike with stars get numbers."""

    def __init__(self, year: int) -> None:
        self._year = year
        self._shown: dict[str, str] = {}
        self._given: dict[str, int] = {}

    def shown(self, text: str, persons: frozenset[str]) -> str | None:
        """A login as it is kept; None for one that may be a name."""
        key = nfkc(text).strip()
        if key not in self._shown:
            kept = login_name(key, persons, self._year)
            if kept is None:
                return None
            count = self._given[kept] = self._given.get(kept, 0) + 1
            self._shown[key] = kept if count == 1 else f"{kept}-{count}"
        return self._shown[key]


@dataclass
class AccountReader:
    """Reads tables of accounts. `year`: this one. Rows of one login are one account."""

    known: Known
    year: int
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self._bodies = Bodies(self.known)
        self._roles = Roles(self.known)
        self._logins = Logins(self.year)
        self._active: Converter = values.active()
        self._days = values.days()
        self._accounts: dict[str, _Account] = {}

    def read(self, table: Table, ordinal: int) -> None:
        """Read a table; `ordinal`: of the table among all, from 1."""
        mark = f"#{ordinal}-" if ordinal > 1 else "#"
        for line, cell in cells_of(table, self.tally):
            person = nfkc(cell("person")).casefold()
            text = cell("login")
            login = self._logins.shown(text, frozenset((person,))) if text else None
            if login is None:
                if not text and not person:
                    self.tally.refuse("nothing_understood", table.place(line))
                    continue
                if text:
                    self.tally.note("login_not_kept", table.place(line, "login"))
                login = f"{mark}{line}"
            body = self._bodies[cell("body")]
            if not body.is_known:
                body = self._bodies[cell("window")]
            if not body.is_known and (cell("body") or cell("window")):
                self.tally.note("body_unknown", table.place(line, "body"))
            roles, others = self._roles.find(cell("role"))
            if others:
                self.tally.note("role_unknown", table.place(line, "role"))
            active = understood(
                self._active, cell("active"), self.tally, table.place(line, "active")
            )
            seen = understood(
                self._days, cell("last_login_on"), self.tally, table.place(line, "last_login_on")
            )
            account = self._accounts.get(login)
            if account is None:
                account = self._accounts[login] = _Account(line, login)
                self.tally.new += 1
            else:
                self.tally.repeated.add(table.place(line))
            _add(account, body, person, active, seen)
            account.roles.update(dict.fromkeys(roles))
            account.unknown_roles += others

    def rows(self) -> list[tuple[tuple[Any, ...], tuple[str, ...]]]:
        """Columns of every account, in the order in which the store has them, and its roles."""
        return [
            (
                (
                    *(one.line, one.login, *one.body, max(len(one.people), 1)),
                    *(one.active, one.last_login_on, one.unknown_roles),
                ),
                tuple(one.roles),
            )
            for one in self._accounts.values()
        ]


def _add(
    account: _Account, body: Body, person: str, active: int | None, last_login_on: str | None
) -> None:
    """Add what a row says of an account: active where one row says so, the latest login."""
    if not account.body.is_known:
        account.body = body
    if person:
        account.people.add(person)
    if active is not None:
        account.active = max(active, account.active or 0)
    if last_login_on:
        account.last_login_on = max(last_login_on, account.last_login_on or "")
