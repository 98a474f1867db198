"""annexN.csv -> items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry.intake.csvfile import CsvFile
from registry.intake.item_scope import scope_of
from registry.intake.names import NameProblem, Names
from registry.intake.textfile import TextFile
from registry.locale import _, list_separator
from registry.model.instrument import Instrument
from registry.model.item import ItemRow
from registry.model.vocabulary import Basis, DepartmentRole, ItemField, Provenance


@dataclass(frozen=True, slots=True)
class Item:
    """An item whose names are resolved. `row_number` is its place in the file.

    `unofficial`: fields of an official row whose value its list doesn't state.
    """

    row: ItemRow
    row_number: int
    id: str
    annex: int
    provenance: Provenance
    source: str
    departments: tuple[tuple[str, DepartmentRole], ...]
    zones: tuple[str, ...]
    scope_basis: Basis | None
    unofficial: tuple[ItemField, ...] = ()


class AnnexFile:
    """One annex's file. As with CsvFile: exhaust `batches()`, then `log.close()`."""

    def __init__(self, file: TextFile, instrument: Instrument, annex: int) -> None:
        self.file = file
        self.annex = annex
        self._instrument = instrument
        self._names = Names(instrument)
        self._csv = CsvFile(file, ItemRow)
        self.log = self._csv.log
        self._modes = instrument.modes_of(annex)
        self._of_instrument = instrument.annex_of(annex)
        self._width = instrument.id_width(annex)
        self._all_zones = tuple(zone.id for zone in instrument.zones)

    def batches(self) -> Iterator[list[Item]]:
        """Lists of items; rows with problems go to the log instead."""
        for batch in self._csv.batches():
            items = (self._resolve(number, row) for number, row in batch)
            yield [item for item in items if item is not None]

    def _resolve(self, number: int, row: ItemRow) -> Item | None:
        wrong: dict[str, NameProblem] = {}
        departments: tuple[tuple[str, DepartmentRole], ...] = ()
        zones = self._all_zones
        try:
            departments = self._names.departments(row.department or "")
        except NameProblem as problem:
            wrong["department"] = problem
        try:
            zones = tuple(dict.fromkeys(map(self._names.zone, row.zones))) or zones
        except NameProblem as problem:
            wrong["zones"] = problem
        if row.mode not in self._modes:
            wrong["mode"] = NameProblem(
                _("“{mode}” is no mode of annex {annex}").format(mode=row.mode, annex=self.annex),
                _("Use one of: {expected}.").format(expected=list_separator().join(self._modes)),
            )
        item_id = row.id or f"{self.annex}-{row.seq:0{self._width}d}"
        if not item_id.startswith(f"{self.annex}-"):
            wrong["id"] = NameProblem(
                _("item {item} stands in the file of annex {annex}").format(
                    item=item_id, annex=self.annex
                ),
                _("An id begins with the number of its annex."),
            )
        if wrong:
            for column, fault in wrong.items():
                self.log.add(fault.problem, fault.remedy, number, column)
            return None
        default = self._instrument.row_defaults.annex
        provenance = row.provenance or default.provenance
        row.scope, basis = scope_of(row.scope, row.remark, self._of_instrument)
        return Item(
            row,
            number,
            item_id,
            self.annex,
            provenance,
            row.source or default.source,
            departments,
            zones,
            basis,
            ("scope",) if basis == "reading" and provenance == "official" else (),
        )
