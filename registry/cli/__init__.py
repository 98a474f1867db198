"""The command line: the only place that reads the clock, the locale or the environment."""

from __future__ import annotations

import gc
import gettext
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

import click

from registry import __version__
from registry.cli.base import LazyGroup, Option
from registry.cli.command_line import command_line, refuse_undecodable
from registry.cli.streams import flush_streams, prepare_streams, silence_streams
from registry.locale import DOMAIN, FOLDER, LANGUAGES, N_, Language, _, use

_ERROR: Final = 2
_WRITING_FOR_ALL: Final = ("publish", "serve")
"""Commands whose files are for the public; what they write for inside they restrict themselves."""

_INTERRUPTED: Final = 130
"""As shells have it: 128, and the number of the signal."""


def _default_language() -> Language:
    """$REGISTRY_LANG, else the locale: Chinese where it begins with zh, else English."""
    named = os.environ.get("REGISTRY_LANG", "")
    if named in LANGUAGES:
        return "zh" if named == "zh" else "en"
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    if sys.platform == "win32":
        import locale

        return "zh" if (locale.getlocale()[0] or "").lower().startswith("chinese") else "en"
    return "en"


def _choose_language(language: Language) -> None:
    use(language)
    # click looks its own texts up in gettext's global domain: let it find them in ours.
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, FOLDER)
    gettext.textdomain(DOMAIN)


def _language_given(
    ctx: click.Context, param: click.Parameter, value: Language | None
) -> Language | None:
    if value:
        _choose_language(value)
    return value


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("The registry of delegated powers: what was conferred, and what is still owed for it."),
)
@click.version_option(
    __version__, prog_name="registry", cls=Option, help=N_("Show the version and exit.")
)
@click.option(
    "--db",
    cls=Option,
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="REGISTRY_DB",
    default=Path("registry.db"),
    metavar="FILE",
    help=N_("The working file; $REGISTRY_DB, else ./registry.db."),
)
@click.option(
    "--lang",
    cls=Option,
    type=click.Choice(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=_language_given,
    help=N_("The language; $REGISTRY_LANG, else the locale's."),
)
@click.pass_context
def cli(ctx: click.Context, db: Path) -> None:
    """Take the options that stand before the command."""
    ctx.obj = db
    if ctx.invoked_subcommand not in _WRITING_FOR_ALL:
        _let_in_no_more_than(ctx, db)


def _let_in_no_more_than(ctx: click.Context, db: Path) -> None:
    """Let nobody read new files of this command who can't read the working file they are made of.

    Files that are there already keep their modes.
    """
    with suppress(OSError):
        mode = db.stat().st_mode
        hidden = (0 if mode & 0o040 else 0o070) | (0 if mode & 0o004 else 0o007)
        before = os.umask(0o077)
        os.umask(before | hidden)
        ctx.call_on_close(lambda: os.umask(before))


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run one command, and leave with its exit code: 2 for every kind of error.

    A pipe that is closed at its other end is no error, 0; an interruption (Ctrl-C) leaves with 130.

    `args`: the command line, without the program's name; that of the process if not given. May
    be called several times in one process, with other standard streams: raises SystemExit.
    """
    # What is imported and read stays until the command ends: look for garbage less often.
    gc.set_threshold(50_000, 20, 20)
    # Else the first model reads the metadata of every installed package, for plugins of pydantic's.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    prepare_streams()
    _choose_language(_default_language())
    try:
        code = _run(args)
        problem = flush_streams()
        if problem is not None:
            code = _told(problem)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        silence_streams()
        code = 0
    except KeyboardInterrupt:
        code = _INTERRUPTED
        with suppress(OSError, KeyboardInterrupt):
            click.echo("\n" + _("Interrupted."), err=True)
    flush_streams()
    sys.exit(code)


def _run(args: Sequence[str] | None) -> int:
    """Run one command, tell what went wrong, and give the exit code.

    click's own `main` leaves with 1 for what is no alarm: closed pipes, interruptions.
    """
    try:
        if os.environ.get("_REGISTRY_COMPLETE"):
            from registry.cli.completion import complete

            complete(cli)
        words = command_line() if args is None else list(args)
        refuse_undecodable(words)
        with cli.make_context("registry", words) as ctx:
            cli.invoke(ctx)
        return 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    except (click.Abort, EOFError) as error:  # at a question
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        return _told(click.ClickException(_("Aborted!")))
    except BrokenPipeError:
        raise
    except Exception as error:
        return _told(error)


def _told(error: Exception) -> int:
    """Print what went wrong, where that can be read; the exit code."""
    from registry.cli.errors import report

    try:
        return report(error)
    except OSError:
        silence_streams()
        return _ERROR
