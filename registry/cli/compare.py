"""`registry compare`: hold a list from outside against the registry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from registry.cli import base
from registry.cli.listing import FILE, list_options, read_listing, with_aliases
from registry.cli.output import terminal_width, write_out
from registry.cli.progress_bar import waiting
from registry.cli.registry_file import database, note_provenance, open_registry
from registry.files import atomic_write
from registry.locale import N_, _


@base.command(
    "compare",
    N_(
        "Hold a list against the registry: a published 权责清单, an export, another city's.\n\n"
        "Says which powers are the same, which probably are, and which stand only here or only "
        "there. Nothing is changed."
    ),
)
@click.argument("file", type=FILE)
@base.option("--annex", type=int, metavar="N", help=N_("Only the items of this annex."))
@base.option("--zone", metavar="ZONE", help=N_("Only the items of this zone."))
@base.option("--instrument", metavar="ID", help=N_("The instrument, where there are several."))
@list_options
@base.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "xlsx"]),
    default="table",
    help=N_("The format."),
)
@base.option(
    "-o", "--output", type=FILE, metavar="FILE", help=N_("Write to a file, whole or not at all.")
)
@click.pass_context
def command(ctx: click.Context, /, file: Path, **options: Any) -> None:
    """Read the list, pair it with the items, and print."""
    from registry.intake.matching import Named, pair_up
    from registry.intake.names import NameProblem, Names
    from registry.report.listing.comparison import Comparison, comparison_json, comparison_text
    from registry.store.annex_load import stored_items
    from registry.store.bodies import find_zone
    from registry.store.instrument import find_instrument, stored_instrument

    form, output = options["form"], options["output"]
    if form == "xlsx" and output is None:
        raise click.UsageError(_("--format xlsx makes a file; name it with -o."))
    with open_registry(database(ctx)) as conn:
        no, _id = find_instrument(conn, options["instrument"])
        plain = stored_instrument(conn, no, "official", file.name)
        instrument, _aliases = with_aliases(plain, options["aliases"])
        zone = find_zone(conn, options["zone"]) if options["zone"] else None
        stored = stored_items(conn, no, options["annex"], zone)
        source, listing = read_listing(file, instrument, options["maps"], options["type_codes"])
        note_provenance(conn)
    names = Names(instrument)

    def departments(cell: str | None) -> frozenset[str]:
        try:
            return frozenset(id_ for id_, _role in names.departments(cell or ""))
        except NameProblem:
            return frozenset()  # another place's department tells nothing of ours

    left = [Named(i.name, i.power_type, departments(i.department)) for i in listing.items]
    with waiting(_("Comparing names")) as tick:
        pairing = pair_up(left, [item.named for item in stored], tick=tick)
    comparison = Comparison(source, listing, stored, pairing)
    if form == "xlsx":
        from registry.report.listing.comparison_xlsx import comparison_workbook

        atomic_write(output, comparison_workbook(comparison))
    else:
        text = (
            comparison_json(comparison)
            if form == "json"
            else comparison_text(comparison, terminal_width())
        )
        write_out([text], output)
    if output:
        click.echo(_("Written: {path}").format(path=output), err=True)
