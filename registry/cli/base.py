"""How our commands differ from click's: loaded when asked for, and helped in two languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from registry.locale import N_, _

_ISO: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

COMMANDS: Final = (
    "build",
    "audit",
    "rules",
    "due",
    "show",
    "find",
    "can",
    "who",
    "powers",
    "workday",
    "query",
    "runs",
    "diff",
    "report",
    "progress",
    "evaluate",
    "letters",
    "waive",
    "load",
    "compare",
    "ledger",
    "record",
    "void",
    "demo",
    "publish",
    "serve",
    "user",
    "inbox",
    "log",
    "checkpoint",
    "verify",
    "backup",
    "restore",
    "export",
    "new",
    "schema",
)


GROUPS: Final = {
    "load": (
        N_("Take in a list that an office made, an instrument, or files of the platform."),
        ("annex", "instrument", "licences", "services", "cases", "accounts", "permissions"),
    ),
    "new": (N_("Write what an office then fills in."), ("instrument",)),
    "ledger": (
        N_("Send ledger workbooks out to departments and zones, and take them back."),
        ("export", "import"),
    ),
    "record": (
        N_(
            "Record one paper (an agreement, its end, a proof, a request, a reduction), what "
            "happened to a body, or that items are one power."
        ),
        ("agreement", "termination", "proof", "guidance", "service", "body-event", "power"),
    ),
    "inbox": (
        N_(
            "What departments and zones handed in on the internal site: take it in, or send it "
            "back."
        ),
        ("list", "show", "accept", "send-back"),
    ),
    "log": (
        N_("Who changed what, when and why."),
        ("show", "export"),
    ),
    "export": (
        N_("The registry as Parquet, for an audit of many registries together."),
        ("parquet",),
    ),
    "demo": (N_("The demonstration that a data folder comes with."), ("load", "remove")),
}
"""Commands of several: `load annex` stands in the module load_annex."""

WITH_DEFAULT: Final = frozenset({"log"})
"""Groups whose first command need not be named."""


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


class WordsOption(Option):
    """An option of several words: `--items 1-05 1-07`, up to the next option. Gives a tuple."""


class Command(click.Command):
    """A command whose help is looked up in the catalogue when it is shown."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, with every word after a `WordsOption` as one more value of it."""
        several = {name for p in self.params if isinstance(p, WordsOption) for name in (*p.opts,)}
        spread: list[str] = []
        open_option = ""
        for arg in args:
            if arg in several:
                open_option = arg
            elif arg.startswith("-") and len(arg) > 1:
                open_option = ""
                spread.append(arg)
            else:
                spread += [open_option, arg] if open_option else [arg]
        return super().parse_args(ctx, spread)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help text, translated, and wrapped by us: click wraps Chinese too late."""
        from registry.report.terminal import wrap

        formatter.write_paragraph()
        with formatter.indentation():
            width = formatter.width - formatter.current_indent
            paragraphs = [wrap(text, width) for text in _(self.help or "").split("\n\n")]
            formatter.write_text("\n\n".join(f"\b\n{text}" for text in paragraphs))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples, each on a line of its own, to be copied whole."""
        from registry.cli.examples import EXAMPLES

        _program, _space, path = ctx.command_path.partition(" ")
        if path in EXAMPLES:
            with formatter.section(_("Examples")):
                for line in EXAMPLES[path]:
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, translated and whole: a list of commands cuts nothing off."""
        return _(self.help or "").split("\n\n")[0].rstrip("。.")


class Group(Command, click.Group):
    """A command of several, shown in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in their order."""
        return list(self.commands)


class LazyGroup(Group):
    """Imports a command's module when the command is named, and no other."""

    members: tuple[str, ...] = COMMANDS
    prefix = ""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which one uses them."""
        return list(self.members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name: a group, or `command` of the module of that name."""
        if cmd_name not in self.members:
            return None
        if not self.prefix and cmd_name in GROUPS:
            help, members = GROUPS[cmd_name]
            kind = GroupWithDefault if cmd_name in WITH_DEFAULT else LazyGroup
            group = kind(cmd_name, help=help, no_args_is_help=kind is LazyGroup)
            group.members, group.prefix = members, f"{cmd_name}_"
            return group
        module = import_module(f"registry.cli.{self.prefix}{cmd_name}".replace("-", "_"))
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click has it; a name that no command has offers the nearest."""
        name = args[0]
        if name not in self.members and not name.startswith("-") and not ctx.resilient_parsing:
            from registry.errors import did_you_mean, error_text

            problem = _("there is no command “{name}”").format(name=name)
            otherwise = _("`{group} --help` lists them.").format(group=ctx.command_path)
            ctx.fail(error_text(problem, did_you_mean(name, self.members, otherwise)))
        return super().resolve_command(ctx, args)


class GroupWithDefault(LazyGroup):
    """A group whose first command need not be named: `log 1-07` is `log show 1-07`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the first command in where none is named."""
        if not args or args[0] not in (*self.members, *ctx.help_option_names):
            args = [self.members[0], *args]
        return super().parse_args(ctx, args)


def command(name: str, help: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Decorate a function as a command; `help` is a message id."""
    return click.command(name, cls=Command, help=help)


def option(*names: str, **attributes: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a command with an option; its `help` is a message id."""
    return click.option(*names, cls=Option, **attributes)


NUMBER: Final = click.IntRange(1, 2**31 - 1)
"""A number of something, or of days: none that is larger is of anything."""
_FIRST_DAY, _LAST_DAY = "1900-01-01", "2899-12-31"
"""What a command may be asked about: days and years before and after are still dates."""


class IsoDate(click.ParamType):  # type: ignore[type-arg,unused-ignore]  # generic from 8.3 on
    """A date as people write it (2021-05-28, 2021/5/28, 2021年5月28日); gives it in ISO's form."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the date, or fail with what is right."""
        day = self._day(str(value))
        if day is None:
            problem = _("“{value}” is not a date of the calendar; write it like 2021-05-28.")
            self.fail(problem.format(value=value), param, ctx)
        if not _FIRST_DAY <= day <= _LAST_DAY:
            problem = _("“{value}” is no day from {first} to {last}")
            told = problem.format(value=value, first=_FIRST_DAY, last=_LAST_DAY)
            self.fail(told, param, ctx)
        return day

    @staticmethod
    def _day(text: str) -> str | None:
        if _ISO.fullmatch(text):  # without what it takes to import the models
            with suppress(ValueError):
                return dt.date.fromisoformat(text).isoformat()
        from registry.model.fields import parse_loose_date

        try:
            return parse_loose_date(text)
        except ValueError:
            return None


def today_or(as_of: str | None) -> str:
    """`as_of`, or today by the clock of this machine."""
    return as_of or dt.date.today().isoformat()


def database(ctx: click.Context) -> Path:
    """The working file that the command line names."""
    path: Path = ctx.obj
    return path
