"""What an instrument does to an earlier one, as its instrument.yml or effects.csv states it."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from registry.model.fields import Identifier, LooseDate, Row, TextList, split_list
from registry.model.limits import Name
from registry.model.vocabulary import Scope

EffectKind = Literal[
    "withdraws",
    "amends",
    "suspends",
    "resumes",
    "extends",
    "extends-to",
    "corrects",
    "replaces",
]
Transition = Literal["former-finishes", "successor-takes", "unstated"]

ALL: Final = "all"

_ItemRef = Annotated[str, Field(pattern=r"^(all|annex:[1-9]\d*|\d+-\d+)$")]
_ItemRefs = Annotated[list[_ItemRef], BeforeValidator(split_list), Field(min_length=1)]

_CHANGES: Final = ("mode", "scope", "remark", "territory")


class Effect(Row):
    """One effect. `items`: `all`, `annex:N` or item ids; `delegates`: `all` or ids of zones.

    `effective_on` is the first day of what is new. `handover_on`: the day from which a withdrawn
    power is the new organ's, where that is another. `until`: the last day of a conferral that is
    extended; `to`: ids of the zones that it is extended to. Raises ValidationError for what its
    kind needs and lacks.
    """

    kind: EffectKind
    target: Identifier
    items: _ItemRefs = [ALL]
    delegates: Annotated[TextList, Field(min_length=1)] = [ALL]
    effective_on: LooseDate
    handover_on: LooseDate | None = None
    transition: Transition = "unstated"
    mode: Name | None = None
    scope: Scope | None = None
    remark: Name | None = None
    territory: Name | None = None
    until: LooseDate | None = None
    to: TextList = []
    clause: str

    @model_validator(mode="after")
    def _complete(self) -> Effect:
        needs = {"extends": ("until",), "extends-to": ("to",), "amends": _CHANGES}
        names = needs.get(self.kind, ())
        if names and not any(getattr(self, name) for name in names):
            raise PydanticCustomError(
                "effect_incomplete",
                "an effect that {kind} states {names}",
                {"kind": self.kind, "names": " / ".join(names), "field": names[0]},
            )
        if self.handover_on and self.handover_on < self.effective_on:
            raise PydanticCustomError(
                "effect_order", "the handover comes before the effect", {"field": "handover_on"}
            )
        return self
