"""What the commands share that load the platform's files: options, and that no cell is shown."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from registry.cli.base import IsoDate, database, option
from registry.cli.changing import by_option, current_change, why_option
from registry.cli.options import format_option, instrument_option
from registry.cli.output import terminal_width, write_text
from registry.cli.recording import dry_run_option, tell_dry_run
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _

if TYPE_CHECKING:
    from registry.loading.platform import LoadRequest, PlatformLoad
    from registry.model.case import FileKind
    from registry.store.log.changes import Change

Load = Callable[[sqlite3.Connection, "LoadRequest", "Change"], "PlatformLoad"]

_PROVENANCES: Final = ("official", "demonstration")

files_argument = click.argument(
    # Not click.Path: its errors would quote the name, which may be a person's.
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
)


def platform_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every load of the platform's files."""
    for decorate in (
        by_option,
        why_option,
        format_option("table", "json"),
        dry_run_option,
        option(
            "--provenance",
            type=click.Choice(_PROVENANCES),
            default="official",
            show_default=True,
            help=N_("What the files are: official, unless they only show something."),
        ),
        instrument_option,
        option(
            "--map",
            "maps",
            multiple=True,
            metavar="COLUMN=FIELD",
            help=N_(
                "What a column gives, where it isn't recognised; remembered for the source; may "
                "be given again."
            ),
        ),
        option(
            "--source",
            metavar="NAME",
            help=N_("The system that the files come from; 未注明 if not given."),
        ),
    ):
        function = decorate(function)
    return function


def period_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--from` and `--to`."""
    for decorate in (
        option(
            "--to",
            "to_on",
            type=IsoDate(),
            metavar="DATE",
            help=N_("The last day that the files cover; else the last that a case was accepted."),
        ),
        option(
            "--from",
            "from_on",
            type=IsoDate(),
            metavar="DATE",
            help=N_("The first day that they cover; else the first that a case was accepted."),
        ),
    ):
        function = decorate(function)
    return function


def run_load(
    ctx: click.Context, kind: FileKind, files: tuple[str, ...], options: dict[str, Any]
) -> None:
    """Load files, and tell what became of every row."""
    with no_cell_shown():
        from registry.loading.platform import LoadRequest
        from registry.report.platform import load_json, load_text
        from registry.store.platform.loads import NO_SOURCE

        request = LoadRequest(
            kind,
            tuple(map(Path, files)),
            source=(options["source"] or "").strip() or NO_SOURCE,
            maps=options["maps"],
            instrument=options["instrument"],
            from_on=options.get("from_on"),
            to_on=options.get("to_on"),
            provenance=options["provenance"],
            dry_run=options["dry_run"],
        )
        with open_registry(database(ctx)) as conn:
            report = _load_of(kind)(conn, request, current_change())
        if options["form"] == "json":
            write_text([load_json(report)], None)
        else:
            write_text([load_text(report, terminal_width())], None)
    if request.dry_run:
        tell_dry_run()


def _load_of(kind: FileKind) -> Load:
    if kind == "cases":
        from registry.loading.platform_cases import load_cases

        return load_cases
    from registry.loading import platform_access

    return platform_access.load_accounts if kind == "accounts" else platform_access.load_permissions


class LoadFault(RegistryError):
    """A fault of the program, told without what it was working on: that may be a person's."""


@contextmanager
def no_cell_shown() -> Iterator[None]:
    """Have a fault of the program tell where it is, and quote nothing that was read."""
    try:
        yield
    except (RegistryError, click.ClickException, click.exceptions.Exit, BrokenPipeError):
        raise
    except sqlite3.OperationalError:
        raise  # of the file itself: in use, full, read-only
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"
        raise LoadFault(
            _("internal error ({where}); nothing was changed").format(where=where),
            _("Please report it."),
        ) from None
