"""Names of departments, zones and items in cells -> ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from registry.errors import RegistryError, did_you_mean
from registry.locale import _, list_separator
from registry.model.instrument import Instrument, Zone
from registry.model.vocabulary import DepartmentRole
from registry.text import id_key, name_key, zone_form

_WITH_ROLE: Final = re.compile(r"(?P<name>.+?)\s*[（(](?P<role>[^（()）]{2,4})[）)]", re.DOTALL)
ROLES: Final[dict[str, DepartmentRole]] = {
    **{"行业主管": "行业主管", "审批实施": "审批实施", "联合": "联合"},
    **dict.fromkeys(("牵头", "主办", "主责", "主管", "牵头单位", "牵头部门"), "行业主管"),
    **dict.fromkeys(("配合", "协办", "会办", "联办", "参与", "会签", "协助"), "联合"),
}
"""What a cell says in brackets of a department among several."""
PARTING: Final = ";；、,，/／|｜"
"""The signs that part names in a cell; a space may part them as well."""
_PARTS: Final = re.compile(rf"[^{PARTING}\s]+")
_HARD: Final = re.compile(f"[{PARTING}]")
_JOINS: Final = re.compile(
    rf"""(?x)
    [{PARTING}\s+＋&＆\\·•。.．:：]+ | 以及 | 会同 | [和与及并跟]
    | [（(]?[0-9]{{1,2}}[）)、.．] | [①-⑳] | [（(][一二三四五六七八九十][）)]
    """
)
"""What may stand between names, or number them, where all else in a cell is names."""
_ROLE_BEFORE: Final = re.compile("(?P<role>[一-龥]{2,4})[：:]")
_ROLE_AFTER: Final = re.compile(r"[（(](?P<role>[^（()）]{2,4})[）)]")
_LONGEST: Final = 40
"""Characters of a name that is looked for within a text."""
_ZONES: Final = "(?:开发区|功能区|园区|区域|区|承接主体|承接单位)"
_ALL_ZONES: Final = re.compile(f"(?:全部|所有){_ZONES}?|各个?{_ZONES}")
_ALL_BUT: Final = tuple(
    map(
        re.compile,
        (
            r"(?P<all>.+?)\s*[（(]除(?P<but>.+?)(?:以外|之外|外)?[）)]",
            r"(?P<all>.+?)\s*[（(](?P<but>.+?)除外[）)]",
            r"(?P<but>[^（(]+?)除外",
            r"除(?P<but>.+?)(?:以外|之外|外)[,，]?(?P<others>.*)",
        ),
    )
)
"""各开发区（除甲区外）, 各开发区（甲区除外）, 甲区除外, 除甲区外的其他开发区."""
_OTHERS: Final = re.compile(f"的?(?:其他|其它|其余)?(?:全部|所有|各个?)?{_ZONES}?")
_NUMBER_OF_ZONES: Final = re.compile("(?P<n>[两二三四五六七八九])(?:个)?(?:开发区|功能区|园区|区)")
_MOST_JOINED: Final = 8
"""Parts of a cell that may be one name."""
_ANNEX: Final = re.compile(r"annex:([0-9]{1,9})")


class NameProblem(RegistryError):
    """A cell that names nothing that is known. `column`: of the file, once it is known; `name`:
    what of the cell is not known."""

    column: str | None = None
    name: str | None = None


class Names:
    """Resolves what cells name, for one instrument."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._departments = {name_key(n): d.id for d in instrument.departments for n in d.names}
        self._zones = {name_key(n): z.id for z in instrument.zones for n in z.names}
        self._forms = zone_forms(instrument.zones)
        self._parsed: dict[str, tuple[tuple[str, DepartmentRole], ...]] = {}

    def department(self, name: str) -> str:
        """Id of a department by any of its names. Raises NameProblem."""
        try:
            return self._departments[name_key(name)]
        except KeyError:
            raise NameProblem(
                _no_department(name),
                did_you_mean(
                    name,
                    (n for d in self._instrument.departments for n in d.names[1:]),
                    _("Use a name from instrument.yml, or add the department there."),
                ),
            ) from None

    def departments(self, cell: str) -> tuple[tuple[str, DepartmentRole], ...]:
        """`市水利局；市审批服务局（审批实施）` → ids with roles; 行业主管 if none is given.

        Names are parted by any usual sign, or by a space; a name with such a sign in it is known
        again all the same. Raises NameProblem.
        """
        if cell not in self._parsed:
            found: dict[str, DepartmentRole] = {}
            named = _names_in(cell, self._is_department)
            for text in named:
                name, role = _with_role(text)
                try:
                    found[self.department(name)] = role
                except NameProblem as problem:
                    # Where nothing of a cell is known, its signs may be those of one name.
                    whole = len(named) > 1 and not any(map(self._is_department, named))
                    problem.name = cell if whole else text
                    if whole and cell != text:
                        problem.problem = _no_department(cell)
                    raise
            self._parsed[cell] = tuple(found.items())
        return self._parsed[cell]

    def _is_department(self, text: str) -> bool:
        return name_key(_with_role(text)[0]) in self._departments

    def zone(self, name: str) -> str:
        """Id of a zone by any of its names, or by what one ends in. Raises NameProblem."""
        key = name_key(name)
        known = self._zones.get(key) or self._zone_by_form(key)
        if known is None:
            raise NameProblem(
                _("“{name}” is no delegate of this instrument").format(name=name),
                did_you_mean(
                    name,
                    (n for z in self._instrument.zones for n in z.names),
                    _("Use one of: {zones}.").format(
                        zones=list_separator().join(z.id for z in self._instrument.zones)
                    ),
                ),
            )
        return known

    def zones(self, cell: str) -> tuple[str, ...]:
        """The ids of the zones that a cell names, parted as departments are. Raises NameProblem."""
        if self._is_all(name_key(cell)):
            return tuple(zone.id for zone in self._instrument.zones)
        if (but := self._all_but(cell)) is not None:
            without = self.zones(but)
            if left := tuple(z.id for z in self._instrument.zones if z.id not in without):
                return left
        found: dict[str, None] = {}
        for text in _names_in(cell, self.is_zone):
            try:
                found[self.zone(text)] = None
            except NameProblem as problem:
                problem.name = text
                raise
        return tuple(found)

    def _is_all(self, key: str) -> bool:
        """Whether a cell names all zones at once: 全部, or 两区 where there are two."""
        if key in self._zones:
            return False
        if number := _NUMBER_OF_ZONES.fullmatch(key):
            n = "二三四五六七八九".find(number["n"].replace("两", "二")) + 2
            return n == len(self._instrument.zones)
        return _ALL_ZONES.fullmatch(key) is not None

    def _all_but(self, cell: str) -> str | None:
        """The zones that a cell takes out of all of them; None where it does nothing like that."""
        matches = (pattern.fullmatch(cell.strip()) for pattern in _ALL_BUT)
        match = next(filter(None, matches), None)
        if match is None or self.is_zone(cell):
            return None
        said = match.groupdict()
        every, others = said.get("all"), said.get("others")
        if every and not self._is_all(name_key(every)):
            return None
        if others and not _OTHERS.fullmatch(name_key(others)):
            return None
        return match["but"]

    def _zone_by_form(self, key: str) -> str | None:
        """The one zone whose name ends so: 高新区 of 甲市高新区."""
        form = zone_form(key)
        if len(form) < 2 or form[-1] not in "区县市园":
            return None
        found = {id_ for known, id_ in self._forms.items() if known.endswith(form)}
        exact = self._forms.get(form)
        return exact or (found.pop() if len(found) == 1 else None)

    def is_zone(self, name: str) -> bool:
        """Whether a name is a zone's."""
        key = name_key(name)
        return key in self._zones or self._zone_by_form(key) is not None


