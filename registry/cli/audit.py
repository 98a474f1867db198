"""`registry audit`: run the rules, store the run, print what was found."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import audit_together, base
from registry.cli.base import WordsOption, database
from registry.cli.options import (
    FOLDER,
    as_of_option,
    bom_option,
    config_option,
    format_option,
    instrument_filter,
    known_on_option,
    output_option,
    own_rules_option,
    waivers_option,
)
from registry.cli.output import (
    refuse_binary_output,
    shows_colour,
    terminal_width,
    write_report,
)
from registry.cli.registry_file import open_registry
from registry.locale import N_, _, language, list_separator
from registry.model.vocabulary import SEVERITIES
from registry.report.audit import FORMATS

if TYPE_CHECKING:
    from registry.audit.finding import Finding

_NOTHING_EXAMINED = 3
_OF_ONE = ("known_on", "zone", "department", "instrument", "waiver_file", "show_config")
"""Parameters that make no sense of many registries."""


@base.command(
    "audit",
    N_(
        "Audit the registry, and store the run.\n\nWith --data, many registries are audited "
        "together as they were exported, and nothing is stored.\n\nExit code: 0 clean; 1 alarms "
        "at or above --fail-on; 2 an error; 3 nothing was examined."
    ),
)
@as_of_option
@known_on_option
@base.option("--zone", metavar="ZONE", help=N_("Only what belongs to this zone."))
@base.option("--department", metavar="DEPT", help=N_("Only items of this department."))
@instrument_filter
@base.option("--select", metavar="CODES", help=N_("Rules by code, prefix or name, with commas."))
@base.option("--ignore", metavar="CODES", help=N_("Rules to leave out."))
@format_option(*FORMATS)
@bom_option
@output_option(N_("Write to a file."))
@base.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES[:3], "never"]),
    default="low",
    help=N_("The least severity that makes the exit code 1."),
)
@own_rules_option(N_("Rules of your own; else the folder that registry.toml names."))
@waivers_option
@config_option
@base.option("--show-config", is_flag=True, help=N_("Print the configuration in force, and end."))
@base.option("--all", "everything", is_flag=True, help=N_("Every row examined, not findings only."))
@click.option(
    "--data",
    "exports",
    cls=WordsOption,
    type=FOLDER,
    multiple=True,
    metavar="DIR…",
    help=N_("Folders of `export parquet`: their registries, instead of this one."),
)
@base.option("--engine", type=click.Choice(["spark"]), help=N_("What audits them; needs --data."))
@base.option(
    "--remote",
    metavar="sc://HOST:PORT",
    help=N_("A server of Spark Connect that reads those folders; else one starts here."),
)
@click.pass_context
def command(
    ctx: click.Context,
    as_of: str | None,
    known_on: str | None,
    zone: str | None,
    department: str | None,
    instrument: str | None,
    select: str | None,
    ignore: str | None,
    form: str,
    bom: bool,
    output: Path | None,
    fail_on: str,
    own_rules: Path | None,
    waiver_file: Path | None,
    config_file: Path | None,
    show_config: bool,
    everything: bool,
    exports: tuple[Path, ...],
    engine: str | None,
    remote: str | None,
) -> None:
    """Run, store, print; then leave with the exit code."""
    from registry.audit.engine import prepare, run_audit
    from registry.audit.filters import Filters
    from registry.audit.record import store_audit
    from registry.audit.rule import select_rules
    from registry.audit.rule_book import RuleBook
    from registry.audit.waivers import check_waivers
    from registry.cli import office_config
    from registry.report.audit import RenderOptions, news_text
    from registry.store.bodies import body_names, find_department, find_zone, successor_on
    from registry.store.connection import reading
    from registry.store.instrument import find_instrument
    from registry.store.waiver_files import record_waiver_file

    if exports or engine or remote:
        _audit_together(ctx, exports)
        return
    refuse_binary_output(form, output)
    config = office_config.load_config(config_file)
    if show_config:
        click.echo(office_config.show_config(config), nl=False)
        return
    waivers, path = office_config.load_waivers(waiver_file)
    with open_registry(database(ctx), known_on) as conn:
        if record_waiver_file(conn, path) and known_on:
            click.echo(_("Waivers are those of now; the registry keeps none."), err=True)
        prepare(conn)
        with reading(conn):  # one state of the file for all that the audit rests on
            known = office_config.configured_rules(conn, config, own_rules)
            rules = select_rules(known, select, ignore)
            day = base.today_or(as_of)
            # Who asks for a body that is gone by the day gets its successor.
            filters = Filters(
                successor_on(conn, "zone", find_zone(conn, zone), day) if zone else None,
                successor_on(conn, "department", find_department(conn, department), day)
                if department
                else None,
                find_instrument(conn, instrument)[1] if instrument else None,
            )
            check_waivers(conn, office_config.waivable_codes(known, config), waivers, path)
            names = body_names(conn, day)
            rule_book = RuleBook(conn, rules)
            audit = run_audit(
                conn,
                rules,
                day,
                filters,
                everything=everything,
                config=config,
                waivers=waivers,
                rule_book=rule_book,
            )
        store_audit(conn, audit, dt.datetime.now())
        changes = None
        if form == "table" and audit.run:
            from registry.audit.diff import since_last_run

            changes = since_last_run(conn, audit.run)
        options = RenderOptions(
            language(),
            rule_book,
            names,
            news=news_text(changes),
            width=terminal_width(),
            everything=everything,
            bom=bom,
            colour=output is None and shows_colour(),
        )
    if audit.changed_since:
        note = _("the data has changed while the audit ran; it is of the data before. Audit again.")
        click.echo(_("Note: {note}").format(note=note), err=True)
    for code in audit.not_applied:
        if code.startswith("X-"):
            click.echo(
                _("Note: {note}").format(note=_(audit_together.NOT_APPLIED).format(code=code)),
                err=True,
            )
    write_report(form, audit, options, output)
    leave(audit.examined, audit.findings, fail_on)


def leave(examined: int, findings: Iterable[Finding], fail_on: str) -> None:
    """End with the exit code that says what was found."""
    if examined == 0:
        sys.exit(_NOTHING_EXAMINED)
    failing = () if fail_on == "never" else SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    if any(f.status == "alarm" and not f.waived and f.severity in failing for f in findings):
        sys.exit(1)


def _audit_together(ctx: click.Context, exports: tuple[Path, ...]) -> None:
    """Audit exports, after a look at what else was asked for."""
    from registry.report.audit.together import FORMATS as TOGETHER

    if not exports:
        raise click.UsageError(_("--engine and --remote go with --data."))
    given = {
        param.opts[0]
        for param in ctx.command.params
        if param.name in _OF_ONE and ctx.params[param.name]
    }
    if given:
        raise click.UsageError(
            _("{options} is for one registry, and does not go with --data.").format(
                options=list_separator().join(sorted(given))
            )
        )
    if ctx.params["form"] not in TOGETHER:
        raise click.UsageError(
            _("With --data, --format is one of: {formats}.").format(formats=", ".join(TOGETHER))
        )
    audited = audit_together.run(
        **{name: ctx.params[name] for name in audit_together.TAKEN}, remote=ctx.params["remote"]
    )
    leave(
        sum(part.audit.examined for part in audited),
        (finding for part in audited for finding in part.audit.findings),
        ctx.params["fail_on"],
    )
