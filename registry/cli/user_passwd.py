"""`registry user passwd`: give a user another password."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from registry.cli import base
from registry.cli.internal_options import refusals, state_folder, state_option
from registry.cli.user_password import hashed_password, password_option
from registry.locale import N_, _


@base.command(
    "passwd",
    N_(
        "Give a user another password.\n\nThe user's sessions end at once, also on a server that "
        "runs."
    ),
)
@click.argument("name")
@password_option
@state_option
@click.pass_context
def command(ctx: click.Context, name: str, from_stdin: bool, state: Path | None) -> None:
    """Ask for the password, and write."""
    from registry.internal.accounts import Accounts, plain_name, unknown_user

    with refusals():
        name = plain_name(name)
        accounts = Accounts(state_folder(ctx, state))
        if name not in accounts.users():
            raise unknown_user(name)
        hashed = hashed_password(name, from_stdin)
        with accounts.changing() as users:
            if name not in users:
                raise unknown_user(name)
            changed = {"password_hash": hashed, "changed_at": dt.datetime.now().astimezone()}
            users[name] = users[name].model_copy(update=changed)
    click.echo(_("{name} has another password; sessions have ended.").format(name=name), err=True)
