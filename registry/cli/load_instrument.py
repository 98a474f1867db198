"""`registry load instrument`: an instrument's folder into a registry that lives."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.build import unchecked_notes
from registry.cli.changing import by_option, current_change, why_option
from registry.cli.options import FOLDER
from registry.cli.output import terminal_width, write_text
from registry.cli.registry_file import open_registry
from registry.locale import N_, _
from registry.model.vocabulary import PROVENANCES


@base.command(
    "instrument",
    N_(
        "Add an instrument to the registry, or bring one that it has up to date.\n\nDIR holds "
        "instrument.yml and its annexes, as in the data folder. What changes is shown; all of it "
        "is taken in, or nothing. Audits, ledger and history stay; what would be lost is refused. "
        "An annex whose items were taken from a list keeps them."
    ),
)
@click.argument("folder", type=FOLDER, metavar="DIR")
@base.option("--dry-run", is_flag=True, help=N_("Show what would change; change nothing."))
@why_option
@by_option
@click.pass_context
def command(ctx: click.Context, folder: Path, dry_run: bool) -> None:
    """Load it, and print what changed."""
    from registry.intake.dataset import open_instrument_folder
    from registry.report.instrument_changes import changes_text
    from registry.store.instrument_load import load_instrument

    opened = open_instrument_folder(folder)
    unchecked = unchecked_notes([opened])
    with open_registry(database(ctx)) as conn:
        changes = load_instrument(
            conn,
            opened,
            accepted=PROVENANCES[:2],
            now=current_change().at[:19],
            dry_run=dry_run,
        )
    for note in (*changes.notes, *unchecked):
        click.echo(_("Note: {note}").format(note=note), err=True)
    write_text([changes_text(changes, terminal_width(), dry_run=dry_run)], None)
    if dry_run:
        click.echo(_("A dry run: nothing was changed."), err=True)
