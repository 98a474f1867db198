"""A file in an office's own form -> its list, with what the user said about columns and names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from registry.errors import RegistryError
from registry.intake.formats import Source, read_source
from registry.intake.gc_pause import gc_paused
from registry.intake.listing.cleaning import clean
from registry.intake.listing.fields import FIELDS
from registry.intake.listing.non_items import KnownNames
from registry.intake.listing.reader import read_list
from registry.intake.listing.values import POWER_TYPES, code_table, power_type
from registry.intake.names import NameProblem, Names
from registry.intake.unheaded import no_header
from registry.locale import _, list_separator

if TYPE_CHECKING:
    from registry.intake.listing.fields import Field
    from registry.intake.listing.listing import Listing
    from registry.model.instrument import Instrument
    from registry.model.vocabulary import PowerType


Aliases = Mapping[Literal["department", "zone"], Mapping[str, str]]
"""Further names of bodies, by their kind, each with the id of the body."""

Progress = Callable[[int, int], None]
"""Called with how much is done, of how much; 0 where that isn't known."""


@dataclass(frozen=True)
class ReadingHints:
    """How to read a list where it doesn't say.

    `columns`: header, or letters, → field; `type_codes`: number → type of power; `type_words` and
    `mode_words`: words of the list → type, mode; `stated`: field → what holds of the whole list
    where a row doesn't say; `hidden`: whether what nobody sees is read as well.
    """

    columns: Mapping[str, Field] = field(default_factory=dict)
    type_codes: Mapping[str, PowerType] = field(default_factory=dict)
    type_words: Mapping[str, PowerType] = field(default_factory=dict)
    mode_words: Mapping[str, str] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False

    @classmethod
    def of_options(cls, options: Mapping[str, Any]) -> ReadingHints:
        """From the options that commands on lists share; see `parse`."""
        return cls.parse(
            options["columns"],
            options["type_codes"],
            **{name: options[name] for name in ("types", "modes", "department", "scope", "hidden")},
        )

    @classmethod
    def parse(
        cls,
        columns: Iterable[str],
        type_codes: str | None,
        *,
        types: Iterable[str] = (),
        modes: Iterable[str] = (),
        department: str | None = None,
        scope: str | None = None,
        hidden: bool = False,
    ) -> ReadingHints:
        """From texts like 审批部门=department, and national or 1=行政许可,2=行政处罚; `types` and
        `modes`: 行政许可 for the whole list, 行政审批=行政许可 for a word of it.

        Raises RegistryError, naming the option.
        """
        stated = {"department": department, "scope": scope}
        type_words: dict[str, PowerType] = {}
        for word, name in map(_word, types):
            kind = power_type(clean(name), {})
            if kind is None:
                raise RegistryError(
                    _("“{value}” is none of the eleven power types").format(value=name),
                    _("Use one of: {expected}.").format(
                        expected=list_separator().join(POWER_TYPES)
                    ),
                    "--type",
                )
            if word:
                type_words[clean(word)] = kind
            else:
                stated["power_type"] = kind
        mode_words: dict[str, str] = {}
        for word, name in map(_word, modes):
            if word:
                mode_words[clean(word)] = name
            else:
                stated["mode"] = name
        return cls(
            _columns(columns),
            {} if type_codes is None else _type_codes(type_codes),
            type_words,
            mode_words,
            {name: value for name, value in stated.items() if value},
            hidden,
        )


def _word(text: str) -> tuple[str, str]:
    """A word of the list, "" for the whole list, and what it stands for."""
    word, _equals, name = (part.strip() for part in text.rpartition("="))
    return word, name


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
        Names(instrument).is_zone,
    )


def read_list_of(
    path: Path, known: KnownNames, hints: ReadingHints, on_progress: Progress
) -> tuple[Source, Listing]:
    """The same, whatever the list is of; `known`: names that may stand in it as headings."""
    with gc_paused():
        source, sheets = read_source(path, hidden=hints.hidden)
        listing = read_list(
            sheets,
            known=known,
            maps=hints.columns,
            codes=hints.type_codes,
            type_words=hints.type_words,
            mode_words=hints.mode_words,
            stated=hints.stated,
            tick=on_progress,
        )
    if not any(listing.headers):
        raise no_header(path, sheets, known)
    return source, listing


def with_aliases(instrument: Instrument, aliases: Iterable[str]) -> tuple[Instrument, Aliases]:
    """The instrument with more names for its departments and zones; and each new name with its id.

    `aliases`: texts like 区经信局=市工业和信息化局. Raises RegistryError, naming the option.
    """
    names = Names(instrument)
    ids: dict[str, str] = {}
    zones: dict[str, str] = {}
    for text in aliases:
        alias, equals, name = (part.strip() for part in text.partition("="))
        try:
            if not equals or not alias:
                raise NameProblem(
                    _("“{value}” does not have the right form").format(value=text),
                    _("The form is {pattern}.").format(pattern="区经信局=市工业和信息化局"),
                )
            if names.is_zone(name):
                zones[alias] = names.zone(name)
            else:
                ids[alias] = names.department(name)
        except NameProblem as problem:
            raise RegistryError(problem.problem, problem.remedy, "--alias") from None
    departments = [
        d.model_copy(
            update={"aliases": [*d.aliases, *(a for a, id_ in ids.items() if id_ == d.id)]}
        )
        for d in instrument.departments
    ]
    delegates = [
        z.model_copy(
            update={"aliases": [*z.aliases, *(a for a, id_ in zones.items() if id_ == z.id)]}
        )
        for z in instrument.zones
    ]
    return (
        instrument.model_copy(update={"departments": departments, "zones": delegates}),
        {"department": ids, "zone": zones},
    )
