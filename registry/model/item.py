"""A row of an annex: one power or public service."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from registry.model.fields import IsoDate, Name, Ordinal, Row, TextList
from registry.model.vocabulary import Initiation, LegalLevel, PowerType, Provenance, Scope

ItemId = Annotated[str, Field(pattern=r"^[0-9]+-[0-9]+$")]


class ItemRow(Row):
    """An item as a file states it. Names of departments and modes are resolved by intake."""

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
    law_version: IsoDate | None = None
    article: str | None = None
    our_note: str | None = None
    parent: ItemId | None = None
    counts_in_total: bool | None = None
    zones: TextList = Field(default_factory=list)
    legal_level: LegalLevel | None = None
    reform_mode: str | None = None
    basic_code: str | None = None
    implementation_code: str | None = None
    provenance: Provenance | None = None
    source: str | None = None
