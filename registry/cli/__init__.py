"""The command line: the only place that reads the clock, the locale or the environment."""

from __future__ import annotations

import gc
import gettext
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from registry import __version__
from registry.cli.base import LazyGroup, Option
from registry.locale import DOMAIN, FOLDER, LANGUAGES, N_, Language, use


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
@click.version_option(__version__, prog_name="registry")
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


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run one command, and leave with its exit code: 2 for every kind of error.

    `args`: the command line, without the program's name; that of the process if not given. May
    be called several times in one process, with other standard streams: raises SystemExit.
    """
    # What is imported and read stays until the command ends: look for garbage less often.
    gc.set_threshold(50_000, 20, 20)
    # Else the first model reads the metadata of every installed package, for plugins of pydantic's.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a character (GBK, say) shows a question mark and goes on.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    _choose_language(_default_language())
    try:
        cli.main(args, prog_name="registry")
    except BrokenPipeError:
        # Whoever read our output has seen enough. Keep Python from complaining as it leaves.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        from registry.cli.errors import report

        sys.exit(report(error))
    sys.exit(0)  # click has left with the command's own exit code before
