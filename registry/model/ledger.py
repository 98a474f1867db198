"""Rows of the ledger: agreements, deliverables, guidance requests, service reductions."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from registry.model.authority import ActName
from registry.model.fields import LooseDate, Row, TextList, split_list
from registry.model.limits import Name
from registry.model.vocabulary import Provenance, ServiceMeasure

Covers = Annotated[TextList, Field(min_length=1)]
"""Item ids, or `annex:N` for every item of an annex."""

Quantity = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class LedgerRow(Row):
    """What every row of the ledger carries. A voided row says on which day and why."""

    provenance: Provenance | None = None
    source: str | None = None
    voided_on: LooseDate | None = None
    voided_why: Annotated[str | None, Field(validate_default=True)] = None
    voided_by: str | None = None

    @field_validator("voided_why")
    @classmethod
    def _day_and_reason(cls, why: str | None, info: ValidationInfo) -> str | None:
        """A voided row has both: raises for one of them alone."""
        if "voided_on" in info.data and bool(why) != bool(info.data["voided_on"]):
            raise PydanticCustomError("half_voided", "voided_on and voided_why go together")
        return why


class AgreementRow(LedgerRow):
    """An agreement. `department` is the grantor; a zone standing there has sub-delegated.

    `terminated_on`: the last day of one that was ended before its time, which rests on
    `termination_basis`; `renews`: number of the agreement that it carries on; `filed_on`: when it
    was filed with the legal office (备案); `dissolved_public_on`: when its end was made public.
    `acts`: the acts that its powers (委托权限) name.
    """

    number: Name
    department: Name
    zone: Name
    signed_on: LooseDate
    effective_on: LooseDate | None = None
    expires_on: LooseDate | None = None
    clauses: TextList = Field(default_factory=list)
    covers: Covers
    document: str | None = None
    url: str | None = None
    terminated_on: LooseDate | None = None
    termination_basis: Annotated[Name | None, Field(validate_default=True)] = None
    renews: Name | None = None
    filed_on: LooseDate | None = None
    dissolved_public_on: LooseDate | None = None
    acts: Annotated[list[ActName], BeforeValidator(split_list)] = []

    @field_validator("terminated_on", "filed_on", "dissolved_public_on")
    @classmethod
    def _not_before_signing(cls, day: str | None, info: ValidationInfo) -> str | None:
        signed_on = info.data.get("signed_on")
        if day and signed_on and day < signed_on:
            raise PydanticCustomError(
                "before_signing", "before signing", {"value": day, "signed_on": signed_on}
            )
        return day

    @field_validator("terminated_on")
    @classmethod
    def _not_after_expiry(cls, day: str | None, info: ValidationInfo) -> str | None:
        expires_on = info.data.get("expires_on")
        if day and expires_on and day > expires_on:
            raise PydanticCustomError(
                "after_expiry", "after expiry", {"value": day, "expires_on": expires_on}
            )
        return day

    @field_validator("termination_basis")
    @classmethod
    def _termination_whole(cls, basis: str | None, info: ValidationInfo) -> str | None:
        if "terminated_on" in info.data and bool(basis) != bool(info.data["terminated_on"]):
            raise PydanticCustomError(
                "termination_day" if basis else "termination_basis", "termination in part"
            )
        return basis

    @field_validator("renews")
    @classmethod
    def _renews_another(cls, number: str | None, info: ValidationInfo) -> str | None:
        if number and number == info.data.get("number"):
            raise PydanticCustomError("renews_itself", "renews itself", {"value": number})
        return number


class DeliverableRow(LedgerRow):
    """Proof that obligations were met; no zone: it covers the items in every zone."""

    duty: Name
    zone: str | None = None
    covers: Covers
    done_on: LooseDate
    document: str | None = None
    url: str | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = None
    note: str | None = None


class GuidanceRow(LedgerRow):
    """Guidance that a zone asked for, and when the department answered."""

    zone: Name
    department: Name
    kind: Name
    raised_on: LooseDate
    answered_on: LooseDate | None = None
    text: str | None = None


class ServiceRow(LedgerRow):
    """Fewer documents, steps or days for one item in one zone."""

    item: Name
    zone: Name
    measure: ServiceMeasure
    before: Quantity
    after: Quantity
    unit: Name
