"""`registry query`: the catalogue's canned queries, on the working file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.data_paths import metadata_file
from registry.cli.options import (
    as_of_option,
    bom_option,
    format_option,
    known_on_option,
    output_option,
)
from registry.cli.output import terminal_width, write_text
from registry.cli.registry_file import open_registry, print_provenance
from registry.errors import RegistryError
from registry.formulas import guarded_row
from registry.locale import N_, _, language, list_separator

_MARKS: Final = "unofficial_fields"
"""A column that a table shows only where any row has it."""

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
@format_option("table", "json", "csv")
@bom_option
@output_option(N_("Write to a file."))
@as_of_option
@known_on_option
@click.pass_context
def command(
    ctx: click.Context,
    name: str | None,
    parameters: tuple[str, ...],
    form: str,
    bom: bool,
    output: Path | None,
    as_of: str | None,
    known_on: str | None,
) -> None:
    """List the queries, or run one as of a day."""
    from registry.authority.answer_table import widen_delegations
    from registry.store.connection import run_select
    from registry.store.references import show_references
    from registry.store.views import create_shadow_views

    tables, queries = _described()
    if name is None:
        listed = [
            (key, str(query.get("title") or ""), " ".join(_parameters(query["sql"])))
            for key, query in queries.items()
        ]
        heads = (_("Query"), _("Title"), _("Parameters"))
        write_text([_table(listed, heads)], output)
        return
    if name not in queries:
        known = list_separator().join(queries) or _("none")
        raise RegistryError(
            _("no query is called {name}. Known are: {known}.").format(name=name, known=known)
        )
    from registry.store.query_values import query_value

    sql = queries[name]["sql"]
    values = _values(sql, parameters)
    with open_registry(database(ctx), known_on) as conn:
        create_shadow_views(conn, base.today_or(as_of))
        values = {key: query_value(conn, key, value) for key, value in values.items()}
        show_references(conn)
        widen_delegations(conn, sql)
        columns, rows = run_select(conn, sql, values)
        print_provenance(conn)
    mark = "\ufeff" if bom and form == "csv" else ""
    if form == "table":
        write_text([_results(rows, columns, tables, queries[name])], output)
    else:
        write_text([mark + _rendered(rows, columns, form)], output)


def _described() -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What the metadata says of tables, and of canned queries, by name."""
    from registry.site.server import read_metadata

    tables: dict[str, Any] = {}
    queries: dict[str, dict[str, Any]] = {}
    for known in (read_metadata(metadata_file()).get("databases") or {}).values():
        tables.update((known or {}).get("tables") or {})
        queries.update((known or {}).get("queries") or {})
    return tables, queries


def _headings(columns: list[str], tables: dict[str, Any], query: dict[str, Any]) -> list[str]:
    from registry.site.column_labels import column_label

    if language() != "zh":
        return columns
    return [column_label(column, tables, query=query) for column in columns]


def _parameters(sql: str) -> list[str]:
    """Names of a query's parameters, in their order, once each."""
    return list(dict.fromkeys(_PARAMETER.findall(re.sub(r"'[^']*'", "", sql))))


def _values(sql: str, given: tuple[str, ...]) -> dict[str, str]:
    values = dict.fromkeys(_parameters(sql), "")
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals or key not in values:
            known = list_separator().join(values) or _("none")
            raise RegistryError(
                _("“{pair}” is no parameter of this query. Its parameters: {known}.").format(
                    pair=pair, known=known
                )
            )
        values[key] = value
    return values


def _rendered(rows: list[tuple[Any, ...]], columns: list[str], form: str) -> str:
    if form == "json":
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        return json.dumps(records, ensure_ascii=False, indent=1) + "\n"
    buffer = io.StringIO()
    csv.writer(buffer).writerows(map(guarded_row, (columns, *rows)))
    return buffer.getvalue()


def _results(
    rows: list[tuple[Any, ...]],
    columns: list[str],
    tables: dict[str, Any],
    query: dict[str, Any],
) -> str:
    """The rows for people: columns by their names, codes by their words."""
    from registry.locale.labels import value_label

    if not rows:
        return _("No rows.") + "\n"
    kept = [
        i
        for i, column in enumerate(columns)
        if column != _MARKS or any(row[i] is not None for row in rows)
    ]
    heads = _headings([columns[i] for i in kept], tables, query)
    shown = [
        ["" if row[i] is None else value_label(columns[i], row[i]) or row[i] for i in kept]
        for row in rows
    ]
    return _table(shown, heads)


def _table(rows: Sequence[Sequence[Any]], heads: Sequence[str]) -> str:
    from registry.report.terminal import table

    return table(rows, heads, width=terminal_width())
