"""What the commands that read a list have in common: its options, and reading it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli import base
from registry.cli.progress_bar import waiting
from registry.errors import RegistryError
from registry.locale import N_, _, list_separator

if TYPE_CHECKING:
    from registry.intake.formats import Source
    from registry.intake.listing.fields import Field
    from registry.intake.listing.listing import Listing
    from registry.model.instrument import Instrument
    from registry.model.vocabulary import PowerType


def list_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--map, --type-codes and --alias."""
    for decorate in (
        base.option(
            "--alias",
            "aliases",
            multiple=True,
            metavar="NAME=DEPARTMENT",
            help=N_("A name that the list has for a department; may be given again."),
        ),
        base.option(
            "--type-codes",
            metavar="TABLE",
            help=N_("What the numbers of types mean: national, or 1=行政许可,2=行政处罚 …"),
        ),
        base.option(
            "--map",
            "maps",
            multiple=True,
            metavar="HEADER=FIELD",
            help=N_("What a column gives, where it isn't recognised; may be given again."),
        ),
    ):
        function = decorate(function)
    return function


def read_listing(
    path: Path,
    instrument: Instrument,
    maps: tuple[str, ...],
    type_codes: str | None,
) -> tuple[Source, Listing]:
    """The file, and its list as it was understood. Raises InputError, also where none is in it."""
    from registry.intake.formats import read_source
    from registry.intake.gc_pause import gc_paused
    from registry.intake.listing.non_items import KnownNames
    from registry.intake.listing.reader import read_list
    from registry.intake.problems import refuse

    known = KnownNames(
        frozenset(name for d in instrument.departments for name in d.names[1:]),
        tuple(mode.name for mode in instrument.modes),
    )
    fields, codes = _maps(maps), _codes(type_codes)
    with gc_paused(), waiting(_("Reading the list")) as tick:
        source, sheets = read_source(path)
        listing = read_list(sheets, known=known, maps=fields, codes=codes, tick=tick)
    if not any(listing.headers):
        refuse(
            path,
            _("no row was recognised as the header of a list"),
            _("It names the items (事项名称) and at least one more column; see also --map."),
        )
    return source, listing


def with_aliases(
    instrument: Instrument, aliases: tuple[str, ...]
) -> tuple[Instrument, dict[str, str]]:
    """The instrument with more names for its departments, and those names with their ids."""
    from registry.intake.names import NameProblem, Names

    names = Names(instrument)
    found: dict[str, str] = {}
    for text in aliases:
        alias, equals, name = (part.strip() for part in text.partition("="))
        try:
            if not equals or not alias:
                raise NameProblem(
                    _("“{value}” does not have the right form").format(value=text),
                    _("The form is {pattern}.").format(pattern="区经信局=市工业和信息化局"),
                )
            found[alias] = names.department(name)
        except NameProblem as problem:
            raise RegistryError(problem.problem, problem.remedy, "--alias") from None
    departments = [
        d.model_copy(
            update={"aliases": [*d.aliases, *(a for a, id_ in found.items() if id_ == d.id)]}
        )
        for d in instrument.departments
    ]
    return instrument.model_copy(update={"departments": departments}), found


def _maps(texts: tuple[str, ...]) -> Mapping[str, Field]:
    from registry.intake.listing.fields import FIELDS

    maps: dict[str, Field] = {}
    for text in texts:
        header, _equals, field = (part.strip() for part in text.rpartition("="))
        if not header or field not in FIELDS:
            raise RegistryError(
                _("--map: “{value}” is not HEADER=FIELD. Fields: {fields}.").format(
                    value=text, fields=list_separator().join(FIELDS)
                )
            )
        maps[header] = field
    return maps


def _codes(text: str | None) -> Mapping[str, PowerType]:
    from registry.intake.listing.values import code_table

    if text is None:
        return {}
    try:
        return code_table(text)
    except ValueError as error:
        raise RegistryError(
            _(
                "--type-codes: “{value}” is no number=type. Write national, or 1=行政许可,2=…"
            ).format(value=error)
        ) from None


FILE = click.Path(path_type=Path, dir_okay=False)
"""The type of a file that is named on the command line; its reader says whether it is there."""
