"""What is wrong with a file: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from registry.locale import _, list_separator

MOST: Final = 200
"""Problems kept of one file: enough to mend it by, and few enough to hold."""

_NUMBER_ERRORS: Final = (
    *("int_parsing", "int_parsing_size", "int_from_float", "float_parsing", "finite_number"),
    *("greater_than_equal", "less_than_equal"),
)


@dataclass(frozen=True)
class Problem:
    """One thing wrong. `row` is the sheet's row number, the header being row 1."""

    path: Path
    what: str
    remedy: str
    row: int | None = None
    column: str | None = None
    sheet: str | None = None

    def __str__(self) -> str:
        where = [str(self.path)]
        if self.sheet:
            where.append(_("sheet {sheet}").format(sheet=self.sheet))
        if self.row is not None:
            where.append(_("row {row}").format(row=self.row))
        if self.column:
            where.append(_("column {column}").format(column=self.column))
        return _("{where}: {what}. {remedy}").format(
            where=list_separator().join(where), what=self.what, remedy=self.remedy
        )


class InputError(Exception):
    """Input that can't be taken. `problems` in file order; `more`: found, but not kept."""

    def __init__(self, problems: list[Problem], more: int = 0) -> None:
        super().__init__(problems[0].what)
        self.problems = problems
        self.more = more


def refuse(path: Path, what: str, remedy: str, **where: Any) -> NoReturn:
    """Raise InputError for one problem."""
    raise InputError([Problem(path, what, remedy, **where)])


@dataclass
class Log:
    """Problems and notes gathered while a file is read; problems refuse it in the end."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    more: int = 0

    def add(
        self,
        what: str,
        remedy: str,
        row: int | None = None,
        column: str | None = None,
        sheet: str | None = None,
    ) -> None:
        """Take down a problem."""
        if len(self.problems) < MOST:
            self.problems.append(Problem(self.path, what, remedy, row, column, sheet))
        else:
            self.more += 1

    def close(self) -> None:
        """Raise InputError if there was any problem."""
        if self.problems:
            raise InputError(sorted(self.problems, key=lambda p: p.row or 0), self.more)


def explain(error: Mapping[str, Any]) -> tuple[str, str]:
    """What, and the remedy, of one pydantic error, in the words of a person with a table."""
    kind, value, context = error["type"], error.get("input"), error.get("ctx", {})
    if kind == "missing":
        return _("the cell is empty"), _("Fill it in.")
    if kind == "literal_error":
        expected = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return (
            _("“{value}” is not a known value").format(value=value),
            _("Use one of: {expected}.").format(expected=expected),
        )
    if kind == "iso_date":
        return (
            _("“{value}” is not a date of the calendar").format(value=value),
            _("Write the date like 2021-05-28."),
        )
    if kind == "ambiguous_date":
        return (
            _("“{value}” can be read as more than one date").format(value=value),
            _("Write year, month and day, the year in four digits: 2021-05-28."),
        )
    if kind in _NUMBER_ERRORS:
        return _("“{value}” is not a number that fits").format(value=value), _("Write a number.")
    if kind == "bool_parsing":
        return _("“{value}” is neither yes nor no").format(value=value), _("Write 1 or 0.")
    if kind == "string_pattern_mismatch":
        return (
            _("“{value}” does not have the right form").format(value=value),
            _("The form is {pattern}.").format(pattern=context["pattern"]),
        )
    if kind == "repeated":
        return _("“{value}” names something twice").format(value=value), _("Name it once.")
    if kind == "string_too_long":
        return (
            _("the text is longer than {most} characters").format(most=context["max_length"]),
            _("Shorten it."),
        )
    if kind == "extra_forbidden":
        return _("nothing of this name is known here"), _("Correct the name, or take it out.")
    return str(error["msg"]), _("Correct it.")
