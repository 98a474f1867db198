"""`registry user`: who may sign in to the internal site."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.inbox import body_names
from registry.cli.internal import state_folder
from registry.cli.options import state_option
from registry.cli.output import terminal_width
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _

if TYPE_CHECKING:
    from registry.internal.accounts import Body, Role

command = base.Group(
    "user", help=N_("Say who may sign in to the internal site."), no_args_is_help=True
)

_ROLES = {"office": N_("office"), "viewer": N_("viewer")}

_password_option = base.option(
    "--password-stdin",
    "from_stdin",
    is_flag=True,
    help=N_("Read the password from the first line of standard input, without asking."),
)


@command.command(
    "add",
    cls=base.Command,
    help=N_(
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
@_password_option
@state_option
@click.pass_context
def add(
    ctx: click.Context,
    name: str,
    role: Role,
    department: str | None,
    zone: str | None,
    from_stdin: bool,
    state: Path | None,
) -> None:
    """Check, ask for the password, and write."""
    from registry.internal.accounts import Accounts, User, normalised_name, user_exists

    given = [department is not None, zone is not None].count(True)
    if given != (role == "viewer"):
        raise click.UsageError(
            _("A viewer takes one of --department and --zone, the office neither.")
        )
    name = normalised_name(name)
    accounts = Accounts(state_folder(ctx, state))
    if name in accounts.users():  # before asking for a password
        raise user_exists(name)
    body, names = _body(database(ctx), department, zone)
    user = User(
        name=name,
        role=role,
        body=body,
        password_hash=_ask_password_hash(name, from_stdin, names),
        changed_at=dt.datetime.now().astimezone(),
    )
    with accounts.changing() as users:
        if name in users:
            raise user_exists(name)
        users[name] = user
    text = _("{name} may sign in, for {body}.") if body else _("{name} may sign in, and see all.")
    click.echo(text.format(name=name, body=names[-1:] and names[-1]), err=True)


def _body(
    database: Path, department: str | None, zone: str | None
) -> tuple[Body | None, tuple[str, ...]]:
    """The body as the registry knows it, and its names, the short one last. Raises UnknownBody."""
    from registry.internal.accounts import Body
    from registry.store.bodies import refuse_ambiguous_ids
    from registry.store.ledger.rows import find_body

    if department is None and zone is None:
        return None, ()
    with open_registry(database) as conn:
        refuse_ambiguous_ids(conn)
        if department is not None:
            body = find_body(conn, "department", department)
        else:
            body = find_body(conn, "zone", zone or "")
    return Body(kind=body.kind, id=body.id), (body.id, body.name, body.short_name)


@command.command("list", cls=base.Command, help=N_("List who may sign in to the internal site."))
@state_option
@click.pass_context
def list_(ctx: click.Context, state: Path | None) -> None:
    """Read the file, and print it as a table."""
    from registry.internal.accounts import Accounts
    from registry.report.terminal import table

    users = list(Accounts(state_folder(ctx, state)).users().values())
    if not users:
        click.echo(_("Nobody may sign in yet. `registry user add` lets somebody."), err=True)
        return
    names = body_names(database(ctx))
    heads = (_("User name"), _("Role"), _("Body"), _("Password since"), _("Second factor"))
    rows = [
        (
            user.name,
            _(_ROLES[user.role]),
            _body_name(user.body, names),
            user.changed_at.astimezone().strftime("%Y-%m-%d"),
            _("on") if user.second_factor else "",
        )
        for user in users
    ]
    click.echo(table(rows, heads, width=terminal_width()), nl=False)


def _body_name(body: Body | None, names: dict[tuple[str, str], str]) -> str:
    if body is None:
        return ""
    # A body that the registry has no more: its users see nothing, which one should be able to see.
    return names.get((body.kind, body.id), f"{body.kind} {body.id}")


@command.command(
    "remove",
    cls=base.Command,
    help=N_(
        "Let a user sign in no more.\n\nThe user's sessions end at once, also on a server that "
        "runs; the user's saved queries are deleted."
    ),
)
@click.argument("name")
@state_option
@click.pass_context
def remove(ctx: click.Context, name: str, state: Path | None) -> None:
    """Take the user out of the file."""
    from registry.internal.accounts import Accounts, normalised_name, unknown_user
    from registry.internal.saved_queries import SavedQueries

    name = normalised_name(name)
    folder = state_folder(ctx, state)
    with Accounts(folder).changing() as users:
        if users.pop(name, None) is None:
            raise unknown_user(name)
    SavedQueries(folder).forget(name)
    click.echo(_("{name} may sign in no more; sessions have ended.").format(name=name), err=True)


@command.command(
    "passwd",
    cls=base.Command,
    help=N_(
        "Give a user another password.\n\nThe user's sessions end at once, also on a server that "
        "runs."
    ),
)
@click.argument("name")
@_password_option
@state_option
@click.pass_context
def passwd(ctx: click.Context, name: str, from_stdin: bool, state: Path | None) -> None:
    """Ask for the password, and write."""
    from registry.internal.accounts import Accounts, normalised_name, unknown_user

    name = normalised_name(name)
    accounts = Accounts(state_folder(ctx, state))
    if name not in accounts.users():
        raise unknown_user(name)
    own = accounts.users()[name].own_words
    hashed = _ask_password_hash(name, from_stdin, own)
    with accounts.changing() as users:
        if name not in users:
            raise unknown_user(name)
        changed = {"password_hash": hashed, "changed_at": dt.datetime.now().astimezone()}
        users[name] = users[name].model_copy(update=changed)
    click.echo(_("{name} has another password; sessions have ended.").format(name=name), err=True)


@command.command(
    "sessions",
    cls=base.Command,
    help=N_(
        "List where a user is signed in, or end it.\n\nWith --end all of the user's sessions end "
        "at once, also on a server that runs."
    ),
)
@click.argument("name")
@base.option("--end", is_flag=True, help=N_("End them."))
@state_option
@click.pass_context
def sessions(ctx: click.Context, name: str, end: bool, state: Path | None) -> None:
    """Read the sessions, and print or end them."""
    import time

    from registry.internal.accounts import Accounts, normalised_name, unknown_user
    from registry.internal.browsers import browser_name
    from registry.internal.sessions import Sessions
    from registry.report.terminal import table

    name, folder = normalised_name(name), state_folder(ctx, state)
    accounts = Accounts(folder)
    if name not in accounts.users():
        raise unknown_user(name)
    known = Sessions(folder, accounts, time.time, lambda text: click.echo(text, err=True))
    if end:
        text = _("{n} sessions of {name} have ended.").format(n=known.end_of(name), name=name)
        click.echo(text, err=True)
        return
    found = known.of(name)
    if not found:
        click.echo(_("{name} is not signed in.").format(name=name), err=True)
        return
    heads = (_("Signed in"), _("Last used"), _("IP address"), _("Browser"))
    rows = [
        (_moment(one.began), _moment(one.seen), one.address, browser_name(one.agent))
        for one in found
    ]
    click.echo(table(rows, heads, width=terminal_width()), nl=False)


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


@command.command(
    "reset-factor",
    cls=base.Command,
    help=N_(
        "Turn a user's second factor off, who has lost telephone and recovery codes.\n\nBe sure "
        "who asks. The user's sessions end at once; the password stays as it is."
    ),
)
@click.argument("name")
@state_option
@click.pass_context
def reset_factor(ctx: click.Context, name: str, state: Path | None) -> None:
    """Take the factor out of the file."""
    from registry.internal.accounts import Accounts, normalised_name, unknown_user

    name = normalised_name(name)
    with Accounts(state_folder(ctx, state)).changing() as users:
        if name not in users:
            raise unknown_user(name)
        if users[name].second_factor is None:
            raise RegistryError(_("{name} has no second factor").format(name=name))
        users[name] = users[name].model_copy(update={"second_factor": None})
    text = _("{name} signs in without a second factor now; sessions have ended.")
    click.echo(text.format(name=name), err=True)


def _ask_password_hash(name: str, from_stdin: bool, own: tuple[str, ...]) -> str:
    """The hash of the password that is asked for, or read. `own`: what is known of the user.

    Raises RegistryError.
    """
    from registry.internal.password_strength import MIN_LENGTH, validate_new_password
    from registry.internal.passwords import hash_password

    if from_stdin:
        # Bytes: what another program writes is UTF-8, whatever this machine's console is set to.
        line = sys.stdin.buffer.readline().rstrip(b"\r\n")
        try:
            password = line.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise RegistryError(_("the password on standard input is not UTF-8.")) from None
    elif sys.stdin.isatty():
        ask = _("Password of {name}, {n} characters at the least").format(name=name, n=MIN_LENGTH)
        password = click.prompt(ask, hide_input=True, err=True)
        validate_new_password(password, (name, *own))
        if click.prompt(_("Once more"), hide_input=True, err=True) != password:
            raise RegistryError(_("the two passwords differ. Nothing was changed."))
    else:
        raise RegistryError(_("there is no terminal to ask at. Give --password-stdin."))
    validate_new_password(password, (name, *own))
    return hash_password(password)
