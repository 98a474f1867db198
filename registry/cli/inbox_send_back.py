"""`registry inbox send-back`: a submission goes back to its unit, with a word."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli import base
from registry.cli.changing import by_option, current_change
from registry.cli.inbox import open_inbox
from registry.cli.options import state_option
from registry.errors import RegistryError
from registry.locale import N_, _


@base.command(
    "send-back",
    N_(
        "Send a submission back to its unit, with a word that says why.\n\nThe unit sees the word, "
        "and can hand it in again."
    ),
)
@click.argument("no", type=base.NUMBER)
@base.option("--word", required=True, metavar="TEXT", help=N_("Why; the unit reads it."))
@by_option
@state_option
@click.pass_context
def command(ctx: click.Context, no: int, word: str, state: Path | None) -> None:
    """Note it in the inbox."""
    from registry.internal.inbox.forms import office_word

    said = office_word(word)
    if not said:
        raise RegistryError(_("Say why it is sent back: the unit reads it."))
    open_inbox(ctx, state).decide(no, "sent-back", current_change().by, said)
    click.echo(_("Submission {no} was sent back.").format(no=no))
