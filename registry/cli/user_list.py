"""`registry user list`: who may sign in to the internal site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.internal_options import refusals, state_folder, state_option
from registry.cli.output import terminal_width
from registry.cli.registry_file import database, open_registry
from registry.locale import N_, _

if TYPE_CHECKING:
    from registry.internal.accounts import Body

_ROLES = {"office": N_("office"), "viewer": N_("viewer")}


@base.command("list", N_("List who may sign in to the internal site."))
@state_option
@click.pass_context
def command(ctx: click.Context, state: Path | None) -> None:
    """Read the file, and print it as a table."""
    from registry.internal.accounts import Accounts
    from registry.report.terminal import table

    with refusals():
        users = list(Accounts(state_folder(ctx, state)).users().values())
    if not users:
        click.echo(_("Nobody may sign in yet. `registry user add` lets somebody."), err=True)
        return
    names = _names(database(ctx))
    heads = (_("User name"), _("Role"), _("Body"), _("Password since"))
    rows = [
        (
            user.name,
            _(_ROLES[user.role]),
            _called(user.body, names),
            user.changed_at.astimezone().strftime("%Y-%m-%d"),
        )
        for user in users
    ]
    click.echo(table(rows, heads, width=terminal_width()), nl=False)


def _called(body: Body | None, names: dict[tuple[str, str], str]) -> str:
    if body is None:
        return ""
    # A body that the registry has no more: its users see nothing, which one should be able to see.
    return names.get((body.kind, body.id), f"{body.kind} {body.id}")


def _names(path: Path) -> dict[tuple[str, str], str]:
    """Kind and id of each body → its name; nothing where there is no working file here."""
    if not path.is_file():
        return {}
    from registry.store.bodies import body_names_by_kind

    with open_registry(path) as conn:
        return body_names_by_kind(conn)
