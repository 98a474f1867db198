"""How `registry user add` and `passwd` are given a password: never on the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from registry.cli import base
from registry.errors import RegistryError
from registry.locale import N_, _


def password_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The --password-stdin option."""
    return base.option(
        "--password-stdin",
        "from_stdin",
        is_flag=True,
        help=N_("Read the password from the first line of standard input, without asking."),
    )(function)


def hashed_password(name: str, from_stdin: bool) -> str:
    """The hash of the password that is asked for, or read. Raises RegistryError."""
    from registry.internal.passwords import SHORTEST, check_password, hash_of

    if from_stdin:
        # Bytes: what another program writes is UTF-8, whatever this machine's console is set to.
        line = sys.stdin.buffer.readline().rstrip(b"\r\n")
        try:
            password = line.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise RegistryError(_("the password on standard input is not UTF-8.")) from None
    elif sys.stdin.isatty():
        ask = _("Password of {name}, {n} characters at the least").format(name=name, n=SHORTEST)
        password = click.prompt(ask, hide_input=True, err=True)
        check_password(name, password)
        if click.prompt(_("Once more"), hide_input=True, err=True) != password:
            raise RegistryError(_("the two passwords differ. Nothing was changed."))
    else:
        raise RegistryError(_("there is no terminal to ask at. Give --password-stdin."))
    check_password(name, password)
    return hash_of(password)
