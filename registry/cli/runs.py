"""`registry runs`: the stored audits, and how open findings went."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from typing import Any

import click

from registry.cli import base
from registry.cli.output import shows_colour, terminal_width, write_out
from registry.cli.registry_file import database, open_registry
from registry.locale import N_, _


@base.command(
    "runs",
    N_("List the stored audits.\n\nWith --trend, the alarms that each body owed at each of them."),
)
@base.option("--trend", is_flag=True, help=N_("Alarms by body over the runs."))
@base.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    help=N_("The format."),
)
@click.pass_context
def command(ctx: click.Context, trend: bool, form: str) -> None:
    """Print the list, the latest first; or the trend, the oldest first."""
    with open_registry(database(ctx)) as conn:
        columns, rows = _trend(conn) if trend else _runs(conn)
    if form == "json":
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        text = json.dumps(records, ensure_ascii=False, indent=1) + "\n"
    elif form == "csv":
        buffer = io.StringIO()
        csv.writer(buffer).writerows([columns, *rows])
        text = buffer.getvalue()
    else:
        text = _table(columns, rows)
    write_out([text], None)


_HEADS = {
    "run": N_("Audit run"),
    "as_of": N_("As of"),
    "started_at": N_("Run at"),
    "filters": N_("Only"),
    "examined": N_("Examined"),
    "alarms": N_("Alarms"),
    "manual": N_("By hand"),
    "waived": N_("Waived"),
    "body": N_("Body"),
}


def _runs(conn: sqlite3.Connection) -> tuple[list[str], list[tuple[Any, ...]]]:
    columns = ["run", "as_of", "started_at", "filters", "examined", "alarms", "manual", "waived"]
    rows = conn.execute(
        "SELECT run, as_of, started_at, filters, examined, alarms, manual,"
        " (SELECT count(*) FROM finding AS f WHERE f.run = runs.run AND f.waived) FROM runs"
    ).fetchall()
    return columns, rows


def _trend(conn: sqlite3.Connection) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Open alarms of severity above info, by body; a column a run of the whole registry."""
    from registry.store.bodies import body_names

    runs = conn.execute("SELECT no, as_of FROM run WHERE filters = '' ORDER BY no").fetchall()
    counts: dict[str, dict[int, int]] = {}
    for body, run, alarms in conn.execute(
        "SELECT b.body, f.run, count(*) FROM findings AS f"
        " JOIN finding_bodies AS b ON b.run = f.run AND b.fingerprint = f.fingerprint"
        " WHERE f.status = 'alarm' AND f.severity <> 'info' AND f.waived = 0 GROUP BY 1, 2"
    ):
        counts.setdefault(body, {})[run] = alarms
    names = body_names(conn)
    rows = [
        (names.get(body, _("reform office")), *(counts[body].get(no, 0) for no, _as_of in runs))
        for body in (*names, "office")
        if body in counts
    ]
    return ["body", *(f"{no}: {as_of}" for no, as_of in runs)], rows


def _table(columns: list[str], rows: list[tuple[Any, ...]]) -> str:
    from registry.report.terminal import bold, table

    if not rows:
        return _("No audit is stored.") + "\n"
    heads = [_(_HEADS[name]) if name in _HEADS else name for name in columns]
    title = bold(_("Stored audits"), shows_colour())
    return title + "\n" + table(rows, heads, width=terminal_width())
