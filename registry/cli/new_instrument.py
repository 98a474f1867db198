"""`registry new instrument`: a folder to fill in with the facts of an instrument."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from registry.cli import base
from registry.cli.data_paths import calendar_folder
from registry.cli.options import FOLDER
from registry.locale import N_, _


@base.command(
    "instrument",
    N_(
        "Write a folder for an instrument: a commented instrument.yml to fill in, and an empty "
        "annex.\n\nID is what the registry is to call it, such as citya-2024-3. Nothing that is "
        "there is written over."
    ),
)
@click.argument("id_", metavar="ID")
@base.option(
    "--to",
    "root",
    type=FOLDER,
    default=Path("data"),
    metavar="DIR",
    help=N_("The data folder; ./data if not given."),
)
def command(id_: str, root: Path) -> None:
    """Write it, and a calendar where the data folder has none; say what comes next."""
    from registry.intake.scaffold import write_scaffold

    files = write_scaffold(root, id_)
    calendar = root / "calendar"
    if not calendar.exists():
        shutil.copytree(calendar_folder()[0], calendar)
        files.append(calendar)
    for path in files:
        click.echo(_("Written: {path}").format(path=path))
    click.echo(
        _(
            "Fill in what is empty; then `registry build --data {root}`, or `registry load "
            "instrument {folder}` for a registry that is there."
        ).format(root=root, folder=root / id_),
        err=True,
    )
