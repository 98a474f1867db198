"""`registry runs`: the stored audits, and how open findings went."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import format_option, output_option
from registry.cli.output import shows_colour, terminal_width, write_text
from registry.cli.registry_file import open_registry
from registry.formulas import guarded_row
from registry.locale import N_, _

if TYPE_CHECKING:
    import sqlite3


@base.command(
    "runs",
    N_("List the stored audits.\n\nWith --trend, the alarms that each body owed at each of them."),
)
@base.option("--trend", is_flag=True, help=N_("Alarms by body over the runs."))
@format_option("table", "json", "csv")
@output_option(N_("Write to a file."))
@click.pass_context
def command(ctx: click.Context, trend: bool, form: str, output: Path | None) -> None:
    """Print the list, the latest first; or the trend, the oldest first."""
    from registry.store.run_history import StoredRun, stored_runs

    columns: Sequence[str]
    rows: Sequence[tuple[Any, ...]]
    with open_registry(database(ctx)) as conn:
        if trend:
            columns, rows = _trend(conn)
        else:
            columns, rows = StoredRun._fields, stored_runs(conn)
    if form == "json":
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        text = json.dumps(records, ensure_ascii=False, indent=1) + "\n"
    elif form == "csv":
        buffer = io.StringIO()
        csv.writer(buffer).writerows(map(guarded_row, (columns, *rows)))
        text = buffer.getvalue()
    else:
        text = _table(columns, rows)
    write_text([text], output)


_HEADS = {
    "run": N_("Audit run"),
    "as_of": N_("As of"),
    "started_at": N_("Run at"),
    "filters": N_("Only"),
    "rules": N_("Rules"),
    "examined": N_("Examined"),
    "alarms": N_("Alarms"),
    "manual": N_("By hand"),
    "waived": N_("Waived"),
    "body": N_("Body"),
}


def _trend(conn: sqlite3.Connection) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of the trend: a row for each body, a column for each run."""
    from registry.audit.duty_rules import registry_rules
    from registry.audit.rule_book import RuleBook
    from registry.audit.whole_audits import latest_whole_audit, whole_audits
    from registry.store.bodies import body_names
    from registry.store.run_history import alarm_trend

    last = latest_whole_audit(conn, RuleBook(conn, registry_rules(conn)))
    whole = whole_audits(conn, last.run if last else None)
    runs, alarms = alarm_trend(conn, [(one.run, one.as_of) for one in whole])
    names = body_names(conn, max((as_of for _no, as_of in runs), default=base.today_or(None)))
    rows = [
        (names.get(body, _("reform office")), *(alarms[body].get(no, 0) for no, _as_of in runs))
        for body in (*names, "office")
        if body in alarms
    ]
    return ["body", *(f"{no}: {as_of}" for no, as_of in runs)], rows


def _table(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> str:
    from registry.report.terminal import bold, table

    if not rows:
        return _("No audit is stored.") + "\n"
    heads = [_(_HEADS[name]) if name in _HEADS else name for name in columns]
    title = bold(_("Stored audits"), shows_colour())
    return title + "\n" + table(rows, heads, width=terminal_width())
