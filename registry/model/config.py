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
    recording_days: Annotated[int, Field(ge=1, le=250)] = 30
    checkpoint_days: Annotated[int, Field(ge=1, le=366)] = 31
    dormant_days: Annotated[int, Field(ge=1, le=3660)] = 180
    case_sample: Annotated[int, Field(ge=1, le=1000)] = 5


class Ignored(Row):
    """A rule that is not run, and why."""

    rule: RuleCode
    reason: Name


class LogConfig(Row):
    """What checkpoints of the log say: whose they are, and whether they have an SM3 as well."""

    origin: Name | None = None
    sm3: bool = False


class Config(Row):
    """The whole file; every part may be missing."""

    thresholds: Thresholds = Thresholds()
    severity: dict[RuleCode, Severity] = {}
    ignore: list[Ignored] = []
    log: LogConfig = LogConfig()
