"""`registry compare`: compare a list from outside with the registry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from registry.cli import base
from registry.cli.base import database, today_or
from registry.cli.options import (
    FILE,
    as_of_option,
    format_option,
    instrument_option,
    list_options,
    output_option,
)
from registry.cli.output import terminal_width, write_text
from registry.cli.progress_bar import progress_bar
from registry.cli.registry_file import open_registry, print_provenance
from registry.files import atomic_write, name_text
from registry.locale import N_, _


@base.command(
    "compare",
    N_(
        "Hold a list against the registry: a published 权责清单, an export, another city's.\n\n"
        "Says which powers are the same, which probably are, and which stand only here or only "
        "there. Of a zone's own list (--zone) it says first what stands in it although the zone "
        "may not exercise it on the day: no longer carried out, withdrawn, expired, ended. Nothing "
        "is changed."
    ),
)
@click.argument("file", type=FILE)
@base.option("--annex", type=base.NUMBER, metavar="N", help=N_("Only the items of this annex."))
@base.option("--zone", metavar="ZONE", help=N_("Only the items of this zone."))
@as_of_option
@instrument_option
@list_options
@format_option("table", "json", "xlsx")
@output_option(N_("Write to a file, whole or not at all."))
@click.pass_context
def command(ctx: click.Context, /, file: Path, **options: Any) -> None:
    """Read the list, pair it with the items, and print."""
    from registry.authority.answering import Authority
    from registry.intake.matching import Named, pair_up
    from registry.intake.names import NameProblem, Names
    from registry.loading.listing import ReadingHints, read_listing, with_aliases
    from registry.report.listing import (
        Comparison,
        comparison_json,
        comparison_text,
        not_exercisable,
    )
    from registry.store.annex_load import stored_items
    from registry.store.bodies import find_zone
    from registry.store.connection import reading
    from registry.store.instrument import find_instrument
    from registry.store.stored_instrument import stored_instrument

    form, output = options["form"], options["output"]
    if form == "xlsx" and output is None:
        raise click.UsageError(_("--format xlsx makes a file; name it with -o."))
    day = today_or(options["as_of"])
    with open_registry(database(ctx)) as conn, reading(conn):
        no, _id = find_instrument(conn, options["instrument"])
        plain = stored_instrument(conn, no, "official", name_text(file))
        instrument, _aliases = with_aliases(plain, options["aliases"])
        zone = find_zone(conn, options["zone"]) if options["zone"] else None
        stored = stored_items(conn, no, options["annex"], zone)
        hints = ReadingHints.of_options(options)
        with progress_bar(_("Reading the list")) as on_progress:
            source, listing = read_listing(file, instrument, hints, on_progress)
        print_provenance(conn)
        names = Names(instrument)

        def departments(cell: str | None) -> frozenset[str]:
            try:
                return frozenset(id_ for id_, _role in names.departments(cell or ""))
            except NameProblem:
                return frozenset()  # another place's department tells nothing of ours

        left = [Named(i.name, i.power_type, departments(i.department)) for i in listing.items]
        with progress_bar(_("Comparing names")) as on_progress:
            pairing = pair_up(left, [item.named for item in stored], tick=on_progress)
        comparison = Comparison(source, listing, stored, pairing)
        if zone is not None:
            authority = Authority(conn, zone)
            comparison.day = day
            comparison.closed = not_exercisable(authority, zone, day, stored, left, pairing)
    if form == "xlsx":
        from registry.report.listing import comparison_workbook

        atomic_write(output, comparison_workbook(comparison))
    else:
        text = (
            comparison_json(comparison)
            if form == "json"
            else comparison_text(comparison, terminal_width())
        )
        write_text([text], output)
    if output:
        click.echo(_("Written: {path}").format(path=output), err=True)
