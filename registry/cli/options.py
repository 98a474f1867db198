"""Options that several commands have, each declared once; helps are message ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, get_args

import click

from registry.cli.base import IsoDate, WordsOption, option
from registry.locale import N_, _
from registry.model.vocabulary import Scope

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class _Named(click.Path):
    """A path that is not empty."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, or a failure."""
        if str(value) == "":
            self.fail(_("a name is missing."), param, ctx)
        return super().convert(value, param, ctx)


FILE: Final = _Named(path_type=Path, dir_okay=False)
"""A file, read or written. Whether it is there is said by whoever reads it."""
FOLDER: Final = _Named(path_type=Path, file_okay=False)
"""A folder, whether or not it is there."""

as_of_option: Final = option(
    "--as-of",
    type=IsoDate(),
    metavar="DATE",
    help=N_("The day to stand on; today if not given."),
)
"""`as_of`: a day in ISO's form; None stands for today, see `base.today_or`."""

known_on_option: Final = option(
    "--known-on",
    type=IsoDate(),
    metavar="DATE",
    help=N_("The registry as it was known at the end of this day; now if not given."),
)
"""`known_on`: a day in ISO's form, or None for now; what the question is about is `--as-of`."""

instrument_option: Final = option(
    "--instrument", metavar="ID", help=N_("The instrument, where there are several.")
)

instrument_filter: Final = option(
    "--instrument", metavar="ID", help=N_("Only what this instrument asks for.")
)
"""`instrument`: an id, or None for every instrument."""

against_option: Final = click.option(
    "--against",
    "held",
    cls=WordsOption,
    type=FILE,
    multiple=True,
    metavar="CHECKPOINT…",
    help=N_("Checkpoints that were kept elsewhere."),
)
"""`held`: files of checkpoints, up to the next option."""

number_option: Final = option(
    "--number",
    type=click.IntRange(1, 99_999),
    metavar="N",
    help=N_("The place in the year of the paper's document number; the first one's, of several."),
)
"""`number`: an int, or None."""

waivers_option: Final = option(
    "--waivers",
    "waiver_file",
    type=FILE,
    metavar="FILE",
    help=N_("The file of waivers; ./waivers.yml."),
)

config_option: Final = option(
    "--config",
    "config_file",
    type=FILE,
    metavar="FILE",
    help=N_("The configuration; ./registry.toml."),
)

bom_option: Final = option(
    "--bom", is_flag=True, help=N_("Begin CSV with a mark that lets Excel read Chinese.")
)

demo_option: Final = option(
    "--demo", is_flag=True, help=N_("Take demonstration rows in; pages then say so.")
)

state_option: Final = option(
    "--state",
    type=FOLDER,
    metavar="FOLDER",
    help=N_("The folder of users, sessions and log; registry-internal beside the registry."),
)
"""`state`: None stands for the folder beside the registry: `registry.cli.internal.state_folder`."""


def format_option(*formats: str) -> Decorator:
    """`--format`, as `form`: one of the formats, by default a table."""
    return option(
        "--format", "form", type=click.Choice(formats), default="table", help=N_("The format.")
    )


def output_option(help: str) -> Decorator:
    """`-o FILE`, as `output`."""
    return option("-o", "--output", type=FILE, metavar="FILE", help=help)


def own_rules_option(help: str) -> Decorator:
    """`--rules DIR`, as `own_rules`: a folder that has to be there."""
    return option(
        "--rules",
        "own_rules",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        metavar="DIR",
        help=help,
    )


type_codes_option: Final = option(
    "--type-codes",
    metavar="TABLE",
    help=N_("What the numbers of types mean: national, or 1=行政许可,2=行政处罚 …"),
)

columns_option: Final = option(
    "--map",
    "columns",
    multiple=True,
    metavar="HEADER=FIELD",
    help=N_(
        "What a column gives, where it isn't recognised; its letters may stand for its header, and "
        "ignore for a field: A=name, 备注=ignore. May be given again."
    ),
)


alias_option: Final = option(
    "--alias",
    "aliases",
    multiple=True,
    metavar="NAME=BODY",
    help=N_("A name that the list has for a department or a zone; may be given again."),
)


def list_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """How to read a list, and whom it names: `reading_options` and `--alias`, as `aliases`."""
    return reading_options(alias_option(function))


def reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """How to read a list: `--map`, as `columns`; `--type-codes`; `--type`, as `types`; `--mode`, as
    `modes`; `--department`, `--scope`, `--hidden`."""
    for decorate in (
        option(
            "--hidden",
            is_flag=True,
            help=N_("Read hidden rows, columns and sheets too, and what is struck through."),
        ),
        option(
            "--scope",
            type=click.Choice(get_args(Scope)),
            help=N_("The scope of all items of which the list says nothing."),
        ),
        option(
            "--department",
            metavar="NAME",
            help=N_("The department of all items of which the list says nothing."),
        ),
        option(
            "--mode",
            "modes",
            multiple=True,
            metavar="[WORD=]MODE",
            help=N_("The mode of all items of which the list says nothing, or of a word of it."),
        ),
        option(
            "--type",
            "types",
            multiple=True,
            metavar="[WORD=]TYPE",
            help=N_(
                "The type of all items of which the list says nothing, or of a word of it: "
                "行政许可, 行政审批=行政许可."
            ),
        ),
        type_codes_option,
        columns_option,
    ):
        function = decorate(function)
    return function


def hint_words(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The options of `reading_options` that were given, as the words of a command."""
    words: list[str] = []
    for name, flag in (("columns", "--map"), ("types", "--type"), ("modes", "--mode")):
        for value in options[name]:
            words += (flag, value)
    for name, flag in (
        *(("type_codes", "--type-codes"), ("department", "--department")),
        ("scope", "--scope"),
    ):
        if options[name]:
            words += (flag, options[name])
    return (*words, "--hidden") if options["hidden"] else tuple(words)
