"""An item as a list from outside states it, before its names are resolved."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from registry.model.fields import LooseDate
from registry.model.limits import Name
from registry.model.vocabulary import Initiation, LegalLevel, PowerType, Provenance, Scope


class ListedItem(BaseModel):
    """One item of a list; everything but its name may be wanting.

    `sheet` and `row` count from 0 and say where it stands; `listed_name` is the cell as it is.
    `parent`: index of the main item in the list. `implied`: a main item that has no row of its own,
    only its name beside its sub-items. Departments, zones and mode are as the list writes them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sheet: int
    row: int
    name: Name
    listed_name: str
    seq: Annotated[int, Field(ge=1, le=10**9)] | None = None
    parent: int | None = None
    implied: bool = False
    power_type: PowerType | None = None
    initiation: Initiation | None = None
    department: str | None = None
    zones: str | None = None
    mode: str | None = None
    scope: Scope | None = None
    remark: str | None = None
    basis: str | None = None
    law: str | None = None
    law_version: LooseDate | None = None
    article: str | None = None
    legal_level: LegalLevel | None = None
    reform_mode: str | None = None
    basic_code: str | None = None
    implementation_code: str | None = None
    provenance: Provenance | None = None
