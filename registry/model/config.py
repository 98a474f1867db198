"""registry.toml: thresholds, severities, and rules that are left out for a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Final

from registry.model.limits import (
    Limits,
    PlainText,
    RuleCode,
    Strict,
    Validated,
    no_control_character,
)
from registry.model.vocabulary import Severity

WorkingDays = Annotated[int, Limits(ge=1, le=250)]
Percentage = Annotated[int, Limits(ge=0, le=100)]
PerThousand = Annotated[int, Limits(ge=0, le=1000)]
Cases = Annotated[int, Limits(ge=1, le=10_000)]

_LAST_DAY: Final = "9999-12-30"
"""The last one that a day follows which a date can hold."""


@dataclass(frozen=True)
class Thresholds(Strict):
    """Numbers that the notice leaves open. Working days, and calendar days."""

    guidance_answer_days: WorkingDays = 10
    agreement_expiring_days: Annotated[int, Limits(ge=0, le=366)] = 30
    agreement_filing_days: WorkingDays = 30
    recording_days: WorkingDays = 30
    checkpoint_days: Annotated[int, Limits(ge=1, le=366)] = 31
    dormant_days: Annotated[int, Limits(ge=1, le=3660)] = 180
    case_sample: Annotated[int, Limits(ge=1, le=1000)] = 5


@dataclass(frozen=True)
class EvaluationThresholds(Strict):
    """Numbers by which delegations are evaluated. What is exceeded is exceeded by more than them.

    `period_months`: how long the period is where none is named. `seldom_cases`: an item with fewer
    cases in the period is seldom used. `minimum_cases`: cases that a rate must be of to be a ground
    for withdrawal. Above `guidance_…` a zone is guided, above `withdrawal_…` the power is to be
    withdrawn: findings a thousand cases, then percentages of cases past the legal limit, and of
    cases that a department decided though the zone might have.
    """

    period_months: Annotated[int, Limits(ge=1, le=120)] = 12
    seldom_cases: Cases = 5
    minimum_cases: Cases = 20
    guidance_findings: PerThousand = 20
    withdrawal_findings: PerThousand = 100
    guidance_late: Percentage = 5
    withdrawal_late: Percentage = 20
    guidance_returned: Percentage = 10
    withdrawal_returned: Percentage = 50

    def period_start(self, last_day: str) -> str:
        """The first day of the period that ends with `last_day`; both in ISO's form.

        The day after it, `period_months` before; where that month has no such day, the first of the
        next one: 2022-06-30 → 2021-07-01.
        """
        following = date.fromisoformat(min(last_day, _LAST_DAY)) + timedelta(1)
        year, month = divmod(following.year * 12 + following.month - 1 - self.period_months, 12)
        if year < 1:
            return date.min.isoformat()
        try:
            return date(year, month + 1, following.day).isoformat()
        except ValueError:
            return date(year, month + 2, 1).isoformat()  # December has every day


@dataclass(frozen=True)
class Ignored(Strict):
    """A rule that is not run, and why."""

    rule: RuleCode
    reason: PlainText


@dataclass(frozen=True)
class OwnRules(Strict):
    """Rules of the office's own: the folder of their files, from where registry.toml stands.

    `seconds`: how long each may take in an audit.
    """

    folder: PlainText | None = None
    seconds: Annotated[int, Limits(ge=1, le=86_400)] = 30


@dataclass(frozen=True)
class LogConfig(Strict):
    """What checkpoints of the log say: whose they are, and whether they have an SM3 as well."""

    origin: PlainText | None = None
    sm3: bool = False


@dataclass(frozen=True)
class AccessLogConfig(Strict):
    """The access log of the internal site: how many days its files are kept, how many megabytes of
    it one user may fill a day, and the syslog that gets its lines too: a path, or HOST:PORT (UDP).
    """

    keep_days: Annotated[int, Limits(ge=1, le=36_500)] = 200
    user_megabytes: Annotated[int, Limits(ge=1, le=10_000)] = 20
    syslog: Annotated[str, Limits(pattern=r"^(/\S+|\S+:[0-9]{1,5})$")] | None = None


@dataclass(frozen=True)
class PapersConfig(Strict):
    """What only the sender of letters and 通报 knows; what is left out stands in 〔〕 in the paper.

    `number`: the pattern of document numbers, `{year}` and `{n}` in it: 某审改〔{year}〕{n}号.
    `answer_days`: working days that an answer may take. `copies_to`: who gets every letter as a
    copy. `red_heading`: whether the sender heads the paper in red, for plain paper.
    """

    sender: PlainText | None = None
    contact: PlainText | None = None
    telephone: PlainText | None = None
    number: (
        Annotated[
            str,
            Limits(pattern=r"^([^{}]|\{year\}|\{n\})+$", max_length=500),
            Validated(no_control_character),
        ]
        | None
    ) = None
    answer_days: WorkingDays | None = None
    copies_to: list[PlainText] = field(default_factory=list)
    red_heading: bool = False


@dataclass(frozen=True)
class Config(Strict):
    """The whole file; every part may be missing."""

    thresholds: Thresholds = Thresholds()
    evaluation: EvaluationThresholds = EvaluationThresholds()
    severity: dict[RuleCode, Severity] = field(default_factory=dict)
    ignore: list[Ignored] = field(default_factory=list)
    log: LogConfig = LogConfig()
    access_log: AccessLogConfig = AccessLogConfig()
    rules: OwnRules = OwnRules()
    papers: PapersConfig = PapersConfig()
