"""`registry load services`: where matters are handled in a zone, and whom to ask there."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.changing import by_option, why_option
from registry.cli.options import FILE, instrument_option
from registry.cli.recording import dry_run_option, provenance_option, tell_dry_run
from registry.cli.registry_file import open_registry
from registry.locale import N_, _, list_separator
from registry.model.vocabulary import PROVENANCES, Provenance


@base.command(
    "services",
    N_(
        "Take in a list of services, or of zones' contacts: Excel, Word, CSV, HTML, JSON, ODS or "
        "PDF.\n\nA row of services names an item and a zone, and gives service guide, apply link, "
        "telephones, address, hours, time limit and fee; a table without items is of the zones' "
        "contacts. A row takes the place of what was recorded of the same; one that gives nothing "
        "takes it out. Everything is taken in, or nothing."
    ),
)
@click.argument("file", type=FILE)
@base.option(
    "--source", metavar="NAME", help=N_("Where the list comes from, unless its rows say so.")
)
@instrument_option
@provenance_option
@why_option
@by_option
@dry_run_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: Path,
    source: str | None,
    instrument: str | None,
    provenance: Provenance,
    dry_run: bool,
) -> None:
    """Read the list, write it, and tell what became of its rows."""
    from registry.intake.services import Origin, read_services
    from registry.store.instrument import find_instrument
    from registry.store.platform.names import known_names
    from registry.store.services import load_services

    origin = Origin(provenance, (source or "").strip() or None)
    with open_registry(database(ctx)) as conn:
        found = read_services(
            file,
            known_names(conn),
            origin,
            accepted=PROVENANCES,
            instrument=find_instrument(conn, instrument)[1] if instrument else None,
        )
        written = load_services(conn, found, dry_run=dry_run)
    if found.unused:
        names = list_separator().join(found.unused)
        click.echo(_("Columns that are not read: {names}").format(names=names))
    text = _("Services of items: {services:,}; contacts of zones: {contacts:,}.")
    click.echo(text.format(services=len(found.services), contacts=len(found.contacts)))
    text = _("New {added:,}, changed {changed:,}, as before {unchanged:,}, taken out {removed:,}.")
    click.echo(text.format(**written._asdict()))
    if dry_run:
        tell_dry_run()
