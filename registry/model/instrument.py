"""An instrument that confers authority, as data/<instrument>/instrument.yml states it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from registry.model.authority import ActRule, ZoneStatus
from registry.model.duty import Duty
from registry.model.effect import Effect
from registry.model.fields import Count, Identifier, LooseDate, Ordinal, Row
from registry.model.limits import Bilingual, ClauseId, Name, RuleCode
from registry.model.vocabulary import (
    RESERVED_BODY_IDS,
    AnnexRole,
    Basis,
    Checked,
    Provenance,
    Scope,
)


class SuperiorDocument(Row):
    """A document of a higher authority that the instrument rests on."""

    number: Name
    title: Name


class Annex(Row):
    """A list of items. `role` says what the instrument does to them; no total: none is stated.

    `default_scope`: that of items whose list states none. `in_text`: the items stand in the
    instrument's own text, and no annex lists them.
    """

    annex: Ordinal
    title: Name
    role: AnnexRole
    title_en: Name | None = None
    control_total: Count | None = None
    default_scope: Scope | None = None
    in_text: bool = False
    clause: str


class Mode(Row):
    """A way of conferring. `entrusts`: the delegate acts in the grantor's name.

    `agreement`: whether it takes an agreement between the two; not said: where it entrusts. `en`:
    what it is called in English.
    """

    name: Name
    annex: int
    entrusts: bool
    agreement: bool | None = None
    clause: str
    en: Name | None = None

    @property
    def needs_agreement(self) -> bool:
        """Whether what is conferred may be exercised only under an agreement."""
        return self.entrusts if self.agreement is None else self.agreement


class Zone(Row):
    """A delegate. `provenance` and `source` are of its names; none: the instrument's own.

    `status`: what the law asks of its body, as far as it is known. `en`: what it is called in
    English.
    """

    id: Identifier
    name: Name
    short_name: Name
    clause: str
    provenance: Provenance | None = None
    source: Name | None = None
    status: ZoneStatus | None = None
    aliases: list[Name] = []
    en: Name | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Id, full name, short name and aliases."""
        return (self.id, self.name, self.short_name, *self.aliases)


class Department(Row):
    """A municipal department, with every name that lists use for it. `en`: what it is called in
    English."""

    id: Identifier
    name: Name
    short_name: Name
    aliases: list[Name] = []
    en: Name | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Id, full name, short name and aliases."""
        return (self.id, self.name, self.short_name, *self.aliases)


class AgreementTerms(Row):
    """What an agreement has to contain, and what is advisable.

    `term_basis`: the law by which the recommended terms are required all the same.
    """

    required: list[Name]
    recommended: list[Name] = []
    term_basis: Name | None = None


class Clause(Row):
    """One requirement of the instrument. `rules`: codes of the rules that check it, besides those
    of its duties."""

    id: ClauseId
    heading: Name
    text: Name
    summary: Name
    checked: Checked
    rules: list[RuleCode] = []
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

    One that only changes others has effects, and no list.
    `place`: as titles of pages name it; without it, as the issuer's name begins. `title_en`,
    `source_en`: `title` and `source` in English.
    """

    id: Identifier
    number: Name
    title: Name
    title_en: Name | None = None
    issuer: Name
    signed_on: LooseDate
    issued_on: LooseDate
    issued_on_basis: Basis
    gazette: str | None = None
    provenance: Provenance
    source: Name
    source_en: Name | None = None
    place: Bilingual | None = None
    superior_documents: list[SuperiorDocument] = []
    annexes: list[Annex] = []
    modes: list[Mode] = []
    act_rules: list[ActRule] = []
    zones: list[Zone] = []
    agreement_terms: AgreementTerms = AgreementTerms(required=[])
    guidance_kinds: list[Name] = []
    duties: list[Duty] = []
    clauses: list[Clause] = Field(min_length=1)
    departments_provenance: Provenance | None = None
    departments_source: Name | None = None
    departments: list[Department] = []
    defaults: Defaults | None = None
    effects: list[Effect] = []
    valid_until: LooseDate | None = None

    @model_validator(mode="after")
    def _references(self) -> Instrument:
        clauses = {c.id for c in self.clauses}
        annexes = {a.annex for a in self.annexes}
        modes = {m.name for m in self.modes}
        cited = [a.clause for a in self.annexes] + [m.clause for m in self.modes]
        cited += [e.clause for e in self.effects] + [r.clause for r in self.act_rules]
        cited += [z.clause for z in self.zones] + [c for d in self.duties for c in d.clauses]
        _all_known("clause", cited, clauses)
        _all_known("annex", (m.annex for m in self.modes), annexes)
        _all_known("mode", (m for d in self.duties for m in d.modes), modes)
        _all_known("mode", (r.mode for r in self.act_rules), modes)
        met_by = (r.condition.duty for r in self.act_rules if r.condition)
        _all_known("duty", (duty for duty in met_by if duty), {d.id for d in self.duties})
        _unique("act rule", (cell for r in self.act_rules for cell in r.cells))
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
            _unique("clause", duty.clauses)
            if (duty.counted_from == "case") != (duty.event is not None):
                raise _problem("duty", duty.id, "needs an event exactly where it counts from cases")
            if duty.event_act and duty.event is None:
                raise _problem("duty", duty.id, "has an act of cases, but does not count from them")
            if duty.counted_from == "case" and duty.proof == "agreement":
                raise _problem("duty", duty.id, "is met case by case, never by an agreement")
        for clause in self.clauses:
            _unique("rule", clause.rules)
        _one_check_a_code(self.duties)
        _unique("department name", (n for d in self.departments for n in dict.fromkeys(d.names)))
        _unique("body id", (*(z.id for z in self.zones), *(d.id for d in self.departments)))
        for id_ in (*(z.id for z in self.zones), *(d.id for d in self.departments)):
            if id_ in RESERVED_BODY_IDS:
                raise _problem("body id", id_, "is reserved")
        self._complete()
        unexplained = [c.id for c in self.clauses if c.checked == "no" and c.reason is None]
        if unexplained:
            raise _problem("clause", unexplained[0], "is not checked, but gives no reason")
        return self

    def _complete(self) -> None:
        """Refuse lists that lack what their rows need; one that only changes others has none."""
        needs: list[tuple[str, object]] = []
        if self.annexes:
            needs += [("modes", self.modes), ("zones", self.zones), ("defaults", self.defaults)]
        if self.departments:
            needs += [
                ("departments_provenance", self.departments_provenance),
                ("departments_source", self.departments_source),
            ]
        for key, value in needs:
            if not value:
                raise _problem("key", key, "is not stated")

    @property
    def row_defaults(self) -> Defaults:
        """Provenance of rows that don't state their own; ValueError where there are no rows."""
        if self.defaults is None:
            raise ValueError(f"{self.id} has no list, and so no defaults")
        return self.defaults

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


def _one_check_a_code(duties: Iterable[Duty]) -> None:
    """Refuse a code that one duty has for what is missing, and one for what came late."""
    checks: dict[str, str] = {}
    for duty in duties:
        for check in duty.checks(""):
            if checks.setdefault(check.code, check.check) != check.check:
                raise _problem("code", check.code, "is of what is missing and of what came late")


def _problem(
    kind: str,
    value: object,
    what: Literal[
        "is not stated",
        "stands twice",
        "is not checked, but gives no reason",
        "needs an event exactly where it counts from cases",
        "has an act of cases, but does not count from them",
        "is met case by case, never by an agreement",
        "is of what is missing and of what came late",
        "is reserved",
    ],
) -> PydanticCustomError:
    context = {"kind": kind, "value": value, "what": what}
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
