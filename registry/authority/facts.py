"""What an answer rests on, as the registry holds it: plain values, whatever day is asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from registry.locale import Language
from registry.model.vocabulary import Provenance

EVER: Final = "0001-01-01"
"""The first day of what has been so since ever, as view `standing` has it."""


class Act(NamedTuple):
    """A step of handling a matter, by its id. `name`: its Chinese name, as agreements have it."""

    id: str
    name: str
    name_en: str

    @property
    def label(self) -> Mapping[Language, str]:
        """What it is called, by language."""
        return {"zh": self.name, "en": self.name_en}


class Standing(NamedTuple):
    """A row of view `standing`: days are ISO 8601, both included; `to_on` None: open."""

    from_on: str
    to_on: str | None
    state: str


class Agreement(NamedTuple):
    """An agreement while it carries a delegation. `ended`: how it ends; `acts`: the Chinese names
    of those that its powers name; `has_term`: whether it says until when it runs."""

    number: str
    from_on: str
    to_on: str | None
    ended: str
    acts: frozenset[str]
    has_term: bool
    provenance: Provenance

    def in_force(self, day: str) -> bool:
        """Whether it is in force on the day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


class Transition(NamedTuple):
    """What becomes of cases that the former holder had accepted, and who says so."""

    what: str
    number: str
    clause: str


class Period(NamedTuple):
    """A period of a delegation: who holds it, in which mode, and what instruments say of it.

    `opened_by`: number of the instrument that opened it, None where an event of a body did;
    `clause`: where that says so. `transition`: of a withdrawal.
    """

    from_on: str
    to_on: str | None
    state: str
    zone: str
    instrument: int
    mode: str
    entrusts: bool
    needs_agreement: bool
    scope: str | None
    remark: str | None
    territory: str | None
    opened_by: str | None
    clause: str
    transition: Transition | None = None


class Rule(NamedTuple):
    """A row of table `act_rule`, with its clause as the instrument heads it."""

    answer: str
    basis: str
    clause: str
    number: str
    needs_agreement: bool
    by_agreement: bool
    name_of: str | None
    seal: Mapping[str, str] | None
    respondent: str | None
    answered_by: str | None
    condition: Mapping[str, str] | None
    condition_duty: str | None
    contested: Mapping[str, str] | None


class Item(NamedTuple):
    """An item, with what its list states of it. `departments`: numbers, the lead one first."""

    no: int
    instrument: str
    instrument_no: int
    number: str
    id: str
    name: str
    annex: int
    seq: int
    in_text: int
    power_type: str
    provenance: Provenance
    entrustment_basis: str | None
    initiation: str
    annex_role: str
    departments: tuple[int, ...]


class Parent(NamedTuple):
    """What a delegation derives from. `delegation` None: its instrument, if `loaded`, confers no
    such thing."""

    reference: str
    loaded: bool
    delegation: int | None


class Delegation(NamedTuple):
    """A delegation whole. `zone`: the one that it was conferred on; `proofs`: the first day of each
    duty's; `announced_on`: the first day on which it was made known."""

    no: int
    item: Item
    zone: str
    zone_no: int
    periods: Sequence[Period]
    standing: Sequence[Standing]
    agreements: Sequence[Agreement]
    proofs: Mapping[str, str]
    announced_on: str | None
    parent: Parent | None

    @property
    def id(self) -> str:
        """Its id, as 1-07-east."""
        return f"{self.item.id}-{self.zone}"

    @property
    def reference(self) -> str:
        """Its id with that of its instrument."""
        return f"{self.item.instrument}:{self.id}"

    def period_on(self, day: str) -> Period | None:
        """The period in which it is on the day; None: before the first one."""
        for period in reversed(self.periods):
            if period.from_on <= day:
                return period
        return None

    def standing_on(self, day: str) -> Standing:
        """Its row of view `standing` on the day."""
        for standing in reversed(self.standing):
            if standing.from_on <= day:
                return standing
        raise LookupError(day)  # the first one begins before any day

    def state_on(self, day: str) -> str:
        """Its state on the day, as view `standing` has it."""
        return self.standing_on(day).state

    def holder_on(self, day: str) -> str:
        """The zone that holds it on the day; before the first period, whom it is conferred on."""
        period = self.period_on(day)
        return period.zone if period is not None else self.zone

    def agreement_on(self, day: str) -> Agreement | None:
        """The agreement in force on the day; of several, the one that began last."""
        found = [agreement for agreement in self.agreements if agreement.in_force(day)]
        return found[-1] if found else None


class Body(NamedTuple):
    """A department or zone on a day. `approved_by`, `authorised_by`: what is recorded of a zone;
    `en`: what an instrument calls it in English, if it still bears that name."""

    id: str
    name: str
    short_name: str
    approved_by: str | None = None
    authorised_by: str | None = None
    en: str | None = None

    @property
    def called(self) -> Mapping[Language, str]:
        """Its short name by language, where its name is told in the same sentence."""
        return {"zh": self.short_name, "en": self.en or self.short_name}

    def said(self, *, short: bool = False) -> Mapping[Language, str]:
        """Its name by language: English, where there is any, with the Chinese one after it."""
        name = self.short_name if short else self.name
        return {"zh": name, "en": f"{self.en} ({name})" if self.en else name}


class Bodies(NamedTuple):
    """Bodies by the names of a day. `departments`: number → who answers for it; `zones`: by id;
    `gone`: zones that another took over, or that were abolished, by then."""

    departments: Mapping[int, Sequence[Body]]
    zones: Mapping[str, Body] = {}
    gone: frozenset[str] = frozenset()
