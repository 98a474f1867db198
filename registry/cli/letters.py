"""`registry letters`: one letter for each body that owes something."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import (
    as_of_option,
    config_option,
    instrument_filter,
    number_option,
    own_rules_option,
    waivers_option,
)
from registry.cli.output import tell_left_open, terminal_width
from registry.cli.registry_file import open_registry, print_provenance
from registry.errors import RegistryError
from registry.files import atomic_write, atomic_write_all, written_path
from registry.locale import N_, _

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from registry.model.config import Config
    from registry.report.letters import Kind, Letter

_KINDS = ("督办单", "工作提示函")
_ZIP: Final = ".zip"


@base.command(
    "letters",
    N_(
        "Write a letter to each department and zone that owes something."
        "\n\nLetters are Chinese official papers, whatever the language. Who sends them, whom to "
        "ask, how document numbers are made and how long an answer may take stand in "
        "registry.toml, section `papers`; what is not set is left in 〔〕 for you to fill in, and "
        "told. What was done late is told in a letter and not asked for."
    ),
)
@base.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR|FILE.zip",
    required=True,
    help=N_("The folder for the letters, made where there is none; or one ZIP file of them all."),
)
@base.option("--zone", metavar="ZONE", help=N_("Only the letter to this zone."))
@base.option("--department", metavar="DEPT", help=N_("Only the letter to this department."))
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
@base.option(
    "--format",
    "form",
    type=click.Choice(["docx", "html", "markdown"]),
    default="docx",
    help=N_("The format."),
)
@number_option
@config_option
@click.pass_context
def command(
    ctx: click.Context,
    output: Path,
    zone: str | None,
    department: str | None,
    as_of: str | None,
    instrument: str | None,
    kind: Kind | None,
    own_rules: Path | None,
    waiver_file: Path | None,
    form: str,
    number: int | None,
    config_file: Path | None,
) -> None:
    """Audit, write, and list what was written."""
    from registry.cli.office_config import load_config
    from registry.report.letters import ENDINGS, left_open, letter_bytes

    config = load_config(config_file)
    day = base.today_or(as_of)
    with open_registry(database(ctx)) as conn:
        bodies = _addressees(conn, zone, department, day)
        office = _Office(config, waiver_file, own_rules)
        examined, written = _letters(conn, office, day, instrument, kind, bodies, number)
        print_provenance(conn)
    if examined == 0:
        click.echo(_("Nothing was examined; no letter was written."))
        return
    if not written:
        click.echo(
            _("They owe nothing; no letter was written.")
            if bodies
            else _("No department and no zone owes anything; no letter was written.")
        )
        return
    _write({f"{x.stem}{ENDINGS[form]}": letter_bytes(x, form) for x in written}, output, day)
    click.echo(_table(written, ENDINGS[form], output), nl=False)
    tell_left_open(left_open(written))


def _write(files: Mapping[str, bytes], output: Path, day: str) -> None:
    """Write the files into a folder, or into one ZIP file; all of them or none."""
    try:
        if output.suffix.lower() == _ZIP and not output.is_dir():
            written_path(output).parent.mkdir(parents=True, exist_ok=True)
            atomic_write(output, _zipped(files, day))
        else:
            written_path(output).mkdir(parents=True, exist_ok=True)
            atomic_write_all({output / name: content for name, content in files.items()})
    except OSError as error:
        raise RegistryError(
            _("the letters can't be written to {path}: {detail}").format(path=output, detail=error)
        ) from error


def _zipped(files: Mapping[str, bytes], day: str) -> bytes:
    """A ZIP file, its entries of that day: the same letters make the same file."""
    stream = io.BytesIO()
    year, month, date = (int(part) for part in day.split("-"))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (max(year, 1980), month, date, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return stream.getvalue()


def _addressees(
    conn: sqlite3.Connection, zone: str | None, department: str | None, day: str
) -> list[str]:
    """Ids of the bodies that were asked for, as successors of the day; none: all."""
    from registry.store.bodies import find_department, find_zone, successor_on

    bodies = []
    if department:
        bodies.append(successor_on(conn, "department", find_department(conn, department), day))
    if zone:
        bodies.append(successor_on(conn, "zone", find_zone(conn, zone), day))
    return bodies


class _Office(NamedTuple):
    """What is the office's own: its configuration, and files that were named."""

    config: Config
    waivers: Path | None
    rules: Path | None


def _letters(
    conn: sqlite3.Connection,
    office: _Office,
    as_of: str,
    instrument: str | None,
    kind: Kind | None,
    bodies: list[str],
    first_number: int | None,
) -> tuple[int, list[Letter]]:
    """How much was examined, and the letters, yet to be set. What is waived is not asked for."""
    from registry.audit.engine import run_audit
    from registry.audit.filters import Filters
    from registry.audit.rule_book import RuleBook
    from registry.audit.waivers import check_waivers
    from registry.cli import office_config
    from registry.report.letters import letter_sources, letters
    from registry.store.instrument import find_instrument

    config = office.config
    waivers, path = office_config.load_waivers(office.waivers)
    rules = office_config.configured_rules(conn, config, office.rules)
    check_waivers(conn, office_config.waivable_codes(rules, config), waivers, path)
    filters = Filters(instrument=find_instrument(conn, instrument)[1] if instrument else None)
    audit = run_audit(conn, rules, as_of, filters, config=config, waivers=waivers)
    sources = letter_sources(conn, RuleBook(conn, rules), as_of, config.papers)
    return audit.examined, letters(audit, sources, kind, bodies=bodies, first_number=first_number)


def _table(written: list[Letter], ending: str, path: Path) -> str:
    from registry.report.terminal import table

    heads = (_("Letter"), _("Past due"), _("Other matters"), _("Done late"))
    rows = [
        (f"{x.stem}{ending}", len(x.groups.overdue), len(x.groups.other), len(x.groups.late))
        for x in written
    ]
    heading = _("{n:,} letters written to {path}:").format(n=len(written), path=path)
    return heading + "\n\n" + table(rows, heads, width=terminal_width())
