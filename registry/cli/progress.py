"""`registry progress`: completion rates by zone, department and duty."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import (
    as_of_option,
    config_option,
    format_option,
    instrument_filter,
    number_option,
    output_option,
)
from registry.cli.output import shows_colour, tell_left_open, terminal_width, write_text
from registry.cli.registry_file import open_registry, print_provenance
from registry.files import atomic_write
from registry.locale import N_, _

_NOTHING_EXAMINED = 3


@base.command(
    "progress",
    N_(
        "Completion rates of what delegations owe, by zone, department and duty, on one page."
        "\n\nExit code: 0; 2 an error; 3 nothing was examined. The DOCX is a Chinese official "
        "paper, whatever the language; registry.toml says who sends it."
    ),
)
@as_of_option
@instrument_filter
@format_option("table", "html", "docx")
@output_option(N_("Write to a file."))
@number_option
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    as_of: str | None,
    instrument: str | None,
    form: str,
    output: Path | None,
    number: int | None,
    config_file: Path | None,
) -> None:
    """Compute, then print or write."""
    from registry.audit.progress import progress
    from registry.cli.office_config import load_config
    from registry.report.progress import BINARY_FORMATS, RenderOptions, render, render_bytes
    from registry.report.sender import sender_of
    from registry.store.instrument import find_instrument

    if form in BINARY_FORMATS and output is None:
        raise click.UsageError(_("a DOCX needs a file; name it with -o."), ctx)
    papers = load_config(config_file).papers
    day = base.today_or(as_of)
    with open_registry(database(ctx)) as conn:
        chosen = find_instrument(conn, instrument)[1] if instrument else None
        found = progress(conn, day, chosen)
        print_provenance(conn)
    if not found.overall.applicable and (form != "table" or output is not None):
        click.echo(_("Nothing was examined: this is no pass."), err=True)
    if form in BINARY_FORMATS and output is not None:
        sender = sender_of(papers, day, number)
        atomic_write(output, render_bytes(form, found, RenderOptions(sender=sender)))
        tell_left_open(sender.left_open)
    else:
        options = RenderOptions(terminal_width(), output is None and shows_colour())
        write_text(render(form, found, options), output)
    if not found.overall.applicable:
        sys.exit(_NOTHING_EXAMINED)
