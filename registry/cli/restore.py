"""`registry restore`: a backup, checked, in the registry's place."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import FILE, against_option
from registry.locale import N_, _


@base.command(
    "restore",
    N_(
        "Check FILE, a backup, and let it take the registry's place.\n\nWhat was there is kept "
        "under a dated name. A backup that is damaged, or does not agree with a checkpoint, is "
        "refused, and nothing changes."
    ),
)
@click.argument("file", type=FILE)
@against_option
@click.pass_context
def command(ctx: click.Context, file: Path, held: tuple[Path, ...]) -> None:
    """Check, replace, and say what is lost by it."""
    from registry.store.backup import restore
    from registry.store.log.checkpoints import read_checkpoint

    path = database(ctx)
    done = restore(path, file, dt.datetime.now(), [read_checkpoint(known) for known in held])
    click.echo(_("{path} is now what {backup} held.").format(path=path, backup=file))
    click.echo(
        _("Its log: {n:,} lines, {bytes} bytes, sha256 {sha256}").format(
            n=done.head.entries, bytes=done.head.bytes, sha256=done.head.sha256
        )
    )
    if done.kept is not None:
        click.echo(_("The file that was there is now {path}.").format(path=done.kept), err=True)
    if done.lost is None:
        click.echo(_("It was damaged, or had another history."), err=True)
    elif done.lost:
        click.echo(
            _("It had {n:,} lines of log more, which the backup does not have.").format(
                n=done.lost
            ),
            err=True,
        )
