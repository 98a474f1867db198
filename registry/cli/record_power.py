"""`registry record power`: that items of different instruments are the same legal power."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.changing import by_option, current_change, why_option
from registry.cli.output import shows_colour, terminal_width
from registry.cli.recording import (
    ORIGIN,
    dry_run_option,
    provenance_option,
    source_option,
    tell_dry_run,
)
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _

if TYPE_CHECKING:
    import sqlite3

    from registry.model.vocabulary import Provenance
    from registry.store.references import References


@base.command(
    "power",
    N_(
        "Record that items of different instruments are the same legal power.\n\nITEM is an item's "
        "reference (INSTRUMENT:1-07), its id or its name. Where one of them is of a power already, "
        "the others join it; else what is not stated of the new power is as the first ITEM has it. "
        "`registry show` tells which items may be the same; none is tied but by this command. "
        "`registry void power KEY` takes it back."
    ),
)
@click.argument("items", nargs=-1, required=True, metavar="ITEM…")
@base.option("--name", metavar="TEXT", help=N_("The name of the power."))
@base.option("--type", "power_type", metavar="TYPE", help=N_("Its type, as 行政许可."))
@base.option("--law", metavar="TEXT", help=N_("The law that it rests on."))
@base.option("--article", metavar="TEXT", help=N_("The article of the law."))
@base.option("--code", "basic_code", metavar="CODE", help=N_("Its basic code (基本编码)."))
@provenance_option
@source_option
@why_option
@by_option
@dry_run_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    items: tuple[str, ...],
    provenance: Provenance,
    source: str | None,
    dry_run: bool,
    **stated: str | None,
) -> None:
    """Check, write, and tell."""
    from registry.report.power_text import power_text
    from registry.store.powers import record_power
    from registry.store.references import References

    change = current_change()
    given = {name: text.strip() for name, text in stated.items() if text and text.strip()}
    with open_registry(base.database(ctx)) as conn:
        references = References(conn)
        done = record_power(
            conn,
            [_number(conn, text, references) for text in items],
            given,
            change,
            provenance=provenance,
            source=f"{source or ORIGIN}（{change.by}，{change.at[:10]}登记）",
            dry_run=dry_run,
        )
    click.echo(
        _("Recorded: power {key}; items that are new in it: {n:,}").format(
            key=done.power.key, n=done.added
        )
    )
    click.echo("\n" + power_text(done.power, terminal_width(), colour=shows_colour()), nl=False)
    if dry_run:
        tell_dry_run()


def _number(conn: sqlite3.Connection, text: str, references: References) -> int:
    """Number of the item that people call so. Raises RegistryError for a delegation."""
    from registry.store.lookups import find_item_called

    item, delegation = find_item_called(conn, text, references)
    if delegation is not None:
        raise RegistryError(
            _("{id} is a delegation").format(id=text),
            _("Name its item: {item}.").format(item=item["id"]),
        )
    return int(item["item_no"])