def zone_forms(zones: Iterable[Zone]) -> dict[str, str]:
    """Form of every name → id of the zone."""
    return {zone_form(name_key(n)): z.id for z in zones for n in z.names[1:]}


def _no_department(name: str) -> str:
    return _("“{name}” is no department of this instrument").format(name=name)


def _with_role(text: str) -> tuple[str, DepartmentRole]:
    """A department's name, and the role that stands in brackets after it."""
    match = _WITH_ROLE.fullmatch(text.strip())
    if match and match["role"] in ROLES:
        return match["name"], ROLES[match["role"]]
    return text.strip(), "行业主管"


def _names_in(cell: str, is_known: Callable[[str], bool]) -> list[str]:
    """The names in a cell. The longest text that is a known name is one, whatever signs stand in
    it; what is not known is parted at signs, but not at spaces."""
    if is_known(cell):
        return [cell]
    parts = [(m.start(), m.end()) for m in _PARTS.finditer(cell)]
    names: list[str] = []
    at = 0
    while at < len(parts):
        for last in range(min(len(parts), at + _MOST_JOINED), at, -1):
            text = cell[parts[at][0] : parts[last - 1][1]]
            if is_known(text):
                names.append(text)
                at = last
                break
        else:
            end = at + 1
            while end < len(parts) and not _HARD.search(cell[parts[end - 1][1] : parts[end][0]]):
                if is_known(cell[parts[end][0] : parts[end][1]]):
                    break
                end += 1
            text = cell[parts[at][0] : parts[end - 1][1]]
            if within := names_within(text, is_known):
                names += within
            else:
                # Of 市甲局和乙局 it is 乙局 that has to be said.
                pieces = [p for p in _JOINS.split(text) if p]
                known = [is_known(piece) for piece in pieces]
                names += pieces if any(known) and len(pieces) > 1 else [text]
            at = end
    whole = [] if all(map(is_known, names)) else names_within(cell, is_known)
    return whole or names


def names_within(text: str, is_known: Callable[[str], bool]) -> list[str]:
    """The known names that a text is made of, one after another, with what may stand between them
    or say their role; none where anything else is in it."""
    found: list[str] = []
    at, role = 0, ""
    while at < len(text):
        for end in range(min(len(text), at + _LONGEST), at, -1):
            if is_known(text[at:end]):
                break
        else:
            before = _ROLE_BEFORE.match(text, at)
            if before and before["role"] in ROLES:
                at, role = before.end(), before["role"]
            elif between := _JOINS.match(text, at):
                at = between.end()
            else:
                return []
            continue
        name, at = text[at:end], end
        if after := _ROLE_AFTER.match(text, at):
            if after["role"] not in ROLES:
                return []
            name, at = f"{name}（{after['role']}）", after.end()
        elif role and _with_role(name)[1] == "行业主管":
            name = f"{name}（{role}）"
        found.append(name.strip())
    return found


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
