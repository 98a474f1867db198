"""An instrument that confers authority, as data/<instrument>/instrument.yml states it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from registry.model.fields import Bilingual, Count, Identifier, IsoDate, Name, Ordinal, Row
from registry.model.vocabulary import (
    AnnexRole,
    Basis,
    Body,
    Checked,
    CountedFrom,
    DayUnit,
    Initiation,
    Proof,
    Provenance,
)


class SuperiorDocument(Row):
    """A document of a higher authority that the instrument rests on."""

    number: Name
    title: Name


class Annex(Row):
    """A list of items. `role` says what the instrument does to them; no total: none is stated."""

    annex: Ordinal
    title: Name
    role: AnnexRole
    control_total: Count | None = None
    clause: str


class Mode(Row):
    """A way of conferring. `entrusts`: the delegate acts in the department's name."""

    name: Name
    annex: int
    entrusts: bool
    clause: str


class Zone(Row):
    """A delegate."""

    id: Identifier
    name: Name
    short_name: Name
    clause: str

    @property
    def names(self) -> tuple[str, str, str]:
        """Id, full name and short name."""
        return (self.id, self.name, self.short_name)


class Department(Row):
    """A municipal department, with every name that lists use for it."""

    id: Identifier
    name: Name
    short_name: Name
    aliases: list[Name] = []

    @property
    def names(self) -> tuple[str, ...]:
        """Id, full name, short name and aliases."""
        return (self.id, self.name, self.short_name, *self.aliases)


class AgreementTerms(Row):
    """What an agreement has to contain, and what is advisable."""

    required: list[Name]
    recommended: list[Name] = []


class Duty(Row):
    """A supporting task that delegations of some modes owe.

    `public`: to fulfil it is to publish something, which the public catalogue then names.
    """

    id: Identifier
    name: Bilingual
    modes: list[Name] = Field(min_length=1)
    initiation: Initiation | None = None
    amount: Ordinal
    unit: DayUnit = "working"
    counted_from: CountedFrom = "issue"
    basis: Basis
    owed_by: list[Body] = Field(min_length=1)
    clauses: list[str] = Field(min_length=1)
    proof: Proof = "deliverable"
    public: bool = False


class Clause(Row):
    """One requirement of the instrument."""

    id: str = Field(pattern=r"^C[0-9]{2}$")
    heading: Name
    text: Name
    summary: Name
    checked: Checked
    reason: Bilingual | None = None


class Default(Row):
    """Provenance of rows that don't state their own."""

    provenance: Provenance
    source: Name


class Defaults(Row):
    """Defaults for the annexes and for the ledger."""

    annex: Default
    ledger: Default


class Instrument(Row):
    """The instrument whole. Raises ValidationError for a reference to something not stated.

    `place`: as titles of pages name it; without it, as the issuer's name begins. `source_en`:
    `source` in English.
    """

    id: Identifier
    number: Name
    title: Name
    issuer: Name
    signed_on: IsoDate
    issued_on: IsoDate
    issued_on_basis: Basis
    gazette: str | None = None
    provenance: Provenance
    source: Name
    source_en: Name | None = None
    place: Bilingual | None = None
    superior_documents: list[SuperiorDocument] = []
    annexes: list[Annex] = Field(min_length=1)
    modes: list[Mode] = Field(min_length=1)
    zones: list[Zone] = Field(min_length=1)
    agreement_terms: AgreementTerms
    guidance_kinds: list[Name] = []
    duties: list[Duty]
    clauses: list[Clause] = Field(min_length=1)
    departments_provenance: Provenance
    departments_source: Name
    departments: list[Department] = Field(min_length=1)
    defaults: Defaults

    @model_validator(mode="after")
    def _references(self) -> Instrument:
        clauses = {c.id for c in self.clauses}
        annexes = {a.annex for a in self.annexes}
        modes = {m.name for m in self.modes}
        cited = [a.clause for a in self.annexes] + [m.clause for m in self.modes]
        cited += [z.clause for z in self.zones] + [c for d in self.duties for c in d.clauses]
        _all_known("clause", cited, clauses)
        _all_known("annex", (m.annex for m in self.modes), annexes)
        _all_known("mode", (m for d in self.duties for m in d.modes), modes)
        _unique("clause", (c.id for c in self.clauses))
        _unique("annex", (a.annex for a in self.annexes))
        _unique("mode", (m.name for m in self.modes))
        _unique("superior document", (s.number for s in self.superior_documents))
        _unique("term", (*self.agreement_terms.required, *self.agreement_terms.recommended))
        _unique("guidance kind", self.guidance_kinds)
        _unique("zone", (z.id for z in self.zones))
        _unique("zone name", (n for z in self.zones for n in dict.fromkeys(z.names)))
        _unique("duty", (d.id for d in self.duties))
        for duty in self.duties:
            _unique("mode", duty.modes)
        _unique("department name", (n for d in self.departments for n in dict.fromkeys(d.names)))
        unexplained = [c.id for c in self.clauses if c.checked == "no" and c.reason is None]
        if unexplained:
            raise _problem("clause", unexplained[0], "is not checked, but gives no reason")
        return self

    @property
    def place_name(self) -> str:
        """The place that it is about, in Chinese: 某市, of the issuer 某市人民政府."""
        return self.place.zh if self.place else self.issuer.partition("人民政府")[0] or self.issuer

    def annex_of(self, number: int) -> Annex:
        """The annex of that number; KeyError where the instrument has none."""
        for annex in self.annexes:
            if annex.annex == number:
                return annex
        raise KeyError(number)

    def modes_of(self, annex: int) -> tuple[str, ...]:
        """Names of the modes that items of an annex may have."""
        return tuple(m.name for m in self.modes if m.annex == annex)

    def id_width(self, annex: int) -> int:
        """Digits of an item id's second part: as many as the control total has, at least two."""
        return max(2, len(str(self.annex_of(annex).control_total or 0)))


def _problem(
    kind: str,
    value: object,
    what: Literal["is not stated", "stands twice", "is not checked, but gives no reason"],
) -> PydanticCustomError:
    context = {"kind": kind, "value": value}
    return PydanticCustomError("reference", "{kind} {value} " + what, context)


def _all_known(kind: str, used: Iterable[object], known: Iterable[object]) -> None:
    known = set(known)
    for value in used:
        if value not in known:
            raise _problem(kind, value, "is not stated")


def _unique(kind: str, values: Iterable[object]) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            raise _problem(kind, value, "stands twice")
        seen.add(value)
