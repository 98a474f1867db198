"""`registry ledger import`: workbooks that came back, taken in whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.changing import by_option, current_change, why_option
from registry.cli.options import format_option
from registry.cli.output import terminal_width
from registry.cli.progress_bar import progress_bar
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _, labelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.store.ledger.importing import FileReport, ImportReport

_MAX_SHOWN = 40


@base.command(
    "import",
    N_(
        "Read ledger workbooks back that bodies have filled in.\n\nRows may have been sorted, "
        "columns moved, renamed or added. All files are taken in one transaction. A row that two "
        "have changed differently is a conflict: it is shown, and nothing is written."
    ),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@base.option("--dry-run", is_flag=True, help=N_("Tell what would change, and write nothing."))
@format_option("table", "json")
@why_option
@by_option
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], dry_run: bool, form: str) -> None:
    """Read every file, compare, write, and tell what was changed."""
    from registry.store.ledger.importing import import_workbooks

    books = _read(files)
    now = current_change().at[:19]
    with open_registry(database(ctx)) as conn:
        report = import_workbooks(conn, books, now, dry_run=dry_run)
    if form == "json":
        _tell_notes(report)
        click.echo(json.dumps(_record(report, dry_run), ensure_ascii=False, indent=1))
    else:
        tell_report(report, dry_run=dry_run)
    if report.conflicts:
        raise conflict_error(report)


def tell_report(report: ImportReport, *, dry_run: bool) -> None:
    """Say what workbooks changed; with conflicts in it, its notes only."""
    _tell_notes(report)
    if not report.conflicts:
        click.echo("\n".join(_lines(report, dry_run)))


def _tell_notes(report: ImportReport) -> None:
    for file in report.files:
        for note in file.notes:
            click.echo(_("Note: {note}").format(note=note), err=True)


def _read(files: tuple[Path, ...]) -> list[Any]:
    """Every workbook; what is wrong with any of them is told of all."""
    from registry.intake.ledger.workbook import read_workbook
    from registry.intake.problems import InputError

    books, problems, more = [], [], 0
    with progress_bar(_("Reading the workbooks")) as on_progress:
        for done, path in enumerate(dict.fromkeys(files)):
            on_progress(done, len(files))
            try:
                books.append(read_workbook(path))
            except InputError as error:
                problems += error.problems
                more += error.more
    if problems:
        raise InputError(problems, more)
    return books


def _lines(report: ImportReport, dry_run: bool) -> Iterator[str]:
    from registry.report.terminal import table

    for file in report.files:
        yield _(
            "{path}: {body}, exported as of {day}; {rows:,} rows read, {n:,} cells changed"
        ).format(
            path=file.path,
            body=file.body,
            day=file.as_of,
            rows=sum(file.read.values()),
            n=len(file.changes),
        )
        if file.already:
            yield _("  {n:,} rows were changed to what the registry says already").format(
                n=file.already
            )
        if file.changes:
            heads = (_("Sheet"), _("Row"), _("Field"), _("Was"), _("Is"))
            rows = [
                (_sheet(c.sheet), c.key or _("new"), _field(file, c.sheet, c.field), c.old, c.new)
                for c in file.changes[:_MAX_SHOWN]
            ]
            yield ""
            yield table(rows, heads, width=terminal_width()).rstrip("\n")
            if len(file.changes) > _MAX_SHOWN:
                yield _("… and {n:,} more; --format json shows all").format(
                    n=len(file.changes) - _MAX_SHOWN
                )
            yield ""
    if not report.changes:
        yield _("No change.")
    elif dry_run:
        yield _("{n:,} cells would be changed; nothing was written.").format(n=report.changes)
    else:
        yield _("{n:,} cells changed.").format(n=report.changes)


class ImportConflict(RegistryError):
    """Cells that two workbooks, or a workbook and the registry, have changed differently."""

    def remarks(self) -> Iterator[str]:
        """How to settle it; and that nothing was changed."""
        yield _(
            "Settle with both which is right, and write it into the workbook as the registry has "
            "it, or export the workbook anew and change it there."
        )
        yield _("Nothing was changed.")


def conflict_error(report: ImportReport) -> ImportConflict:
    """The error that shows a report's conflicts."""
    return ImportConflict(_conflicts(report))


def _conflicts(report: ImportReport) -> str:
    """All conflicts as a table, with its heading."""
    from registry.report.terminal import table

    rows = [
        (
            *(_sheet(c.sheet), c.key or _("new"), _field(report.files[0], c.sheet, c.field)),
            c.sent or "—",
            *(labelled(who, text or "—") for who, text in c.values),
        )
        for c in report.conflicts
    ]
    heads = (_("Sheet"), _("Row"), _("Field"), _("When sent out"), _("One"), _("The other"))
    heading = _("{n:,} cells were changed by two, differently:").format(n=len(rows))
    return f"{heading}\n\n{table(rows, heads, width=terminal_width())}"


def _sheet(name: str) -> str:
    from registry.intake.ledger.sheet_specs import TITLES

    return _(TITLES[name])


def _field(file: FileReport, sheet: str, name: str) -> str:
    from registry.intake.ledger.sheet_specs import sheet_specs

    for kind in (file.kind, "zone", "department"):
        for spec in sheet_specs(kind):
            known = spec.field(name)
            if spec.name == sheet and known:
                return _(known.heading)
    return name


def _record(report: ImportReport, dry_run: bool) -> dict[str, Any]:
    return {
        "schema": 1,
        "dry_run": dry_run,
        "written": report.written,
        "changes": report.changes,
        "files": [
            {
                **{"file": f.path, "kind": f.kind, "body": f.body, "as_of": f.as_of},
                **{"rows": f.read, "already": f.already, "notes": f.notes},
                "changes": [
                    {"sheet": c.sheet, "key": c.key or None, "field": c.field}
                    | {"old": c.old or None, "new": c.new or None}
                    for c in f.changes
                ],
            }
            for f in report.files
        ],
        "conflicts": [
            {"sheet": c.sheet, "key": c.key or None, "field": c.field, "sent": c.sent or None}
            | {"values": [{"by": who, "value": text or None} for who, text in c.values]}
            for c in report.conflicts
        ],
    }
