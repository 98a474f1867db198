"""`registry record service`: a service reduction, in one line."""

from __future__ import annotations

from typing import Any, get_args

import click

from registry.cli import base
from registry.cli.recording import record_row, recording_options
from registry.locale import N_
from registry.model.vocabulary import ServiceMeasure

_NAMES = {
    **{"item": "--item", "zone": "--zone", "measure": "--measure", "unit": "--unit"},
    **{"before": "--before", "after": "--after"},
}


@base.command(
    "service",
    N_("Record that an item takes fewer documents, steps or days in a zone."),
)
@base.option("--item", required=True, metavar="ITEM", help=N_("The item: its id or name."))
@base.option("--zone", required=True, metavar="ZONE", help=N_("The zone."))
@base.option(
    "--measure",
    required=True,
    type=click.Choice(get_args(ServiceMeasure)),
    help=N_("What is reduced: documents, steps or days."),
)
@base.option("--before", required=True, type=float, metavar="N", help=N_("How many before."))
@base.option("--after", required=True, type=float, metavar="N", help=N_("How many after."))
@base.option("--unit", required=True, metavar="TEXT", help=N_("Of what, as 份, 个 or 工作日."))
@recording_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    item: str,
    zone: str,
    measure: str,
    before: float,
    after: float,
    unit: str,
    **options: Any,
) -> None:
    """Check, write, and tell."""
    from registry.model.ledger import ServiceRow

    values = {
        **{"item": item, "zone": zone, "measure": measure, "unit": unit},
        **{"before": before, "after": after},
    }
    record_row(ctx, ServiceRow, values, _NAMES, options)
