"""Names of departments, zones and items in cells -> ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from registry.errors import RegistryError, did_you_mean
from registry.locale import _, list_separator
from registry.model.instrument import Instrument
from registry.model.vocabulary import DepartmentRole
from registry.text import id_key, name_key

_WITH_ROLE: Final = re.compile(r"^(?P<name>.+?)\s*[（(](?P<role>行业主管|审批实施|联合)[）)]$")
_ANNEX: Final = re.compile(r"annex:([0-9]{1,9})")


class NameProblem(RegistryError):
    """A cell that names nothing that is known. `column`: of the file, once it is known."""

    column: str | None = None


class Names:
    """Resolves what cells name, for one instrument."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._departments = {name_key(n): d.id for d in instrument.departments for n in d.names}
        self._zones = {name_key(n): z.id for z in instrument.zones for n in z.names}
        self._parsed: dict[str, tuple[tuple[str, DepartmentRole], ...]] = {}

    def department(self, name: str) -> str:
        """Id of a department by any of its names. Raises NameProblem."""
        try:
            return self._departments[name_key(name)]
        except KeyError:
            raise NameProblem(
                _("“{name}” is no department of this instrument").format(name=name),
                did_you_mean(
                    name,
                    (n for d in self._instrument.departments for n in d.names[1:]),
                    _("Use a name from instrument.yml, or add the department there."),
                ),
            ) from None

    def departments(self, cell: str) -> tuple[tuple[str, DepartmentRole], ...]:
        """`市水利局；市审批服务局（审批实施）` → ids with roles; 行业主管 if none is given."""
        if cell not in self._parsed:
            found: dict[str, DepartmentRole] = {}
            for part in re.split("[;；、]", cell):
                if part.strip():
                    match = _WITH_ROLE.match(part.strip())
                    name, role = (match["name"], match["role"]) if match else (part, "行业主管")
                    found[self.department(name)] = role  # type: ignore[assignment]
            self._parsed[cell] = tuple(found.items())
        return self._parsed[cell]

    def zone(self, name: str) -> str:
        """Id of a zone by any of its names. Raises NameProblem (clause C05)."""
        try:
            return self._zones[name_key(name)]
        except KeyError:
            raise NameProblem(
                _("“{name}” is no delegate of this instrument").format(name=name),
                did_you_mean(
                    name,
                    (n for z in self._instrument.zones for n in z.names),
                    _("Use one of: {zones}.").format(
                        zones=list_separator().join(z.id for z in self._instrument.zones)
                    ),
                ),
            ) from None

    def is_zone(self, name: str) -> bool:
        """Whether a name is a zone's."""
        return name_key(name) in self._zones


class Items:
    """The items that a ledger may cover: id → annex.

    `names`: id → name, for people who write that; `instrument`: its id, which may stand before an
    item's, as in a reference.
    """

    def __init__(
        self,
        items: Iterable[tuple[str, int]],
        names: Mapping[str, str] | None = None,
        instrument: str = "",
    ) -> None:
        self._annex = dict(items)
        self._names = names or {}
        self._instrument = instrument
        self._ids: dict[int, list[str]] = {}
        for item, annex in self._annex.items():
            self._ids.setdefault(annex, []).append(item)
        self._by_key: dict[str, list[str]] | None = None

    def item(self, name: str) -> str:
        """The id of the item that is written by its id (1-7 is 1-07), reference or name.

        Raises NameProblem with the nearest.
        """
        if name in self._annex:
            return name
        prefix = f"{self._instrument}:"
        bare = name.strip().removeprefix(prefix) if self._instrument else name
        if self._by_key is None:
            self._by_key = {}
            for item in self._annex:
                self._by_key.setdefault(id_key(item), []).append(item)
            for item, called in self._names.items():
                self._by_key.setdefault(name_key(called), []).append(item)
        found = self._by_key.get(id_key(bare)) or self._by_key.get(name_key(bare)) or []
        if len(found) == 1:
            return found[0]
        if found:
            raise NameProblem(
                _("several items are called {name}").format(name=bare),
                _("Name one by its id: {ids}.").format(ids=list_separator().join(found)),
            )
        raise NameProblem(
            _("there is no item {item}").format(item=name),
            did_you_mean(
                bare,
                () if id_key(bare)[:1].isdigit() else self._names.values(),
                _("Use item ids like 1-07, or annex:2 for a whole annex."),
            ),
        )

    def normal(self, covers: list[str]) -> list[str]:
        """A `covers` cell with each item written by its id, each part once. Raises NameProblem."""
        parts = (part if _ANNEX.fullmatch(part) else self.item(part) for part in covers)
        return list(dict.fromkeys(parts))

    def covered(self, covers: list[str]) -> list[str]:
        """Every item that a `covers` cell names, once each, in order. Raises NameProblem."""
        found: dict[str, None] = {}
        for part in covers:
            if match := _ANNEX.fullmatch(part):
                members = self._ids.get(int(match[1]))
                if not members:
                    raise NameProblem(
                        _("annex {annex} holds no item").format(annex=match[1]),
                        _("Name an annex that was loaded, or item ids."),
                    )
                found.update(dict.fromkeys(members))
            else:
                found[self.item(part)] = None
        return list(found)
