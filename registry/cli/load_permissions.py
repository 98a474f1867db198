"""`registry load permissions`: who may do which act of which item on the platform."""

from __future__ import annotations

from typing import Any

import click

from registry.cli import base
from registry.cli.platform_files import files_argument, platform_options, run_load
from registry.locale import N_


@base.command(
    "permissions",
    N_(
        "Take in what the platform lets whom do: account, role or window × item × act.\n\n"
        "FILE is a table in any format. Where who sits at a window (窗口–人员) and what it may do "
        "(窗口–事项) are two tables, give both: they are joined on the window. The latest load of "
        "a source counts."
    ),
)
@files_argument
@platform_options
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], **options: Any) -> None:
    """Load, and tell what became of every row."""
    run_load(ctx, "permissions", files, options)
