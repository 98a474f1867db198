"""How our commands differ from click's: loaded when asked for, and helped in two languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from registry.errors import RegistryError
from registry.locale import N_, _

COMMANDS: Final = (
    "build",
    "audit",
    "rules",
    "due",
    "show",
    "workday",
    "query",
    "runs",
    "diff",
    "progress",
    "letters",
    "waive",
    "load",
    "compare",
    "ledger",
    "publish",
    "serve",
    "user",
)


class Option(click.Option):
    """An option whose help is looked up in the catalogue when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The help record, translated."""
        untranslated = self.help
        self.help = untranslated and _(untranslated)
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = untranslated


class Command(click.Command):
    """A command whose help is looked up in the catalogue when it is shown."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help text, translated, and wrapped by us: click wraps Chinese too late."""
        from registry.report.terminal import wrap

        formatter.write_paragraph()
        with formatter.indentation():
            width = formatter.width - formatter.current_indent
            paragraphs = [wrap(text, width) for text in _(self.help or "").split("\n\n")]
            formatter.write_text("\n\n".join(f"\b\n{text}" for text in paragraphs))

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, translated and whole: a list of commands cuts nothing off."""
        return _(self.help or "").split("\n\n")[0].rstrip("。.")


class LazyGroup(Command, click.Group):
    """Imports a command's module when the command is named, and no other."""

    members: tuple[str, ...] = COMMANDS
    prefix = ""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which one uses them."""
        return list(self.members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, from the module of that name, after the group's prefix."""
        if cmd_name not in self.members:
            return None
        module = import_module(f"registry.cli.{self.prefix}{cmd_name}")
        command: click.Command = module.command
        return command


def group(name: str, help: str, *members: str) -> click.Command:
    """A command of several: `load annex` stands in the module load_annex."""
    made = LazyGroup(name, help=help, no_args_is_help=True)
    made.members = members
    made.prefix = f"{name}_"
    return made


def command(name: str, help: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Decorate a function as a command; `help` is a message id."""
    return click.command(name, cls=Command, help=help)


def option(*names: str, **attributes: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a command with an option; its `help` is a message id."""
    return click.option(*names, cls=Option, **attributes)


class IsoDate(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic from 8.3 on
    """A date as 2021-05-28; gives the text, checked."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the date, or fail with what is right."""
        try:
            return dt.datetime.strptime(str(value), "%Y-%m-%d").date().isoformat()
        except ValueError:
            self.fail(
                _("“{value}” is not a date of the calendar; write it like 2021-05-28.").format(
                    value=value
                ),
                param,
                ctx,
            )


AS_OF_HELP: Final = N_("The day to stand on; today if not given.")


def as_of_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The --as-of option; None stands for today."""
    return option("--as-of", type=IsoDate(), metavar="DATE", help=AS_OF_HELP)(function)


def own_rules_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--rules DIR`, as `own_rules`."""
    return option(
        "--rules",
        "own_rules",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        metavar="DIR",
        help=help,
    )


def today_or(as_of: str | None) -> str:
    """`as_of`, or today by the clock of this machine."""
    return as_of or dt.date.today().isoformat()


@contextmanager
def refusing(*problems: type[Exception]) -> Iterator[None]:
    """Turn problems of these kinds, whose text is what the user reads, into RegistryErrors."""
    try:
        yield
    except problems as problem:
        raise RegistryError(str(problem)) from problem
