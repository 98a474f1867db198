"""`registry new instrument`: a folder to fill in with the facts of an instrument."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli import base
from registry.cli.data_paths import calendar_folder
from registry.cli.options import FILE, FOLDER, hint_words, reading_options
from registry.cli.progress_bar import progress_bar
from registry.locale import N_, _

if TYPE_CHECKING:
    from registry.intake.scaffold import ListFile


@base.command(
    "instrument",
    N_(
        "Write a folder for an instrument: a commented instrument.yml to fill in, and an empty "
        "annex.\n\nID is what the registry is to call it, such as citya-2024-3. Nothing that is "
        "there is written over.\n\nWith --from, what a list of its items says is filled in: its "
        "departments, delegates, modes, how many items it counts, and its items where each is "
        "stated in full. What the list doesn't say stays empty."
    ),
)
@click.argument("id_", metavar="ID")
@base.option(
    "--from",
    "lists",
    type=FILE,
    multiple=True,
    metavar="LIST",
    help=N_("The list of an annex, in any table format; once for each annex, in their order."),
)
@base.option(
    "--to",
    "root",
    type=FOLDER,
    default=Path("data"),
    metavar="DIR",
    help=N_("The data folder; ./data if not given."),
)
@reading_options
def command(id_: str, lists: tuple[Path, ...], root: Path, **options: Any) -> None:
    """Write it, and a calendar where the data folder has none; say what comes next."""
    from registry.intake.scaffold import check_free, write_scaffold
    from registry.intake.scaffold.commands import quoted

    check_free(root, id_)
    made = write_scaffold(root, id_, [_read(path, options) for path in lists])
    files = made.files
    calendar = root / "calendar"
    if not calendar.exists():
        shutil.copytree(calendar_folder()[0], calendar)
        files.append(calendar)
    for path in files:
        click.echo(_("Written: {path}").format(path=path))
    for remark in made.remarks:
        click.echo(remark, err=True)
    click.echo(
        _(
            "Fill in what is empty; then `registry build --data {root}`, or `registry load "
            "instrument {folder}` for a registry that is there."
        ).format(root=quoted(root), folder=quoted(root / id_)),
        err=True,
    )
    for annex, load in made.commands.items():
        click.echo(
            _(
                "annex{annex}.csv is empty, for the list leaves open what it needs; once the "
                "registry is built: {command}"
            ).format(annex=annex, command=load),
            err=True,
        )


def _read(path: Path, options: dict[str, Any]) -> ListFile:
    from registry.intake.listing.non_items import KnownNames
    from registry.intake.listing.zone_columns import looks_like_zone
    from registry.intake.scaffold import ListFile
    from registry.loading.listing import ReadingHints, read_list_of

    known = KnownNames(is_zone=looks_like_zone)
    with progress_bar(_("Reading the list")) as on_progress:
        hints = ReadingHints.of_options(options)
        _source, listing = read_list_of(path, known, hints, on_progress)
    return ListFile(path, listing, hint_words(options))
