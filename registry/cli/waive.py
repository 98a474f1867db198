"""`registry waive`: write a waiver into waivers.yml."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.data_paths import WAIVERS
from registry.cli.office_config import every_rule, load_config, waivable_codes
from registry.cli.options import (
    config_option,
    instrument_option,
    own_rules_option,
    waivers_option,
)
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _
from registry.model.limits import OWN

if TYPE_CHECKING:
    import sqlite3

    from registry.audit.waivers import InstrumentWaiver
    from registry.model.config import Config
    from registry.model.waiver import Waiver


@base.command(
    "waive",
    N_(
        "Waive one finding until a day.\n\nRULE is a rule's code or name, SUBJECT the subject as "
        "`registry audit` shows it (1-08-ZONE, or INSTRUMENT:1-08-ZONE). The finding stays "
        "visible, marked as waived, and does not count for the exit code. After the last day it "
        "counts again.\n\nThe file keeps its comments, its order and its ways of writing; of a "
        "waiver that is renewed, only what differs is replaced."
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
@own_rules_option(N_("Rules of your own; else the folder that registry.toml names."))
@config_option
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
    own_rules: Path | None,
    config_file: Path | None,
) -> None:
    """Check the waiver against the registry, then write it into the file."""
    from registry.audit.waivers import check_waivers
    from registry.files import locked
    from registry.intake.waivers import read_waivers
    from registry.intake.waivers_text import write_waiver
    from registry.store.instrument import find_instrument, instrument_ids
    from registry.store.waiver_files import record_waiver_file

    path = waiver_file or Path(WAIVERS)
    if path.exists() and not path.is_file():
        raise RegistryError(
            _("this is no file that waivers can be kept in"),
            _("Name another with --waivers."),
            path,
        )
    config = load_config(config_file)
    with open_registry(database(ctx)) as conn:
        code, codes = _rule_code(conn, config, own_rules, rule)
        waiver = _waiver(code, subject, reason, approver, issued, expires)
        several = len(instrument_ids(conn)) > 1
        if instrument:
            waiver.instrument = find_instrument(conn, instrument)[1]
        (placed,) = check_waivers(conn, codes, [waiver], path)
        waiver.instrument = placed.instrument if several else None
        waiver.subject = placed.subject
        try:
            with locked(path):
                known = read_waivers(path) if path.is_file() else []
                place = _place(conn, known, placed)
                # First the log, then the file: what the log has no room for is not waived.
                write_waiver(path, known, waiver, place, partial(record_waiver_file, conn, path))
        except TimeoutError:
            raise RegistryError(
                _("another command is changing {path}").format(path=path),
                _("Try again when it has ended."),
            ) from None
    text = _("Added to {path}: {id} until {expires}.")
    if place is not None:
        text = _("Renewed in {path}: {id} until {expires}.")
    click.echo(text.format(path=path, id=waiver.id, expires=waiver.expires))


def _rule_code(
    conn: sqlite3.Connection, config: Config, own_rules: Path | None, word: str
) -> tuple[str, set[str]]:
    """The code of the one rule that is meant, and every code there is. Raises RegistryError.

    A code that the configuration mentions is an office's own, whether or not its rule is at hand.
    """
    from registry.audit.rule import UnknownRule, select_rules

    rules = every_rule(conn, config, own_rules)
    codes = waivable_codes(rules, config)
    try:
        chosen = select_rules(rules, word, None)
    except UnknownRule as error:
        if word in codes:
            return word, codes
        if word.startswith(OWN):
            raise RegistryError(
                _("no rule is called {word}").format(word=word),
                _(
                    "Name the folder of your own rules with --rules, or in registry.toml: "
                    "[rules] folder = …"
                ),
            ) from error
        raise
    if len(chosen) != 1:
        raise RegistryError(_("{rule} names several rules; name one.").format(rule=word))
    return chosen[0].code, codes


def _waiver(
    code: str, subject: str, reason: str, approver: str, issued: str | None, expires: str
) -> Waiver:
    """The waiver, from today where no day is given. Raises RegistryError for what it can't say."""
    from pydantic import ValidationError

    from registry.intake.waivers import waiver_problem
    from registry.model.waiver import Waiver

    try:
        return Waiver(
            rule=code,
            subject=subject,
            reason=reason,
            approver=approver,
            issued=base.today_or(issued),
            expires=expires,
        )
    except ValidationError as failure:
        error = failure.errors(include_url=False)[0]
        option = ".".join(map(str, error["loc"]))
        raise RegistryError(*waiver_problem(error), f"--{option}" if option else None) from None


def _place(conn: sqlite3.Connection, known: list[Waiver], placed: InstrumentWaiver) -> int | None:
    """Which of the known waivers is for the same finding; None where none is."""
    from registry.audit.waivers import with_instruments

    keys = [one.key for one in with_instruments(conn, known)]
    return keys.index(placed.key) if placed.key in keys else None
