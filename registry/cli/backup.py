"""`registry backup`: a copy of a registry that lives, checked."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import FILE
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _


@base.command(
    "backup",
    N_(
        "Copy the registry to FILE while others go on working, and check the copy.\n\nIt is told "
        "what the log of the copy is, by which it is known later. `registry restore` brings it "
        "back."
    ),
)
@click.argument("file", type=FILE)
@click.pass_context
def command(ctx: click.Context, file: Path) -> None:
    """Copy, check, and say what the copy is."""
    from registry.store.backup import back_up

    path = database(ctx)
    if file.exists() and path.exists() and file.samefile(path):
        raise RegistryError(_("{path} is the registry itself").format(path=file))
    with open_registry(path) as conn:
        found = back_up(conn, path, file)
    click.echo(_("Copied to {path}, and checked: nothing differs.").format(path=file))
    click.echo(
        _("Its log: {n:,} lines, {bytes} bytes, sha256 {sha256}").format(
            n=found.head.entries, bytes=found.head.bytes, sha256=found.head.sha256
        )
    )
