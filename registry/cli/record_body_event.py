"""`registry record body-event`: a department or zone renamed, merged, split or abolished."""

from __future__ import annotations

from typing import Any, get_args

import click

from registry.cli import base
from registry.cli.changing import by_option, current_change, why_option
from registry.cli.recording import (
    dry_run_option,
    naming_options,
    tell_dry_run,
)
from registry.cli.registry_file import open_registry
from registry.locale import N_, _
from registry.model.body_event import BodyEventKind

_NAMES = {
    **{"from": "BODY", "to": "--to", "on": "--on"},
    **{"name": "--name", "short_name": "--short-name"},
}


@base.command(
    "body-event",
    N_(
        "Record what happened to a department or zone.\n\nFrom the day on, what BODY owes and "
        "holds is its successor's (--to); its agreements stay valid. A successor that is new has "
        "an id of small letters, and names; a body that is renamed has new names. No successor: "
        "abolished."
    ),
)
@click.argument("what", type=click.Choice(get_args(BodyEventKind)))
@click.argument("body")
@base.option("--to", metavar="BODY", help=N_("Who takes over."))
@base.option("--name", metavar="NAME", help=N_("The new full name."))
@base.option("--short-name", metavar="NAME", help=N_("The new short name."))
@base.option(
    "--on", type=base.IsoDate(), metavar="DATE", required=True, help=N_("The first day of it.")
)
@base.option("--basis", metavar="TEXT", required=True, help=N_("The document that it rests on."))
@why_option
@by_option
@dry_run_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    what: str,
    body: str,
    to: str | None,
    on: str,
    basis: str,
    dry_run: bool,
    **names: str | None,
) -> None:
    """Check, write, and tell what follows."""
    from registry.model.body_event import BodyEvent
    from registry.store.body_events import record_body_event

    change = current_change()
    stated: dict[str, Any] = {"what": what, "from": body, "to": to, "on": on, **names}
    with naming_options(_NAMES):
        event = BodyEvent.model_validate(stated)
    with open_registry(base.database(ctx)) as conn:
        done = record_body_event(conn, event, basis, change, dry_run=dry_run)
    click.echo(
        _(
            "Recorded: from {day} on, items of other departments: {items:,}; delegations that "
            "other zones hold, or nobody: {delegations:,}"
        ).format(day=on, items=done.items, delegations=done.delegations)
    )
    if dry_run:
        tell_dry_run()
