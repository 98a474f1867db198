"""The folder of users, sessions and log, as a command finds it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final

import click

from registry.cli import base
from registry.cli.registry_file import database
from registry.locale import N_

STATE: Final = "registry-internal"


def state_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The --state option; `state_folder` says what stands for None."""
    return base.option(
        "--state",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help=N_("The folder of users, sessions and log; registry-internal beside the registry."),
    )(function)


def state_folder(ctx: click.Context, named: Path | None) -> Path:
    """The folder that was named, else the one beside the working file."""
    return named or database(ctx).with_name(STATE)


def refusals() -> AbstractContextManager[None]:
    """Tell what is wrong with the folder, or with a user in it, as a refusal."""
    from registry.errors import RegistryError

    return base.refusing(RegistryError)
