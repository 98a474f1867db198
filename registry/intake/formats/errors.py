"""Errors and limits that all readers share: each raises InputError, in one wording."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from registry.intake.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Sheet
from registry.intake.problems import InputError, refuse
from registry.locale import _

MAX_TEXT = 128 << 20
"""Characters in all cells of a workbook together."""

_DETAIL = 200


def refuse_damaged(path: Path, detail: object, **where: Any) -> NoReturn:
    """Refuse a file that breaks the rules of its own format. `detail`: what is wrong."""
    text = " ".join(str(detail).split())[:_DETAIL] or type(detail).__name__
    refuse(
        path,
        _("the file is damaged or incomplete ({detail})").format(detail=text),
        _("Fetch it anew, or open it in the program that made it and save it again."),
        **where,
    )


def refuse_encrypted(path: Path) -> NoReturn:
    """Refuse an encrypted file."""
    refuse(path, _("the file is protected by a password"), _("Save it without a password."))


def refuse_empty(path: Path) -> NoReturn:
    """Refuse a file that is sound, but holds no text."""
    refuse(path, _("the file holds no text"), _("Check that this is the right file."))


def check_extent(path: Path, rows: int, columns: int, sheet: str | None = None) -> None:
    """Refuse a sheet larger than the limits of `registry.intake.grid`."""
    if columns > MAX_COLUMNS:
        refuse(
            path,
            _("a table is {columns} columns wide, and at most {most} are read").format(
                columns=columns, most=MAX_COLUMNS
            ),
            _("Delete what stands far to the right, also in a hidden column."),
            sheet=sheet,
        )
    if rows > MAX_ROWS or rows * columns > MAX_CELLS:
        refuse(
            path,
            _("a table spans {rows} rows and {columns} columns, too many cells to read").format(
                rows=rows, columns=columns
            ),
            _("Delete what stands far below or far to the right, or split the file."),
            sheet=sheet,
        )


def check_length(path: Path, characters: int) -> None:
    """Refuse a workbook whose cells share long texts, which are copied for each of them."""
    if characters > MAX_TEXT:
        refuse(
            path,
            _("there is too much text in it: {count} characters").format(count=characters),
            _("Split it into smaller files."),
        )


class CellBudget:
    """The number of cells that all tables of a file may have together, counted down."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left = MAX_CELLS

    def spend(self, cells: int) -> None:
        """Take so many cells off; an empty row counts for one."""
        self._left -= cells
        if self._left < 0:
            refuse(
                self._path,
                _("the tables have more than {most} cells together").format(most=MAX_CELLS),
                _("Delete what stands far below or far to the right, or split the file."),
            )


def require_text(path: Path, sheets: list[Sheet]) -> list[Sheet]:
    """The sheets themselves; a file is refused where none of their cells holds text, or lost it."""
    if not any(sheet.flaws or sheet.concealed or any(map(any, sheet.rows)) for sheet in sheets):
        refuse_empty(path)
    return sheets


@contextmanager
def library_errors_refused(path: Path) -> Iterator[None]:
    """Turn whatever a library raises over this file into an InputError."""
    try:
        yield
    except InputError:
        raise
    except MemoryError:
        refuse(
            path,
            _("the file needs more memory than there is"),
            _("Split it into smaller files."),
        )
    except RecursionError:
        refuse_damaged(path, _("it is nested too deeply"))
    except Exception as error:
        refuse_damaged(path, error)
    except BaseException as error:
        # A panic inside a Rust library; pyo3 derives it from BaseException.
        if type(error).__name__ != "PanicException":
            raise
        refuse_damaged(path, error)
