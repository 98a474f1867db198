"""registry.toml: thresholds, severities, and rules that are left out for a reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from registry.model.fields import Name, Row
from registry.model.vocabulary import Severity
from registry.model.waiver import RuleCode


class Thresholds(Row):
    """Numbers that the notice leaves open. Working days, and calendar days."""

    guidance_answer_days: Annotated[int, Field(ge=1, le=250)] = 10
    agreement_expiring_days: Annotated[int, Field(ge=0, le=366)] = 30
    agreement_filing_days: Annotated[int, Field(ge=1, le=250)] = 30


class Ignored(Row):
    """A rule that is not run, and why."""

    rule: RuleCode
    reason: Name


class Config(Row):
    """The whole file; every part may be missing."""

    thresholds: Thresholds = Thresholds()
    severity: dict[RuleCode, Severity] = {}
    ignore: list[Ignored] = []
