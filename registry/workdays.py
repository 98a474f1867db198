"""Working days (工作日) in China, each answer with how certain it is.

Day facts come from the package ``chinesecalendar`` and from ``<folder>/<year>.yml`` files, which
override single days of the years it covers and add years that it doesn't. Days outside the
covered years are an error: nothing is extrapolated. What reads the facts is imported on loading.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import accumulate, compress
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from registry.errors import RegistryError
from registry.locale import _
from registry.validation import explain_all, explain_yaml
from registry.yaml_loader import YamlError, load_yaml

if TYPE_CHECKING:
    from registry.model.calendar import CalendarYear

Certainty = Literal["settled", "provisional"]
"""``provisional``: next year's notice, not known yet, may still change the days concerned."""

_ONE_DAY = dt.timedelta(days=1)


class UncoveredDay(RegistryError):
    """A day outside the covered years, or a period that runs out of them.

    ``day``: the day asked for, or the first uncovered one of a period; ``first``, ``last``: years.
    """

    def __init__(self, day: dt.date, first: int, last: int) -> None:
        super().__init__(
            _("{day} is outside the working-day calendar ({first}–{last})").format(
                day=day, first=first, last=last
            ),
            _(
                "Add the State Council's arrangement for the year as data/calendar/{year}.yml."
            ).format(year=day.year),
        )
        self.args = (day, first, last)
        self.day, self.first, self.last = day, first, last


class CalendarError(RegistryError):
    """Calendar files that can't be used: unreadable, wrong inside, or with a year missing.

    ``place``: the file or folder at fault; None where the package is.
    """


class Day(NamedTuple):
    """One covered day. ``ordinal``: working days since the first covered day, this one included."""

    date: dt.date
    is_workday: bool
    ordinal: int
    certainty: Certainty


@dataclass(frozen=True)
class Deadline:
    """The day that ends a period, and (year, notice or None if unverified) of each year in it."""

    date: dt.date
    certainty: Certainty
    notices: tuple[tuple[int, str | None], ...]


class Calendar:
    """Working days of whole, consecutive years; get one from `Calendar.load`.

    ``first`` is the first covered day, a 1 January; ``last`` the last, a 31 December; ``notices``
    the notice of each year that a file was read for, None where it was not verified. Every
    method raises `UncoveredDay` for a date outside them or a period that runs past ``last``.
    """

    def __init__(
        self, years: range, facts: Mapping[dt.date, bool], notices: Mapping[int, str | None]
    ) -> None:
        """Take the covered years, the days that depart from Monday to Friday, and the notices."""
        self.first, self.last = dt.date(years[0], 1, 1), dt.date(years[-1], 12, 31)
        days = [self.first + i * _ONE_DAY for i in range((self.last - self.first).days + 1)]
        self._worked = [facts.get(day, day.weekday() < 5) for day in days]
        self._ordinals = list(accumulate(map(int, self._worked)))
        self._workdays = list(compress(days, self._worked))
        self.notices = dict(notices)
        # Later notices have changed only these days of a year that was already published.
        self._provisional_from = dt.date(self.last.year, 12, 26)

    @classmethod
    def load(cls, folder: Path | None) -> Calendar:
        """Read chinesecalendar's facts and, unless ``folder`` is None, its ``<year>.yml`` files.

        Where two files set the same day, the later year's holds. Raises `CalendarError` for a
        file that can't be used, and for a year that is missing between others.
        """
        constants = import_module("chinese_calendar.constants")
        first, last = min(constants.holidays).year, max(constants.holidays).year
        paths = _files(folder)
        years = _years(first, last, paths)
        facts: dict[dt.date, bool] = dict.fromkeys(constants.holidays, False)
        facts |= dict.fromkeys(constants.workdays, True)
        notices: dict[int, str | None] = {}
        for year, path in paths.items():
            entry = _read_year(path, year)
            if not entry.holidays and not first <= year <= last:
                # No year is without: this is a template that nobody has filled in.
                raise CalendarError(
                    _("the file lists no holidays of {year}, and no other source does").format(
                        year=year
                    ),
                    _("Fill them in from the State Council's notice, or remove the file."),
                    path,
                )
            facts |= dict.fromkeys(entry.holidays, False) | dict.fromkeys(entry.workdays, True)
            notices[year] = entry.notice
        return cls(years, facts, notices)

    def days(self) -> Iterator[Day]:
        """Give every covered day in order."""
        for i, (on, ordinal) in enumerate(zip(self._worked, self._ordinals, strict=True)):
            day = self.first + i * _ONE_DAY
            yield Day(day, on, ordinal, self._certainty(day))

    def is_workday(self, d: dt.date) -> bool:
        """Tell whether ``d`` is worked."""
        return self._worked[self._index(d)]

    def add(self, start: dt.date, n: int) -> Deadline:
        """Give the n-th working day after ``start`` (民法典 201); ValueError unless n ≥ 1."""
        if n < 1:
            raise ValueError(f"the number of working days must be 1 or more, not {n}")
        ordinal = self._ordinals[self._index(start)] + n
        return self._deadline(start + _ONE_DAY, ordinal)

    def count(self, a: dt.date, b: dt.date) -> int:
        """Count the working days after ``a`` up to and including ``b``; negative where b < a."""
        return self._ordinals[self._index(b)] - self._ordinals[self._index(a)]

    def roll(self, d: dt.date) -> Deadline:
        """Give ``d`` itself, or the next working day where ``d`` is off (民法典 203)."""
        i = self._index(d)  # the period includes d, as all hangs on whether d is worked
        return self._deadline(d, self._ordinals[i] + (not self._worked[i]))

    def _index(self, d: dt.date) -> int:
        i = d.toordinal() - self.first.toordinal()
        if not 0 <= i < len(self._worked):
            raise UncoveredDay(d, self.first.year, self.last.year)
        return i

    def _certainty(self, d: dt.date) -> Certainty:
        return "settled" if d < self._provisional_from else "provisional"

    def _deadline(self, begin: dt.date, ordinal: int) -> Deadline:
        """Give the working day of that ordinal, which ends the period from ``begin`` on."""
        if ordinal > len(self._workdays):
            raise UncoveredDay(self.last + _ONE_DAY, self.first.year, self.last.year)
        end = self._workdays[ordinal - 1]
        notices = tuple((y, self.notices.get(y)) for y in range(begin.year, end.year + 1))
        # The provisional days are the last ones covered, so a period touches them if its end does.
        return Deadline(end, self._certainty(end), notices)


