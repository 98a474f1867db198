"""What a rule says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from registry.model.duty_check import Check
from registry.model.limits import Bilingual, ClauseId, LawId, Limits, Name, RuleCode, Strict
from registry.model.vocabulary import Body, Severity


@dataclass(frozen=True)
class RuleHeader(Strict):
    """The header of a rule's file. `check`: the rule stands for that check of every duty. `since`:
    the version that had it first; None of codes that an instrument gives. `each`: the view of whose
    rows its subjects are: where that has none, the rule has none, and is not worked out. `per`:
    case, and `population`: see registry.audit.rule."""

    code: RuleCode
    name: Annotated[str, Limits(pattern=r"^[a-z][a-z-]+$")]
    title: Bilingual
    severity: Severity
    owed_by: Annotated[list[Body], Limits(min_length=1)]
    remedy: Bilingual
    message: Bilingual
    clauses: list[ClauseId] = field(default_factory=list)
    law: list[LawId] = field(default_factory=list)
    general: bool = False
    check: Check | None = None
    since: Name | None = None
    per: Literal["case"] | None = None
    each: Literal["derivations", "cases", "accounts", "permissions"] | None = None
    population: Annotated[str, Limits(min_length=1, max_length=20_000)] | None = None

    @classmethod
    def of_checked(cls, stated: Mapping[str, Any]) -> RuleHeader:
        """A header whose values were checked before they were kept."""
        texts = {name: Bilingual(**stated[name]) for name in ("title", "remedy", "message")}
        return cls(**{**stated, **texts})
