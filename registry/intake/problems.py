"""What is wrong with a file: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from registry.errors import RegistryError
from registry.locale import _, list_separator

MAX_PROBLEMS: Final = 200
"""The most problems that are kept of one file; further ones are only counted."""

MAX_SHOWN: Final = 20
"""The most problems that are printed."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong. `row` is the sheet's row number, the header being row 1; `key`: of YAML."""

    path: Path
    what: str
    remedy: str
    row: int | None = None
    column: str | None = None
    sheet: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        where = [str(self.path)]
        if self.sheet:
            where.append(_("sheet {sheet}").format(sheet=self.sheet))
        if self.row is not None:
            where.append(_("row {row}").format(row=self.row))
        if self.column:
            where.append(_("column {column}").format(column=self.column))
        if self.key:
            where.append(_("key {key}").format(key=self.key))
        return _("{where}: {what}. {remedy}").format(
            where=list_separator().join(where), what=self.what, remedy=self.remedy
        )


class InputError(RegistryError):
    """Input that can't be taken. `problems` in file order; `more`: found, but not kept."""

    def __init__(self, problems: list[Problem], more: int = 0) -> None:
        super().__init__(problems[0].what)
        self.problems = problems
        self.more = more

    def messages(self) -> Iterator[str]:
        """The first problems, each with its place."""
        return map(str, self.problems[:MAX_SHOWN])

    def remarks(self) -> Iterator[str]:
        """How many more there are; and that nothing was changed."""
        more = len(self.problems) - MAX_SHOWN + self.more
        if more > 0:
            yield _("… and {n:,} more problems of this kind of file.").format(n=more)
        yield _("Nothing was changed.")


def refuse(path: Path, what: str, remedy: str, **where: Any) -> NoReturn:
    """Raise InputError for one problem."""
    raise InputError([Problem(path, what, remedy, **where)])


@dataclass
class ProblemLog:
    """Collects problems and notes while a file is read; `close` raises InputError for problems.

    `more`: problems that were found, but not kept.
    """

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
        key: str | None = None,
    ) -> None:
        """Add a problem; beyond MAX_PROBLEMS it is only counted."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(self.path, what, remedy, row, column, sheet, key))
        else:
            self.more += 1

    def close(self) -> None:
        """Raise InputError if there was any problem."""
        if self.problems:
            raise InputError(sorted(self.problems, key=lambda p: p.row or 0), self.more)
