"""`registry void`: have a wrong row of the ledger no longer count."""

from __future__ import annotations

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.options import as_of_option, instrument_option
from registry.cli.recording import by_option, change_of, dry_run_option, stand_on, tell
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _

_KINDS = ("agreement", "proof", "guidance", "service")


@base.command(
    "void",
    N_(
        "Void a row of the ledger that is wrong.\n\nKIND is agreement, proof, guidance or service; "
        "KEY an agreement's number, or what a row is called: P-12, G-3, S-4 (`registry find` and "
        "`registry show` tell); where several instruments have it, INSTRUMENT:KEY. The row stays "
        "to be seen, and counts no longer; the right one is recorded anew."
    ),
)
@click.argument("kind", type=click.Choice(_KINDS), metavar="KIND")
@click.argument("key")
@base.option("--why", required=True, metavar="TEXT", help=N_("Why it is wrong."))
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
    by: str | None,
    instrument: str | None,
    as_of: str | None,
    dry_run: bool,
) -> None:
    """Void, and tell what that brought about."""
    from registry.store.ledger.recording import void
    from registry.store.ledger.voids import KINDS

    if not why.strip():
        raise RegistryError(_("it is not said why"), _("Say it with --why."), "--why")
    chosen = next(known for known in KINDS if known == kind)
    with open_registry(database(ctx)) as conn:
        stand_on(conn, as_of)
        done = void(
            conn,
            chosen,
            key,
            why.strip(),
            change_of(ctx.command_path, by),
            instrument=instrument,
            dry_run=dry_run,
        )
    tell(done, voided=True, dry_run=dry_run)
