"""`registry ledger export`: a body's obligations, agreements and requests as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import as_of_option, instrument_option
from registry.cli.output import terminal_width
from registry.cli.progress_bar import progress_bar
from registry.cli.registry_file import open_registry, print_provenance
from registry.errors import RegistryError
from registry.files import atomic_write_all
from registry.locale import N_, _

if TYPE_CHECKING:
    import sqlite3

    from registry.store.ledger.workbooks import LedgerBook


@base.command(
    "export",
    N_(
        "Write the ledger of a department or zone as a workbook to fill in.\n\nIt holds "
        "instructions, the tasks that the body owes, its agreements and its guidance requests; a "
        "zone's also what it made lighter for applicants. `registry ledger import` reads it back."
    ),
)
@base.option("--department", metavar="DEPT", help=N_("The department whose ledger it is."))
@base.option("--zone", metavar="ZONE", help=N_("The zone whose ledger it is."))
@base.option(
    "--all",
    "everybody",
    is_flag=True,
    help=N_("A workbook for every department and zone; -o names a folder."),
)
@base.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    required=True,
    help=N_("The workbook to write; with --all, the folder, made where there is none."),
)
@instrument_option
@as_of_option
@click.pass_context
def command(
    ctx: click.Context,
    department: str | None,
    zone: str | None,
    everybody: bool,
    output: Path,
    instrument: str | None,
    as_of: str | None,
) -> None:
    """Read, write, and list what was written."""
    if [department is not None, zone is not None, everybody].count(True) != 1:
        raise click.UsageError(_("Give one of --department, --zone and --all."))
    if everybody and output.is_file():
        raise RegistryError(
            _("{path} is a file; with --all, -o names a folder.").format(path=output)
        )
    if not everybody and output.is_dir():
        raise RegistryError(
            _("{path} is a folder; name the workbook to write, or give --all.").format(path=output)
        )
    if not everybody and output.suffix.lower() != ".xlsx":
        raise RegistryError(_("{path}: the name of a workbook ends in .xlsx.").format(path=output))
    with open_registry(database(ctx)) as conn:
        books = _books(conn, department, zone, instrument, base.today_or(as_of))
        print_provenance(conn)
    _write(books, output, everybody)


def _books(
    conn: sqlite3.Connection,
    department: str | None,
    zone: str | None,
    instrument: str | None,
    as_of: str,
) -> list[LedgerBook]:
    from registry.store.instrument import find_instrument
    from registry.store.ledger.rows import find_body
    from registry.store.ledger.workbooks import LedgerBooks, ledger_books
    from registry.store.views import standing_on

    chosen = find_instrument(conn, instrument)[1] if instrument else None
    if department is None and zone is None:
        return ledger_books(conn, as_of, chosen)
    with standing_on(conn, as_of):
        body = find_body(
            conn, "zone" if department is None else "department", department or zone or ""
        )
    no, _id = find_instrument(conn, instrument)
    return [LedgerBooks(conn, no, as_of).book(body)]


def _write(books: list[LedgerBook], output: Path, everybody: bool) -> None:
    from registry.report.ledger import file_name, workbook_bytes
    from registry.report.terminal import table

    names = [output] * len(books)
    if everybody:
        names = [output / file_name(b.body.short_name, b.distinguishing_number) for b in books]
    try:
        if everybody:
            output.mkdir(parents=True, exist_ok=True)
        made: dict[Path, bytes] = {}
        with progress_bar(_("Making the workbooks")) as on_progress:
            for path, book in zip(names, books, strict=True):
                on_progress(len(made), len(books))
                made[path] = workbook_bytes(book)
        atomic_write_all(made)
    except OSError as error:
        raise RegistryError(
            _("the workbooks can't be written to {path}: {detail}").format(
                path=output, detail=error
            )
        ) from error
    heads = (_("Workbook"), _("Tasks"), _("Past due"), _("Agreements"), _("Guidance requests"))
    rows = [(path.name, *_counts(book)) for path, book in zip(names, books, strict=True)]
    heading = _("Written to {path}:").format(path=output if everybody else output.parent)
    if everybody:
        heading = _("{n:,} workbooks written to {path}:").format(n=len(books), path=output)
    click.echo(heading + "\n\n" + table(rows, heads, width=terminal_width()), nl=False)


def _counts(book: LedgerBook) -> tuple[int, int, int, int]:
    tasks, agreements, guidance = (sheet.rows for sheet in book.sheets[:3])
    overdue = sum(row.status == "alarm" for row in tasks)
    return len(tasks), overdue, len(agreements), len(guidance)
