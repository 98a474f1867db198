"""`registry demo load`: the demonstration of what the platform does, taken in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.changing import by_option, current_change, why_option
from registry.cli.registry_file import open_registry, print_provenance
from registry.errors import RegistryError
from registry.locale import N_, _

if TYPE_CHECKING:
    from registry.loading.platform import LoadRequest

_SOURCE: Final = "演示平台"
_FOLDER: Final = "platform"
_FILES: Final = {
    "cases": ("cases.csv", "steps.csv", "stops.csv"),
    "accounts": ("accounts.csv",),
    "permissions": ("permissions.csv",),
}
"""What is loaded → the files that it stands in, in such a folder."""
_DAY_FILE: Final = "exported-on.txt"
"""The day of which the files are, in ISO 8601."""


@base.command(
    "load",
    N_(
        "Take in the demonstration of cases, accounts and permissions that the data folder has.\n\n"
        "Everything in it is invented, and marked; `registry demo remove` takes it out again."
    ),
)
@base.option("--data", type=click.Path(path_type=Path), metavar="DIR", help=N_("The data folder."))
@why_option
@by_option
@click.pass_context
def command(ctx: click.Context, data: Path | None) -> None:
    """Load every file, each kind in its transaction."""
    from registry.cli.data_paths import data_root
    from registry.cli.output import terminal_width, write_text
    from registry.cli.platform_files import load_of
    from registry.report.platform import load_text

    root = data or data_root()[0]
    requests = [
        request for folder in sorted(root.glob(f"*/{_FOLDER}")) for request in _requests(folder)
    ]
    if not requests:
        raise RegistryError(
            _("{path} has no demonstration of cases").format(path=root),
            _("Name another folder with --data."),
        )
    with open_registry(database(ctx)) as conn:
        for request in requests:
            report = load_of(request.kind)(conn, request, current_change())
            write_text([load_text(report, terminal_width())], None)
        print_provenance(conn)


def _requests(folder: Path) -> list[LoadRequest]:
    from registry.intake.textfile import examine
    from registry.loading.platform import LoadRequest

    day = folder / _DAY_FILE
    exported_on = day.read_text(examine(day).encoding).strip() if day.is_file() else None
    found = []
    for kind, names in _FILES.items():
        paths = tuple(folder / name for name in names if (folder / name).is_file())
        if paths:
            found.append(
                LoadRequest(
                    kind,  # type: ignore[arg-type]  # keys of a dict are no literals
                    paths,
                    source=_SOURCE,
                    provenance="demonstration",
                    exported_on=exported_on,
                )
            )
    return found
