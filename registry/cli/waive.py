"""`registry waive`: write a waiver into waivers.yml."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.data_paths import WAIVERS
from registry.cli.options import instrument_option, waivers_option
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _


@base.command(
    "waive",
    N_(
        "Waive one finding until a day.\n\nRULE is a rule's code or name, SUBJECT the subject as "
        "`registry audit` shows it (1-08-ZONE, or INSTRUMENT:1-08-ZONE). The finding stays "
        "visible, marked as waived, and does not count for the exit code. After the last day it "
        "counts again."
    ),
)
@click.argument("rule")
@click.argument("subject")
@base.option("--reason", required=True, metavar="TEXT", help=N_("Why it is waived."))
@base.option("--approver", required=True, metavar="NAME", help=N_("Who approved it."))
@base.option(
    "--expires",
    required=True,
    type=base.IsoDate(),
    metavar="DATE",
    help=N_("The last day; at most a year on."),
)
@base.option("--issued", type=base.IsoDate(), metavar="DATE", help=N_("The first day; today."))
@instrument_option
@waivers_option
@click.pass_context
def command(
    ctx: click.Context,
    rule: str,
    subject: str,
    reason: str,
    approver: str,
    expires: str,
    issued: str | None,
    instrument: str | None,
    waiver_file: Path | None,
) -> None:
    """Check the waiver against the registry, then add it to the file."""
    from pydantic import ValidationError

    from registry.audit.duty_rules import registry_rules
    from registry.audit.rule import select_rules
    from registry.audit.waivers import check_waivers, with_instruments
    from registry.intake.waivers import read_waivers, waiver_problem, write_waivers
    from registry.model.waiver import Waiver
    from registry.store.instrument import find_instrument, instrument_ids
    from registry.store.waiver_files import record_waiver_file

    path = waiver_file or Path(WAIVERS)
    with open_registry(database(ctx)) as conn:
        rules = registry_rules(conn)
    chosen = select_rules(rules, rule, None)
    if len(chosen) != 1:
        raise RegistryError(_("{rule} names several rules; name one.").format(rule=rule))
    try:
        waiver = Waiver(
            rule=chosen[0].code,
            subject=subject,
            reason=reason,
            approver=approver,
            issued=issued or dt.date.today().isoformat(),
            expires=expires,
        )
    except ValidationError as failure:
        raise RegistryError(*waiver_problem(failure.errors(include_url=False)[0])) from None
    known = read_waivers(path) if path.is_file() else []
    codes = {r.code for r in rules}
    with open_registry(database(ctx)) as conn:
        several = len(instrument_ids(conn)) > 1
        if instrument:
            waiver.instrument = find_instrument(conn, instrument)[1]
        (placed,) = check_waivers(conn, codes, [waiver], path)
        waiver.instrument = placed.instrument if several else None
        waiver.subject = placed.subject
        replaced = [w for w in known if with_instruments(conn, [w])[0].key != placed.key]
    write_waivers(path, [*replaced, waiver])
    with open_registry(database(ctx)) as conn:
        record_waiver_file(conn, path)
    text = _("Renewed in {path}: {id} until {expires}.")
    if len(replaced) == len(known):
        text = _("Added to {path}: {id} until {expires}.")
    click.echo(text.format(path=path, id=waiver.id, expires=waiver.expires))
