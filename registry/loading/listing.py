"""A file in an office's own form -> its list, with what the user said about columns and names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import RegistryError
from registry.intake.formats import Source, read_source
from registry.intake.gc_pause import gc_paused
from registry.intake.listing.fields import FIELDS
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.reader import read_list
from registry.intake.listing.values import code_table
from registry.intake.names import NameProblem, Names
from registry.intake.problems import refuse
from registry.locale import _, list_separator

if TYPE_CHECKING:
    from registry.intake.listing.fields import Field
    from registry.intake.listing.listing import Listing
    from registry.model.instrument import Instrument
    from registry.model.vocabulary import PowerType

Progress = Callable[[int, int], None]
"""Called with how much is done, of how much; 0 where that isn't known."""


@dataclass(frozen=True)
class ReadingHints:
    """How to read a list where it doesn't say: header → field, and number → type of power."""

    columns: Mapping[str, Field] = field(default_factory=dict)
    type_codes: Mapping[str, PowerType] = field(default_factory=dict)

    @classmethod
    def parse(cls, columns: Iterable[str], type_codes: str | None) -> ReadingHints:
        """From texts like 审批部门=department, and national or 1=行政许可,2=行政处罚.

        Raises RegistryError, naming the option.
        """
        return cls(_columns(columns), {} if type_codes is None else _type_codes(type_codes))


def _columns(texts: Iterable[str]) -> Mapping[str, Field]:
    columns: dict[str, Field] = {}
    for text in texts:
        header, _equals, name = (part.strip() for part in text.rpartition("="))
        if not header or name not in FIELDS:
            raise RegistryError(
                _("“{value}” is not HEADER=FIELD").format(value=text),
                _("Fields: {fields}.").format(fields=list_separator().join(FIELDS)),
                "--map",
            )
        columns[header] = name
    return columns


def _type_codes(text: str) -> Mapping[str, PowerType]:
    try:
        return code_table(text)
    except ValueError as error:
        raise RegistryError(
            _("“{value}” is no number=type").format(value=error),
            _("Write national, or 1=行政许可,2=…"),
            "--type-codes",
        ) from None


def read_listing(
    path: Path, instrument: Instrument, hints: ReadingHints, on_progress: Progress
) -> tuple[Source, Listing]:
    """The file, and its list as it was understood. Raises InputError, also where none is in it."""
    return read_list_of(path, names_in(instrument), hints, on_progress)


def names_in(instrument: Instrument) -> KnownNames:
    """The names by which headings of the instrument's lists are told."""
    return KnownNames(
        frozenset(name for d in instrument.departments for name in d.names[1:]),
        tuple(mode.name for mode in instrument.modes),
    )


def read_list_of(
    path: Path, known: KnownNames, hints: ReadingHints, on_progress: Progress
) -> tuple[Source, Listing]:
    """The same, whatever the list is of; `known`: names that may stand in it as headings."""
    with gc_paused():
        source, sheets = read_source(path)
        listing = read_list(
            sheets, known=known, maps=hints.columns, codes=hints.type_codes, tick=on_progress
        )
    if not any(listing.headers):
        refuse(
            path,
            _("no row was recognised as the header of a list"),
            _("It names the items (事项名称) and at least one more column; see also --map."),
        )
    return source, listing


def with_aliases(
    instrument: Instrument, aliases: Iterable[str]
) -> tuple[Instrument, dict[str, str]]:
    """The instrument with more names for its departments; and each new name with its id.

    `aliases`: texts like 区经信局=市工业和信息化局. Raises RegistryError, naming the option.
    """
    names = Names(instrument)
    ids: dict[str, str] = {}
    for text in aliases:
        alias, equals, name = (part.strip() for part in text.partition("="))
        try:
            if not equals or not alias:
                raise NameProblem(
                    _("“{value}” does not have the right form").format(value=text),
                    _("The form is {pattern}.").format(pattern="区经信局=市工业和信息化局"),
                )
            ids[alias] = names.department(name)
        except NameProblem as problem:
            raise RegistryError(problem.problem, problem.remedy, "--alias") from None
    departments = [
        d.model_copy(
            update={"aliases": [*d.aliases, *(a for a, id_ in ids.items() if id_ == d.id)]}
        )
        for d in instrument.departments
    ]
    return instrument.model_copy(update={"departments": departments}), ids
