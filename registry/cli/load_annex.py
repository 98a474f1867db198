"""`registry load annex`: the items of an annex from the list that an office has of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.changing import by_option, current_change, why_option
from registry.cli.options import FILE, format_option, instrument_option, list_options
from registry.cli.output import shows_colour, terminal_width, write_text
from registry.cli.progress_bar import progress_bar
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.files import atomic_write, name_text
from registry.locale import N_, _
from registry.model.vocabulary import PROVENANCES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from registry.loading.annex import UndecidedPair
    from registry.model.vocabulary import Initiation, PowerType

_MAX_NAMED: Final = 20
"""Items of each kind of change that a terminal names."""

_REPORT_WIDTH: Final = 100


@base.command(
    "annex",
    N_(
        "Take the items of an annex from a list: Excel, Word, CSV, HTML, JSON, ODS or PDF.\n\n"
        "What was recognised is shown, and every row accounted for. Everything is taken in, or "
        "nothing. With --replace the list takes the place of the items that the annex has: an item "
        "that is paired with a row keeps its id, its ledger and its waivers. Doubtful pairs are "
        "written to the file that --pairs names, and read from it once a person has decided them; "
        "a person may pair other rows there as well.\n\n"
        "What the list leaves open stays as it was, and is marked as not official. Each item that "
        "is new, changed or no longer listed is named: on a terminal the first of them, elsewhere "
        "and in --report all."
    ),
)
@click.argument("file", type=FILE)
@base.option("--annex", type=base.NUMBER, required=True, metavar="N", help=N_("The annex."))
@instrument_option
@base.option("--dry-run", is_flag=True, help=N_("Read and report; change nothing."))
@base.option("--replace", is_flag=True, help=N_("Take the place of the annex's present items."))
@base.option("--pairs", type=FILE, metavar="FILE", help=N_("The workbook of doubtful pairs."))
@base.option(
    "--report",
    "report_file",
    type=FILE,
    metavar="FILE",
    help=N_("Write what was read and found, whole, to a file."),
)
@list_options
@base.option(
    "--remember",
    is_flag=True,
    help=N_("Keep the names of --alias with the instrument, for later lists."),
)
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
@format_option("table", "json")
@why_option
@by_option
@click.pass_context
def command(ctx: click.Context, /, file: Path, annex: int, **options: Any) -> None:
    """Read the list, report, and load it if nothing stands against it."""
    from registry.loading.annex import AnnexLoad, LoadOptions
    from registry.loading.listing import ReadingHints, read_listing
    from registry.report.listing import load_json, load_text, loaded_text

    initiations = _initiations(options["initiations"])
    form, dry_run, workbook = options["form"], options["dry_run"], options["pairs"]
    load_options = LoadOptions(
        source=options["source"] or name_text(file),
        **{name: options[name] for name in ("instrument", "provenance", "aliases")},
        **{name: options[name] for name in ("replace", "dry_run", "pairs", "remember")},
    )
    with open_registry(database(ctx)) as conn:
        load = AnnexLoad(conn, annex, load_options)
        hints = ReadingHints.of_options(options)
        with progress_bar(_("Reading the list")) as on_progress:
            source, listing = read_listing(file, load.instrument, hints, on_progress)
        with progress_bar(_("Comparing names")) as on_progress:
            report = load.report(source, listing, initiations, on_progress)
        if not report.found.faults:
            load.decide_pairs(report)
            by_hand = dry_run and load.may_pair_by_hand(report)
            if workbook and (report.undecided or (by_hand and not workbook.exists())):
                _write_workbook(workbook, report.undecided, annex)
        refusal = load.refusal(report)
        if refusal is None and not dry_run:
            load.load(report, current_change().at[:19])

    if form == "json":
        write_text([load_json(report)], None)
    else:
        most = _MAX_NAMED if shows_colour() else None
        write_text([load_text(report, terminal_width(), most)], None)
        if report.loaded:
            write_text([loaded_text(report.loaded, annex)], None)
    if options["report_file"]:
        text = load_text(report, _REPORT_WIDTH)
        text += loaded_text(report.loaded, annex) if report.loaded else ""
        write_text([text], options["report_file"])
        click.echo(_("Written: {path}").format(path=options["report_file"]), err=True)
    if refusal is not None:
        raise refusal
    if dry_run:
        click.echo(_("A dry run: nothing was changed."), err=True)


def _write_workbook(path: Path, pairs: Sequence[UndecidedPair], annex: int) -> None:
    from registry.report.listing import pairs_workbook

    title = _("Annex {annex}: pairs to be decided").format(annex=annex)
    atomic_write(path, pairs_workbook(pairs, title))


def _initiations(texts: tuple[str, ...]) -> Mapping[PowerType, Initiation]:
    from registry.intake.listing.values import initiation, power_type

    found = {}
    for text in texts:
        kind, _equals, word = text.partition("=")
        named, how = power_type(kind.strip(), {}), initiation(word)
        if named is None or how is None:
            raise RegistryError(
                _("“{value}” is not TYPE=依申请 or TYPE=依职权.").format(value=text),
                place="--initiation",
            )
        found[named] = how
    return found
