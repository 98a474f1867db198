"""registry.toml: thresholds, severities, and rules that are left out for a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from registry.model.fields import PlainText, Row, no_control_character
from registry.model.vocabulary import Severity
from registry.model.waiver import RuleCode

_LAST_DAY: Final = "9999-12-30"
"""The last one that a day follows which a date can hold."""


class Thresholds(Row):
    """Numbers that the notice leaves open. Working days, and calendar days."""

    guidance_answer_days: Annotated[int, Field(ge=1, le=250)] = 10
    agreement_expiring_days: Annotated[int, Field(ge=0, le=366)] = 30
    agreement_filing_days: Annotated[int, Field(ge=1, le=250)] = 30
    recording_days: Annotated[int, Field(ge=1, le=250)] = 30
    checkpoint_days: Annotated[int, Field(ge=1, le=366)] = 31
    dormant_days: Annotated[int, Field(ge=1, le=3660)] = 180
    case_sample: Annotated[int, Field(ge=1, le=1000)] = 5


class EvaluationThresholds(Row):
    """Numbers by which delegations are evaluated. What is exceeded is exceeded by more than them.

    `period_months`: how long the period is where none is named. `seldom_cases`: an item with fewer
    cases in the period is seldom used. `minimum_cases`: cases that a rate must be of to be a ground
    for withdrawal. Above `guidance_…` a zone is guided, above `withdrawal_…` the power is to be
    withdrawn: findings a thousand cases, then percentages of cases past the legal limit, and of
    cases that a department decided though the zone might have.
    """

    period_months: Annotated[int, Field(ge=1, le=120)] = 12
    seldom_cases: Annotated[int, Field(ge=1, le=10_000)] = 5
    minimum_cases: Annotated[int, Field(ge=1, le=10_000)] = 20
    guidance_findings: Annotated[int, Field(ge=0, le=1000)] = 20
    withdrawal_findings: Annotated[int, Field(ge=0, le=1000)] = 100
    guidance_late: Annotated[int, Field(ge=0, le=100)] = 5
    withdrawal_late: Annotated[int, Field(ge=0, le=100)] = 20
    guidance_returned: Annotated[int, Field(ge=0, le=100)] = 10
    withdrawal_returned: Annotated[int, Field(ge=0, le=100)] = 50

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


class Ignored(Row):
    """A rule that is not run, and why."""

    rule: RuleCode
    reason: PlainText


class OwnRules(Row):
    """Rules of the office's own: the folder of their files, from where registry.toml stands.

    `seconds`: how long each may take in an audit.
    """

    folder: PlainText | None = None
    seconds: Annotated[int, Field(ge=1, le=86_400)] = 30


class LogConfig(Row):
    """What checkpoints of the log say: whose they are, and whether they have an SM3 as well."""

    origin: PlainText | None = None
    sm3: bool = False


class AccessLogConfig(Row):
    """The access log of the internal site: how many days its files are kept, how many megabytes of
    it one user may fill a day, and the syslog that gets its lines too: a path, or HOST:PORT (UDP).
    """

    keep_days: Annotated[int, Field(ge=1, le=36_500)] = 200
    user_megabytes: Annotated[int, Field(ge=1, le=10_000)] = 20
    syslog: Annotated[str, Field(pattern=r"^(/\S+|\S+:[0-9]{1,5})$")] | None = None


class PapersConfig(Row):
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
            Field(pattern=r"^([^{}]|\{year\}|\{n\})+$", max_length=500),
            AfterValidator(no_control_character),
        ]
        | None
    ) = None
    answer_days: Annotated[int, Field(ge=1, le=250)] | None = None
    copies_to: list[PlainText] = []
    red_heading: bool = False


class Config(Row):
    """The whole file; every part may be missing."""

    # Constructed as they are: to build what would check them takes a twentieth of a small audit.

    thresholds: Thresholds = Thresholds.model_construct()
    evaluation: EvaluationThresholds = EvaluationThresholds.model_construct()
    severity: dict[RuleCode, Severity] = {}
    ignore: list[Ignored] = []
    log: LogConfig = LogConfig.model_construct()
    access_log: AccessLogConfig = AccessLogConfig.model_construct()
    rules: OwnRules = OwnRules.model_construct()
    papers: PapersConfig = PapersConfig.model_construct()


def default_config() -> Config:
    """What holds in an office without a file."""
    return Config.model_construct()
