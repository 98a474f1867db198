"""`registry record termination`: that an agreement was ended before its time, in one line."""

from __future__ import annotations

from typing import Any

import click

from registry.cli import base
from registry.cli.recording import amend_row, change_options
from registry.locale import N_

_NAMES = {
    **{"terminated_on": "--on", "termination_basis": "--basis"},
    "dissolved_public_on": "--made-public-on",
}


@base.command(
    "termination",
    N_(
        "Record that an agreement was ended before its time.\n\nNUMBER is the agreement's. The "
        "record stays: on --on the agreement was in force for the last day. An agreement that was "
        "never concluded, or was recorded wrongly, is voided instead (`registry void`)."
    ),
)
@click.argument("number")
@base.option(
    "--on",
    required=True,
    type=base.IsoDate(),
    metavar="DATE",
    help=N_("The last day on which it was in force."),
)
@base.option("--basis", required=True, metavar="TEXT", help=N_("What the termination rests on."))
@base.option(
    "--made-public-on",
    type=base.IsoDate(),
    metavar="DATE",
    help=N_("The day on which its end was made public."),
)
@change_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    number: str,
    on: str,
    basis: str,
    made_public_on: str | None,
    **options: Any,
) -> None:
    """Check, write, and tell."""
    fields = {"terminated_on": on, "termination_basis": basis}
    if made_public_on:
        fields["dissolved_public_on"] = made_public_on
    amend_row(ctx, "agreement", number, fields, _NAMES, options)
