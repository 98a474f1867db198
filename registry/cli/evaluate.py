"""`registry evaluate`: how delegations are used in a period, and what is advised of each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.base import IsoDate, database
from registry.cli.options import (
    as_of_option,
    config_option,
    format_option,
    number_option,
    output_option,
)
from registry.cli.output import shows_colour, tell_left_open, terminal_width, write_text
from registry.cli.registry_file import open_registry, print_provenance
from registry.errors import RegistryError
from registry.files import atomic_write
from registry.locale import N_, _

if TYPE_CHECKING:
    from registry.authority.evaluation import GroupName


class PeriodError(RegistryError):
    """A period that ends before it begins, or that is not over on the day."""


@base.command(
    "evaluate",
    N_(
        "How delegations are used in a period: use, limits, findings, cases that went back, "
        "papers, satisfaction, each with what it is of; and advice with its grounds.\n\nWhat no "
        "file of cases covers is not provided, and not 0. Thresholds stand in registry.toml. Exit "
        "code: 0; 2 an error. The DOCX is a Chinese official paper, whatever the language."
    ),
)
@base.option(
    "--from",
    "from_on",
    type=IsoDate(),
    metavar="DATE",
    help=N_("The first day of the period; if not given, twelve months end with its last."),
)
@base.option(
    "--to",
    "to_on",
    type=IsoDate(),
    metavar="DATE",
    help=N_("The last day of the period; that of --as-of if not given."),
)
@base.option(
    "--by",
    type=click.Choice(["delegation", "zone", "department"]),
    default="zone",
    help=N_("Of what the rows are; workbook and DOCX have all."),
)
@as_of_option
@format_option("table", "json", "csv", "xlsx", "docx")
@config_option
@output_option(N_("Write to a file."))
@number_option
@click.pass_context
def command(
    ctx: click.Context,
    from_on: str | None,
    to_on: str | None,
    by: GroupName,
    as_of: str | None,
    form: str,
    config_file: Path | None,
    output: Path | None,
    number: int | None,
) -> None:
    """Compute, then print or write."""
    from registry.authority.evaluation import evaluate
    from registry.cli.office_config import load_config
    from registry.report.evaluation import BINARY_FORMATS, RenderOptions, render, render_bytes
    from registry.report.sender import sender_of

    if form in BINARY_FORMATS and output is None:
        raise click.UsageError(
            _("--format {form} makes a file, not text: name it with -o FILE.").format(form=form),
            ctx,
        )
    config = load_config(config_file)
    thresholds = config.evaluation
    as_of = base.today_or(as_of)
    to_on = to_on or as_of
    from_on = from_on or thresholds.period_start(to_on)
    if from_on > to_on:
        raise PeriodError(
            _("the period ends on {to_on}, before it begins on {from_on}").format(
                from_on=from_on, to_on=to_on
            ),
            _("Name its first day with --from and its last with --to."),
        )
    if to_on > as_of:
        raise PeriodError(
            _("the period ends on {to_on}, which is after {as_of}").format(
                to_on=to_on, as_of=as_of
            ),
            _("Name a period that is over, or a later day with --as-of."),
        )
    with open_registry(database(ctx)) as conn:
        found = evaluate(conn, from_on, to_on, as_of, thresholds)
        print_provenance(conn)
    sender = sender_of(config.papers, as_of, number)
    options = RenderOptions(by, terminal_width(), output is None and shows_colour(), sender)
    if form in BINARY_FORMATS and output is not None:
        atomic_write(output, render_bytes(form, found, options))
        if form == "docx":
            tell_left_open(sender.left_open)
    else:
        write_text(render(form, found, options), output)
