"""`registry due`: what falls due in the next working days, by body."""

from __future__ import annotations

import datetime as dt
import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import (
    FOLDER,
    as_of_option,
    format_option,
    instrument_filter,
    output_option,
)
from registry.cli.output import shows_colour, terminal_width, write_text
from registry.cli.registry_file import open_registry, print_provenance
from registry.locale import N_, _, language, list_separator

if TYPE_CHECKING:
    import sqlite3

    from registry.audit.due import Agenda, Due

_MAX_SHOWN = 3
"""Items that an entry of the table names."""


@base.command(
    "due",
    N_("What falls due in the next working days: obligations, agreements, guidance requests."),
)
@as_of_option
@base.option(
    "--within",
    type=click.IntRange(1, 9_999),
    default=10,
    show_default=True,
    metavar="N",
    help=N_("Working days to look ahead."),
)
@base.option("--department", metavar="DEPT", help=N_("Only what this department has to do."))
@base.option("--zone", metavar="ZONE", help=N_("Only what this zone has to do."))
@instrument_filter
@format_option("table", "json", "ics")
@output_option(N_("Write to a file."))
@base.option(
    "--by-body",
    type=FOLDER,
    metavar="DIR",
    help=N_("Write a calendar for each department and zone into this folder."),
)
@click.pass_context
def command(
    ctx: click.Context,
    as_of: str | None,
    within: int,
    department: str | None,
    zone: str | None,
    instrument: str | None,
    form: str,
    output: Path | None,
    by_body: Path | None,
) -> None:
    """Print the agenda, or write it."""
    from registry.audit.due import agenda
    from registry.cli.office_config import load_config
    from registry.store.bodies import body_names
    from registry.store.instrument import find_instrument

    if by_body and (output or form not in ("table", "ics")):
        raise click.UsageError(_("--by-body writes calendars, and goes with neither -o nor JSON."))
    thresholds = load_config(None).thresholds
    day = base.today_or(as_of)
    with open_registry(database(ctx)) as conn:
        chosen = find_instrument(conn, instrument)[1] if instrument else None
        asked = _bodies(conn, department, zone, day)
        found = agenda(conn, day, within, thresholds, chosen, asked)
        bodies = body_names(conn)
        print_provenance(conn)
    stamp = dt.datetime.now(dt.timezone.utc)
    if by_body:
        _write_calendars(found, bodies, asked or list(bodies), by_body, stamp)
    elif form == "ics":
        from registry.report.ics import agenda_ics

        named = {body: bodies[body] for body in asked} or bodies
        write_text([agenda_ics(found, named, language(), stamp).decode("utf-8")], output)
    elif form == "json":
        document = json.dumps(_document(found, bodies), ensure_ascii=False, indent=1)
        write_text([document + "\n"], output)
    else:
        write_text(_table(found, bodies, colour=output is None and shows_colour()), output)


def _bodies(
    conn: sqlite3.Connection, department: str | None, zone: str | None, day: str
) -> list[str]:
    """Ids of the bodies that are asked for; of one that is gone by the day, its successor's."""
    from registry.store.bodies import find_department, find_zone, successor_on

    found = []
    if department:
        found.append(successor_on(conn, "department", find_department(conn, department), day))
    if zone:
        found.append(successor_on(conn, "zone", find_zone(conn, zone), day))
    return found


def _write_calendars(
    found: Agenda, bodies: dict[str, str], chosen: list[str], folder: Path, stamp: dt.datetime
) -> None:
    from registry.files import atomic_write_all, written_path
    from registry.report.ics import calendars_by_body

    calendars = calendars_by_body(found, bodies, chosen, language(), stamp)
    written_path(folder).mkdir(parents=True, exist_ok=True)
    atomic_write_all({folder / name: content for name, content in calendars.items()})
    click.echo(
        _("{n:,} calendars written to {path}, with {entries:,} entries.").format(
            n=len(calendars), path=folder, entries=len(found.entries)
        )
    )


def _document(found: Agenda, bodies: dict[str, str]) -> dict[str, Any]:
    entries = [
        {
            "kind": due.kind,
            "body": due.body,
            "body_name": bodies.get(due.body, due.body),
            "due_on": due.due_on,
            "what": getattr(due, f"what_{language()}"),
            "subjects": list(due.subjects),
            "items": list(dict.fromkeys(due.names)),
        }
        for due in found.entries
    ]
    return {
        "schema": 1,
        "as_of": found.as_of,
        "until": found.until,
        "overdue": found.overdue,
        "entries": entries,
    }


def _table(found: Agenda, bodies: dict[str, str], *, colour: bool) -> list[str]:
    from registry.report.terminal import bold, indent, table

    title = _("Due from {as_of} to {until}").format(as_of=found.as_of, until=found.until)
    lines = [bold(title, colour) + "\n"]
    order = {body: place for place, body in enumerate(bodies)}
    entries = sorted(found.entries, key=lambda due: (order[due.body], due.due_on))
    for body, group in groupby(entries, key=lambda due: due.body):
        rows = [(due.due_on, getattr(due, f"what_{language()}"), _concerned(due)) for due in group]
        lines.append("\n" + bold(bodies[body], colour) + "\n")
        lines.append(indent(table(rows, width=terminal_width() - 2), 2))
    if not found.entries:
        lines.append(_("Nothing falls due.") + "\n")
    if found.overdue:
        lines.append(
            "\n"
            + _("{n:,} obligations are overdue already: see `registry audit`.").format(
                n=found.overdue
            )
            + "\n"
        )
    return lines


def _concerned(due: Due) -> str:
    """What an entry concerns: items by name and id, an agreement by its number and its items."""
    if due.kind == "obligation":
        named: dict[str, list[str]] = {}
        for subject, name in zip(due.subjects, due.names, strict=True):
            named.setdefault(name, []).append(subject)
        parts = [
            _("{text} ({detail})").format(text=name, detail=" ".join(subjects))
            for name, subjects in named.items()
        ]
    elif due.kind == "guidance":
        return ""  # what it is about says from whom
    else:
        names = list(dict.fromkeys(due.names))
        shown = list_separator().join(names[:_MAX_SHOWN])
        if len(names) > _MAX_SHOWN:
            shown += _(" … {n:,} in all").format(n=len(names))
        number = " ".join(due.subjects)
        return _("{text} ({detail})").format(text=number, detail=shown) if names else number
    text = list_separator().join(parts[:_MAX_SHOWN])
    return text + (_(" … {n:,} in all").format(n=len(parts)) if len(parts) > _MAX_SHOWN else "")
