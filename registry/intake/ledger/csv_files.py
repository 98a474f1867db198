"""The ledger's CSV files -> agreements, deliverables, guidance requests, service reductions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from registry.errors import did_you_mean
from registry.intake.csvfile import CsvFile
from registry.intake.names import Items, NameProblem, Names
from registry.intake.problems import ProblemLog
from registry.intake.textfile import TextFile
from registry.locale import _, list_separator
from registry.model.instrument import Instrument
from registry.model.ledger import AgreementRow, DeliverableRow, GuidanceRow, LedgerRow, ServiceRow
from registry.model.vocabulary import Provenance
from registry.text import name_key

L = TypeVar("L", bound=LedgerRow)


@dataclass(frozen=True, slots=True)
class Agreement:
    """`department` or `grantor_zone` granted, `zone` received; `items` is what it covers."""

    row: AgreementRow
    row_number: int
    department: str | None
    grantor_zone: str | None
    zone: str
    items: list[str]


@dataclass(frozen=True, slots=True)
class Deliverable:
    """Proof of `row.duty` for `items`; zone None: in every zone."""

    row: DeliverableRow
    row_number: int
    zone: str | None
    items: list[str]


@dataclass(frozen=True, slots=True)
class Guidance:
    """A guidance request, its bodies resolved."""

    row: GuidanceRow
    row_number: int
    zone: str
    department: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service reduction, its item and zone resolved."""

    row: ServiceRow
    row_number: int
    item: str
    zone: str


LedgerEntry = Agreement | Deliverable | Guidance | Service

FILES: Final[dict[str, type[LedgerRow]]] = {
    "agreements.csv": AgreementRow,
    "deliverables.csv": DeliverableRow,
    "guidance.csv": GuidanceRow,
    "service.csv": ServiceRow,
}


class LedgerReader:
    """Reads ledger files against an instrument and the items that were loaded.

    Rows of a provenance that is not `accepted` are passed over.
    """

    def __init__(
        self, instrument: Instrument, items: Items, accepted: Collection[Provenance]
    ) -> None:
        self._default = instrument.row_defaults.ledger
        self._accepted = accepted
        self._names = Names(instrument)
        self._items = items
        self._duties = {d.id: d for d in instrument.duties}
        self._duty_names = {
            name_key(name): d.id for d in instrument.duties for name in (d.name.en, d.name.zh, d.id)
        }
        terms = instrument.agreement_terms
        self._terms = (*terms.required, *terms.recommended)
        self._kinds = instrument.guidance_kinds

    def read(self, file: TextFile) -> tuple[ProblemLog, Iterator[LedgerEntry]]:
        """Entries of a file named as in FILES; exhaust them, then `log.close()`."""
        table: CsvFile[LedgerRow] = CsvFile(file, FILES[file.path.name])
        return table.log, self._entries(table)

    def _entries(self, table: CsvFile[LedgerRow]) -> Iterator[LedgerEntry]:
        for batch in table.batches():
            for number, row in batch:
                row.provenance = row.provenance or self._default.provenance
                row.source = row.source or self._default.source
                if row.provenance not in self._accepted:
                    continue
                try:
                    yield self.resolve(number, row)
                except NameProblem as problem:
                    table.log.add(problem.problem, problem.remedy, number, problem.column)

    def resolve(self, number: int, row: LedgerRow) -> LedgerEntry:
        """The entry that a row stands for. Raises NameProblem with the column in which it is."""
        column = _Column()
        try:
            return self._resolve(number, row, column)
        except NameProblem as problem:
            problem.column = column.name
            raise

    def _resolve(self, number: int, row: LedgerRow, at: _Column) -> LedgerEntry:
        if isinstance(row, AgreementRow):
            return self._agreement(number, row, at)
        if isinstance(row, DeliverableRow):
            return self._deliverable(number, row, at)
        if isinstance(row, GuidanceRow):
            zone = self._names.zone(at.reads("zone", row.zone))
            department = self._names.department(at.reads("department", row.department))
            _one_of(at.reads("kind", row.kind), self._kinds)
            return Guidance(row, number, zone, department)
        assert isinstance(row, ServiceRow)
        item = self._items.item(at.reads("item", row.item))
        return Service(row, number, item, self._names.zone(at.reads("zone", row.zone)))

    def _agreement(self, number: int, row: AgreementRow, at: _Column) -> Agreement:
        zone = self._names.zone(at.reads("zone", row.zone))
        grantor = at.reads("department", row.department)
        # A zone that grants what it received is a finding (LAW004), not a typing mistake.
        sub_delegated = self._names.is_zone(grantor)
        grantor_zone = self._names.zone(grantor) if sub_delegated else None
        department = None if sub_delegated else self._names.department(grantor)
        for term in row.clauses:
            _one_of(at.reads("clauses", term), self._terms)
        at.reads("covers", "")
        row.covers = self._items.normal(row.covers)
        return Agreement(
            row, number, department, grantor_zone, zone, self._items.covered(row.covers)
        )

    def _deliverable(self, number: int, row: DeliverableRow, at: _Column) -> Deliverable:
        at.reads("duty", row.duty)
        row.duty = self._duty_names.get(name_key(row.duty), row.duty)
        duty = self._duties.get(row.duty)
        if duty is None or duty.proof != "deliverable":
            proved = [d for d in self._duties.values() if d.proof == "deliverable"]
            _one_of(row.duty, [d.id for d in proved], [d.name.zh for d in proved])
        elif duty.counted_from == "case":
            raise NameProblem(
                _("duty {duty} is owed in each case, not for an item").format(duty=row.duty),
                _("Take the row out: papers of single cases are no part of the ledger."),
            )
        zone = self._names.zone(at.reads("zone", row.zone)) if row.zone else None
        at.reads("covers", "")
        row.covers = self._items.normal(row.covers)
        return Deliverable(row, number, zone, self._items.covered(row.covers))


class _Column:
    """The column being read, so that a problem can name it."""

    name = ""

    def reads(self, name: str, value: str) -> str:
        self.name = name
        return value


def _one_of(
    value: str, known: tuple[str, ...] | list[str], names: tuple[str, ...] | list[str] = ()
) -> None:
    """Raise NameProblem for a value that is not known; `names` may be offered as well."""
    if value not in known:
        raise NameProblem(
            _("“{value}” is not a known value").format(value=value),
            did_you_mean(
                value,
                (*known, *names),
                _("Use one of: {expected}.").format(expected=list_separator().join(known)),
            ),
        )
