"""`registry report`: the report of a stored audit, in any format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import (
    bom_option,
    config_option,
    format_option,
    output_option,
    own_rules_option,
)
from registry.cli.output import (
    refuse_binary_output,
    shows_colour,
    terminal_width,
    write_report,
)
from registry.cli.registry_file import open_registry
from registry.locale import N_, _, language, list_separator
from registry.report.audit import FORMATS, changed_since_text

if TYPE_CHECKING:
    from registry.audit.finding import Audit


@base.command(
    "report",
    N_(
        "Print the report of a stored audit: its number, or latest.\n\nFindings, waivers and "
        "counts are as they were stored; names of items and bodies, and titles and remedies of "
        "rules, are the present ones."
    ),
)
@click.argument("run", metavar="RUN")
@format_option(*FORMATS)
@bom_option
@output_option(N_("Write to a file."))
@own_rules_option(N_("Rules of your own that the audit used."))
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    run: str,
    form: str,
    bom: bool,
    output: Path | None,
    own_rules: Path | None,
    config_file: Path | None,
) -> None:
    """Read the run, and print its report as `registry audit` did."""
    from registry.audit.diff import since_last_run
    from registry.audit.rule_book import RuleBook
    from registry.audit.stored_audit import find_run, read_audit, rules_of_run
    from registry.cli import office_config
    from registry.report.audit import RenderOptions, news_text
    from registry.store.bodies import body_names

    refuse_binary_output(form, output)
    config = office_config.load_config(config_file)
    with open_registry(database(ctx)) as conn:
        no = find_run(conn, run)
        known = office_config.configured_rules(conn, config, own_rules)
        rules, unknown = rules_of_run(conn, no, known)
        audit = read_audit(conn, no, rules)
        names = body_names(conn, audit.as_of)
        changes = since_last_run(conn, no) if form == "table" else None
        options = RenderOptions(
            language(),
            RuleBook(conn, rules),
            names,
            news=news_text(changes),
            width=terminal_width(),
            bom=bom,
            colour=output is None and shows_colour(),
        )
    for note in _notes(audit, unknown):
        click.echo(_("Note: {note}").format(note=note), err=True)
    write_report(form, audit, options, output)


def _notes(audit: Audit, unknown: list[str]) -> Iterator[str]:
    """What of the report is not as it was when the audit was made."""
    if audit.changed_since:
        yield changed_since_text()
    if unknown:
        yield _(
            "There are no such rules now: {codes}; their titles and remedies are left out. Name "
            "the folder of your own rules with --rules."
        ).format(codes=list_separator().join(unknown))
