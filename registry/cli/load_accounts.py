"""`registry load accounts`: the accounts of the platform, their bodies and roles."""

from __future__ import annotations

from typing import Any

import click

from registry.cli import base
from registry.cli.platform_files import files_argument, platform_options, run_load
from registry.locale import N_


@base.command(
    "accounts",
    N_(
        "Take in the accounts of the platform: whose they are, their roles, when last used.\n\n"
        "FILE is a table in any format, or several. The latest load of a source counts. Names are "
        "never kept, only how many persons share an account; a login that is a telephone or "
        "document number is kept with stars in it."
    ),
)
@files_argument
@platform_options
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], **options: Any) -> None:
    """Load, and tell what became of every row."""
    run_load(ctx, "accounts", files, options)
