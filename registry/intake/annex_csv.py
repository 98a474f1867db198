"""annexN.csv -> items."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from registry.intake.columns import ColumnReader, NotQuickly
from registry.intake.csvfile import Chunk, CsvFile
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


@dataclass(frozen=True, slots=True)
class ItemColumns:
    """Items whose names are resolved, column by column. `row_numbers`: their places in the file.

    `values`: a field of ItemRow, or `scope_basis`, → its values, one for each item; `department`,
    `zones`, `id`, `scope`, `provenance` and `source` as Item has them.
    """

    annex: int
    row_numbers: Sequence[int]
    values: dict[str, list[Any]]

    def of(self, accepted: Container[Provenance]) -> ItemColumns:
        """Those of the accepted provenances."""
        provenances = self.values["provenance"]
        if all(provenance in accepted for provenance in set(provenances)):
            return self
        taken = [provenance in accepted for provenance in provenances]
        return ItemColumns(
            self.annex,
            list(compress(self.row_numbers, taken)),
            {name: list(compress(column, taken)) for name, column in self.values.items()},
        )


class AnnexBatch:
    """Some rows of an annex's file, to be had in two ways, of which `items` says what is wrong."""

    def __init__(self, file: AnnexFile, chunk: Chunk) -> None:
        self._file = file
        self._chunk = chunk

    def columns(self) -> ItemColumns | None:
        """The items column by column; None where any of them has to be looked at by itself."""
        try:
            return self._file.columns_of(self._chunk)
        except NotQuickly:
            return None

    def items(self) -> list[Item]:
        """The items one by one; rows with problems go to the log instead. To be had once."""
        return self._file.items_of(self._chunk)


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
        self._resolve: dict[str, Callable[[Any], Any]] = {
            "department": lambda cell: self._names.departments(cell or ""),
            "zones": self._zones,
            "mode": self._mode,
            "id": self._id,
        }
        self._reader = ColumnReader(ItemRow, self._resolve)

    def batches(self) -> Iterator[AnnexBatch]:
        """The rows, a thousand at a time; each batch is to be taken before the next."""
        return (AnnexBatch(self, chunk) for chunk in self._csv.chunks())

    def items_of(self, chunk: Chunk) -> list[Item]:
        """A chunk's items; rows with problems go to the log instead."""
        items = (self._item(number, row) for number, row in self._csv.validated(chunk))
        return [item for item in items if item is not None]

    def columns_of(self, chunk: Chunk) -> ItemColumns:
        """A chunk's items, column by column. Raises NotQuickly."""
        values = self._reader.read(chunk)
        ids = values["id"]
        if None in ids:
            seqs = values["seq"]
            ids = [id_ or self._minted(seq) for id_, seq in zip(ids, seqs, strict=True)]
        default = self._instrument.row_defaults.annex
        scoped = list(zip(values["scope"], values["remark"], strict=True))
        scopes = {pair: scope_of(*pair, self._of_instrument) for pair in set(scoped)}
        values |= {
            "id": ids,
            "scope": [scopes[pair][0] for pair in scoped],
            "scope_basis": [scopes[pair][1] for pair in scoped],
            "provenance": [given or default.provenance for given in values["provenance"]],
            "source": [given or default.source for given in values["source"]],
        }
        return ItemColumns(self.annex, range(chunk.first, chunk.first + len(ids)), values)

    def _minted(self, seq: int) -> str:
        return f"{self.annex}-{seq:0{self._width}d}"

    def _zones(self, named: list[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self._names.zone, named))) or self._all_zones

    def _mode(self, mode: str) -> str:
        if mode not in self._modes:
            raise NameProblem(
                _("“{mode}” is no mode of annex {annex}").format(mode=mode, annex=self.annex),
                _("Use one of: {expected}.").format(expected=list_separator().join(self._modes)),
            )
        return mode

    def _id(self, id_: str | None) -> str | None:
        if id_ and not id_.startswith(f"{self.annex}-"):
            raise NameProblem(
                _("item {item} stands in the file of annex {annex}").format(
                    item=id_, annex=self.annex
                ),
                _("An id begins with the number of its annex."),
            )
        return id_

    def _item(self, number: int, row: ItemRow) -> Item | None:
        resolved: dict[str, Any] = {}
        is_wrong = False
        for column, resolve in self._resolve.items():
            try:
                resolved[column] = resolve(getattr(row, column))
            except NameProblem as fault:
                is_wrong = True
                self.log.add(fault.problem, fault.remedy, number, column)
        if is_wrong:
            return None
        default = self._instrument.row_defaults.annex
        provenance = row.provenance or default.provenance
        row.scope, basis = scope_of(row.scope, row.remark, self._of_instrument)
        return Item(
            row,
            number,
            resolved["id"] or self._minted(row.seq),
            self.annex,
            provenance,
            row.source or default.source,
            resolved["department"],
            resolved["zones"],
            basis,
            unofficial_fields(basis, provenance),
        )


def unofficial_fields(basis: Basis | None, provenance: Provenance) -> tuple[ItemField, ...]:
    """The fields of a row whose value an official list doesn't state, but ours to read it."""
    return ("scope",) if basis == "reading" and provenance == "official" else ()
