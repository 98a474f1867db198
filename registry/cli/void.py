"""`registry void`: have a wrong row of the ledger no longer count."""

from __future__ import annotations

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.changing import by_option, current_change, required_why_option
from registry.cli.options import as_of_option, instrument_option
from registry.cli.recording import dry_run_option, stand_on, tell, tell_dry_run
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _

_POWER = "power"
_LOAD = "load"
_KINDS = ("agreement", "proof", "guidance", "service", _POWER, _LOAD)


@base.command(
    "void",
    N_(
        "Void a row of the ledger, a power, or a load of the platform's files, that is wrong."
        "\n\nKIND is agreement, proof, guidance, service, power or load; KEY an agreement's "
        "number, or what a row is called: P-12, G-3, S-4, Q-1, L-2 (`registry find` and `registry "
        "show` tell); where several instruments have it, INSTRUMENT:KEY. The row stays to be seen, "
        "and counts no longer; the right one is recorded anew. Cases that a voided load had "
        "superseded count again."
    ),
)
@click.argument("kind", type=click.Choice(_KINDS), metavar="KIND")
@click.argument("key")
@required_why_option
@by_option
@instrument_option
@as_of_option
@dry_run_option
@click.pass_context
def command(
    ctx: click.Context,
    kind: str,
    key: str,
    why: str,
    instrument: str | None,
    as_of: str | None,
    dry_run: bool,
) -> None:
    """Void, and tell what that brought about."""
    from registry.store.ledger.recording import void
    from registry.store.ledger.voids import KINDS
    from registry.store.powers import void_power

    if not why.strip():
        raise RegistryError(_("it is not said why"), _("Say it with --why."), "--why")
    change = current_change()
    if kind == _POWER:
        with open_registry(database(ctx)) as conn:
            power = void_power(conn, key, why.strip(), change, dry_run=dry_run)
        click.echo(
            _("Voided: power {key}; items that are no longer tied: {n:,}").format(
                key=power.key, n=len(power.items)
            )
        )
        if dry_run:
            tell_dry_run()
        return
    if kind == _LOAD:
        _void_load(ctx, key, why.strip(), dry_run=dry_run)
        return
    chosen = next(known for known in KINDS if known == kind)
    with open_registry(database(ctx)) as conn:
        stand_on(conn, as_of)
        done = void(
            conn,
            chosen,
            key,
            why.strip(),
            change,
            instrument=instrument,
            dry_run=dry_run,
        )
    tell(done, voided=True, dry_run=dry_run)


def _void_load(ctx: click.Context, key: str, why: str, *, dry_run: bool) -> None:
    from registry.locale import list_separator
    from registry.locale.labels import provenance_label
    from registry.store.platform.voids import void_load

    with open_registry(database(ctx)) as conn:
        done = void_load(conn, key, why, current_change(), dry_run=dry_run)
    click.echo(
        _("Voided: load {key} ({provenance}), {n:,} rows; cases that count again: {m:,}").format(
            key=done.key, provenance=provenance_label(done.provenance), n=done.rows, m=done.again
        )
    )
    if done.later and done.kind == "cases":
        click.echo(
            _("Cases that {later} had unchanged were not stored again: load those anew.").format(
                later=list_separator().join(done.later)
            )
        )
    if dry_run:
        tell_dry_run()
