"""`registry load annex`: the items of an annex from the list that an office has of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli import base
from registry.cli.listing import FILE, list_options, read_listing
from registry.cli.output import terminal_width, write_out
from registry.cli.progress_bar import waiting
from registry.cli.registry_file import database, open_registry
from registry.errors import RegistryError
from registry.locale import N_, _
from registry.model.vocabulary import PROVENANCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.model.vocabulary import Initiation, PowerType


@base.command(
    "annex",
    N_(
        "Take the items of an annex from a list: Excel, Word, CSV, HTML, JSON, ODS or PDF.\n\n"
        "What was recognised is shown, and every row accounted for. Everything is taken in, or "
        "nothing. With --replace the list takes the place of the items that the annex has: an item "
        "that is paired with a row keeps its id, its ledger and its waivers. Doubtful pairs are "
        "written to the file that --pairs names, and read from it once a person has decided them."
    ),
)
@click.argument("file", type=FILE)
@base.option("--annex", type=int, required=True, metavar="N", help=N_("The annex."))
@base.option("--instrument", metavar="ID", help=N_("The instrument, where there are several."))
@base.option("--dry-run", is_flag=True, help=N_("Read and report; change nothing."))
@base.option("--replace", is_flag=True, help=N_("Take the place of the annex's present items."))
@base.option("--pairs", type=FILE, metavar="FILE", help=N_("The workbook of doubtful pairs."))
@list_options
@base.option(
    "--initiation",
    "initiations",
    multiple=True,
    metavar="TYPE=依申请|依职权",
    help=N_("How powers of a type are set in motion, where the list doesn't say."),
)
@base.option(
    "--provenance",
    type=click.Choice(PROVENANCES),
    default="official",
    help=N_("What the rows are; official if not given."),
)
@base.option(
    "--source", metavar="TEXT", help=N_("Where the list comes from; else the file's name.")
)
@base.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help=N_("The format."),
)
@click.pass_context
def command(ctx: click.Context, /, file: Path, annex: int, **options: Any) -> None:
    """Read the list, report, and load it if nothing stands against it."""
    from registry.loading.annex import Loading

    initiations = _initiations(options.pop("initiations"))
    form, dry_run = options["form"], options["dry_run"]
    with open_registry(database(ctx)) as conn:
        loading = Loading(conn, file, annex, options)
        source, listing = read_listing(
            file, loading.instrument, options["maps"], options["type_codes"]
        )
        with waiting(_("Comparing names")) as tick:
            report = loading.understand(source, listing, initiations, tick)
        if not report.found.faults:
            loading.decide(report)
        ready = loading.ready(report)
        if ready and not dry_run:
            loading.load(report, dt.datetime.now().isoformat(timespec="seconds"))
    from registry.report.listing.load_report import load_json, load_text, loaded_text

    if form == "json":
        write_out([load_json(report)], None)
    else:
        write_out([load_text(report, terminal_width())], None)
        if report.loaded:
            write_out([loaded_text(report.loaded, annex)], None)
    for line in loading.refusals(report):
        click.echo(_("Error: ") + line, err=True)
    if not ready:
        click.echo(_("Nothing was changed."), err=True)
        ctx.exit(2)
    if dry_run:
        click.echo(_("A dry run: nothing was changed."), err=True)


def _initiations(texts: tuple[str, ...]) -> Mapping[PowerType, Initiation]:
    from registry.intake.listing.values import initiation, power_type

    found = {}
    for text in texts:
        kind, _equals, word = text.partition("=")
        named, how = power_type(kind.strip(), {}), initiation(word)
        if named is None or how is None:
            raise RegistryError(
                _("--initiation: “{value}” is not TYPE=依申请 or TYPE=依职权.").format(value=text)
            )
        found[named] = how
    return found
