"""`registry inbox list`: what bodies handed in online."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.inbox import body_names, open_inbox, submission_json
from registry.cli.options import format_option, state_option
from registry.cli.output import terminal_width
from registry.locale import N_, _


@base.command(
    "list",
    N_(
        "List what departments and zones handed in on the internal site.\n\nWhat waits; with "
        "--all also what was accepted or sent back."
    ),
)
@base.option("--all", "everything", is_flag=True, help=N_("Also what was decided."))
@format_option("table", "json")
@state_option
@click.pass_context
def command(ctx: click.Context, everything: bool, form: str, state: Path | None) -> None:
    """Read the inbox, and print it."""
    from registry.internal.inbox.submission import KINDS, OPEN, label
    from registry.report.terminal import table

    found = open_inbox(ctx, state).list(() if everything else OPEN, limit=1_000)
    if form == "json":
        click.echo(
            json.dumps([submission_json(one) for one in found], ensure_ascii=False, indent=1)
        )
        return
    if not found:
        click.echo(_("Nothing waits in the inbox."), err=True)
        return
    names = body_names(database(ctx))
    heads = (_("No."), _("Body"), _("What"), _("About"), _("Handed in"), _("Status"))
    rows: list[tuple[Any, ...]] = [
        (
            one.no,
            names.get((one.body.kind, str(one.body.id)), str(one.body.id)),
            _(KINDS[one.kind]),
            _about(one),
            one.at[:16].replace("T", " "),
            label(one),
        )
        for one in found
    ]
    click.echo(table(rows, heads, width=terminal_width()), nl=False)


def _about(one: Any) -> str:
    if one.kind == "workbook":
        return _("{n:,} cells").format(n=one.content["cells"])
    return f"{one.content['code']} {one.content['subject_id']}"
