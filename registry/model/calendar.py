"""One year's file of the working-day calendar, ``data/calendar/<year>.yml``."""

from __future__ import annotations

from collections import Counter
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class CalendarYear(BaseModel):
    """What one yearly notice of the State Council's office sets, as far as we state it ourselves.

    Source: a file written by hand from the notice (国务院办公厅关于…年部分节假日安排的通知).
    For a year that ``chinesecalendar`` covers, the two lists name only the days to be overridden
    and are mostly empty; for a later year they are the notice's whole list.

    Raises ``pydantic.ValidationError``, naming the date, for a date that is neither in ``year``
    nor on 26–31 December of the year before, and for a date that stands twice.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int
    """Calendar year, four digits."""
    notice: str | None = Field(default=None, min_length=1)
    """Document number, such as 国办发明电〔2020〕27号; None where nobody has verified it."""
    title: str | None = None
    """Title of the notice."""
    note: str | None = None
    """Remark of whoever keeps the file; the program doesn't read it."""
    holidays: list[date] = Field(default_factory=list)
    """Days off that override other sources; weekends need not be listed."""
    workdays: list[date] = Field(default_factory=list)
    """Made-up working days (调休上班) that override other sources."""

    @model_validator(mode="after")
    def _check_dates(self) -> CalendarYear:
        for name in ("holidays", "workdays"):
            for day in getattr(self, name):
                if not self._may_set(day):
                    raise PydanticCustomError(
                        "calendar_outside",
                        "{day} is neither in {year} nor on 26–31 December {before}",
                        {"day": str(day), "year": self.year, "before": self.year - 1},
                    )
        both = sorted(set(self.holidays) & set(self.workdays))
        if both:
            raise PydanticCustomError(
                "calendar_contradiction",
                "{day} is listed as a day off and as a working day",
                {"day": str(both[0])},
            )
        # A date listed twice is nearly always a slip of the pen for its neighbour, and
        # accepting it would move every deadline behind it by a day.
        twice = [d for d, times in Counter(self.holidays + self.workdays).items() if times > 1]
        if twice:
            raise PydanticCustomError(
                "calendar_repeated", "{day} is listed twice", {"day": str(min(twice))}
            )
        return self

    def _may_set(self, day: date) -> bool:
        # A notice reaches back only to join New Year's Day with the weekend before it.
        reaches_back = day.year == self.year - 1 and day.month == 12 and day.day >= 26
        return day.year == self.year or reaches_back
