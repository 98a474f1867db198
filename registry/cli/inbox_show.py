"""`registry inbox show`: one submission, and what it would change of the working file now."""

from __future__ import annotations

import json
from pathlib import Path

import click

from registry.cli import base
from registry.cli.base import database, today_or
from registry.cli.changing import current_change
from registry.cli.inbox import body_names, open_inbox, submission_json
from registry.cli.inbox_accept import tell_accepted
from registry.cli.options import as_of_option, format_option, state_option
from registry.cli.output import terminal_width
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _, language


@base.command(
    "show",
    N_(
        "Show one submission, and what accepting it would change now.\n\nNO is its number, as "
        "`registry inbox list` shows it. Nothing is written."
    ),
)
@click.argument("no", type=base.NUMBER)
@format_option("table", "json")
@state_option
@as_of_option
@click.pass_context
def command(ctx: click.Context, no: int, form: str, state: Path | None, as_of: str | None) -> None:
    """Read it, try it, and tell."""
    from registry.internal.inbox.acceptance import accept
    from registry.internal.inbox.submission import KINDS, OPEN, label
    from registry.report.terminal import table

    inbox = open_inbox(ctx, state)
    one = inbox.get(no)
    if form == "json":
        click.echo(json.dumps(submission_json(one), ensure_ascii=False, indent=1))
        return
    names = body_names(database(ctx))
    called = names.get((one.body.kind, str(one.body.id)), str(one.body.id))
    click.echo(
        _("Submission {no}: {kind}, {body}").format(no=no, kind=_(KINDS[one.kind]), body=called)
    )
    if one.kind != "workbook":
        click.echo(_("Finding: {text}").format(text=one.content[f"message_{language()}"]))
        texts = [one.content.get(name, "") for name in ("done_on", "document", "url", "text")]
        click.echo("\n".join(f"  {text}" for text in texts if text))
    heads = (_("When"), _("Status"), _("By"), _("The office's word"))
    steps = [
        (s.at[:16].replace("T", " "), label(s), s.user, s.word or "")
        for s in one.steps
        if s.state != "draft"
    ]
    click.echo("\n" + table(steps, heads, width=terminal_width()))
    if one.state not in OPEN:
        return
    click.echo(_("What accepting it would do now:"))
    try:
        with open_registry(database(ctx)) as conn:
            done = accept(conn, inbox, no, current_change(), today_or(as_of), dry_run=True)
        tell_accepted(done, dry_run=True)
    except RegistryError as error:  # shown, as the rest of it is
        click.echo("\n".join(error.messages()))
