"""`registry letters`: one letter for each body that owes something."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import (
    FOLDER,
    as_of_option,
    config_option,
    instrument_filter,
    own_rules_option,
    waivers_option,
)
from registry.cli.output import terminal_width
from registry.cli.registry_file import open_registry, print_provenance
from registry.errors import RegistryError
from registry.files import atomic_write_all, written_path
from registry.locale import N_, _

if TYPE_CHECKING:
    import sqlite3

    from registry.report.letters import Kind, Letter

_KINDS = ("督办单", "工作提示函")


@base.command(
    "letters",
    N_(
        "Write a letter to each department and zone that owes something, as DOCX."
        "\n\nLetters are Chinese official papers, whatever the language. Who sends them, their "
        "number and the day for the answer are left in 〔〕 for you to fill in."
    ),
)
@base.option(
    "-o",
    "--output",
    type=FOLDER,
    metavar="DIR",
    required=True,
    help=N_("The folder for the letters; it is made where there is none."),
)
@as_of_option
@instrument_filter
@base.option(
    "--kind",
    type=click.Choice(_KINDS),
    help=N_(
        "The kind of paper; if not given, 督办单 where something of medium or high severity is "
        "overdue, else 工作提示函."
    ),
)
@own_rules_option(N_("Rules of your own; else the folder that registry.toml names."))
@waivers_option
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    output: Path,
    as_of: str | None,
    instrument: str | None,
    kind: Kind | None,
    own_rules: Path | None,
    waiver_file: Path | None,
    config_file: Path | None,
) -> None:
    """Audit, write, and list what was written."""
    from registry.report.letters import letter_bytes

    office = _Office(config_file, waiver_file, own_rules)
    with open_registry(database(ctx)) as conn:
        examined, written = _letters(conn, base.today_or(as_of), instrument, kind, office)
        print_provenance(conn)
    if examined == 0:
        click.echo(_("Nothing was examined; no letter was written."))
        return
    if not written:
        click.echo(_("No department and no zone owes anything; no letter was written."))
        return
    try:
        written_path(output).mkdir(parents=True, exist_ok=True)
        atomic_write_all({output / letter.file_name: letter_bytes(letter) for letter in written})
    except OSError as error:
        raise RegistryError(
            _("the letters can't be written to {path}: {detail}").format(path=output, detail=error)
        ) from error
    click.echo(_table(written, output), nl=False)


class _Office(NamedTuple):
    """Files of the office's own that were named."""

    config: Path | None
    waivers: Path | None
    rules: Path | None


def _letters(
    conn: sqlite3.Connection,
    as_of: str,
    instrument: str | None,
    kind: Kind | None,
    office: _Office,
) -> tuple[int, list[Letter]]:
    """How much was examined, and the letters, yet to be set. What is waived is not asked for."""
    from registry.audit.engine import run_audit
    from registry.audit.filters import Filters
    from registry.audit.rule_book import RuleBook
    from registry.audit.waivers import check_waivers
    from registry.cli import office_config
    from registry.report.letters import Sources, letters
    from registry.store.bodies import body_names
    from registry.store.instrument import find_instrument
    from registry.store.log.checkpoints import log_head
    from registry.store.notices import full_names, notices, zone_ids
    from registry.store.views import standing_on

    config = office_config.load_config(office.config)
    waivers, path = office_config.load_waivers(office.waivers)
    rules = office_config.configured_rules(conn, config, office.rules)
    check_waivers(conn, office_config.waivable_codes(rules, config), waivers, path)
    filters = Filters(instrument=find_instrument(conn, instrument)[1] if instrument else None)
    audit = run_audit(conn, rules, as_of, filters, config=config, waivers=waivers)
    with standing_on(conn, as_of):
        sources = Sources(
            as_of,
            RuleBook(conn, rules),
            notices(conn),
            body_names(conn),
            full_names(conn),
            zone_ids(conn),
            log_head(conn),
        )
    return audit.examined, letters(audit, sources, kind)


def _table(written: list[Letter], folder: Path) -> str:
    from registry.report.terminal import table

    heads = (_("Letter"), _("Past due"), _("Done late"), _("Other matters"))
    rows = [
        (x.file_name, len(x.groups.overdue), len(x.groups.late), len(x.groups.other))
        for x in written
    ]
    heading = _("{n:,} letters written to {path}:").format(n=len(written), path=folder)
    return heading + "\n\n" + table(rows, heads, width=terminal_width())
