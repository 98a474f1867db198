"""A listing, and the instrument and annex that it is for -> items with their names resolved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from registry.intake.grid import column_letters
from registry.intake.item_scope import scope_of
from registry.intake.legal_basis import parse_basis
from registry.intake.listing.cleaning import is_nothing, names_text
from registry.intake.listing.listing import Fault, Listing
from registry.intake.listing.open_points import (
    columns_of_known_names,
    type_in_titles,
    without_department,
    without_zones,
)
from registry.intake.listing.values import BY_TYPE
from registry.intake.matching import Named
from registry.intake.names import PARTING, NameProblem, Names
from registry.locale import _, list_separator
from registry.model.instrument import Instrument
from registry.model.item import ItemRow
from registry.model.listing import ListedItem
from registry.model.vocabulary import (
    ITEM_FIELDS,
    Basis,
    DepartmentRole,
    Initiation,
    ItemField,
    PowerType,
)
from registry.text import shell_word

INITIATION_NOTE: Final = "清单未载明申请方式，按事项类型推定为{initiation}"
"""Ours, and so in the column for our notes: what users see of it is a domain value."""

_IMPLIED: Final = "（主项）"
"""Tells the place of a main item without a row from that of its first sub-item, on the same row."""

_BRACKETED: Final = re.compile("[（(].*?[）)]")
_PARTED: Final = re.compile(rf"[{PARTING}\s]+|以及|会同|[和与及]")

_NO_SEQ: Final = 1
"""The sequence number of an item until `_number_items` gives it its own."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item ready to be taken in; the store gives it its id, and its parent's.

    `parent`: index in the list. `place`: where it stands. `listed`: as the list has it. `stated`:
    the fields that the list states of it; `unofficial`: those whose value an official list doesn't.
    """

    row: ItemRow
    listed: ListedItem
    place: str
    departments: tuple[tuple[str, DepartmentRole], ...]
    zones: tuple[str, ...]
    parent: int | None
    stated: frozenset[ItemField]
    scope_basis: Basis | None
    unofficial: tuple[ItemField, ...] = ()

    @property
    def named(self) -> Named:
        """What it is known by."""
        ids = frozenset(id_ for id_, _role in self.departments)
        return Named(self.row.name, self.row.power_type, ids)


@dataclass
class AnnexList:
    """The items of an annex, in the list's order; `faults` are of rows that can't be taken.

    A row with a fault has no candidate: with any fault nothing at all is taken in.
    """

    listing: Listing
    items: list[Candidate] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    cautions: list[Fault] = field(default_factory=list)
    derived: dict[tuple[PowerType, Initiation], int] = field(default_factory=dict)
    """How many items had their initiation read from their type; those that replace none, once they
    are paired."""


def resolve(
    listing: Listing,
    instrument: Instrument,
    annex: int,
    *,
    initiations: Mapping[PowerType, Initiation] | None = None,
) -> AnnexList:
    """Resolve departments, zones and modes. `initiations`: type → how such powers are set in
    motion, where the list doesn't say; what it leaves open is read from the type."""
    found = AnnexList(listing, faults=list(listing.faults), cautions=list(listing.cautions))
    resolver = _Resolver(listing, instrument, annex, {**BY_TYPE, **(initiations or {})}, found)
    faulty = listing.faulty_rows()
    derived: Counter[tuple[PowerType, Initiation]] = Counter()
    places: dict[int, int] = {}
    for index, item in enumerate(listing.items):
        candidate = resolver.candidate(item, places)
        if candidate and (item.sheet, item.row) not in faulty:
            places[index] = len(found.items)
            found.items.append(candidate)
            if item.initiation is None:
                derived[candidate.row.power_type, candidate.row.initiation] += 1
    found.derived = dict(derived)
    departments = {name for d in instrument.departments for name in d.names[1:]}
    found.cautions += columns_of_known_names(listing, departments)
    found.cautions += [*without_department(listing), *without_zones(listing)]
    if not found.faults:
        _number_items(found)
    return found


