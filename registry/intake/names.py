"""Names of departments, zones and items in cells -> ids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from registry.errors import RegistryError
from registry.locale import _, list_separator
from registry.model.instrument import Instrument
from registry.model.vocabulary import DepartmentRole

_WITH_ROLE: Final = re.compile(r"^(?P<name>.+?)\s*[（(](?P<role>行业主管|审批实施|联合)[）)]$")
_ANNEX: Final = re.compile(r"annex:([0-9]{1,9})")


class NameProblem(RegistryError):
    """A cell that names nothing that is known. `column`: of the file, once it is known."""

    column: str | None = None


class Names:
    """Resolves what cells name, for one instrument."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._departments = {n: d.id for d in instrument.departments for n in d.names}
        self._zones = {n: z.id for z in instrument.zones for n in z.names}
        self._parsed: dict[str, tuple[tuple[str, DepartmentRole], ...]] = {}

    def department(self, name: str) -> str:
        """Id of a department by any of its names. Raises NameProblem."""
        try:
            return self._departments[name.strip()]
        except KeyError:
            raise NameProblem(
                _("“{name}” is no department of this instrument").format(name=name),
                _("Use a name from instrument.yml, or add the department there."),
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
            return self._zones[name.strip()]
        except KeyError:
            raise NameProblem(
                _("“{name}” is no delegate of this instrument").format(name=name),
                _("Use one of: {zones}.").format(
                    zones=list_separator().join(z.id for z in self._instrument.zones)
                ),
            ) from None

    def is_zone(self, name: str) -> bool:
        """Whether a name is a zone's."""
        return name.strip() in self._zones


class Items:
    """The items that a ledger may cover: id → annex."""

    def __init__(self, items: Iterable[tuple[str, int]]) -> None:
        self._annex = dict(items)
        self._ids: dict[int, list[str]] = {}
        for item, annex in self._annex.items():
            self._ids.setdefault(annex, []).append(item)

    def item(self, name: str) -> str:
        """The id itself, if it is one. Raises NameProblem."""
        if name not in self._annex:
            raise NameProblem(
                _("there is no item {item}").format(item=name),
                _("Use item ids like 1-07, or annex:2 for a whole annex."),
            )
        return name

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
