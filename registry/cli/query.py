"""`registry query`: the catalogue's canned queries, on the working file."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from typing import Any

import click

from registry.cli import base
from registry.cli.data_paths import metadata_file
from registry.cli.output import terminal_width, write_out
from registry.cli.registry_file import database, note_provenance, open_registry
from registry.locale import N_, _, list_separator

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)", re.IGNORECASE)


@base.command(
    "query",
    N_(
        "Run a canned query of the catalogue; without NAME, list them.\n\nA parameter that is not "
        "given is empty, which stands for everything."
    ),
)
@click.argument("name", required=False)
@base.option("-p", "parameters", multiple=True, metavar="K=V", help=N_("A parameter of the query."))
@base.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    help=N_("The format."),
)
@base.as_of_option
@click.pass_context
def command(
    ctx: click.Context, name: str | None, parameters: tuple[str, ...], form: str, as_of: str | None
) -> None:
    """List the queries, or run one as of a day."""
    from registry.report.terminal import table
    from registry.store.views import create_shadow_views

    queries = _queries()
    if name is None:
        listed = [
            (key, query.get("title", ""), " ".join(_parameters(query["sql"])))
            for key, query in queries.items()
        ]
        heads = (_("Query"), _("Title"), _("Parameters"))
        click.echo(table(listed, heads, width=terminal_width()), nl=False)
        return
    if name not in queries:
        known = list_separator().join(queries)
        raise base.Refusal(
            _("no query is called {name}. Known are: {known}.").format(name=name, known=known)
        )
    sql = queries[name]["sql"]
    values = _values(sql, parameters)
    with open_registry(database(ctx)) as conn:
        create_shadow_views(conn, base.today_or(as_of))
        conn.execute("PRAGMA query_only = ON")
        cursor = conn.execute(sql, values)
        columns = [description[0] for description in cursor.description]
        note_provenance(conn)
        write_out([_rendered(cursor.fetchall(), columns, form)], None)


def _queries() -> dict[str, dict[str, Any]]:
    import yaml

    content = yaml.safe_load(metadata_file().read_text(encoding="utf-8")) or {}
    found: dict[str, dict[str, Any]] = {}
    for known in content.get("databases", {}).values():
        found.update(known.get("queries", {}))
    return found


def _parameters(sql: str) -> list[str]:
    """Names of a query's parameters, in their order, once each."""
    return list(dict.fromkeys(_PARAMETER.findall(re.sub(r"'[^']*'", "", sql))))


def _values(sql: str, given: tuple[str, ...]) -> dict[str, str]:
    values = dict.fromkeys(_parameters(sql), "")
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals or key not in values:
            known = list_separator().join(values) or _("none")
            raise base.Refusal(
                _("“{pair}” is no parameter of this query. Its parameters: {known}.").format(
                    pair=pair, known=known
                )
            )
        values[key] = value
    return values


def _rendered(rows: list[sqlite3.Row], columns: list[str], form: str) -> str:
    from registry.report.audit.csv_format import cell
    from registry.report.terminal import table

    if form == "json":
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        return json.dumps(records, ensure_ascii=False, indent=1) + "\n"
    if form == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow(columns)
        writer.writerows([cell(value) for value in row] for row in rows)
        return buffer.getvalue()
    if not rows:
        return _("No rows.") + "\n"
    shown = [["" if value is None else value for value in row] for row in rows]
    return table(shown, columns, width=terminal_width())
