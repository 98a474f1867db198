"""Tables of permissions -> who may do which act of which item on the platform; no names.

One table has all; or one says who sits at a window, another what the window may do: those are
joined on the window.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from registry.intake.platform import values
from registry.intake.platform.accounts import Logins, Roles
from registry.intake.platform.fields import ITEM_FIELDS
from registry.intake.platform.names import NO_BODY, Bodies, Body, FoundItem, Items, Known
from registry.intake.platform.personal import window_name
from registry.intake.platform.steps import cells_of
from registry.intake.platform.tables import Table
from registry.intake.platform.tally import Tally
from registry.text import name_key, nfkc

_LIST: Final = re.compile(r"[;；、,，|\n/]+")
Cell = Callable[[str], str]


class Holder(NamedTuple):
    """Who has a permission: a login, window or role as it is kept; whose it is; acts of its roles;
    `window`: the normal form of the window's name, on which tables are joined, or ""."""

    name: str
    body: Body
    acts: tuple[str, ...]
    window: str


@dataclass
class PermissionReader:
    """Reads tables of permissions. `year`: this one."""

    known: Known
    items: Items
    year: int
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self._bodies = Bodies(self.known)
        self._roles = Roles(self.known)
        self._logins = Logins(self.year)
        self._acts = {name_key(word): id_ for word, id_ in self.known.acts.items()}
        self._windows: dict[str, dict[Holder, None]] = {}
        self._shown_windows: dict[str, str] = {}
        self._rows: dict[tuple[Any, ...], int] = {}
        self._mark = ""

    def read_people(self, table: Table, ordinal: int) -> None:
        """Read a table of who sits at which window; `ordinal`: of it among all, from 1."""
        self._mark = f"{ordinal}-" if ordinal > 1 else ""
        for line, cell in cells_of(table, self.tally):
            if not cell("window"):
                self.tally.refuse("no_window", table.place(line))
                continue
            holder = self._holder(table, line, cell)
            window = self._windows.setdefault(holder.window, {})
            if holder in window:
                self.tally.repeated.add(table.place(line))
            else:
                window[holder] = None
                self.tally.new += 1

    def read(self, table: Table, ordinal: int) -> None:
        """Read a table of what somebody, or a window, may do; `ordinal`: as before."""
        self._mark = f"{ordinal}-" if ordinal > 1 else ""
        for line, cell in cells_of(table, self.tally):
            if not any(map(cell, ("login", "role", "window"))) or not any(map(cell, ITEM_FIELDS)):
                self.tally.refuse("nothing_understood", table.place(line))
                continue
            own = self._holder(table, line, cell)
            holders = [own]
            if not cell("login") and own.window in self._windows:
                holders = [
                    one._replace(body=one.body if one.body.is_known else own.body)
                    for one in self._windows[own.window]
                ]
            stated = self._stated_acts(cell)
            added = False
            for holder in holders:
                found = self._item(table, line, cell, holder.body, first=holder is holders[0])
                for act in stated or holder.acts or own.acts or (None,):
                    row = (holder.name, *holder.body, found.item, act, found.matched)
                    # What is not understood is told for each row that says it.
                    key = row if found.item is not None and act else (*row, line, self._mark)
                    if key not in self._rows:
                        self._rows[key] = line
                        added = True
                    if act is None and holder is holders[0]:
                        self.tally.note("act_unknown", table.place(line, "act"))
            if added:
                self.tally.new += 1
            else:
                self.tally.repeated.add(table.place(line))

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Columns of every permission, in the order in which the store has them."""
        for (holder, zone, department, item, act, matched, *_place), line in self._rows.items():
            yield line, holder, zone, department, item, act, matched

    def _holder(self, table: Table, line: int, cell: Cell) -> Holder:
        """Who a row is of: the account that it names, else the window, else the role."""
        roles, others = self._roles.find(cell("role"))
        if others:
            self.tally.note("role_unknown", table.place(line, "role"))
        acts = tuple(dict.fromkeys(act for role in roles for act in self.known.roles[role]))
        window = name_key(cell("window"))
        body = self._bodies[cell("body")]
        if not body.is_known:
            body = self._bodies[cell("window")]
        if cell("login"):
            person = frozenset((nfkc(cell("person")).casefold(),))
            login = self._logins.shown(cell("login"), person)
            if login is None:
                self.tally.note("login_not_kept", table.place(line, "login"))
            elif not body.is_known:
                body = self.known.logins.get(login, NO_BODY)
            name = login or f"#{self._mark}{line}"
        elif window:
            name = self._window(table, line, cell("window"), window)
        else:
            name = "、".join(roles) or f"角色{self._mark}{line}"
        if not body.is_known and (cell("body") or window):
            self.tally.note("body_unknown", table.place(line, "body" if cell("body") else "window"))
        return Holder(name, body, acts, window)

    def _window(self, table: Table, line: int, text: str, key: str) -> str:
        """A window's name as it is kept: one of a form that is known, or by its first line."""
        if key not in self._shown_windows:
            kept = window_name(text, self._bodies.prefix(text))
            self._shown_windows[key] = kept or f"窗口{self._mark}{line}"
        if not window_name(text, self._bodies.prefix(text)):
            self.tally.note("window_not_kept", table.place(line, "window"))
        return self._shown_windows[key]

    def _item(self, table: Table, line: int, cell: Cell, body: Body, *, first: bool) -> FoundItem:
        codes = ("implementation_code", "basic_code", "item_code", "item_name")
        one, two, three, name = map(cell, codes)
        found = self.items[one, two, three, name, body.zone]
        column = next((field for field in reversed(codes) if cell(field)), None)
        if first and found.lost:
            self.tally.note("digits_lost", table.place(line, column))
        if first and found.item is None:
            what = "item_doubtful" if found.matched == "doubtful" else "item_unknown"
            self.tally.note(what, table.place(line, column))  # type: ignore[arg-type]
        return found

    def _stated_acts(self, cell: Cell) -> tuple[str | None, ...]:
        """The acts that a cell names, one None for what is none; () where nothing is stated."""
        parts = [part for part in map(str.strip, _LIST.split(cell("act"))) if part]
        found: dict[str | None, None] = {}
        for part in parts:
            named = self._acts.get(name_key(part))
            words = values.acts_in(part)
            roles, _others = self._roles.find(part)
            if named:
                found[named] = None
            elif roles:
                found.update(dict.fromkeys(self.known.roles[roles[0]]))
            elif len(words) == 1:
                found[next(iter(words))] = None
            else:
                found[None] = None
        return tuple(found)


def tells_people(table: Table) -> bool:
    """Whether a table says who sits at windows, and not what they may do."""
    return not ITEM_FIELDS & table.header.fields.keys()
