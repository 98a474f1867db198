"""`registry demo remove`: the demonstration taken out of a living registry."""

from __future__ import annotations

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.changing import by_option, why_option
from registry.cli.recording import dry_run_option
from registry.cli.registry_file import open_registry, print_provenance
from registry.locale import N_, _


@base.command(
    "remove",
    N_(
        "Take every demonstration row out of the registry, at once.\n\nRecords of one's own, "
        "loaded lists, stored audits and the history of the ledger stay."
    ),
)
@dry_run_option
@why_option
@by_option
@click.pass_context
def command(ctx: click.Context, dry_run: bool) -> None:
    """Remove, and say what was removed."""
    from registry.locale.labels import table_label
    from registry.report.terminal import indent, table
    from registry.store.demonstration import remove_demonstration

    with open_registry(database(ctx)) as conn:
        removed = remove_demonstration(conn, dry_run=dry_run)
        print_provenance(conn)
    if not removed:
        click.echo(_("There is no demonstration row in the registry."))
        return
    heading = _("Demonstration rows that would be removed:") if dry_run else None
    click.echo(heading or _("Demonstration rows that were removed:"))
    rows = [(table_label(name), n) for name, n in removed.items()]
    click.echo(indent(table(rows), 2), nl=False)