def calendar_digest(folder: Path | None) -> str:
    """Give the SHA-256, in hex, of all that `Calendar.load` would read from the same folder.

    It runs at every command, so it reads the package's facts as bytes and doesn't import them.
    Raises `CalendarError` where they or the files can't be read.
    """
    spec = find_spec("chinese_calendar")
    if spec is None or spec.origin is None:
        raise CalendarError(
            _("the package chinesecalendar is not installed"), _("Install this program anew.")
        )
    digest = hashlib.sha256()
    for path in (Path(spec.origin).with_name("constants.py"), *_files(folder).values()):
        data = _read(path)
        # With the length, no two sets of files can run together into the same bytes.
        digest.update(f"{path.name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _files(folder: Path | None) -> dict[int, Path]:
    try:
        found = sorted(folder.iterdir()) if folder else []
    except OSError as error:
        raise _unreadable(error, folder) from error
    files: dict[int, Path] = {}
    for path in found:
        # Hidden files are what other systems leave on network shares. Any other that looks like
        # YAML was meant as a year, which must not be ignored in silence.
        if path.suffix.lower() in {".yml", ".yaml"} and not path.name.startswith("."):
            if not re.fullmatch(r"[0-9]{4}\.yml", path.name):
                raise CalendarError(
                    _("the file's name is not a year and .yml"),
                    _("Name it like 2027.yml."),
                    path,
                )
            files[int(path.stem)] = path
    return files


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(error, path) from error


def _unreadable(error: OSError, path: Path | None) -> CalendarError:
    return CalendarError(
        _("this can't be read: {error}").format(error=error.strerror),
        _("Check the file and its rights."),
        path,
    )


def _years(first: int, last: int, paths: Mapping[int, Path]) -> range:
    """Give the covered years, once sure that none is missing between the package and a file."""
    years = range(min([first, *paths]), max([last, *paths]) + 1)
    for year in years:
        if year not in paths and not first <= year <= last:
            beyond = min(y for y in paths if y > year) if year > last else year - 1
            raise CalendarError(
                _(
                    "the year does not follow on from {first}–{last}, which chinesecalendar covers"
                ).format(first=first, last=last),
                _("Add {year}.yml first.").format(year=year),
                paths[beyond],
            )
    return years


def _read_year(path: Path, year: int) -> CalendarYear:
    from pydantic import ValidationError

    from registry.model.calendar import CalendarYear

    try:
        entry = CalendarYear.model_validate(load_yaml(_read(path)))
    except YamlError as error:
        raise CalendarError(*explain_yaml(error), path) from error
    except ValidationError as error:
        raise CalendarError(*explain_all(error), path) from error
    if entry.year != year:
        raise CalendarError(
            _("the file says year {stated}, but its name says {year}").format(
                stated=entry.year, year=year
            ),
            _("Correct one of the two."),
            path,
        )
    return entry
