"""`registry load licences`: a published list of licences, off which none may be required."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.changing import by_option, why_option
from registry.cli.options import FILE, columns_option, type_codes_option
from registry.cli.output import terminal_width, write_text
from registry.cli.progress_bar import progress_bar
from registry.cli.recording import dry_run_option, provenance_option, tell_dry_run
from registry.cli.registry_file import open_registry
from registry.locale import N_, _
from registry.model.vocabulary import Provenance


@base.command(
    "licences",
    N_(
        "Take in a published list of licences: Excel, Word, CSV, HTML, JSON, ODS or PDF.\n\nRule "
        "LAW006 holds items of 行政许可 against all lists that were taken in. A later list of "
        "the same --source takes the place of the earlier. Of a list with powers of several types "
        "only the licences are taken. Everything is taken in, or nothing."
    ),
)
@click.argument("file", type=FILE)
@base.option(
    "--source", required=True, metavar="NAME", help=N_("What the list is called, or whose it is.")
)
@base.option(
    "--from",
    "from_on",
    type=base.IsoDate(),
    metavar="DATE",
    help=N_("The first day on which it is in force; ever if not given."),
)
@columns_option
@type_codes_option
@provenance_option
@why_option
@by_option
@dry_run_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: Path,
    source: str,
    from_on: str | None,
    columns: tuple[str, ...],
    type_codes: str | None,
    provenance: Provenance,
    dry_run: bool,
) -> None:
    """Read the list, tell what was understood, and write it."""
    from registry.loading.licences import read_licences, refusal
    from registry.loading.listing import ReadingHints
    from registry.report.listing import licences_text
    from registry.store.licences import load_licences

    hints = ReadingHints.parse(columns, type_codes)
    with progress_bar(_("Reading the list")) as on_progress:
        read = read_licences(file, hints, on_progress)
    write_text([licences_text(read, terminal_width())], None)
    if (refused := refusal(read)) is not None:
        raise refused
    with open_registry(database(ctx)) as conn:
        done = load_licences(
            conn,
            source.strip(),
            read.licences,
            from_on=from_on,
            provenance=provenance,
            dry_run=dry_run,
        )
    text = _("Licences: {n:,}; new {added:,}, no longer listed {gone:,}.")
    click.echo(text.format(n=done.licences, added=done.added, gone=done.gone))
    if dry_run:
        tell_dry_run()
