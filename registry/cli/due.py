"""`registry due`: what falls due in the next working days, by body."""

from __future__ import annotations

import datetime as dt
import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import as_of_option, format_option, instrument_filter
from registry.cli.output import shows_colour, terminal_width, write_text
from registry.cli.registry_file import open_registry, print_provenance
from registry.locale import N_, _, language

if TYPE_CHECKING:
    from registry.audit.due import Agenda

_MAX_SHOWN = 6


@base.command(
    "due",
    N_("What falls due in the next working days: obligations, agreements, guidance requests."),
)
@as_of_option
@base.option(
    "--within",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help=N_("Working days to look ahead."),
)
@instrument_filter
@format_option("table", "json", "ics")
@click.pass_context
def command(
    ctx: click.Context, as_of: str | None, within: int, instrument: str | None, form: str
) -> None:
    """Print the agenda."""
    from registry.audit.due import agenda
    from registry.cli.office_config import load_config
    from registry.store.bodies import body_names
    from registry.store.instrument import find_instrument

    thresholds = load_config(None).thresholds
    with open_registry(database(ctx)) as conn:
        chosen = find_instrument(conn, instrument)[1] if instrument else None
        found = agenda(conn, base.today_or(as_of), within, thresholds, chosen)
        bodies = body_names(conn)
        print_provenance(conn)
    if form == "ics":
        from registry.report.ics import agenda_ics

        stamp = dt.datetime.now(dt.timezone.utc)
        write_text([agenda_ics(found, bodies, language(), stamp).decode("utf-8")], None)
    elif form == "json":
        write_text([json.dumps(_document(found), ensure_ascii=False, indent=1) + "\n"], None)
    else:
        write_text(_table(found, bodies), None)


def _document(found: Agenda) -> dict[str, Any]:
    entries = [
        {
            "kind": due.kind,
            "body": due.body,
            "due_on": due.due_on,
            "what": getattr(due, f"what_{language()}"),
            "subjects": list(due.subjects),
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


def _table(found: Agenda, bodies: dict[str, str]) -> list[str]:
    from registry.report.terminal import bold, indent, table

    title = _("Due from {as_of} to {until}").format(as_of=found.as_of, until=found.until)
    lines = [bold(title, shows_colour()) + "\n"]
    order = {body: place for place, body in enumerate(bodies)}
    entries = sorted(found.entries, key=lambda due: (order[due.body], due.due_on))
    for body, group in groupby(entries, key=lambda due: due.body):
        rows = []
        for due in group:
            shown = " ".join(due.subjects[:_MAX_SHOWN])
            if len(due.subjects) > _MAX_SHOWN:
                shown += _(" … {n:,} in all").format(n=len(due.subjects))
            rows.append((due.due_on, getattr(due, f"what_{language()}"), shown))
        lines.append("\n" + bold(bodies[body], shows_colour()) + "\n")
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
