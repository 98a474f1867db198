"""`registry inbox accept`: what was handed in goes into the working file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli import base
from registry.cli.base import database, today_or
from registry.cli.changing import by_option, current_change
from registry.cli.inbox import open_inbox
from registry.cli.ledger_import import conflict_error, tell_report
from registry.cli.options import as_of_option, state_option
from registry.cli.recording import dry_run_option, tell, tell_dry_run
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.locale import N_, _

if TYPE_CHECKING:
    from registry.internal.inbox.acceptance import Accepted


@base.command(
    "accept",
    N_(
        "Enter what was handed in into the working file.\n\nNO are numbers, as `registry inbox "
        "list` shows them; with --approved, everything that was accepted on the site. A workbook "
        "is taken in as `registry ledger import` does, a form as `registry record proof`, each in "
        "one transaction. One that can't be taken in stays in the inbox, and the others go on. "
        "`registry audit` and `registry publish --internal` then show what became of it."
    ),
)
@click.argument("numbers", nargs=-1, type=base.NUMBER, metavar="[NO…]")
@base.option("--approved", is_flag=True, help=N_("All that was accepted on the internal site."))
@base.option("--word", metavar="TEXT", help=N_("A word to the unit."))
@by_option
@dry_run_option
@as_of_option
@state_option
@click.pass_context
def command(
    ctx: click.Context,
    numbers: tuple[int, ...],
    approved: bool,
    word: str | None,
    dry_run: bool,
    as_of: str | None,
    state: Path | None,
) -> None:
    """Take in one after the other, and tell."""
    from registry.internal.inbox.acceptance import accept
    from registry.internal.inbox.forms import office_word

    if approved == bool(numbers):
        raise click.UsageError(_("Name submissions, or say --approved."))
    inbox = open_inbox(ctx, state)
    if approved:
        numbers = tuple(sorted(one.no for one in inbox.list(("approved",), limit=10_000)))
        if not numbers:
            click.echo(_("Nothing was accepted on the site that is not entered yet."), err=True)
            return
    said = office_word(word or "") or None
    failed: list[RegistryError] = []
    for no in dict.fromkeys(numbers):
        click.echo(_("Submission {no}").format(no=no))
        try:
            with open_registry(database(ctx)) as conn:
                done = accept(
                    *(conn, inbox, no, current_change(), today_or(as_of)),
                    word=said,
                    dry_run=dry_run,
                )
            tell_accepted(done, dry_run=dry_run)
        except RegistryError as error:
            if len(numbers) == 1:
                raise
            failed.append(error)
            click.echo("\n".join(error.messages()), err=True)
    if failed:
        raise RegistryError(
            _("{n} submissions were not taken in; they stay in the inbox").format(n=len(failed)),
            _("Look at them with `registry inbox show NO`, or send them back."),
        )


def tell_accepted(done: Accepted, *, dry_run: bool) -> None:
    """Say what became of a submission. Raises RegistryError for conflicts."""
    if done.already:
        click.echo(_("The registry has it already."))
    elif done.report is not None:
        tell_report(done.report, dry_run=dry_run)
        if done.report.conflicts:
            raise conflict_error(done.report)
    elif done.recorded is not None:
        tell(done.recorded, dry_run=dry_run)
    else:
        click.echo(
            _("An explanation changes nothing in the ledger; the unit sees that it was read.")
        )
        if dry_run:
            tell_dry_run()
