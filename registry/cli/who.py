"""`registry who`: everybody who may do an act for an item on a day."""

from __future__ import annotations

import json

import click

from registry.cli import base
from registry.cli.asking import find_act, on_option, strict_option
from registry.cli.base import database
from registry.cli.options import known_on_option
from registry.cli.output import terminal_width
from registry.cli.registry_file import open_registry
from registry.locale import N_


@base.command(
    "who",
    N_(
        "Who may do this act for this item on this day: every zone that may, in whose name, with "
        "which seal, and who answers; where no zone may, the municipal body."
    ),
)
@click.argument("item")
@click.argument("act")
@on_option
@known_on_option
@strict_option
@base.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help=N_("The format.")
)
@click.pass_context
def command(
    ctx: click.Context,
    item: str,
    act: str,
    day: str | None,
    known_on: str | None,
    strict: bool,
    form: str,
) -> None:
    """Print who may."""
    from registry.authority.answering import Authority
    from registry.report.authority.who_format import who_record, who_text
    from registry.store.connection import reading
    from registry.store.lookups import find_item_number, item_label
    from registry.store.references import References

    day = base.today_or(day)
    with open_registry(database(ctx), known_on) as conn, reading(conn):
        authority = Authority(conn)
        number = find_item_number(conn, item, References(conn))
        asked = authority.acts[find_act(authority.acts, act)]
        answers = authority.who(number, asked.id, day, strict=strict)
        departments = authority.departments_of(number, day)
        reference, name = item_label(conn, number)
    if form == "json":
        record = who_record(answers, departments, reference, asked, day)
        click.echo(json.dumps(record, ensure_ascii=False, indent=1))
    else:
        click.echo(who_text(answers, departments, name, asked, day, terminal_width()), nl=False)
