"""`registry record guidance`: a guidance request, or that one was answered, in one line."""

from __future__ import annotations

from typing import Any

import click

from registry.cli import base
from registry.cli.recording import amend_row, record_row, recording_options
from registry.locale import N_, _

_NAMES = {
    **{"zone": "--zone", "department": "--department", "kind": "--kind"},
    **{"raised_on": "--on", "answered_on": "--answered-on", "text": "--text"},
}


@base.command(
    "guidance",
    N_(
        "Record a zone's request for guidance, or that one was answered.\n\nWithout KEY, a new "
        "request of --zone to --department. With KEY (G-3) and --answered-on, its answer."
    ),
)
@click.argument("key", required=False)
@base.option("--zone", metavar="ZONE", help=N_("Who asks."))
@base.option("--department", metavar="DEPT", help=N_("Who is asked."))
@base.option("--kind", metavar="KIND", help=N_("The kind of guidance, in the instrument's words."))
@base.option("--on", type=base.IsoDate(), metavar="DATE", help=N_("The day of the request."))
@base.option(
    "--answered-on", type=base.IsoDate(), metavar="DATE", help=N_("The day of the answer.")
)
@base.option("--text", metavar="TEXT", help=N_("What is asked for."))
@recording_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    key: str | None,
    zone: str | None,
    department: str | None,
    kind: str | None,
    on: str | None,
    answered_on: str | None,
    text: str | None,
    **options: Any,
) -> None:
    """Check, write, and tell."""
    from registry.model.ledger import GuidanceRow

    if key is not None:
        if answered_on is None or any((zone, department, kind, on, text)):
            raise click.UsageError(_("With KEY give --answered-on, and nothing else of a request."))
        amend_row(ctx, "guidance", key, {"answered_on": answered_on}, _NAMES, options)
        return
    lacking = [
        name
        for name, value in (
            *(("--zone", zone), ("--department", department)),
            *(("--kind", kind), ("--on", on)),
        )
        if value is None
    ]
    if lacking:
        raise click.UsageError(
            _("A new request needs {options}.").format(options=" ".join(lacking))
        )
    values = {
        **{"zone": zone, "department": department, "kind": kind, "raised_on": on},
        **{"answered_on": answered_on, "text": text},
    }
    record_row(ctx, GuidanceRow, values, _NAMES, options)
