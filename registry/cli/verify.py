"""`registry verify`: whether anything but the program's commands has changed the registry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.changing import current_change
from registry.cli.internal import state_folder
from registry.cli.options import FILE, against_option, state_option
from registry.errors import RegistryError
from registry.locale import N_, _, list_separator

if TYPE_CHECKING:
    from registry.store.log.checkpoints import Checkpoint
    from registry.store.log.verification import Verification

_MAX_SHOWN: Final = 50


@base.command(
    "verify",
    N_(
        "Verify the registry: its log against itself and against checkpoints, its tables against "
        "its log, the internal site's access log against itself and checkpoints; and that no id "
        "stands for two bodies.\n\nExit code: 0 nothing differs; 1 something does; 2 an error. "
        "With --log the file has to be the beginning of the registry's log; without a registry, "
        "the file alone is held against the checkpoints."
    ),
)
@base.option(
    "--log", "log_file", type=FILE, metavar="FILE", help=N_("A log that was exported before.")
)
@against_option
@state_option
@click.pass_context
def command(
    ctx: click.Context, log_file: Path | None, held: tuple[Path, ...], state: Path | None
) -> None:
    """Verify, tell, and leave with the exit code."""
    from registry.audit.stored_audit import changed_runs
    from registry.store.bodies import ambiguous_ids, ambiguous_text
    from registry.store.connection import connect, reading
    from registry.store.log.changes import changing
    from registry.store.log.checkpoints import read_checkpoint, stored_checkpoints
    from registry.store.log.verification import (
        compare_exported,
        read_exported,
        verify,
        verify_lines,
    )
    from registry.store.schema.versions import ensure_current

    checkpoints = [read_checkpoint(path) for path in held]
    exported = read_exported(log_file) if log_file else None
    path = database(ctx)
    known = list(checkpoints)
    if exported is not None and not path.exists():
        found = verify_lines(exported, checkpoints)
    else:
        conn = connect(path)
        try:
            with changing(current_change()):
                ensure_current(conn, path)
            with reading(conn):
                found = verify(conn, checkpoints)
                known += stored_checkpoints(conn)
                if found.head.entries:
                    found.problems += changed_runs(conn)
                if exported is not None:
                    found.problems += compare_exported(conn, exported)
                if ids := ambiguous_ids(conn):
                    found.problems.append(ambiguous_text(ids))
        finally:
            conn.close()
    differs = _tell_access_log(state_folder(ctx, state), known)
    _tell(found)
    if found.problems or differs:
        sys.exit(1)


def _tell_problems(problems: list[str]) -> None:
    for problem in problems[:_MAX_SHOWN]:
        click.echo(_("× {problem}").format(problem=problem))
    if len(problems) > _MAX_SHOWN:
        click.echo(_("… and {n:,} more").format(n=len(problems) - _MAX_SHOWN))


def _tell_access_log(folder: Path, checkpoints: list[Checkpoint]) -> bool:
    """Whether the access log differs, told; nothing where there is none and none was known."""
    from registry.internal.log_chain import log_files
    from registry.internal.log_verification import HeldHead, verify_access_log

    held = [HeldHead(*known.access_log, known.at) for known in checkpoints if known.access_log]
    if not log_files(folder) and not held:
        return False
    try:
        found = verify_access_log(folder, held)
    except OSError as error:
        raise RegistryError(
            _("the access log in {path} can't be read: {detail}").format(path=folder, detail=error)
        ) from error
    _tell_problems(found.problems)
    click.echo(
        _("The access log: {n:,} lines in a chain, held against {checkpoints} checkpoints").format(
            n=found.lines, checkpoints=len(held)
        )
    )
    if found.removed or found.unchained:
        click.echo(
            _(
                "{removed:,} lines before were removed when their time was over; {unchained:,} are "
                "older than the chain."
            ).format(removed=found.removed, unchained=found.unchained)
        )
    return bool(found.problems)


def _tell(found: Verification) -> None:
    head = found.head
    _tell_problems(found.problems)
    click.echo(
        _("The log: {n:,} lines, {bytes} bytes, sha256 {sha256}").format(
            n=head.entries, bytes=head.bytes, sha256=head.sha256
        )
    )
    if found.problems:
        click.echo(_("It differs in {n:,} places.").format(n=len(found.problems)))
        return
    click.echo(
        _("Nothing differs: {changes:,} changes, {rows:,} rows, {checkpoints} checkpoints.").format(
            changes=found.changes, rows=found.rows, checkpoints=found.checkpoints
        )
    )
    if found.foreign:
        click.echo(
            _(
                "Changes {numbers} were made by none of the program's commands: `registry log` "
                "tells them."
            ).format(numbers=list_separator().join(map(str, found.foreign))),
            err=True,
        )
    if not found.checkpoints:
        click.echo(
            _("Without a checkpoint kept elsewhere, a history rewritten as a whole is not found."),
            err=True,
        )
