"""`registry user remove`: let somebody sign in no more."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli import base
from registry.cli.internal_options import refusals, state_folder, state_option
from registry.locale import N_, _


@base.command(
    "remove",
    N_(
        "Let a user sign in no more.\n\nThe user's sessions end at once, also on a server that "
        "runs."
    ),
)
@click.argument("name")
@state_option
@click.pass_context
def command(ctx: click.Context, name: str, state: Path | None) -> None:
    """Take the user out of the file."""
    from registry.internal.accounts import Accounts, plain_name, unknown_user

    with refusals():
        name = plain_name(name)
        with Accounts(state_folder(ctx, state)).changing() as users:
            if users.pop(name, None) is None:
                raise unknown_user(name)
    click.echo(_("{name} may sign in no more; sessions have ended.").format(name=name), err=True)
