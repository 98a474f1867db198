"""What happened to a zone or department: renamed, merged, split, abolished, powers transferred."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from registry.model.fields import LooseDate, Row
from registry.model.limits import Name

BodyEventKind = Literal["renamed", "merged", "split", "abolished", "powers-transferred"]


class BodyEvent(Row):
    """An event. `body` and `successor`: as people name them; `on`: the first day of what is new.

    A body that is renamed has a new name; one that is merged, split, or whose powers are
    transferred, a successor. `clause`: of the instrument that states it, where one does.
    """

    what: BodyEventKind
    body: Annotated[Name, Field(alias="from")]
    successor: Annotated[Name | None, Field(alias="to")] = None
    on: LooseDate
    name: Name | None = None
    short_name: Name | None = None
    clause: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> BodyEvent:
        lacks = None
        if self.what == "renamed":
            lacks = next((n for n in ("name", "short_name") if getattr(self, n) is None), None)
        elif self.what != "abolished" and self.successor is None:
            lacks = "to"
        if lacks:
            raise PydanticCustomError(
                "event_incomplete",
                "of a body that is {kind}, an event states {names}",
                {"kind": self.what, "names": lacks},
            )
        return self