class _Resolver:
    def __init__(
        self,
        listing: Listing,
        instrument: Instrument,
        annex: int,
        initiations: Mapping[PowerType, Initiation],
        found: AnnexList,
    ) -> None:
        self._listing = listing
        self._names = Names(instrument)
        self._short = {n: d.short_name for d in instrument.departments for n in d.names[1:]}
        place = re.escape(instrument.place_name.rstrip("市区县"))
        # What a department's name tells of its level, and not of its business.
        self._level = re.compile(f"^({place})?[市区县]?")
        self._cores = {name: self._level.sub("", name) for name in self._short}
        self._modes = instrument.modes_of(annex)
        self._annex = annex
        self._of_instrument = instrument.annex_of(annex)
        self._provenance = instrument.row_defaults.annex.provenance
        self._zones = tuple(zone.id for zone in instrument.zones)
        self._likely_type = type_in_titles(listing)
        self._initiations = initiations
        self._found = found
        self._suggested: dict[str, NameProblem] = {}
        self._faulty: set[tuple[int, int, int | str | None]] = {
            (fault.sheet, fault.row, fault.column) for fault in listing.faults
        }

    def candidate(self, item: ListedItem, places: Mapping[int, int]) -> Candidate | None:
        """The item resolved, or None, and what is wrong taken down."""
        departments: tuple[tuple[str, DepartmentRole], ...] = ()
        zones = self._zones
        known = True
        try:
            departments = self._departments(item.department or "")
        except NameProblem as problem:
            known = False
            self._fault(item, "department", problem.problem, problem.remedy)
        try:
            zones = self._zone_ids(item.zones) if item.zones else zones
        except NameProblem as problem:
            known = False
            self._fault(item, "zones", problem.problem, problem.remedy)
        if against := self._zones_against(item, zones):
            known = False
            self._fault(item, "zones", *against)
        if item.provenance not in (None, self._provenance):
            known = False
            what = _("the list says that this row is {provenance}")
            self._fault(
                item,
                "provenance",
                what.format(provenance=item.provenance),
                _("Say so with --provenance, or correct the cell."),
            )
        mode = self._mode(item)
        if item.power_type is None:
            what = _("the type is not stated")
            remedy = _("Fill it in; or state that of the whole list, as --type {type}.")
            self._fault(item, "power_type", what, remedy.format(type=self._likely_type))
        if item.power_type is None or mode is None or not known:
            return None
        row, basis = self._row(item, item.power_type, mode)
        stated = self._stated(item, row, bool(departments))
        official = self._provenance == "official"
        read = {f for f in ("initiation", "scope") if f not in stated}
        if basis != "reading":
            read.discard("scope")  # none, or the instrument's own word on the whole annex
        return Candidate(
            row,
            item,
            self._listing.place(item) + (_IMPLIED if item.implied else ""),
            departments,
            zones,
            places.get(item.parent) if item.parent is not None else None,
            stated,
            basis,
            tuple(f for f in ITEM_FIELDS if f in read) if official else (),
        )

    def _stated(self, item: ListedItem, row: ItemRow, departments: bool) -> frozenset[ItemField]:
        """The fields that the list states of an item.

        An empty cell states nothing, but for two columns: no remark, and no zone but all.
        """
        stated: set[ItemField] = {
            field_name
            for field_name in ITEM_FIELDS
            if field_name not in ("department", "zones", "initiation", "scope")
            and getattr(row, field_name) is not None
        }
        if not item.implied and self._listing.cell(item, "remark") is not None:
            stated.add("remark")
        if item.zones or self._listing.cell(item, "zones") is not None:
            stated.add("zones")
        if departments:
            stated.add("department")
        if item.initiation:
            stated.add("initiation")
        if item.scope:
            stated.add("scope")
        return frozenset(stated)

    def _row(
        self, item: ListedItem, power_type: PowerType, mode: str
    ) -> tuple[ItemRow, Basis | None]:
        """The item's row, and what its scope rests on."""
        stated: dict[str, Any] = item.model_dump(
            include={
                *("remark", "law", "law_version", "article", "legal_level"),
                *("reform_mode", "basic_code", "implementation_code"),
            }
        )
        if item.law and item.law.count("《") == 1:
            basis = parse_basis(f"{item.law}{item.article or ''}")
            stated |= {
                "law": basis.law or item.law,
                "law_version": item.law_version or basis.version,
            }
        elif item.basis and not item.law:
            basis = parse_basis(item.basis)
            stated |= {"law": basis.law, "law_version": basis.version, "article": basis.article}
        initiation = item.initiation or self._initiations[power_type]
        if item.initiation is None:
            stated["our_note"] = INITIATION_NOTE.format(initiation=initiation)
        scope, scope_basis = scope_of(item.scope, item.remark, self._of_instrument)
        row = ItemRow(
            seq=item.seq or _NO_SEQ,
            name=item.name,
            power_type=power_type,
            initiation=initiation,
            mode=mode,
            scope=scope,
            counts_in_total=item.parent is None,
            **stated,
        )
        return row, scope_basis

    def _departments(self, cell: str) -> tuple[tuple[str, DepartmentRole], ...]:
        if cell in self._suggested:
            raise self._suggested[cell]
        try:
            return self._names.departments(cell)
        except NameProblem as problem:
            remedy = self._department_remedy(problem.name or cell)
            self._suggested[cell] = NameProblem(problem.problem, remedy)
            raise self._suggested[cell] from None

    def _department_remedy(self, cell: str) -> str:
        near = self._near(cell)
        if near is None:
            parts = [part for part in _PARTED.split(cell) if part]
            each = [(part, self._near(part)) for part in parts]
            # One alias would make one department of several.
            if len(each) > 1 and all(name for _part, name in each):
                return _("If they are these, say so: {options}.").format(
                    options=" ".join(f"--alias {shell_word(f'{p}={n}')}" for p, n in each)
                )
        remedy = _("Say which it is: --alias {option}.")
        if near:
            remedy = _("If it is this one, say so: --alias {option}.")
        return remedy.format(option=shell_word(f"{cell}={near or 'DEPARTMENT'}"))

    def _near(self, text: str) -> str | None:
        """The department whose name a text is most like, if it is like any."""
        from rapidfuzz import fuzz, process

        core = self._level.sub("", _BRACKETED.sub("", text))
        whole = {name: name for name in self._short}
        near = process.extractOne(core, self._cores, scorer=fuzz.ratio, score_cutoff=70)
        near = near or process.extractOne(text, whole, scorer=fuzz.ratio, score_cutoff=70)
        return self._short[near[2]] if near else None

    def _zone_ids(self, cell: str) -> tuple[str, ...]:
        try:
            return self._names.zones(cell)
        except NameProblem as problem:
            option = shell_word(f"{problem.name}=ZONE")
            remedy = _("{remedy} Or say which it is: --alias {option}.").format(
                remedy=problem.remedy, option=option
            )
            raise NameProblem(problem.problem, remedy) from None

    def _zones_against(self, item: ListedItem, zones: tuple[str, ...]) -> tuple[str, str] | None:
        """What is wrong where signs say other zones than the column of zones."""
        column = self._listing.cell(item, "zones")
        if column is None or not self._listing.zones.get(item.sheet) or item.implied:
            return None
        cells = self._listing.sheets[item.sheet].rows[item.row]
        text = names_text(cells[column]) if column < len(cells) else ""
        if is_nothing(text):
            return None
        try:
            named = self._zone_ids(text)
        except NameProblem:
            named = ()
        if set(named) == set(zones):
            return None
        what = _("“{text}” and the signs in the columns of zones say different zones")
        remedy = _("Correct one of them; or leave the column out: --map {option}.")
        letters = column_letters(column)
        return what.format(text=text), remedy.format(option=f"{letters}=ignore")

    def _mode(self, item: ListedItem) -> str | None:
        """The mode that a cell names, by itself or among other words; that of an annex of one."""
        if item.mode is None:
            if len(self._modes) == 1:
                return self._modes[0]
            what = _("the mode is not stated")
            remedy = _("Fill it in; or state that of the whole list, as --mode {mode}.")
            self._fault(item, "mode", what, remedy.format(mode=self._modes[0]))
            return None
        # 委托收件 names that mode, and not 委托 as well; a name may say in brackets which annex.
        named = [mode for mode in self._modes if _BRACKETED.sub("", mode) in item.mode]
        named = [m for m in named if not any(m != other and m in other for other in named)]
        if item.mode in named:
            return item.mode
        if len(named) == 1:
            return named[0]
        self._fault(
            item,
            "mode",
            _("“{mode}” is no mode of annex {annex}").format(mode=item.mode, annex=self._annex),
            _("Say which it is: --mode {option}; modes: {expected}.").format(
                option=shell_word(f"{item.mode}=MODE"), expected=list_separator().join(self._modes)
            ),
        )
        return None

    def _fault(self, item: ListedItem, field_name: str, what: str, remedy: str) -> None:
        """Take a fault down, once a cell: a main item that is only implied shares its row."""
        column = self._listing.cell(item, field_name)
        cell = (item.sheet, item.row, field_name if column is None else column)
        if cell not in self._faulty:
            self._faulty.add(cell)
            self._found.faults.append(Fault(item.sheet, item.row, column, what, remedy))


def _number_items(found: AnnexList) -> None:
    """Positions: the list's own, if it numbers its main items through; else as they stand.

    A sub-item has the position of its main item.
    """
    main = [item for item in found.items if item.parent is None]
    stated = [item.listed.seq for item in main]
    through = None not in stated and len(set(stated)) == len(stated)
    for position, item in enumerate(main, start=1):
        item.row.seq = item.listed.seq if through and item.listed.seq else position
    for item in found.items:
        if item.parent is not None:
            item.row.seq = found.items[item.parent].row.seq
