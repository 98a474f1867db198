"""A waiver: a finding that somebody has answered for, until a day."""

from __future__ import annotations

import datetime as dt

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from registry.model.fields import Identifier, LooseDate, Row
from registry.model.limits import PlainText, RuleCode


class Waiver(Row):
    """One entry of waivers.yml. `expires` is its last day, at most a year after `issued`.

    `instrument`: whose subject it is; needed where several have it. `subject` may name it as well,
    as INSTRUMENT:SUBJECT.
    """

    rule: RuleCode
    instrument: Identifier | None = None
    subject: PlainText
    reason: PlainText
    approver: PlainText
    issued: LooseDate
    expires: LooseDate

    @model_validator(mode="after")
    def _at_most_a_year(self) -> Waiver:
        if self.expires < self.issued:
            raise PydanticCustomError("waiver_order", "it expires before it was issued")
        if self.expires > _a_year_after(self.issued):
            raise PydanticCustomError("waiver_length", "it lasts longer than a year")
        return self

    @property
    def id(self) -> str:
        """What messages about the waiver call it."""
        instrument = f"{self.instrument}:" if self.instrument else ""
        return f"{self.rule}/{instrument}{self.subject}"

    def holds_on(self, day: str) -> bool:
        """Whether it is in force; the first and the last day count."""
        return self.issued <= day <= self.expires


def _a_year_after(day: str) -> str:
    start = dt.date.fromisoformat(day)
    try:
        return start.replace(year=start.year + 1).isoformat()
    except ValueError:  # 29 February
        return dt.date(start.year + 1, 3, 1).isoformat()
