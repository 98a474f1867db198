"""What a rule of an office's own may do: end in time, in little memory, and give what it has to.

Built-in rules are held to all of this by their tests, and are not slowed down by it.
"""

from __future__ import annotations

import sqlite3
import string
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, get_args

from registry.audit.lookups import Lookups
from registry.errors import RegistryError
from registry.locale import _, list_separator
from registry.model.limits import Bilingual
from registry.model.vocabulary import STATUSES, Provenance

MAX_VALUE_BYTES: Final = 200_000
"""Bytes of one value. No limit of time stops a single call of a function, which at the worst
compares each byte with each."""

MAX_MEMORY: Final = 1 << 30
"""Bytes by which a rule may have the process grow."""

_OPERATIONS: Final = 500
"""Steps of SQLite's machine from one look at the clock to the next."""

# By number, as Python 3.10 has neither `setlimit` nor names for it.
_LIMITS: Final = {0: MAX_VALUE_BYTES, 8: 1_000}  # LENGTH, LIKE_PATTERN_LENGTH

_TEXTS: Final = ("item", "zone", "duty", "discriminator")
_DAYS: Final = ("due_on", "met_on")
_SPECIFICATIONS: Final = ("", ",")
_SHOWN: Final = 40


class RowProblem(RegistryError):
    """What a rule gives, and can't be made a finding of; the engine adds which rule."""


@contextmanager
def limited(
    conn: sqlite3.Connection, seconds: float, monotonic: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """Stop what runs within the block after so many seconds, or where it takes too much memory.

    Raises RowProblem then, and for a value that is too large.
    """
    end, most = monotonic() + seconds, _peak_memory() + MAX_MEMORY
    stopped: list[str] = []

    def stop() -> bool:
        """Whether it is to end here."""
        if monotonic() > end:
            stopped.append(_("it had not ended after {n} seconds").format(n=f"{seconds:g}"))
        elif _peak_memory() > most:
            stopped.append(_("it takes more than {n} MB of memory").format(n=MAX_MEMORY >> 20))
        return bool(stopped)

    before = (
        {limit: conn.setlimit(limit, value) for limit, value in _LIMITS.items()}
        if sys.version_info >= (3, 11)
        else {}
    )
    conn.set_progress_handler(stop, _OPERATIONS)
    try:
        yield
    except (sqlite3.Error, MemoryError) as error:
        if stopped:
            raise RowProblem(
                stopped[0],
                _(
                    "Does a recursive part end, and has each join its condition? [rules] seconds "
                    "in registry.toml allows more time."
                ),
            ) from error
        if isinstance(error, MemoryError):
            raise RowProblem(
                _("it takes more memory than there is"), _("Have it give fewer or shorter values.")
            ) from error
        raise
    finally:
        conn.set_progress_handler(None, 0)
        if sys.version_info >= (3, 11):
            for limit, value in before.items():
                conn.setlimit(limit, value)


def _peak_memory() -> int:
    """The most bytes that this process has had in memory; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # pragma: no cover
        return 0  # Windows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak << 10


def check_rows(rows: Iterable[Mapping[str, Any]], lookups: Lookups, instruments: object) -> None:
    """Check that findings can be made of rows. Raises RowProblem, which names column and value.

    `instruments`: a mapping by, or a collection of, the ids of all there are.
    """
    for row in rows:
        if not _is_in(row["instrument"], instruments):
            raise _bad(row, "instrument", _("Give the id of an instrument of the registry."))
        if not (isinstance(row["subject_type"], str) and row["subject_type"]):
            raise _bad(row, "subject_type", _("Give a word, like item."))
        if isinstance(row["subject_id"], bool) or not (
            isinstance(row["subject_id"], str | int) and str(row["subject_id"])
        ):
            raise _bad(row, "subject_id", _("Give a text or a whole number for every row."))
        for column in _DAYS:
            if row.get(column) is not None and not _is_day(row[column]):
                raise _bad(row, column, _("Write the date like 2021-05-28."))
        for column in _TEXTS:
            if not isinstance(row.get(column), str | None):
                raise _bad(row, column, _("Give a text, or NULL."))
        for column, known in (
            ("department", [lookups.departments]),
            ("also_owed_by", [lookups.departments, lookups.zones]),
        ):
            value = row.get(column)
            if value is not None and not any(_is_in(value, ids) for ids in known):
                raise _bad(row, column, _("Give the id of a body, or NULL."))
        if row.get("provenance") not in (None, *get_args(Provenance)):
            known_words = list_separator().join(get_args(Provenance))
            raise _bad(row, "provenance", _("Known are: {known}.").format(known=known_words))


def checked_case_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row on cases, where what it is counted by is in order. Raises RowProblem."""
    if row["status"] not in STATUSES:
        known = list_separator().join(STATUSES)
        raise _bad(row, "status", _("Known are: {known}.").format(known=known))
    if not isinstance(row["subjects"], int):
        raise _bad(row, "subjects", _("Write a number."))
    return row


def _is_in(value: object, known: Any) -> bool:
    return isinstance(value, str) and value in known


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _bad(row: Mapping[str, Any], column: str, remedy: str) -> RowProblem:
    value = row[column]
    shown = "NULL" if value is None else str(value)
    if len(shown) > _SHOWN:
        shown = shown[:_SHOWN] + "…"
    return RowProblem(
        _("its SELECT gives the {column} {value}").format(column=column, value=shown), remedy
    )


def message_problem(message: Bilingual) -> str | None:
    """What of a message can't be filled in, as it stands there; None where all can.

    Names of columns in braces, `{n:,}` for a number with separators, and nothing else: no
    attributes, positions, widths.
    """
    for text in (message.zh, message.en):
        try:
            for _literal, name, specification, conversion in string.Formatter().parse(text):
                if name is None:
                    continue
                if (
                    not name.isidentifier()
                    or conversion is not None
                    or specification not in _SPECIFICATIONS
                ):
                    end = f"!{conversion}" if conversion else ""
                    return f"{{{name}{end}{':' if specification else ''}{specification}}}"
        except ValueError:
            return text
    return None
