"""A row of an annex: one power or public service."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import Field

from registry.model.fields import LooseDate, Ordinal, Row, TextList
from registry.model.limits import Name
from registry.model.vocabulary import Initiation, LegalLevel, PowerType, Provenance, Scope

_DELEGATION: Final = r"([a-z][a-z0-9-]*)[:：]([0-9]+-[0-9]+)-([a-z][a-z0-9-]*)"

DelegationReference = Annotated[str, Field(pattern=f"^{_DELEGATION}$")]
"""A delegation with its instrument, as `city-2021-8:1-07-east`."""

ItemId = Annotated[str, Field(pattern=r"^[0-9]+-[0-9]+$")]


class ItemRow(Row):
    """An item as a file states it. Names of departments and modes are resolved by intake.

    `derives_from`: the delegation by which the grantor holds the power itself; none: the power is
    its own. `entrustment_basis`: the law, regulation or rule that allows it to be entrusted.
    """

    id: ItemId | None = None
    seq: Ordinal
    name: Name
    power_type: PowerType
    initiation: Initiation
    department: str | None = None
    mode: Name
    scope: Scope | None = None
    remark: str | None = None
    law: str | None = None
    law_version: LooseDate | None = None
    article: str | None = None
    our_note: str | None = None
    parent: ItemId | None = None
    counts_in_total: bool | None = None
    zones: TextList = Field(default_factory=list)
    legal_level: LegalLevel | None = None
    reform_mode: str | None = None
    basic_code: str | None = None
    implementation_code: str | None = None
    derives_from: DelegationReference | None = None
    entrustment_basis: Name | None = None
    provenance: Provenance | None = None
    source: str | None = None


def split_delegation(reference: str) -> tuple[str, str, str]:
    """Instrument, item and zone of a delegation's reference. Raises ValueError for another text."""
    match = re.fullmatch(_DELEGATION, reference)
    if match is None:
        raise ValueError(reference)
    instrument, item, zone = match.groups()
    return instrument, item, zone
