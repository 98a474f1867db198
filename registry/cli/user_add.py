"""`registry user add`: let somebody sign in to the internal site."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.internal_options import refusals, state_folder, state_option
from registry.cli.registry_file import database, open_registry
from registry.cli.user_password import hashed_password, password_option
from registry.locale import N_, _

if TYPE_CHECKING:
    from registry.internal.accounts import Body, Role


@base.command(
    "add",
    N_(
        "Let somebody sign in to the internal site.\n\nThe office sees everything; a viewer sees "
        "what concerns one department or zone. The password is asked for. A server that runs "
        "knows the user at once."
    ),
)
@click.argument("name")
@base.option(
    "--role",
    required=True,
    type=click.Choice(["office", "viewer"]),
    help=N_("What the user sees: everything, or what concerns one body."),
)
@base.option("--department", metavar="DEPT", help=N_("The department that a viewer is of."))
@base.option("--zone", metavar="ZONE", help=N_("The zone that a viewer is of."))
@password_option
@state_option
@click.pass_context
def command(
    ctx: click.Context,
    name: str,
    role: Role,
    department: str | None,
    zone: str | None,
    from_stdin: bool,
    state: Path | None,
) -> None:
    """Check, ask for the password, and write."""
    from registry.internal.accounts import Accounts, User, plain_name, user_exists

    given = [department is not None, zone is not None].count(True)
    if given != (role == "viewer"):
        raise click.UsageError(
            _("A viewer takes one of --department and --zone, the office neither.")
        )
    with refusals():
        name = plain_name(name)
        accounts = Accounts(state_folder(ctx, state))
        if name in accounts.users():  # before asking for a password
            raise user_exists(name)
        body, called = _body(database(ctx), department, zone)
        user = User(
            name=name,
            role=role,
            body=body,
            password_hash=hashed_password(name, from_stdin),
            changed_at=dt.datetime.now().astimezone(),
        )
        with accounts.changing() as users:
            if name in users:
                raise user_exists(name)
            users[name] = user
    text = _("{name} may sign in, for {body}.") if called else _("{name} may sign in, and see all.")
    click.echo(text.format(name=name, body=called), err=True)


def _body(
    database: Path, department: str | None, zone: str | None
) -> tuple[Body | None, str | None]:
    """The body as the registry knows it, and its name. Raises UnknownBody."""
    from registry.internal.accounts import Body
    from registry.store.ledger.rows import find_body

    if department is None and zone is None:
        return None, None
    with open_registry(database) as conn:
        if department is not None:
            body = find_body(conn, "department", department)
        else:
            body = find_body(conn, "zone", zone or "")
    return Body(kind=body.kind, id=body.id), body.short_name
