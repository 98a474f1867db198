"""`registry checkpoint`: what the log is now, in a small file for others to keep."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import click

from registry.cli import base
from registry.cli.base import database
from registry.cli.changing import current_change
from registry.cli.internal import state_folder
from registry.cli.options import FILE, FOLDER, state_option
from registry.cli.registry_file import open_registry
from registry.errors import RegistryError
from registry.files import atomic_write
from registry.locale import N_, _

NAMESPACE: Final = "registry"
"""What signatures of checkpoints are for: the -n of `ssh-keygen -Y sign` and `-Y verify`."""


@base.command(
    "checkpoint",
    N_(
        "Make a checkpoint of the log: how many lines it has, and their digest.\n\nKeep it, or "
        "better have others keep it: nobody can rewrite what was before it without its being "
        "found. With --sign it is signed by ssh-keygen. Where there is an internal site, it also "
        "says how its access log ends."
    ),
)
@base.option(
    "-o",
    "--output",
    "folder",
    type=FOLDER,
    metavar="DIR",
    required=True,
    help=N_("The folder for it; it is made where there is none."),
)
@base.option(
    "--sign", "key", type=FILE, metavar="KEY", help=N_("The private key of SSH to sign it with.")
)
@state_option
@click.pass_context
def command(ctx: click.Context, folder: Path, key: Path | None, state: Path | None) -> None:
    """Make it, write it, sign it, and print it."""
    from registry.cli import office_config
    from registry.store.connection import transaction
    from registry.store.instrument import first_issuer
    from registry.store.log.checkpoints import make_checkpoint

    config = office_config.load_config(None).log
    if key is not None and not key.is_file():
        raise RegistryError(
            _("there is no file {path}").format(path=key),
            _("`ssh-keygen -t ed25519 -f {path}` makes a key.").format(path=key),
        )
    at = current_change().at
    access_log = _access_log_head(state_folder(ctx, state))
    with ExitStack() as undoing:
        with open_registry(database(ctx)) as conn, transaction(conn):
            origin = config.origin or first_issuer(conn)
            made = make_checkpoint(conn, origin, at, sm3=config.sm3, access_log=access_log)
            path = folder / f"checkpoint-{made.head.entries}-{made.at[:19].replace(':', '')}.txt"
            try:
                folder.mkdir(parents=True, exist_ok=True)
                atomic_write(path, made.body.encode())
                # What the registry does not come to know of is not there.
                undoing.callback(path.unlink, missing_ok=True)
                if key is not None:
                    undoing.callback(_signature(path).unlink, missing_ok=True)
                    _sign(path, key)
            except OSError as error:
                raise RegistryError(
                    _("{path} can't be written: {detail}").format(path=path, detail=error)
                ) from error
        undoing.pop_all()
    click.echo(made.body, nl=False)
    click.echo(_("Written: {path}").format(path=path), err=True)


def _access_log_head(state: Path) -> tuple[int, str] | None:
    """Number and digest of the last line of the access log; None where there is none."""
    from registry.internal.log_chain import LogChain, log_files

    if not log_files(state):
        return None
    try:
        head = LogChain(state, None).head()
    except OSError as error:
        raise RegistryError(
            _("the access log in {path} can't be read: {detail}").format(path=state, detail=error)
        ) from error
    return (head.seq, head.digest) if head.seq else None


def _signature(path: Path) -> Path:
    return path.with_name(path.name + ".sig")


def _sign(path: Path, key: Path) -> None:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise RegistryError(
            _("there is no ssh-keygen on this machine"),
            _("Install OpenSSH, or leave --sign out."),
        )
    done = subprocess.run(
        [program, "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(path)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise RegistryError(
            _("ssh-keygen did not sign: {detail}").format(detail=done.stderr.strip()[:300]),
            _("Name a private key that ssh-keygen opens without asking."),
        )
