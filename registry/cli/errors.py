"""What a user reads on stderr when a command fails. Imported only once something has gone wrong."""

from __future__ import annotations

import errno
import os
import sqlite3
import traceback
from pathlib import Path
from typing import Final

import click

from registry.cli.command_line import SURROGATE, not_utf_8
from registry.errors import RegistryError
from registry.files import ReplacesDatabase, path_text
from registry.locale import _

_NO_ROOM: Final = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
_SHOWN: Final = 10
"""Characters that are shown on either side."""


def report(error: Exception) -> int:
    """Print what went wrong and how to mend it, and give the exit code.

    For what nobody foresaw, the traceback is printed.
    """
    if isinstance(error, click.ClickException):
        error.show()
        return RegistryError.exit_code
    if isinstance(error, RegistryError):
        for message in error.messages():
            click.echo(_("Error: ") + message, err=True)
        for remark in error.remarks():
            click.echo(remark, err=True)
        return error.exit_code
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        problem = _("the file is in use by another command; try again when it has ended.")
        click.echo(_("Error: ") + problem, err=True)
    elif isinstance(error, ReplacesDatabase):
        problem = _("{path} is a database, and is not replaced by anything else.")
        click.echo(_("Error: ") + problem.format(path=error.filename), err=True)
        click.echo(_("Name another file."), err=True)
    elif isinstance(error, (sqlite3.DatabaseError, OSError)):
        click.echo(_("Error: ") + str(error), err=True)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            click.echo(_("Make room there, and run the command again."), err=True)
        elif isinstance(error, FileNotFoundError) and error.filename:
            folder = Path(os.fsdecode(error.filename)).parent
            if not folder.exists():
                problem = _("There is no folder {path}: make it, or name another.")
                click.echo(problem.format(path=path_text(folder)), err=True)
    elif isinstance(error, UnicodeDecodeError):
        # Text files are decoded with errors of their own: this is a message of SQLite's that
        # quotes a damaged database.
        problem = _("the file is damaged: {detail}").format(detail=error)
        click.echo(_("Error: ") + problem, err=True)
    elif (
        isinstance(error, UnicodeEncodeError) and "\udc80" <= error.object[error.start] <= "\udcff"
    ):
        click.echo(_("Error: ") + not_utf_8(error.object), err=True)
    elif isinstance(error, UnicodeEncodeError) and SURROGATE.search(error.object):
        # Half of a pair of code units: JSON and YAML can name one, no text that is stored holds it.
        around = error.object[max(error.start - _SHOWN, 0) : error.end + _SHOWN]
        problem = _(
            "“{text}” holds half a character ({code}), which can't be stored; correct it where it "
            "comes from."
        ).format(
            text=around.encode("utf-8", "backslashreplace").decode(),
            code=f"U+{ord(error.object[error.start]):04X}",
        )
        click.echo(_("Error: ") + problem, err=True)
    else:
        click.echo("".join(traceback.format_exception(error)), err=True)
        click.echo(_("Internal error; nothing was changed. Please report it."), err=True)
    return RegistryError.exit_code
