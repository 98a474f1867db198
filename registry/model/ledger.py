"""Rows of the ledger: agreements, deliverables, guidance requests, service reductions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from registry.model.fields import IsoDate, Name, Row, TextList
from registry.model.vocabulary import Provenance, ServiceMeasure

Covers = Annotated[TextList, Field(min_length=1)]
"""Item ids, or `annex:N` for every item of an annex."""

Quantity = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class LedgerRow(Row):
    """What every row of the ledger carries."""

    provenance: Provenance | None = None
    source: str | None = None


class AgreementRow(LedgerRow):
    """An agreement. `department` is the grantor; a zone standing there has sub-delegated."""

    number: Name
    department: Name
    zone: Name
    signed_on: IsoDate
    effective_on: IsoDate | None = None
    expires_on: IsoDate | None = None
    clauses: TextList = Field(default_factory=list)
    covers: Covers
    document: str | None = None
    url: str | None = None


class DeliverableRow(LedgerRow):
    """Proof that obligations were met; no zone: it covers the items in every zone."""

    duty: Name
    zone: str | None = None
    covers: Covers
    done_on: IsoDate
    document: str | None = None
    url: str | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = None
    note: str | None = None


class GuidanceRow(LedgerRow):
    """Guidance that a zone asked for, and when the department answered."""

    zone: Name
    department: Name
    kind: Name
    raised_on: IsoDate
    answered_on: IsoDate | None = None
    text: str | None = None


class ServiceRow(LedgerRow):
    """Fewer documents, steps or days for one item in one zone."""

    item: Name
    zone: Name
    measure: ServiceMeasure
    before: Quantity
    after: Quantity
    unit: Name
