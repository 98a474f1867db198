"""Who runs a command that changes the registry, when and why: for the log of changes."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import click

from registry.cli.base import option
from registry.locale import N_
from registry.store.log.changes import Change

_KEPT: Final = "registry.cli.changing."


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    ctx.meta[_KEPT + str(param.name)] = value
    return value


by_option = option(
    "--by",
    metavar="NAME",
    expose_value=False,
    callback=_keep,
    help=N_("Who does it; the user of this machine if not given."),
)
why_option = option(
    "--why",
    metavar="TEXT",
    expose_value=False,
    callback=_keep,
    help=N_("Why; the log of changes keeps it."),
)
required_why_option = option(
    "--why", required=True, metavar="TEXT", callback=_keep, help=N_("Why it is wrong.")
)
"""`why`: of a command that does nothing without a reason."""


def current_change() -> Change:
    """What the running command changes, and who runs it: the same at every call."""
    ctx = click.get_current_context()
    kept = ctx.meta.get(_KEPT + "change")
    if kept is None:
        kept = ctx.meta[_KEPT + "change"] = Change(
            dt.datetime.now().astimezone().isoformat(timespec="seconds"),
            (ctx.meta.get(_KEPT + "by") or "").strip() or _user(),
            ctx.command_path,
            (ctx.meta.get(_KEPT + "why") or "").strip() or None,
        )
    assert isinstance(kept, Change)
    return kept


def _user() -> str:
    """The user of this machine, as far as it has a name."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "未署名"
