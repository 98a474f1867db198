"""`registry load cases`: what was applied for, accepted and decided, as the platform has it."""

from __future__ import annotations

from typing import Any

import click

from registry.cli import base
from registry.cli.platform_files import files_argument, period_options, platform_options, run_load
from registry.locale import N_


@base.command(
    "cases",
    N_(
        "Take in cases, with their steps and special procedures, as files of the platform.\n\n"
        "FILE is a table in any format, or several; each table is known by its header. A case of a "
        "number that the source gave before takes the earlier row's place where it says something "
        "else. Every row is accounted for.\n\n"
        "Names, document numbers and telephones are never kept: of a file only days, words of "
        "closed lists, numbers of a known form, and the items and bodies that are recognised; "
        "places are told by ordinals. `registry void load L-2` takes a load back."
    ),
)
@files_argument
@period_options
@platform_options
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], **options: Any) -> None:
    """Load, and tell what became of every row."""
    run_load(ctx, "cases", files, options)
