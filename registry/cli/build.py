"""`registry build`: a new working file from the data folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.changing import by_option, current_change, why_option
from registry.cli.data_paths import data_root
from registry.locale import N_, _
from registry.model.vocabulary import PROVENANCES
from registry.store.log.changes import changing

if TYPE_CHECKING:
    from registry.intake.dataset import InstrumentFolder


@base.command(
    "build",
    N_(
        "Build a new working file from the data folder.\n\nIt is written beside the old one, "
        "checked, and moved into its place. A file that holds audits, loaded annexes or imported "
        "ledgers is not replaced unless you say --fresh."
    ),
)
@base.option("--data", type=click.Path(path_type=Path), metavar="DIR", help=N_("The data folder."))
@base.option(
    "--demo", is_flag=True, help=N_("Take demonstration rows in; the program then says so.")
)
@base.option("--official-only", is_flag=True, help=N_("Take only official rows."))
@base.option("--no-demonstration", is_flag=True, hidden=True)
@why_option
@by_option
@base.option("--fresh", is_flag=True, help=N_("Set the old file aside under a dated name first."))
@click.pass_context
def command(
    ctx: click.Context,
    data: Path | None,
    demo: bool,
    official_only: bool,
    no_demonstration: bool,
    fresh: bool,
) -> None:
    """Build, then say what was built."""
    from registry.intake.dataset import open_data_root
    from registry.report.overview import overview
    from registry.store.build import build
    from registry.store.connection import connect

    # --no-demonstration said in the first edition what goes without saying now.
    if demo and (official_only or no_demonstration):
        raise click.UsageError(
            _("--demo goes with neither --official-only nor --no-demonstration.")
        )
    accepted = PROVENANCES[:1] if official_only else PROVENANCES[: 3 if demo else 2]
    root, carried = (data, False) if data else data_root()
    opened = open_data_root(root)
    unchecked = unchecked_notes(opened.instruments)
    with changing(current_change()):
        result = build(
            database(ctx),
            opened,
            accepted=accepted,
            now=dt.datetime.now(),
            fresh=fresh,
            calendar_carried=carried,
        )
    for note in (*result.notes, *unchecked):
        click.echo(_("Note: {note}").format(note=note), err=True)
    if result.backup:
        click.echo(_("The old file is now {path}.").format(path=result.backup), err=True)
    conn = connect(result.path)
    try:
        text, warnings = overview(conn)
    finally:
        conn.close()
    click.echo(_("Built {path} from {data}.").format(path=result.path, data=root))
    click.echo(text, nl=False)
    for warning in warnings:
        click.echo(_("Warning: {warning}").format(warning=warning), err=True)


def unchecked_notes(folders: Iterable[InstrumentFolder]) -> list[str]:
    """Notes on what of the instruments nothing checks. Raises RuleError for a taken code."""
    from registry.audit.coverage import refuse_taken_codes, unchecked
    from registry.audit.rule import load_rules

    rules = load_rules()
    taken = {rule.code for rule in rules if not rule.header.check}
    notes: list[str] = []
    for folder in folders:
        refuse_taken_codes(folder.instrument, taken, folder.file.path)
        notes += unchecked(folder.instrument, rules)
    return notes
