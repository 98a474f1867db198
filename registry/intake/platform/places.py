"""Where something stands in the platform's files, by ordinals: no name of a file or a sheet.

Either may be a person's name, as may a cell: what can't be read is told without any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from registry.errors import RegistryError
from registry.intake.problems import InputError
from registry.locale import _, list_separator

MAX_PLACES: Final = 20
"""Places that are told of one thing; further ones are counted."""


class Place(NamedTuple):
    """A cell, row, sheet or file, all counted from 1. `column`: its header, or its letters."""

    file: int
    sheet: int = 0
    row: int = 0
    column: str | None = None

    def __str__(self) -> str:
        parts = [_("file {n}").format(n=self.file)]
        if self.sheet:
            parts.append(_("table {n}").format(n=self.sheet))
        if self.row:
            parts.append(_("row {n}").format(n=self.row))
        if self.column:
            parts.append(_("column “{header}”").format(header=self.column))
        return list_separator().join(parts)


class PlatformFileError(RegistryError):
    """A file of the platform that can't be taken: told by ordinals, and without its words."""


@contextmanager
def told_by_ordinal(file: int) -> Iterator[None]:
    """Have what is wrong with a file told without its name, and without what stands in it."""
    try:
        yield
    except InputError as error:
        problem = error.problems[0]
        place = Place(file, row=problem.row or 0)
        if problem.what in _plain_problems():
            raise PlatformFileError(problem.what, problem.remedy, place) from None
        raise PlatformFileError(
            _("the file can't be read as a table"),
            _("Open it in the program that made it, and save it again as xlsx or as CSV in UTF-8."),
            place,
        ) from None
    except OSError:
        raise PlatformFileError(
            _("the file can't be read"),
            _("Check that it is there, and that you may read it."),
            place=Place(file),
        ) from None


def _plain_problems() -> frozenset[str]:
    """What is said of files without a word of theirs."""
    return frozenset(
        (
            _("there is no such file"),
            _("this is not a file"),
            _("the file is empty"),
            _("the file holds no text"),
            _("the file is protected by a password"),
            _("this is not a text file"),
            _("this is not a table file"),
            _("the encoding of the file can't be told"),
            _("a quotation mark opens in this row and is not closed"),
            _("the file needs more memory than there is"),
        )
    )
