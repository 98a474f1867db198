"""`registry powers`: all that a body may do on a day."""

from __future__ import annotations

import json
from pathlib import Path

import click

from registry.cli import base
from registry.cli.asking import find_act, on_option
from registry.cli.base import database
from registry.cli.options import format_option, known_on_option, output_option
from registry.cli.output import terminal_width, write_text
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _


class NotComplete(RegistryError):
    """A body of which the registry can't tell everything that it may do."""


@base.command(
    "powers",
    N_(
        "All that a zone may do on this day: item by item, act by act, complete. yes, no, or ? "
        "where it is undetermined."
    ),
)
@click.argument("body")
@on_option
@base.option("--act", metavar="ACT", help=N_("Only this act, and only the items for which it may."))
@known_on_option
@format_option("table", "json", "csv")
@output_option(N_("Write to a file."))
@click.pass_context
def command(
    ctx: click.Context,
    body: str,
    day: str | None,
    act: str | None,
    known_on: str | None,
    form: str,
    output: Path | None,
) -> None:
    """Print the powers."""
    from registry.authority.answering import Authority
    from registry.report.authority.powers_format import (
        powers_csv,
        powers_of,
        powers_record,
        powers_table,
    )
    from registry.store.bodies import find_zone, names_of_bodies
    from registry.store.connection import reading
    from registry.store.references import References
    from registry.text import name_key

    day = base.today_or(day)
    with open_registry(database(ctx), known_on) as conn, reading(conn):
        if name_key(body) in map(name_key, names_of_bodies(conn, "department")):
            raise NotComplete(
                _(
                    "the registry holds what was conferred on zones, and not all that {name} may do"
                ).format(name=body),
                _("Name a zone; `registry who` says who does an item."),
            )
        zone = find_zone(conn, body)
        authority = Authority(conn, zone)
        asked = (find_act(authority.acts, act),) if act else ()
        powers = powers_of(authority, References(conn), zone, day, asked)
    if form == "json":
        write_text([json.dumps(powers_record(powers), ensure_ascii=False, indent=1) + "\n"], output)
    elif form == "csv":
        write_text([powers_csv(powers)], output)
    else:
        write_text([powers_table(powers, terminal_width())], output)
