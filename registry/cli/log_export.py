"""`registry log export`: the log's lines in a file, for anyone to check."""

from __future__ import annotations

from pathlib import Path

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import FILE
from registry.cli.registry_file import open_registry
from registry.files import atomic_path
from registry.locale import N_, _


@base.command(
    "export",
    N_(
        "Write every line of the log to a file.\n\nEvery later export begins with the same bytes: "
        "`head -c BYTES FILE | sha256sum` gives the digest that a checkpoint states."
    ),
)
@click.argument("file", type=FILE)
@click.pass_context
def command(ctx: click.Context, file: Path) -> None:
    """Write the lines, and say what the file is."""
    from registry.store.connection import reading
    from registry.store.log.checkpoints import Hasher
    from registry.store.log.lines import stored_bodies

    hasher = Hasher()
    with (
        open_registry(database(ctx)) as conn,
        reading(conn),
        atomic_path(file) as path,
        path.open("w", encoding="utf-8", newline="\n") as lines,
    ):
        for _seq, body in stored_bodies(conn):
            lines.write(body + "\n")
            hasher.add(body)
    head = hasher.head()
    click.echo(
        _("Written: {path}; {n:,} lines, {bytes} bytes, sha256 {sha256}").format(
            path=file, n=head.entries, bytes=head.bytes, sha256=head.sha256
        )
    )
